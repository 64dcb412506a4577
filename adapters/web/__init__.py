"""The playground: a local page that shows the bot on Discord and on Slack, side by side."""

from adapters.web.pane import MEMBERS, Json, Pane
from adapters.web.server import LOOPBACK, serve

__all__ = ["LOOPBACK", "MEMBERS", "Json", "Pane", "serve"]
