"""How much a role needs a tool, according to the sources."""

from collections import Counter
from collections.abc import Iterable

from bot.roles.facts import NEED_LABELS
from content import Content, Role, Tool

_GRADES = {"must-know": "must know", "nice-to-have": "nice to have", "used": "mentioned"}


def tools_for(content: Content, roles: Iterable[Role]) -> list[Tool]:
    """Return the tools that a source names for at least one of *roles*."""
    ids = {role.id for role in roles}
    return [tool for tool in content.tools.values() if any(n.role in ids for n in tool.needs)]


def strongest_need(tool: Tool, role: Role) -> str | None:
    """Return the strongest of NEED_LABELS that a source states for *tool* and *role*, or None."""
    stated = {need.need for need in tool.needs if need.role == role.id}
    return next((need for need in NEED_LABELS if need in stated), None)


def describe_needs(content: Content, tool: Tool, role: Role, unlabeled: str = "") -> str:
    """Return how much *role* needs *tool* with sources: "must know: KORE1; mentioned: Howell".

    The label of the need *unlabeled* is left out. Return "" if no source names the tool for it.
    """
    parts = []
    for need, label in _GRADES.items():
        own = [each for each in tool.needs if each.role == role.id and each.need == need]
        names = ", ".join(content.sources[each.source].short for each in own)
        if own:
            parts.append(names if need == unlabeled else f"{label}: {names}")
    return "; ".join(parts)


def needs_disagree(tool: Tool, role: Role) -> bool:
    """Return whether one source calls *tool* a must for *role* and another merely nice to have."""
    return len({need.need for need in tool.needs if need.role == role.id} - {"used"}) > 1


def sources_of_need(
    content: Content, tools: Iterable[Tool], role: Role, need: str
) -> tuple[str, ...]:
    """Return the names of the sources that state *need* for *role*, that with most tools first."""
    counts = Counter(
        each.source
        for tool in tools
        for each in tool.needs
        if each.role == role.id and each.need == need
    )
    return tuple(content.sources[source].short for source, _ in counts.most_common())


def list_names(tools: Iterable[Tool], most: int | None = None) -> str:
    """Return the names of *tools* with commas; beyond *most* of them, how many more there are."""
    names = [tool.name for tool in tools]
    if most is None or len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
