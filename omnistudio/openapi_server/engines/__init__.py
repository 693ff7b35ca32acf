"""Engines, which make an image or a video from an order."""

from omnistudio.openapi_server.engines.base import Artifact, Engine, EngineError, Order

__all__ = ["Artifact", "Engine", "EngineError", "Order"]
