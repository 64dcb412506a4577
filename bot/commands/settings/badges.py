"""The commands that choose which role of the community goes with which quiz outcome."""

import re
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, PickerType
from bot.commands.settings import PANEL, settings_command
from bot.errors import Refusal
from bot.language.argument_types import NONE_WORDS
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.quiz.badges import load_badges, set_badge
from bot.reply import Action, ActionStyle, Item, Mention, Paragraph, Prose, Reply
from bot.tips.context import ModeratorContext

_ROLE_ID = re.compile(r"[a-z]+:role/[A-Za-z0-9]{1,25}")
_DISCORD = frozenset({"discord"})  # Slack has no roles


def _outcome_names(known: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds the outcomes of all quizzes by title or ``quiz/outcome``."""
    return NameIndex(
        "outcome",
        (
            NamedValue(f"{quiz.id}/{each.id}", f"{quiz.title} {each.name}", f"{quiz.id}/{each.id}")
            for quiz in known.content.quiz.values()
            for each in quiz.outcomes
        ),
    )


_OUTCOME = Arg("a result of a quiz", _outcome_names, label="Quiz result")
_ROLE = Arg("the role that members with this result can get", picker=PickerType.ROLE)


@settings_command(
    Example("settings badges", shows=("no role",)),
    platforms=_DISCORD,
)
async def settings_badges(
    context: CommandContext,
    outcome: Annotated[str | None, _OUTCOME] = None,
    role: Annotated[str | None, _ROLE] = None,
) -> Reply:
    """Choose roles that members can get for their quiz results.

    Members see a button for the role under their result, and nobody gets a role without clicking
    it. If you choose no role for a result, there's no button. The bot needs the Manage Roles
    permission, and its own role has to be above the roles that it gives.
    """
    if outcome is None:
        return await _list_badges(context)
    return await _set_badge(context, outcome, role)


@settings_command(
    hidden=True,
    platforms=_DISCORD,
    form=FormLayout("Choose a quiz role", "Save role", ("outcome", "role")),
)
async def settings_badges_change(
    context: CommandContext,
    outcome: Annotated[str, _OUTCOME],
    role: Annotated[str, _ROLE],
) -> Reply:
    """Choose the role that members with a result of a quiz can get."""
    return await _set_badge(context, outcome, role)


async def _set_badge(context: CommandContext, outcome: str, role: str | None) -> Reply:
    """Store the role of an outcome, or that it has none, and return the list of all."""
    chosen = None if role is None or role in NONE_WORDS else role
    if chosen is not None and not _ROLE_ID.fullmatch(chosen):
        raise Refusal("Pick a role from the list. Nothing was changed.", argument="role")
    await set_badge(context, outcome, chosen)
    moderator = await ModeratorContext.open(context)
    name = context.app.name_registry.label_for(_outcome_names, outcome)
    if chosen is None:
        await moderator.record_audit("removed the quiz role of", name)
        return await _list_badges(context, "Removed. That result no longer has a role.")
    await moderator.record_audit("chose a quiz role:", f"{name}, {chosen}")
    answer = ("Saved. Members with that result can get ", Mention(chosen), ".")
    return await _list_badges(context, answer)


async def _list_badges(context: CommandContext, answer: Prose = "") -> Reply:
    badges = await load_badges(context)
    entries = context.app.name_registry.index_for(_outcome_names).entries
    usual = "Members can get a role for their quiz result. Nobody gets one without asking."
    hint = "The bot needs the Manage Roles permission, and its own role has to be above these."
    return Reply(
        answer or usual,
        (*(_item(each, badges.get(each.id)) for each in entries), Paragraph(hint)),
        return_to=PANEL,
    )


def _item(outcome: NamedValue[str], role: str | None) -> Item:
    if role is None:
        choose = Action("Choose a role", Call("settings-badges-change", {"outcome": outcome.id}))
        return Item(f"{outcome.label}: no role", choose)
    remove = Call("settings-badges", {"outcome": outcome.id})
    prose = (f"{outcome.label}: ", Mention(role))
    return Item(prose, Action("Remove role", remove, ActionStyle.DANGER))
