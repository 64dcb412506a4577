"""The command `compare`: two roles side by side."""

from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import list_sources
from bot.language.argument_types import Aspect, aspects, roles
from bot.registry import ContentContext
from bot.reply import Action, Reply
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
    """Compare two roles side by side.

    Without an aspect: both at a glance, then dimension by dimension, the key differences, pay at
    each level, where each hire goes wrong and what would make you choose each. With an aspect:
    everything that any source says on it. What no source says reads "not stated".
    """
    pair = _choose_roles(context.content, role, other)
    comparison = Comparison(context.content, pair)
    nodes = tuple(
        comparison.build_overview() if aspect is None else comparison.build_aspect(aspect)
    )
    return Reply(
        " or ".join(each.name for each in pair),
        (*nodes, list_sources(comparison.source_ids(aspect), context.content)),
        more=_next_steps(context.content, pair, aspect),
    )


def _choose_roles(content: Content, first: Role | None, second: Role | None) -> tuple[Role, Role]:
    """Return the two roles; if one is None, the first other role in the content replaces it.

    Raise Refusal if *first* and *second* are the same role.
    """
    if first is not None and first is second:
        others = [role for role in content.roles.values() if role is not first][:4]
        actions = [
            Action(
                f"compare with {each.name}", Call("compare", {"role": first.id, "other": each.id})
            )
            for each in others
        ]
        raise Refusal(f"Both are {first.name}. Name two different roles.", *actions)
    named = [role for role in (first, second) if role is not None]
    rest = [role for role in content.roles.values() if role not in named]
    one, two, *_ = [*named, *rest]
    return one, two


def _next_steps(
    content: Content, pair: tuple[Role, Role], aspect: Aspect | None
) -> tuple[Action, ...]:
    """Return buttons for the pair's pay, tools and plans, and for other parts of the comparison."""
    both = {"role": pair[0].id, "other": pair[1].id}
    tools, plans = content.roles_with_tools(), content.roles_with_plans()
    actions = [
        Action("pay in full", Call("salary", both)),
        *(Action(f"tools: {r.name}", Call("tools", {"role": r.id})) for r in pair if r in tools),
        *(Action(f"plan: {r.name}", Call("roadmap", {"to": r.id})) for r in pair if r in plans),
    ]
    aspects: list[tuple[str, Aspect]] = []
    dimensions = content.dimensions.values()
    if aspect is None:
        if find_contrasts(content, pair):
            of_contrasts = (each for each in dimensions if each.view is FactOrigin.CONTRASTS)
            aspects += [(f"all on {each.name.lower()}", each) for each in of_contrasts]
        comparison = Comparison(content, pair)
        groups = (group for group in content.groups.values() if comparison.source_ids(group))
        aspects += [(f"more on {group.name}", group) for group in groups]
    else:
        actions.append(Action("the whole comparison", Call("compare", both)))
        if isinstance(aspect, Dimension):
            siblings = (each for each in dimensions if each.group == aspect.group)
            aspects += [(each.name, each) for each in siblings if each is not aspect]
    actions += [
        Action(label, Call("compare", {**both, "aspect": each.id})) for label, each in aspects
    ]
    return tuple(actions)
