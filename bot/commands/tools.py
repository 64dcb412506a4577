"""The command `tools`: the tools of a role, and which sources name them."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import UNSTATED, list_sources
from bot.language.argument_types import categories, roles
from bot.language.argument_types import tools as tool_names
from bot.registry import ContentContext
from bot.reply import (
    Action,
    Bold,
    Bullets,
    Column,
    Fields,
    Heading,
    Link,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
)
from bot.roles.facts import NEED_LABELS
from content import Content, Role, Tool, ToolCategory

_GRADE_LABELS = {"must-know": "must know", "nice-to-have": "nice to have", "used": "named"}
_NO_DIFFERENCE = "No two sources grade one of these differently; they differ in what they name."


@command(
    Example("tools ai", shows=("Must know", "pgvector", "Samadov")),
    Example("tools ml-engineer", shows=("PyTorch", "MLflow", "Nice to have")),
    Example("tools", shows=("AI Engineer", "ML Engineer", "Python")),
    Example("tools pytorch", shows=("Licence", "pytorch.org")),
    aliases=("tool", "stack", "toolbox"),
    keywords=("tool", "stack", "framework", "library"),
)
async def tools(
    context: ContentContext,
    role: Annotated[Role | None, Arg("whose tools; every role's without it", roles)] = None,
    category: Annotated[
        ToolCategory | None, Arg("only one shelf: languages, …", categories)
    ] = None,
    tool: Annotated[Tool | None, Arg("everything on a single tool", tool_names)] = None,
) -> Reply:
    """List the tools of a role, and who says so.

    Tools stand under the strongest grade that a source gives them: must know, nice to have, or
    named as used. Where sources grade a tool differently, or roles share it, the answer says so.
    """
    if tool is not None:
        return _tool_details(context, tool)
    wanted = (role,) if role else context.content.roles_with_tools()
    found = [
        each
        for each in _tools_for(context.content, wanted)
        if category is None or each.category == category.id
    ]
    if not found:
        raise _no_tools(context, role, category)
    names = " and ".join(each.name for each in wanted)
    shelf = f" · {category.name}" if category else ""
    if role:
        tables = _role_tables(context.content, role, found)
    else:
        tables = _comparison_table(context.content, found)
    return Reply(
        f"Tools: {names}{shelf}",
        (
            *tables,
            *_disagreements(context.content, found, wanted),
            list_sources((need.source for each in found for need in each.needs), context.content),
        ),
        buttons=tuple(_next_steps(context.content, role, category)),
    )


def _tools_for(content: Content, roles: Iterable[Role]) -> list[Tool]:
    """Return the tools that a source names for at least one of *roles*."""
    ids = {role.id for role in roles}
    return [tool for tool in content.tools.values() if any(n.role in ids for n in tool.needs)]


def _role_tables(content: Content, role: Role, tools: list[Tool]) -> Iterator[Node]:
    """Yield a table of tools for each grade, then a list of those shared with other roles.

    A grade says how much a role needs a tool, such as "must know".
    """
    columns = (Column("tool"), Column("what it is for"), Column("who says so"))
    for grade, title in NEED_LABELS.items():
        graded = [each for each in tools if _strongest_grade(each, role) == grade]
        if graded:
            yield Heading(title)
            rows = tuple(
                (each.name, each.purpose, _sources_by_grade(content, each, role, omit_grade=grade))
                for each in graded
            )
            yield Table(columns, rows)
    shared = [tool.name for tool in tools if any(need.role != role.id for need in tool.needs)]
    if shared:
        yield Paragraph((Bold("Shared with other roles: "), f"{', '.join(shared)}."))


def _comparison_table(content: Content, tools: list[Tool]) -> Iterator[Node]:
    """Yield a table of tools with a column for each role, then the tools that roles share."""
    roles = content.roles_with_tools()
    columns = (Column("tool"), *(Column(role.name) for role in roles))
    rows = tuple(
        (tool.name, *(_sources_by_grade(content, tool, role) or "not named" for role in roles))
        for tool in tools
    )
    yield Table(columns, rows)
    shared = [tool.name for tool in tools if len({need.role for need in tool.needs}) > 1]
    if shared:
        yield Paragraph((Bold("Shared by the roles: "), f"{', '.join(shared)}."))


def _strongest_grade(tool: Tool, role: Role) -> str | None:
    """Return the strongest grade that any source gives *tool* for *role*, or None.

    A grade says how much a role needs a tool, such as "must know".
    """
    grades = {need.need for need in tool.needs if need.role == role.id}
    return next((grade for grade in NEED_LABELS if grade in grades), None)


def _sources_by_grade(content: Content, tool: Tool, role: Role, omit_grade: str = "") -> str:
    """Return the grades of *tool* for *role*, each with sources: "must know: KORE1, Samadov".

    A grade says how much a role needs a tool. The name of the grade *omit_grade* is left out.
    """
    parts = []
    for grade in NEED_LABELS:
        own = [each for each in tool.needs if each.role == role.id and each.need == grade]
        label = "" if grade == omit_grade else f"{_GRADE_LABELS[grade]}: "
        if own:
            parts.append(label + ", ".join(content.sources[each.source].short for each in own))
    return "; ".join(parts)


def _disagreements(content: Content, tools: list[Tool], roles: tuple[Role, ...]) -> Iterator[Node]:
    """Yield a list of the tools that some sources call more important for a role than others do."""
    differing = tuple(
        f"{tool.name} for {role.name}: {_sources_by_grade(content, tool, role)}."
        for role in roles
        for tool in tools
        if len({need.need for need in tool.needs if need.role == role.id} - {"used"}) > 1
    )
    yield Heading("Where sources differ")
    yield Bullets(differing or (_NO_DIFFERENCE,))


def _tool_details(context: ContentContext, tool: Tool) -> Reply:
    homepage: Prose = (Link(tool.homepage, tool.homepage),) if tool.homepage else UNSTATED
    needs = tuple(
        (
            context.content.roles[need.role].name,
            f"{_GRADE_LABELS[need.need]} ({context.content.sources[need.source].short})",
        )
        for need in tool.needs
    )
    facts = (
        ("What it is for", tool.purpose),
        ("Category", context.content.categories[tool.category].name),
        *needs,
        ("Licence", tool.licence or UNSTATED),
        ("Homepage", homepage),
    )
    shelf = Call("tools", {"category": tool.category})
    choices = [Action(f"more: {context.content.categories[tool.category].name}", shelf)]
    choices += [
        Action(f"tools for {context.content.roles[role].name}", Call("tools", {"role": role}))
        for role in dict.fromkeys(need.role for need in tool.needs)
    ]
    used = list_sources((need.source for need in tool.needs), context.content)
    return Reply(
        tool.name,
        (
            Fields(facts),
            used,
        ),
        buttons=tuple(choices),
    )


def _no_tools(context: ContentContext, role: Role | None, category: ToolCategory | None) -> Refusal:
    whose = f" for {role.name}" if role else ""
    shelf = f" under {category.name}" if category else ""
    named = role in context.content.roles_with_tools()
    wider = [Call("tools", {"role": role.id} if role and named else {})]
    wider += [Call("tools", {"category": category.id})] if role and category else []
    options = (Action(context.registry.shortest_line(call), call) for call in wider)
    return Refusal(f"No source of ours names a tool{whose}{shelf}. Ask wider:", *options)


def _next_steps(
    content: Content, role: Role | None, category: ToolCategory | None
) -> Iterator[Action]:
    """Yield buttons for the other roles, the categories and the role's plan."""
    kept = {"category": category.id} if category else {}
    for each in content.roles_with_tools():
        shelves = {tool.category for tool in _tools_for(content, (each,))}
        if each is not role and shelves and (category is None or category.id in shelves):
            yield Action(each.name, Call("tools", {"role": each.id, **kept}))
    if category is None:
        named = {"role": role.id} if role else {}
        wanted = (role,) if role else content.roles_with_tools()
        for shelf in dict.fromkeys(tool.category for tool in _tools_for(content, wanted)):
            label = content.categories[shelf].name
            yield Action(label, Call("tools", {**named, "category": shelf}))
    else:
        yield Action("every category", Call("tools", {"role": role.id} if role else {}))
    if role in content.roles_with_plans():
        yield Action(f"plan: {role.name}", Call("roadmap", {"to": role.id}))
