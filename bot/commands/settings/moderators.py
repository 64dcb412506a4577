"""The commands that show and choose the people who moderate a community."""

from collections.abc import Collection, Mapping
from typing import Annotated

import structlog

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, PickerType
from bot.commands.settings import (
    ADDED_MODERATOR,
    PANEL,
    REMOVED_MODERATOR,
    settings_command,
)
from bot.community.moderators import change_moderators, listed_moderators, parse_people, wording_for
from bot.errors import Refusal
from bot.platform import DeliveryError
from bot.reply import Action, ActionStyle, Bullets, Inline, Item, Mention, Node, Paragraph, Reply
from bot.tips.context import ModeratorContext

log = structlog.get_logger("crossroads")

_PEOPLE = Arg(
    "everyone who can moderate, including people chosen before; admins always can",
    max_length=1_000,
    picker=PickerType.PEOPLE,
    label="Moderators",
)
_SHOW = Action("Moderators", Call("settings-moderators"))


@settings_command(Example("settings moderators", shows=("Moderators here",)))
async def settings_moderators(context: CommandContext) -> Reply:
    """See who moderates here, and change it.

    Only admins of the community can change it: on Discord, everyone with Manage Server; on Slack,
    workspace admins and owners. Each change is logged in the audit log and announced in the
    moderators' channel.
    """
    moderator = await ModeratorContext.open(context)
    listed = await listed_moderators(context.app, moderator.community)
    return _show(context, listed)


async def _prefill(context: CommandContext) -> Mapping[str, str]:
    """Return the moderators listed now; raise Refusal if the caller may not change them."""
    moderator = await ModeratorContext.open(context)
    await _require_admin(moderator)
    listed = await listed_moderators(context.app, moderator.community)
    return {"people": " ".join(sorted(listed))}


@settings_command(
    hidden=True, form=FormLayout("Choose moderators", "Save moderators", ("people",), _prefill)
)
async def settings_moderators_change(
    context: CommandContext, people: Annotated[str, _PEOPLE]
) -> Reply:
    """Choose the people, roles and user groups that moderate here."""
    moderator = await ModeratorContext.open(context)
    await _require_admin(moderator)
    wanted = parse_people(people, context.caller)
    before = await listed_moderators(context.app, moderator.community)
    return await _change(moderator, wanted - before, before - wanted)


@settings_command(hidden=True)
async def settings_moderators_remove(
    context: CommandContext,
    who: Annotated[str, Arg("the person, role or user group to remove", max_length=80)],
) -> Reply:
    """Remove a person, role or user group from the list of moderators."""
    moderator = await ModeratorContext.open(context)
    await _require_admin(moderator)
    before = await listed_moderators(context.app, moderator.community)
    return await _change(moderator, (), before & {who})


async def _require_admin(moderator: ModeratorContext) -> None:
    """Raise Refusal unless the caller is an admin, and record the attempt in the audit log.

    A listed moderator could otherwise lock others out or list anyone.
    """
    context = moderator.context
    caller = context.caller
    if caller.community is None:
        raise Refusal("Choose moderators in the server or workspace itself.")
    if caller.admin:
        return
    command = context.call.command
    await moderator.store.audit.add_refusal(moderator.queue, context.now, caller.id, command)
    admin = wording_for(caller.id).admin
    raise Refusal(f"Only {admin} can choose moderators. Nothing was changed.", _SHOW)


async def _change(
    moderator: ModeratorContext, added: Collection[str], removed: Collection[str]
) -> Reply:
    """Store the change, record it, tell the moderators' channel, and return the new list."""
    app, context = moderator.context.app, moderator.context
    await change_moderators(app, moderator.community, added, removed)
    for each in sorted(added):
        await moderator.record_audit(ADDED_MODERATOR, each)
    for each in sorted(removed):
        await moderator.record_audit(REMOVED_MODERATOR, each)
    if added or removed:
        await _announce(moderator, added, removed)
    listed = await listed_moderators(app, moderator.community)
    return _show(context, listed, ("Saved. " if added or removed else "Nothing changed. ",))


async def _announce(
    moderator: ModeratorContext, added: Collection[str], removed: Collection[str]
) -> None:
    """Post the change in the moderators' channel, if one is chosen."""
    context = moderator.context
    lines = [("Added: ", Mention(each)) for each in sorted(added)]
    lines += [("Removed: ", Mention(each)) for each in sorted(removed)]
    answer = (Mention(context.caller.id), " changed who moderates Crossroads here.")
    notice = Reply(answer, (Bullets(tuple(lines)),), buttons=(_SHOW,))
    subject = f"moderators {context.now.isoformat()}"
    try:
        await moderator.tips.notify_moderators(moderator.community, notice, subject, None)
    except DeliveryError as error:  # the audit log has the change anyway
        log.warning("moderators not notified", community=moderator.community, detail=error.message)


def _show(
    context: CommandContext, listed: Collection[str], before: tuple[Inline, ...] = ()
) -> Reply:
    """Return the reply that names all moderators; *before* is put before its first sentence."""
    caller = context.caller
    wording = wording_for(caller.id)
    others = ", and those listed below" if listed else ""
    can_change = caller.admin and caller.community is not None
    nodes: list[Node] = []
    if can_change:
        nodes += map(_removable, sorted(listed))
    elif listed:
        nodes.append(Bullets(tuple((Mention(each),) for each in sorted(listed))))
    nodes += _configured(context)
    if wording.visibility:
        nodes.append(Paragraph(wording.visibility))
    if not can_change and caller.community is not None:
        nodes.append(Paragraph(f"Only {wording.admin} can change this list."))
    change = Action("Choose moderators", Call("settings-moderators-change"))
    return Reply(
        (*before, f"Moderators here: {wording.admins}{others}."),
        tuple(nodes),
        buttons=(change,) if can_change else (),
        return_to=PANEL,
    )


def _removable(person: str) -> Item:
    remove = Call("settings-moderators-remove", {"who": person})
    return Item((Mention(person),), Action("Remove", remove, ActionStyle.DANGER))


def _configured(context: CommandContext) -> list[Node]:
    """Return a list of the moderators whom the bot's operator chose for all communities."""
    platform, community = context.caller.id.partition(":")[0], context.caller.community
    ids = context.app.configured_moderators.get(platform, ())
    if not ids or community is None:
        return []
    people = Bullets(tuple((Mention(f"{community}/{each}"),) for each in ids))
    return [Paragraph("Chosen by the people who run the bot:"), people]
