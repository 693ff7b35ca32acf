"""Engines: what turns an order into a picture or a film."""

from omnistudio.openapi_server.engines.base import Artifact, Engine, EngineError, Order

__all__ = ["Artifact", "Engine", "EngineError", "Order"]
