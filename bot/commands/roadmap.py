"""The command `roadmap`: plans from a background to a role."""

from collections.abc import Iterator
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import format_attributed, list_sources
from bot.language.argument_types import backgrounds, roles
from bot.registry import ContentContext
from bot.reply import Action, Bullets, Column, Heading, Node, Reply, Table
from content import Background, Content, Roadmap, Role, Statement, cited_sources

_MAX_FULL_PLANS = 2


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
        lines = {context.registry.shortest_line(call): call for call in calls}
        actions = (Action(line, call) for line, call in lines.items())
        raise Refusal("No source of ours gives a plan for that way. Ask wider:", *actions)
    is_overview = len(found) > _MAX_FULL_PLANS
    nodes = (
        _overview(context.content, found) if is_overview else _full_plans(context.content, found)
    )
    used = [
        source for each in found for source in cited_sources(each.time if is_overview else each)
    ]
    return Reply(
        "How long it takes" if is_overview else _title(context.content, found[0]),
        (*nodes, list_sources(used, context.content)),
        buttons=tuple(_next_steps(context.content, found, is_overview=is_overview)),
    )


def _title(content: Content, plan: Roadmap) -> str:
    return f"{content.backgrounds[plan.start].name} to {content.roles[plan.role].name}"


def _overview(content: Content, plans: list[Roadmap]) -> Iterator[Node]:
    """Yield a heading and a table with the time that each plan takes."""
    rows = tuple(
        (
            content.backgrounds[each.start].name,
            content.roles[each.role].name,
            "; ".join(_short_time(time, content) for time in each.time) or "not stated",
        )
        for each in plans
    )
    yield Table((Column("from"), Column("to"), Column("time")), rows)


def _short_time(time: Statement, content: Content) -> str:
    return f"{time.brief or time.says} ({content.sources[time.source].short})"


def _full_plans(content: Content, plans: list[Roadmap]) -> Iterator[Node]:
    for plan in plans:
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


def _next_steps(content: Content, plans: list[Roadmap], *, is_overview: bool) -> Iterator[Action]:
    """Yield buttons: for an overview, one for each of *plans*.

    Otherwise yield buttons for similar plans, and for interviews and pay for the plans' roles.
    """
    if is_overview:
        for each in plans:
            yield _open_plan(content, each)
        return
    for each in content.roadmaps.values():
        is_similar = any(each.start == plan.start or each.role == plan.role for plan in plans)
        if is_similar and each not in plans:
            yield _open_plan(content, each)
    for role in dict.fromkeys(plan.role for plan in plans):
        name = content.roles[role].name
        yield Action(f"interviews: {name}", Call("interview", {"role": role}))
        yield Action(f"pay: {name}", Call("salary", {"role": role}))


def _open_plan(content: Content, plan: Roadmap) -> Action:
    return Action(_title(content, plan), Call("roadmap", {"from": plan.start, "to": plan.role}))
