"""The bot's own HTTP server: whether it is well, what it has counted, and others' routes."""

from adapters.http.server import Limits, serving

__all__ = ["Limits", "serving"]
