"""The way from where somebody is to a role."""

from collections.abc import Iterator
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import format_attributed, list_sources
from bot.language.argument_types import backgrounds, roles
from bot.registry import ContentContext
from bot.reply import Action, Actions, Bullets, Column, Heading, Node, Reply, Table
from content import Background, Content, Roadmap, Role, Statement, cited_sources


@command(
    Example("roadmap from swe to ai", shows=("2–3 months", "Samadov", "vector")),
    Example("roadmap from software-engineer to ml-engineer", shows=("12–18 months", "six months")),
    Example("roadmap data scientist ai", shows=("TypeScript",)),
    Example("roadmap beginner", shows=("AI Engineer", "ML Engineer", "9–24 months")),
    aliases=("plan", "path", "switch"),
    keywords=("become", "switch", "plan", "roadmap"),
)
async def roadmap(
    context: ContentContext,
    from_: Annotated[Background | None, Arg("where you start from", backgrounds)] = None,
    to: Annotated[Role | None, Arg("the role you want", roles)] = None,
) -> Reply:
    """Plan the way from your background to a role, step by step.

    You get the time that each source gives, what you bring along, the steps with their months and
    what to look out for. Without a start or a goal you get every plan that fits.
    """
    found = [
        each
        for each in context.content.roadmaps.values()
        if (from_ is None or each.start == from_.id) and (to is None or each.role == to.id)
    ]
    if not found:
        calls = (Call("roadmap", {"from": from_.id} if from_ else {}), Call("roadmap"))
        wider = {context.registry.shortest_line(call): call for call in calls}
        options = (Action(typed, call) for typed, call in wider.items())
        raise Refusal("No source of ours gives a plan for that way. Ask wider:", *options)
    many = len(found) > 2  # noqa: PLR2004  # two plans can be read side by side
    parts = _overview(context.content, found) if many else _plans(context.content, found)
    used = [source for each in found for source in cited_sources(each.time if many else each)]
    return Reply(
        (
            *parts,
            Actions(tuple(_next(context.content, found, many=many))),
            list_sources(used, context.content),
        )
    )


def _title(content: Content, plan: Roadmap) -> str:
    return f"{content.backgrounds[plan.start].name} to {content.roles[plan.role].name}"


def _overview(content: Content, found: list[Roadmap]) -> Iterator[Node]:
    """Give the time of every plan, one row for each."""
    yield Heading("How long each way takes")
    rows = tuple(
        (
            content.backgrounds[each.start].name,
            content.roles[each.role].name,
            "; ".join(_short(time, content) for time in each.time) or "not stated",
        )
        for each in found
    )
    yield Table((Column("from"), Column("to"), Column("time")), rows)


def _short(time: Statement, content: Content) -> str:
    return f"{time.brief or time.says} ({content.sources[time.source].short})"


def _plans(content: Content, found: list[Roadmap]) -> Iterator[Node]:
    for plan in found:
        yield Heading(_title(content, plan))
        yield from _section("Time", plan.time, content)
        yield from _section("What you bring", plan.brings, content)
        if plan.steps:
            yield Heading("Steps")
            columns = (Column("when"), Column("what to do"), Column("source"))
            rows = tuple(
                (each.when, each.do, content.sources[each.source].short) for each in plan.steps
            )
            yield Table(columns, rows)
        yield from _section("Look out", plan.cautions, content)


def _section(title: str, statements: tuple[Statement, ...], content: Content) -> Iterator[Node]:
    yield Heading(title)
    yield Bullets(tuple(format_attributed(each, content) for each in statements) or ("not stated",))


def _next(content: Content, found: list[Roadmap], *, many: bool) -> Iterator[Action]:
    """Lead on: into each plan, or to the ways beside it."""
    if many:
        for each in found:
            yield _to(content, each)
        return
    for each in content.roadmaps.values():
        beside = any(each.start == plan.start or each.role == plan.role for plan in found)
        if beside and each not in found:
            yield _to(content, each)
    for role in dict.fromkeys(plan.role for plan in found):
        name = content.roles[role].name
        yield Action(f"interviews: {name}", Call("interview", {"role": role}))
        yield Action(f"pay: {name}", Call("salary", {"role": role}))


def _to(content: Content, plan: Roadmap) -> Action:
    return Action(_title(content, plan), Call("roadmap", {"from": plan.start, "to": plan.role}))
