"""The command `interview`: questions and tasks for candidates."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import join_words, list_sources, pluralize
from bot.language.argument_types import InterviewSide, interview_sides, roles
from bot.registry import ContentContext
from bot.reply import Action, Bold, Bullets, Emphasis, Prose, Reply
from bot.roles.gaps import role_is_missing
from bot.roles.wording import take_fitting
from content import Content, InterviewTask, Role

_SHOWN = 3  # questions in the first answer
_LINES = 17  # that they may fill, of a phone's 25
_STAGES = {InterviewSide.CANDIDATES: "asked", InterviewSide.INTERVIEWERS: "screened"}
_TITLES = {
    InterviewSide.CANDIDATES: "All questions",
    InterviewSide.INTERVIEWERS: "For interviewers",
}


@command(
    Example("interview ai", shows=("fine-tun", "Shows", "KORE1")),
    Example("interview ml-engineer", shows=("production", "Samadov")),
    Example("interview ml tasks", shows=("leakage", "messy dataset")),
    aliases=("interviews", "screening", "screen"),
    keywords=("interview", "screen"),
)
async def interview(
    context: ContentContext,
    role: Annotated[Role, Arg("the role you interview for", roles)],
    side: Annotated[
        InterviewSide | None, Arg("all questions, or tasks for screening", interview_sides)
    ] = None,
) -> Reply:
    """See what interviewers ask.

    You get three questions first, with what the answer shows and who says so. Candidates can
    prepare with them, and interviewers can use them to screen candidates.
    """
    content = context.content
    if not role.interview:
        missing = role_is_missing(content, role, "interview questions", "interview")
        return Reply(missing.message, buttons=missing.actions)
    tasks = _tasks(role, side) if side else _strongest(role)
    bullets = tuple(_bullet(each, content, in_full=side is not None) for each in tasks)
    if side is None:
        bullets = take_fitting(bullets, _LINES)
    cited = (each.source for each in tasks[: len(bullets)])
    return Reply(
        _answer(role, side, f"({_short_names(tasks, content)})"),
        (Bullets(bullets), list_sources(cited, content)),
        buttons=(*_sides(role, side), *_other_roles(content, role)),
        more=tuple(_next_steps(content, role)),
        why=_every_task(role, side),
    )


def _every_task(role: Role, side: InterviewSide | None) -> Call:
    """Return the call that shows all questions; after those, the one that shows all tasks."""
    other = InterviewSide.INTERVIEWERS if side else InterviewSide.CANDIDATES
    return Call("interview", {"role": role.id, "side": other})


def _tasks(role: Role, side: InterviewSide) -> list[InterviewTask]:
    return [task for task in role.interview if task.stage == _STAGES[side]]


def _strongest(role: Role) -> list[InterviewTask]:
    """Return three tasks: the first question of each source, other questions, then screening."""
    asked = _tasks(role, InterviewSide.CANDIDATES)
    firsts = list({task.source: task for task in reversed(asked)}.values())[::-1]
    others = [*asked, *_tasks(role, InterviewSide.INTERVIEWERS)]
    return [*firsts, *(task for task in others if task not in firsts)][:_SHOWN]


def _answer(role: Role, side: InterviewSide | None, sources: str) -> str:
    count = len(_tasks(role, side)) if side else 0
    match side:
        case InterviewSide.CANDIDATES:
            return f"{pluralize(count, 'question')} for {role.name} interviews {sources}."
        case InterviewSide.INTERVIEWERS:
            return f"{pluralize(count, 'task')} for screening {role.name}s {sources}."
    return f"Be ready for this in {role.name} interviews {sources}."


def _short_names(tasks: Iterable[InterviewTask], content: Content) -> str:
    return join_words(dict.fromkeys(content.sources[task.source].short for task in tasks))


def _bullet(task: InterviewTask, content: Content, *, in_full: bool) -> Prose:
    """Return a question, what its answer shows (a sentence unless *in_full*) and its source."""
    shows = task.shows or ""
    if shows and not in_full:
        shows = shows.split(". ", 1)[0].rstrip(".") + "."
    source = Emphasis(f"({content.sources[task.source].short})")
    return Bold(task.task), f" Shows: {shows} " if shows else " ", source


def _sides(role: Role, shown: InterviewSide | None) -> Iterator[Action]:
    """Yield a button for each side that isn't shown and has questions or tasks."""
    for side, title in _TITLES.items():
        if side is not shown and _tasks(role, side):
            yield Action(title, Call("interview", {"role": role.id, "side": side}))


def _other_roles(content: Content, role: Role) -> Iterator[Action]:
    for each in content.roles_with_interviews():
        if each is not role:
            yield Action(f"For {each.name}s", Call("interview", {"role": each.id}))


def _next_steps(content: Content, role: Role) -> Iterator[Action]:
    if role in content.roles_with_plans():
        yield Action(f"Plan: {role.name}", Call("roadmap", {"to": role.id}))
    if role in content.roles_with_tools():
        yield Action(f"Tools: {role.name}", Call("tools", {"role": role.id}))
    yield Action("About these sources", Call("sources"))
