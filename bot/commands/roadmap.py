"""The command `roadmap`: plans from a background to a role."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import format_attributed, list_sources, source_tag
from bot.language.argument_types import PlanPart, backgrounds, plan_parts, roles
from bot.registry import ContentContext
from bot.reply import Action, Bold, Bullets, Emphasis, Fields, Node, Paragraph, Prose, Reply
from bot.roles.gaps import role_is_missing
from content import Background, Content, Roadmap, RoadmapStep, Role, Statement, cited_sources

_MAX_STEPS, _MAX_STEP_TEXT = 5, 330  # on the first screen: steps, and their characters
_MAX_TIMES = 1  # in addition to the one in the answer
_MAX_BUTTONS = 3  # of plans, in the row; the menu has the others
_PARTS = {
    PlanPart.TIME: "How long it takes",
    PlanPart.BRINGS: "What you bring",
    PlanPart.STEPS: "All steps",
    PlanPart.CAUTIONS: "Watch out",
}
_BUTTONS = (PlanPart.BRINGS, PlanPart.STEPS, PlanPart.CAUTIONS)


@command(
    Example("roadmap from swe to ai", shows=("2–3 months", "Samadov", "vector")),
    Example("roadmap from software-engineer to ml-engineer", shows=("12–18 months", "linear")),
    Example("roadmap data scientist ai", shows=("TypeScript",)),
    Example("roadmap beginner", shows=("AI Engineer", "ML Engineer", "9–24 months")),
    aliases=("plan", "path", "switch"),
    keywords=("become", "switch", "plan", "roadmap"),
)
async def roadmap(
    context: ContentContext,
    from_: Annotated[Background | None, Arg("where you start from", backgrounds)] = None,
    to: Annotated[Role | None, Arg("the role you want", roles)] = None,
    part: Annotated[PlanPart | None, Arg("only this part of the plan", plan_parts)] = None,
) -> Reply:
    """Get a learning plan.

    You see how long it takes and who says so, then the steps. What you bring along and what to
    watch out for are a click away. If you leave out where you start or the role you want, you see
    every plan that fits.
    """
    content = context.content
    found = [
        each
        for each in content.roadmaps.values()
        if (from_ is None or each.start == from_.id) and (to is None or each.role == to.id)
    ]
    if not found:
        raise _no_plan(context, from_, to)
    if len(found) > 1:
        return _list_plans(content, found)
    (plan,) = found
    return _show_part(content, plan, part) if part else _show_plan(content, plan)


def _no_plan(context: ContentContext, from_: Background | None, to: Role | None) -> Refusal:
    if to and to not in context.content.roles_with_plans():
        return role_is_missing(context.content, to, "a plan", "roadmap")
    calls = [Call("roadmap", {"from": from_.id})] if from_ else []
    calls.append(Call("roadmap"))
    message = "None of our sources has a plan for that. Try a broader question."
    return Refusal(message, *map(context.registry.action_for, calls))


def _title(content: Content, plan: Roadmap) -> str:
    return f"{content.backgrounds[plan.start].name} to {content.roles[plan.role].name}"


def _list_plans(content: Content, plans: Sequence[Roadmap]) -> Reply:
    """Return the time that each of several plans takes, by where you start from."""
    fields: list[tuple[str, Prose]] = []
    for start, own in groupby(plans, key=lambda plan: plan.start):
        goals = (f"{content.roles[plan.role].name}: {_first_time(content, plan)}" for plan in own)
        fields.append((content.backgrounds[start].name, "; ".join(goals)))
    times = [source for plan in plans for source in cited_sources(plan.time[:1])]
    actions = [Action(_title(content, each), _call(each)) for each in plans]
    return Reply(
        "How long it takes depends on where you start and where you want to go:",
        (Fields(tuple(fields)), list_sources(times, content)),
        buttons=tuple(actions[:_MAX_BUTTONS]),
        more=(*actions[_MAX_BUTTONS:], Action("About these sources", Call("sources"))),
    )


def _first_time(content: Content, plan: Roadmap) -> str:
    if not plan.time:
        return "no source gives a time"
    return f"{_short(plan.time[0])} ({content.sources[plan.time[0].source].short})"


def _short(statement: Statement) -> str:
    return statement.brief or statement.says


def _show_plan(content: Content, plan: Roadmap) -> Reply:
    """Return a plan's first screen: the time, the first steps, and the first caution."""
    answer = f"{_title(content, plan)}: no source says how long it takes."
    if plan.time:
        who = content.sources[plan.time[0].source].short
        answer = f"{_title(content, plan)}: {_short(plan.time[0])}, says {who}."
    nodes: list[Node] = []
    others = plan.time[1 : 1 + _MAX_TIMES]
    steps = tuple(_first_steps(plan))
    if others:
        also = (f"{_short(each)} ({content.sources[each.source].short})" for each in others)
        nodes.append(Paragraph((Bold("Also stated: "), "; ".join(also))))
    if steps:
        nodes.append(Bullets(tuple(_step(each, content) for each in steps)))
    if plan.cautions:
        caution = plan.cautions[0]
        tag = Emphasis(source_tag(caution.source, content, caution.credited))
        nodes.append(Paragraph((f"⚠ {_short(caution)} ", tag)))
    shown = (plan.time[:1], others, steps, plan.cautions[:1])
    nodes.append(list_sources(cited_sources(shown), content))
    return Reply(
        answer,
        tuple(nodes),
        buttons=tuple(_part_buttons(plan)),
        more=tuple(_next_steps(content, plan)),
        why=_call(plan, PlanPart.TIME),
    )


def _first_steps(plan: Roadmap) -> Iterator[RoadmapStep]:
    """Yield the steps that fit the first screen, at least one."""
    left = _MAX_STEP_TEXT
    for number, step in enumerate(plan.steps[:_MAX_STEPS]):
        left -= len(step.do)
        if left < 0 and number:
            return
        yield step


def _step(step: RoadmapStep, content: Content) -> Prose:
    tag = Emphasis(f" {source_tag(step.source, content)}")
    return (Bold(f"{step.when}: "), step.do, tag) if step.when else (step.do, tag)


def _show_part(content: Content, plan: Roadmap, part: PlanPart) -> Reply:
    """Return all statements on one part of a plan."""
    items = tuple(_items(content, plan, part))
    title = f"{_title(content, plan)}: {_PARTS[part].lower()}"
    if not items:
        title = f"{_title(content, plan)}: our sources don't cover this part."
    buttons = tuple(each for each in _part_buttons(plan) if each.call.args["part"] != part)
    sources = list_sources(cited_sources(getattr(plan, part)), content)
    nodes = (Bullets(items), sources) if items else ()
    why = _call(plan, PlanPart.CAUTIONS if part is PlanPart.TIME else PlanPart.TIME)
    more = tuple(_next_steps(content, plan, part))
    return Reply(title, nodes, buttons=buttons, more=more, why=why)


def _items(content: Content, plan: Roadmap, part: PlanPart) -> Iterator[Prose]:
    if part is PlanPart.STEPS:
        yield from (_step(each, content) for each in plan.steps)
        return
    statements: tuple[Statement, ...] = getattr(plan, part)
    yield from (format_attributed(each, content) for each in statements)


def _part_buttons(plan: Roadmap) -> Iterator[Action]:
    for part in _BUTTONS:
        yield Action(_PARTS[part], _call(plan, part))


def _call(plan: Roadmap, part: PlanPart | None = None) -> Call:
    only = {"part": str(part)} if part else {}
    return Call("roadmap", {"from": plan.start, "to": plan.role, **only})


def _next_steps(content: Content, plan: Roadmap, shown: PlanPart | None = None) -> Iterator[Action]:
    """Yield lines for all times, similar plans, and the role's interviews, pay and tools.

    The line for the part that is *shown* is left out.
    """
    name = content.roles[plan.role].name
    if shown is not PlanPart.TIME:
        yield Action(_PARTS[PlanPart.TIME], _call(plan, PlanPart.TIME))
    for each in content.roadmaps.values():
        if each is not plan and (each.start == plan.start or each.role == plan.role):
            yield Action(_title(content, each), _call(each))
    yield Action(f"Interviews: {name}", Call("interview", {"role": plan.role}))
    yield Action(f"Pay: {name}", Call("salary", {"role": plan.role}))
    yield Action(f"Tools: {name}", Call("tools", {"role": plan.role}))
    yield Action("About these sources", Call("sources"))
