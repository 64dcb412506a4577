"""The moderators' commands, valid arguments for them, and everything they can change."""

from typing import Any

import bot.commands
from bot.app import App
from bot.command import Command, Permission, PickerType
from bot.community.statements import shipped_statements, statement_key
from bot.registry import discover_commands
from storage import OccurrenceState

COMMANDS = {
    name: each
    for name, each in discover_commands(bot.commands).items()
    if each.permission is Permission.MODERATORS
}
_WRITTEN = {
    "time": "9:00",
    "zone": "Europe/Berlin",
    "day": "Monday",
    "cite": "market/x",
    "to": "faq/phd",
}


def arguments_for(app: App, command: Command, channel: str) -> dict[str, str]:
    """Return valid values for the required arguments of *command*."""
    return {name: _value(app, command, name, channel) for name in sorted(command.required)}


def _value(app: App, command: Command, name: str, channel: str) -> str:
    arg = command.args[name]
    if arg.picker in {PickerType.CHANNEL, PickerType.CHANNELS}:
        return channel
    if name == "statement":
        return statement_key(shipped_statements(app.content)[0])
    names = app.name_registry.index_for(arg.names).entries if arg.names else ()
    return _WRITTEN.get(name) or (names[0].id if names else "1")


async def snapshot(app: App, community: str) -> tuple[Any, ...]:
    """Return all stored data of a community, except for its audit log."""
    store = await app.store()
    queue = await store.queues.get_or_create(community)
    return (
        queue,
        await store.tips.list_for_queue(queue),
        await store.schedules.list_for_queue(queue),
        await store.occurrences.list_for_queue(queue, *OccurrenceState),
        await store.preferences.get_all(community),
        await store.answers.list_for_queue(queue),
        await store.hidden.list_for_queue(queue),
        await store.feedback.list_for_queue(queue),
    )


async def refusals(app: App, community: str, who: str) -> set[str]:
    """Return the commands that were refused to *who*, according to the audit log."""
    store = await app.store()
    lines = await store.audit.list_for_queue(await store.queues.get_or_create(community), 1_000)
    return {each.details for each in lines if (each.action, each.actor) == ("refused", who)}
