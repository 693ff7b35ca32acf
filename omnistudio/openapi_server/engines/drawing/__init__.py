"""The drawing engine: draws scenes on the CPU from the words of a prompt. It is not an AI model."""

from omnistudio.openapi_server.engines.drawing.engine import DrawingEngine

__all__ = ["DrawingEngine"]
