"""Two roles side by side."""

from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import list_sources
from bot.language.argument_types import Aspect, aspects, roles
from bot.registry import ContentContext
from bot.reply import Action, Actions, Reply
from bot.roles.comparison import Comparison
from bot.roles.facts import find_contrasts
from content import Content, Dimension, FactOrigin, Role


@command(
    Example("compare", shows=("AI Engineer", "ML Engineer", "KORE1", "Pay at each level")),
    Example('compare "AI Engineer" vs "ML Engineer"', shows=("Where each hire goes wrong",)),
    Example("compare ai ml pay", shows=("$120K–$160K", "£105K")),
    Example("compare ml ai maths", shows=("Core maths", "linear algebra")),
    Example("compare ai ml timeline", shows=("Software engineer", "2–3 months")),
    aliases=("vs", "versus", "difference"),
    keywords=("compare", "difference", "differ", "skill"),
)
async def compare(
    context: ContentContext,
    role: Annotated[Role | None, Arg("the first role", roles)] = None,
    other: Annotated[Role | None, Arg("the second role", roles)] = None,
    aspect: Annotated[Aspect | None, Arg("only this: skills, tools, day, pay, …", aspects)] = None,
) -> Reply:
    """Compare two roles: the work, skills, pay, hiring.

    Without an aspect: both at a glance, then dimension by dimension, the key differences, pay at
    each level, where each hire goes wrong and what would make you choose each. With an aspect:
    everything that any source says on it. What no source says reads "not stated".
    """
    pair = _pair(context.content, role, other)
    comparison = Comparison(context.content, pair)
    nodes = tuple(
        comparison.build_overview() if aspect is None else comparison.build_aspect(aspect)
    )
    used = comparison.source_ids(aspect)
    return Reply(
        (*nodes, Actions(_next(context, pair, aspect)), list_sources(used, context.content))
    )


def _pair(content: Content, a: Role | None, b: Role | None) -> tuple[Role, Role]:
    """Fill up to two different roles with those that the content names first."""
    if a is not None and a is b:
        options = (
            Action(f"compare with {role.name}", Call("compare", {"role": a.id, "other": role.id}))
            for role in content.roles.values()
            if role is not a
        )
        raise Refusal(f"Both are {a.name}. Name two different roles.", *list(options)[:4])
    named = [role for role in (a, b) if role is not None]
    rest = [role for role in content.roles.values() if role not in named]
    first, second, *_ = [*named, *rest]
    return first, second


def _next(
    context: ContentContext, pair: tuple[Role, Role], aspect: Aspect | None
) -> tuple[Action, ...]:
    """Lead on: pay, tools, plans, and the groups of dimensions in full."""
    both = {"role": pair[0].id, "other": pair[1].id}
    named = {"role": pair[0].id, "other": pair[1].id}
    found = [Action("pay in full", Call("salary", named))]
    tools, plans = context.content.roles_with_tools(), context.content.roles_with_plans()
    for title, name, key, known in (
        ("tools", "tools", "role", tools),
        ("plan", "roadmap", "to", plans),
    ):
        found += [
            Action(f"{title}: {each.name}", Call(name, {key: each.id}))
            for each in pair
            if each in known
        ]
    if aspect is None:
        found += [
            Action(f"all on {each.name.lower()}", Call("compare", {**both, "aspect": each.id}))
            for each in context.content.dimensions.values()
            if each.view is FactOrigin.CONTRASTS and find_contrasts(context.content, pair)
        ]
        found += [
            Action(f"more on {group.name}", Call("compare", {**both, "aspect": group.id}))
            for group in context.content.groups.values()
            if Comparison(context.content, pair).source_ids(group)
        ]
    else:
        found.append(Action("the whole comparison", Call("compare", both)))
        found += [
            Action(each.name, Call("compare", {**both, "aspect": each.id}))
            for each in context.content.dimensions.values()
            if isinstance(aspect, Dimension) and each.group == aspect.group and each is not aspect
        ]
    return tuple(found)
