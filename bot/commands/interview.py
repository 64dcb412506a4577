"""The command `interview`: questions and tasks for candidates."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import join_words, list_sources, pluralize
from bot.language.argument_types import roles
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.registry import ContentContext
from bot.reply import Action, Bold, Bullets, Emphasis, Prose, Reply
from bot.roles.gaps import role_is_missing
from bot.roles.wording import take_fitting
from content import Content, InterviewTask, Role

_SHOWN = 3  # questions in the first answer
_LINES = 17  # of a phone's 25, for these questions


class Side(StrEnum):
    """The people whom all questions or tasks are shown for."""

    CANDIDATES = "candidates"
    INTERVIEWERS = "interviewers"


_STAGES = {Side.CANDIDATES: "asked", Side.INTERVIEWERS: "screened"}
_ALIASES = {
    Side.CANDIDATES: ("candidate", "questions", "all questions", "asked"),
    Side.INTERVIEWERS: ("interviewer", "employers", "screening", "tasks", "screened"),
}


def sides(registry: NameRegistry) -> NameIndex[Side]:
    """Return a NameIndex that finds a side of an interview by name."""
    del registry
    return NameIndex("side", (NamedValue(side, side, side, _ALIASES[side]) for side in Side))


@command(
    Example("interview ai", shows=("fine-tun", "Shows", "KORE1")),
    Example("interview ml-engineer", shows=("production", "Samadov")),
    Example("interview ml interviewers", shows=("leakage", "messy dataset")),
    aliases=("interviews", "screening", "screen"),
    keywords=("interview", "screen"),
)
async def interview(
    context: ContentContext,
    role: Annotated[Role, Arg("the role to be interviewed for", roles)],
    side: Annotated[Side | None, Arg("all questions, or tasks for screening", sides)] = None,
) -> Reply:
    """See what candidates for a role are asked, and why.

    The first answer has three questions and what each shows. For candidates to prepare by, and for
    interviewers to screen by.
    """
    content = context.content
    if not role.interview:
        raise role_is_missing(content, role, "interview questions", "interview")
    tasks = _tasks(role, side) if side else _strongest(role)
    bullets = [_bullet(each, content, is_short=side is None) for each in tasks]
    shown = take_fitting(bullets, _LINES) if side is None else tuple(bullets)
    cited = (each.source for each in tasks[: len(shown)])
    return Reply(
        _answer(role, side, content),
        (*([Bullets(shown)] if shown else []), list_sources(cited, content)),
        buttons=tuple(_sides(role, side)),
        more=tuple(_next_steps(content, role)),
    )


def _tasks(role: Role, side: Side) -> list[InterviewTask]:
    return [task for task in role.interview if task.stage == _STAGES[side]]


def _strongest(role: Role) -> list[InterviewTask]:
    """Return up to three questions, the first of each source before others; tasks fill up."""
    tasks = [task for side in Side for task in _tasks(role, side)]
    asked = [task for task in tasks if task.stage == _STAGES[Side.CANDIDATES]]
    firsts = list({task.source: task for task in reversed(asked)}.values())[::-1]
    return [*firsts, *(task for task in tasks if task not in firsts)][:_SHOWN]


def _answer(role: Role, side: Side | None, content: Content) -> str:
    asked, screened = (_tasks(role, each) for each in Side)
    questions, tasks = pluralize(len(asked), "question"), pluralize(len(screened), "screening task")
    if side is Side.CANDIDATES:
        return f"{role.name} interviews: {questions}, from {_names(asked, content)}."
    if side is Side.INTERVIEWERS:
        return f"To screen an {role.name}: {tasks}, from {_names(screened, content)}."
    names = _names(role.interview, content)
    return f"{role.name} interviews: {questions} and {tasks} are typical, say {names}."
