"""The bot's HTTP server."""

from adapters.http.server import Limits, serving

__all__ = ["Limits", "serving"]
