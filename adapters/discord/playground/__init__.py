"""Discord without Discord: the bot's real answers on a server in memory, for the playground."""

from adapters.discord.playground.pane import DiscordPane

__all__ = ["DiscordPane"]
