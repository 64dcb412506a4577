"""Two roles side by side."""

from typing import Annotated

from bot.call import Call
from bot.catalog import Lookup
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import small_print
from bot.language.argument_types import Aspect, aspects, roles
from bot.reply import Choice, Choices, Reply
from bot.roles.comparison import Comparison
from bot.roles.coverage import with_plans, with_tools
from bot.roles.facts import contrasts
from content import Content, Dimension, Role, View


@command(
    Example("compare", shows=("AI Engineer", "ML Engineer", "KORE1", "Pay at each level")),
    Example('compare "AI Engineer" vs "ML Engineer"', shows=("Where each hire goes wrong",)),
    Example("compare ai ml pay", shows=("$120K–$160K", "£105K")),
    Example("compare ml ai maths", shows=("Core maths", "linear algebra")),
    Example("compare ai ml timeline", shows=("Software engineer", "2–3 months")),
    aliases=("vs", "versus", "difference"),
    cues=("compare", "difference", "differ", "skill"),
)
async def compare(
    lookup: Lookup,
    role: Annotated[Role | None, Arg("the first role", roles)] = None,
    other: Annotated[Role | None, Arg("the second role", roles)] = None,
    aspect: Annotated[Aspect | None, Arg("only this: skills, tools, day, pay, …", aspects)] = None,
) -> Reply:
    """Compare two roles: the work, skills, pay, hiring.

    Without an aspect: both at a glance, then dimension by dimension, the key differences, pay at
    each level, where each hire goes wrong and what would make you choose each. With an aspect:
    everything that any source says on it. What no source says reads "not stated".
    """
    pair = _pair(lookup.content, role, other)
    comparison = Comparison(lookup.content, pair)
    nodes = tuple(comparison.overview() if aspect is None else comparison.narrowed(aspect))
    used = comparison.sources(aspect)
    return Reply((*nodes, Choices(_next(lookup, pair, aspect)), small_print(used, lookup.content)))


def _pair(content: Content, a: Role | None, b: Role | None) -> tuple[Role, Role]:
    """Fill up to two different roles with those that the content names first."""
    if a is not None and a is b:
        options = (
            Choice(f"compare with {role.name}", Call("compare", {"role": a.id, "other": role.id}))
            for role in content.roles.values()
            if role is not a
        )
        raise Refusal(f"Both are {a.name}. Name two different roles.", *list(options)[:4])
    named = [role for role in (a, b) if role is not None]
    rest = [role for role in content.roles.values() if role not in named]
    first, second, *_ = [*named, *rest]
    return first, second


def _next(lookup: Lookup, pair: tuple[Role, Role], aspect: Aspect | None) -> tuple[Choice, ...]:
    """Lead on: pay, tools, plans, and the groups of dimensions in full."""
    both = {"role": pair[0].id, "other": pair[1].id}
    named = {"role": pair[0].id, "other": pair[1].id}
    found = [Choice("pay in full", Call("salary", named))]
    tools, plans = with_tools(lookup.content), with_plans(lookup.content)
    for title, name, key, known in (
        ("tools", "tools", "role", tools),
        ("plan", "roadmap", "to", plans),
    ):
        found += [
            Choice(f"{title}: {each.name}", Call(name, {key: each.id}))
            for each in pair
            if each in known
        ]
    if aspect is None:
        found += [
            Choice(f"all on {each.name.lower()}", Call("compare", {**both, "aspect": each.id}))
            for each in lookup.content.dimensions.values()
            if each.view is View.CONTRASTS and contrasts(lookup.content, pair)
        ]
        found += [
            Choice(f"more on {group.name}", Call("compare", {**both, "aspect": group.id}))
            for group in lookup.content.groups.values()
            if Comparison(lookup.content, pair).sources(group)
        ]
    else:
        found.append(Choice("the whole comparison", Call("compare", both)))
        found += [
            Choice(each.name, Call("compare", {**both, "aspect": each.id}))
            for each in lookup.content.dimensions.values()
            if isinstance(aspect, Dimension) and each.group == aspect.group and each is not aspect
        ]
    return tuple(found)
