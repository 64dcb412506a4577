"""The bot's HTTP server."""

from adapters.http.server import ClientTimeouts, serve

__all__ = ["ClientTimeouts", "serve"]
