"""The drawing engine: scenes drawn on the CPU from the words of a prompt. It is no model."""

from omnistudio.openapi_server.engines.drawing.engine import DrawingEngine

__all__ = ["DrawingEngine"]
