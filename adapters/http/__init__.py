"""The bot's HTTP server."""

from adapters.http.server import CannotListen, ClientTimeouts, serve, serve_application

__all__ = ["CannotListen", "ClientTimeouts", "serve", "serve_application"]
