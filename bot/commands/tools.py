"""What a role works with."""

from collections.abc import Iterator
from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Example, command
from bot.dimensions import GRADES
from bot.errors import Refusal
from bot.reply import (
    Bullets,
    Choice,
    Choices,
    Column,
    Facts,
    Heading,
    Link,
    Node,
    Paragraph,
    Prose,
    Reply,
    Strong,
    Table,
)
from bot.vocabulary import categories, roles
from bot.vocabulary import tools as tool_names
from bot.wording import UNSTATED, small_print
from content import Category, Content, Role, Tool


@command(
    Example("tools ai", shows=("Must know", "pgvector", "Samadov")),
    Example("tools ml-engineer", shows=("PyTorch", "MLflow", "Nice to have")),
    Example("tools", shows=("AI Engineer", "ML Engineer", "Python")),
    Example("tools pytorch", shows=("Licence", "pytorch.org")),
    aliases=("tool", "stack", "toolbox"),
)
async def tools(
    ask: Ask,
    role: Annotated[Role | None, Arg("whose tools; every role's without it", roles)] = None,
    category: Annotated[Category | None, Arg("only one shelf: languages, …", categories)] = None,
    tool: Annotated[Tool | None, Arg("everything on a single tool", tool_names)] = None,
) -> Reply:
    """List the tools of a role, and who says so.

    Tools stand under the strongest grade that a source gives them: must know, nice to have, or
    named as used. Where sources grade a tool differently, or roles share it, the answer says so.
    """
    if tool is not None:
        return _one(ask, tool)
    wanted = (role,) if role else tuple(each for each in ask.content.roles.values())
    found = [
        each
        for each in ask.content.tools.values()
        if (category is None or each.category == category.id)
        and any(need.role == one.id for need in each.needs for one in wanted)
    ]
    if not found:
        raise _nothing(ask, role, category)
    shared = [each for each in found if len({need.role for need in each.needs}) > 1]
    parts = " · ".join(each.name for each in (*wanted, *filter(None, [category])))
    return Reply(
        (
            Heading(f"Tools: {parts}"),
            *_shared(shared),
            *(node for one in wanted for node in _of_role(ask.content, one, found, many=not role)),
            *_differences(ask.content, found, wanted),
            Choices(tuple(_next(ask.content, role, category))),
            small_print((need.source for each in found for need in each.needs), ask.content),
        )
    )


def _shared(shared: list[Tool]) -> Iterator[Node]:
    if shared:
        names = ", ".join(tool.name for tool in shared)
        yield Paragraph((Strong("Shared by the roles: "), f"{names}."))


def _of_role(content: Content, role: Role, found: list[Tool], *, many: bool) -> Iterator[Node]:
    """Give a role's tools, one table for each grade."""
    columns = (Column("tool"), Column("what it is for"), Column("who says so"))
    for grade in GRADES:
        graded = [each for each in found if _grade(each, role) == grade]
        if graded:
            prefix = f"{role.name}: " if many else ""
            yield Heading(prefix + (GRADES[grade].lower() if many else GRADES[grade]))
            rows = tuple((each.name, each.purpose, _who(content, each, role)) for each in graded)
            yield Table(columns, rows)


def _grade(tool: Tool, role: Role) -> str | None:
    """Give the strongest grade that a source gives *tool* for *role*."""
    grades = {need.need for need in tool.needs if need.role == role.id}
    return next((grade for grade in GRADES if grade in grades), None)


def _who(content: Content, tool: Tool, role: Role) -> str:
    own = [need for need in tool.needs if need.role == role.id]
    same = len({need.need for need in own}) == 1
    return ", ".join(
        content.sources[need.source].short + ("" if same else f" ({GRADES[need.need].lower()})")
        for need in own
    )


def _differences(content: Content, found: list[Tool], wanted: tuple[Role, ...]) -> Iterator[Node]:
    """Name the tools that sources grade differently for the same role."""
    differing = tuple(
        f"{tool.name} for {role.name}: {_who(content, tool, role)}"
        for role in wanted
        for tool in found
        if len({need.need for need in tool.needs if need.role == role.id} - {"used"}) > 1
    )
    yield Heading("Where sources differ")
    yield (
        Bullets(differing)
        if differing
        else Paragraph(
            "No two sources grade one of these tools differently. Most are named by just one."
        )
    )


def _one(ask: Ask, tool: Tool) -> Reply:
    """Give everything on one tool."""
    homepage: Prose = (Link(tool.homepage, tool.homepage),) if tool.homepage else UNSTATED
    needs = tuple(
        (
            ask.content.roles[need.role].name,
            f"{GRADES[need.need].lower()} ({ask.content.sources[need.source].short})",
        )
        for need in tool.needs
    )
    facts = (
        ("What it is for", tool.purpose),
        ("Category", ask.content.categories[tool.category].name),
        *needs,
        ("Licence", tool.licence or UNSTATED),
        ("Homepage", homepage),
    )
    shelf = Call("tools", {"category": tool.category})
    choices = [Choice(f"more {ask.content.categories[tool.category].name.lower()}", shelf)]
    choices += [
        Choice(f"tools for {ask.content.roles[role].name}", Call("tools", {"role": role}))
        for role in dict.fromkeys(need.role for need in tool.needs)
    ]
    used = small_print((need.source for need in tool.needs), ask.content)
    return Reply((Heading(tool.name), Facts(facts), Choices(tuple(choices)), used))


def _nothing(ask: Ask, role: Role | None, category: Category | None) -> Refusal:
    whose = f" for {role.name}" if role else ""
    shelf = f" under {category.name}" if category else ""
    wider = [Call("tools", {"role": role.id} if role else {})]
    wider += [Call("tools", {"category": category.id})] if role and category else []
    options = (Choice(ask.app.shortest(call), call) for call in wider)
    return Refusal(f"No source of ours names a tool{whose}{shelf}. Ask wider:", *options)


def _next(content: Content, role: Role | None, category: Category | None) -> Iterator[Choice]:
    """Lead on: the other roles, the shelves, the plan."""
    kept = {"category": category.id} if category else {}
    for each in content.roles.values():
        if each is not role:
            yield Choice(each.name, Call("tools", {"role": each.id, **kept}))
    if category is None:
        for shelf in content.categories.values():
            named = {"role": role.id} if role else {}
            yield Choice(shelf.name.lower(), Call("tools", {**named, "category": shelf.id}))
    else:
        yield Choice("every category", Call("tools", {"role": role.id} if role else {}))
    if role:
        yield Choice(f"plan: {role.name}", Call("roadmap", {"to": role.id}))
