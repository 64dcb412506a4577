"""The command `interview`: questions and tasks for candidates."""

from collections.abc import Iterator
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import UNSTATED, list_sources
from bot.language.argument_types import roles
from bot.registry import ContentContext
from bot.reply import Action, Column, Heading, Node, Paragraph, Reply, Table
from content import Content, InterviewTask, Role

_STAGES = {"asked": "What they are asked", "screened": "How they are screened"}


@command(
    Example("interview ai", shows=("fine-tun", "What the answer shows", "KORE1")),
    Example("interview ml-engineer", shows=("leakage", "production")),
    aliases=("interviews", "screening", "screen"),
    keywords=("interview", "screen"),
)
async def interview(
    context: ContentContext,
    role: Annotated[Role, Arg("the role to be interviewed for", roles)],
) -> Reply:
    """See what interviewers ask.

    For each question or task: what it is, what the answer shows, and who says so. For candidates
    to prepare by, and for interviewers to screen by.
    """
    parts = [node for stage in _STAGES for node in _stage_table(context.content, role, stage)]
    return Reply(
        f"Interviews: {role.name}",
        (
            *(parts or [Paragraph(f"Interviews for this role: {UNSTATED}.")]),
            list_sources((probe.source for probe in role.interview), context.content),
        ),
        buttons=tuple(_next_steps(context.content, role)),
    )


def _stage_table(content: Content, role: Role, stage: str) -> Iterator[Node]:
    probes = [probe for probe in role.interview if probe.stage == stage]
    if probes:
        yield Heading(_STAGES[stage])
        columns = (Column("task"), Column("What the answer shows"), Column("source"))
        yield Table(columns, tuple(_row(content, probe) for probe in probes))


def _row(content: Content, probe: InterviewTask) -> tuple[str, str, str]:
    return probe.task, probe.shows or UNSTATED, content.sources[probe.source].short


def _next_steps(content: Content, role: Role) -> Iterator[Action]:
    for each in content.roles_with_interviews():
        if each is not role:
            yield Action(f"interviews: {each.name}", Call("interview", {"role": each.id}))
    if role in content.roles_with_plans():
        yield Action(f"plan: {role.name}", Call("roadmap", {"to": role.id}))
    if role in content.roles_with_tools():
        yield Action(f"tools: {role.name}", Call("tools", {"role": role.id}))
