"""The `settings badges` command: which community role belongs to which quiz outcome."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, PickerType
from bot.commands.settings import settings_command
from bot.language.argument_types import NONE_WORDS
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.quiz.badges import load_badges, set_badge
from bot.reply import Action, Fields, Mention, Reply


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


@settings_command(
    Example("settings badges", shows=("No role",)),
    platforms=frozenset({"discord"}),
)
async def settings_badges(
    context: CommandContext,
    outcome: Annotated[str | None, Arg("with which outcome of a quiz", _outcome_names)] = None,
    role: Annotated[
        str | None, Arg("which role goes with it; none: no role", picker=PickerType.ROLE)
    ] = None,
) -> Reply:
    """Let a role of this community go with an outcome of a quiz.

    Members are then offered the role with their result; nobody gets it unasked. Without a role,
    none goes with the outcome any more. The bot needs the permission to manage roles, and its own
    role has to stand above those that it gives.
    """
    if outcome is not None:
        await set_badge(context, outcome, None if role is None or role in NONE_WORDS else role)
    return _list_badges(context, await load_badges(context))


def _list_badges(context: CommandContext, badges: dict[str, str]) -> Reply:
    names = {
        each.id: each.label for each in context.app.name_registry.index_for(_outcome_names).entries
    }
    if not badges:
        return Reply("No role goes with any outcome yet.")
    facts = tuple(
        (names.get(outcome, outcome), (Mention(role),)) for outcome, role in badges.items()
    )
    stop = tuple(
        Action(f"No role with {names.get(each, each)}", Call("settings-badges", {"outcome": each}))
        for each in badges
    )
    return Reply("Roles that go with a result", (Fields(facts),), buttons=stop)
