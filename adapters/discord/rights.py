"""The rights of members who use slash commands, buttons and forms on Discord."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from adapters.discord.interaction import Interaction
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.command import Command, Permission
from bot.community.moderators import listed_moderators
from bot.errors import Outage

FORM_LIFETIME = 15 * 60.0  # seconds in which a form that a slash command opened can be submitted
_MAX_FORMS = 10_000
_LOOKUP_TIMEOUT = 0.5  # seconds, for commands that answer everybody


class Rights:
    """Decides whether the member behind an interaction acts as a moderator.

    A slash command for moderators that reaches the bot was allowed by the server's Integrations
    settings, and so was the form that it opens. Anything else needs the permission Manage Server,
    or the member or one of their roles is listed as a moderator.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._forms = LruCache[tuple[str, str | None, str], float](_MAX_FORMS)
        """When each form expires (monotonic clock), by member, server and custom_id."""

    async def authorize(self, interaction: Interaction, call: Call) -> Caller:
        """Return the caller of *call*, as a moderator if they may act as one in this call.

        Raise Outage if that depends on a list that can't be read.
        """
        caller, command = interaction.caller, self._app.commands.get(call.command)
        if caller.moderator or caller.community is None or command is None:
            return caller
        if command.permission is Permission.MODERATORS:
            is_moderator = self._is_admitted(interaction, command) or await self._is_listed(
                interaction
            )
            return replace(caller, moderator=is_moderator)
        if command.differs_for_moderators:
            with suppress(Outage, TimeoutError):
                async with asyncio.timeout(_LOOKUP_TIMEOUT):
                    return replace(caller, moderator=await self._is_listed(interaction))
        return caller

    def remember_form(self, interaction: Interaction, custom_id: str) -> None:
        """Remember that the caller may submit a form, or open its rest, after a slash command."""
        expires = time.monotonic() + FORM_LIFETIME
        self._forms.put(_form_key(interaction.caller, custom_id), expires)

    def _is_admitted(self, interaction: Interaction, command: Command) -> bool:
        """Return whether the server's Integrations settings let the caller run *command*."""
        if interaction.is_slash:
            return interaction.command_call().command == command.name and not command.hidden
        key = _form_key(interaction.caller, str(interaction.data.get("custom_id", "")))
        return (self._forms.get(key) or 0.0) > time.monotonic()

    async def _is_listed(self, interaction: Interaction) -> bool:
        caller = interaction.caller
        listed = await listed_moderators(self._app, caller.community or "")
        return not listed.isdisjoint({caller.id, *interaction.roles})


def _form_key(caller: Caller, custom_id: str) -> tuple[str, str | None, str]:
    return caller.id, caller.community, custom_id
