"""The playground: a local page that shows the bot on Discord and on Slack, side by side."""

from adapters.web.pane import Json, Pane

__all__ = ["Json", "Pane"]
