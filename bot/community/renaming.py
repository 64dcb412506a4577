"""The notice that moderators' commands were renamed, for communities that used the old names."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.call import Call, Caller
from bot.command import Command
from bot.community.moderators import MODERATOR_CHANNEL, wording_for
from bot.errors import Outage
from bot.former_names import FORMER_NAMES
from bot.platform import DeliveryError
from bot.reply import Action, Bullets, Code, CommandLine, Node, Paragraph, Prose, Reply

if TYPE_CHECKING:
    from bot.app import App

log = structlog.get_logger("crossroads")

UNANNOUNCED = "renamed-commands"
"""The preference that marks communities without the notice so far; a migration set it."""
_KEY_LENGTH = 25  # characters, the maximum for Platform.post
_SHOW = Action("Show the new names", Call("settings-new-names"))


async def announce_renaming(app: "App", reply: Reply, caller: Caller) -> Reply:
    """Return *reply* to a moderator, with a note if the community hasn't had the notice.

    If there is a moderators' channel, the notice is posted there, and *reply* stays as it is. Each
    community gets the notice once, also if several moderators act at the same time.
    """
    community = caller.community
    if community is None or not app.has_storage:
        return reply
    try:
        async with app.storage() as store:
            preferences = await store.preferences.get_all(community)
            is_due = UNANNOUNCED in preferences
            if not is_due or not await store.preferences.remove(community, UNANNOUNCED):
                return reply
    except Outage as error:  # the next reply tries again
        log.warning("renaming not announced", detail=error.message)
        return reply
    if await _post(app, community, preferences.get(MODERATOR_CHANNEL)):
        return reply
    note = (
        "⚠ Commands for moderators have new names: ",
        CommandLine("tips"),
        ", ",
        CommandLine("schedule"),
        " and ",
        CommandLine("settings"),
        ". Old buttons and typed names still work.",
    )
    return replace(reply, nodes=(*reply.nodes, Paragraph(note)), buttons=(*reply.buttons, _SHOW))


async def _post(app: "App", community: str, channel: str | None) -> bool:
    """Post the notice in the moderators' channel; return False if that isn't possible."""
    platform = app.platforms.get((channel or "").partition(":")[0])
    if channel is None or platform is None:
        return False
    key = hashlib.sha256(f"{community} {UNANNOUNCED}".encode()).hexdigest()[:_KEY_LENGTH]
    try:
        await platform.post(channel, describe_renaming(app.commands, community), key)
    except DeliveryError as error:
        log.warning("renaming not announced in the channel", detail=error.message)
        return False
    return True


def describe_renaming(commands: Mapping[str, Command], community: str) -> Reply:
    """Return the old and new names of moderators' commands, and what admins have to do."""
    found = ((old, commands[new]) for old, new in FORMER_NAMES.items() if new in commands)
    others, moved = list[Prose](), dict[str, list[str]]()
    for old, command in found:
        if command.hidden:
            continue
        if command.group and old == f"tips-{command.local_name}":
            moved.setdefault(command.group.name, []).append(command.local_name)
        else:
            others.append((Code(old), " → ", CommandLine(command.words)))
    moved["tips"] = ["add", "edit", "move", "remove and so on"]
    lines = (_describe_moved(group, names) for group, names in moved.items())
    nodes: list[Node] = [Bullets((*others, *lines))]
    after = wording_for(community).after_renaming
    nodes += [Paragraph(after)] if after else []
    answer = "Commands have new names. Old buttons and typed names still work."
    return Reply(answer, tuple(nodes))


def _describe_moved(group: str, names: list[str]) -> Prose:
    """Return the new names of commands that only moved into a group."""
    first, *others = names
    same = f"; the same for {', '.join(others)}" if others else ""
    return (Code(f"tips-{first}"), " → ", CommandLine(f"{group} {first}"), same)
