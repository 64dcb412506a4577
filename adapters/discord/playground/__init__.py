"""The playground's Discord: the real adapter, with an in-memory server in place of Discord."""

from adapters.discord.playground.pane import DiscordPane

__all__ = ["DiscordPane"]
