"""The command `tools`: the tools of a role, and which sources name them."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.formatting import UNSTATED, join_words, list_sources, pluralize
from bot.language.argument_types import ToolView, categories, roles, tool_views
from bot.language.argument_types import tools as tool_names
from bot.registry import ContentContext
from bot.reply import (
    Action,
    Bold,
    Bullets,
    Emphasis,
    Fields,
    Heading,
    Inline,
    Link,
    Node,
    Paragraph,
    Prose,
    Reply,
)
from bot.roles.facts import NEED_LABELS
from bot.roles.gaps import role_is_missing
from bot.roles.tool_needs import (
    describe_needs,
    list_names,
    needs_disagree,
    sources_of_need,
    strongest_need,
    tools_for,
)
from content import Content, Role, Tool, ToolCategory

_MUST, _NICE, _MENTIONED = NEED_LABELS
_MAX_MUSTS, _MAX_OTHERS = 20, 7  # names on the first screen
_ALL_SOURCES = Action("About these sources", Call("sources"))


@command(
    Example("tools ai", shows=("a must", "pgvector", "Samadov")),
    Example("tools ml-engineer", shows=("PyTorch", "MLflow", "Nice to have")),
    Example("tools", shows=("AI Engineer", "ML Engineer", "Python")),
    Example("tools pytorch", shows=("License", "pytorch.org")),
    aliases=("tool", "stack", "toolbox"),
    keywords=("tool", "stack", "framework", "library"),
)
async def tools(
    context: ContentContext,
    role: Annotated[
        Role | None, Arg("the role; all roles by default", roles, resets=("tool",))
    ] = None,
    category: Annotated[
        ToolCategory | None,
        Arg("only one category: languages, …", categories, resets=("tool",)),
    ] = None,
    tool: Annotated[Tool | None, Arg("everything about one tool", tool_names)] = None,
    view: Annotated[ToolView | None, Arg("purpose and sources, or differences", tool_views)] = None,
) -> Reply:
    """List the tools of a role.

    Tools are grouped by the strongest need that a source states: must know, nice to have, or
    mentioned. The details say what each tool is for and who mentions it.
    """
    content = context.content
    if tool is not None:
        return _describe_tool(content, tool)
    wanted = (role,) if role else content.roles_with_tools()
    found = [
        each
        for each in tools_for(content, wanted)
        if category is None or each.category == category.id
    ]
    if not found:
        raise _no_tools(context, role, category)
    if view is not None:
        return _show_view(content, view, role, category, found)
    only_role = role or (wanted[0] if len(wanted) == 1 else None)
    answer, nodes = (
        _tools_of_role(content, only_role, found) if only_role else _shared(content, found)
    )
    kept = _arguments(role, category)
    details = Call("tools", {**kept, "view": ToolView.DETAILS})
    sources = list_sources((need.source for each in found for need in each.needs), content)
    return Reply(
        answer,
        (*nodes, sources),
        buttons=(
            Action("What they're for", details),
            *_other_roles(content, role, category),
        ),
        more=tuple(_more(content, role, category, found)),
        why=details,
    )


def _arguments(role: Role | None, category: ToolCategory | None) -> dict[str, str]:
    named = {"role": role.id} if role else {}
    return {**named, "category": category.id} if category else named


def _tools_of_role(content: Content, role: Role, found: Sequence[Tool]) -> tuple[Prose, list[Node]]:
    """Return the answer on the tools of one role, and the lists of their names."""
    by_need = {
        need: [each for each in found if strongest_need(each, role) == need] for need in NEED_LABELS
    }
    musts = by_need[_MUST]
    fields: list[tuple[str, Prose]] = []
    if musts:
        count = pluralize(len(musts), "tool")
        answer = f"{_who_says_must(content, musts, role)} {count} a must for {role.name}s."
        fields += _by_category(content, musts[:_MAX_MUSTS])
        hidden = musts[_MAX_MUSTS:]
        fields += [("Also", list_names(hidden, _MAX_OTHERS))] if hidden else []
    else:
        answer = f"No source calls any of these {pluralize(len(found), 'tool')} a must."
    fields += [
        (NEED_LABELS[need], list_names(by_need[need], _MAX_OTHERS))
        for need in (_NICE, _MENTIONED)
        if by_need[need]
    ]
    nodes: list[Node] = [Fields(tuple(fields))]
    differing = [each for each in found if needs_disagree(each, role)]
    if differing:
        nodes.append(Paragraph(f"⚠ Sources disagree about {list_names(differing, 4)}."))
    return answer, nodes


def _who_says_must(content: Content, musts: Sequence[Tool], role: Role) -> str:
    """Return the subject and verb of a sentence on musts: "Howell and Samadov together call"."""
    who = sources_of_need(content, musts, role, _MUST)
    return f"{join_words(who)} together call" if len(who) > 1 else f"{who[0]} calls"


def _by_category(content: Content, found: Sequence[Tool]) -> Iterator[tuple[str, Prose]]:
    for category in content.categories.values():
        own = [each for each in found if each.category == category.id]
        if own:
            yield category.name, list_names(own)


def _shared(content: Content, found: Sequence[Tool]) -> tuple[Prose, list[Node]]:
    """Return the answer on the tools of all roles, and the lists of those they share or don't."""
    roles = content.roles_with_tools()
    common = [each for each in found if all(strongest_need(each, role) for role in roles)]
    every = "both roles" if len(roles) == 2 else f"all {len(roles)} roles"  # noqa: PLR2004  # both
    shared = f"{len(common)} of them for {every}" if common else "none of them for several roles"
    answer = f"Our sources name {pluralize(len(found), 'tool')}, {shared}."
    fields = [(f"For {every}", list_names(common, _MAX_MUSTS))] if common else []
    for role in roles:
        own = [each for each in found if each not in common and strongest_need(each, role)]
        own.sort(key=lambda each: list(NEED_LABELS).index(strongest_need(each, role) or _MENTIONED))
        if own:
            fields.append((role.name, list_names(own, _MAX_OTHERS)))
    return answer, [Fields(tuple(fields))]


def _show_view(
    content: Content,
    view: ToolView,
    role: Role | None,
    category: ToolCategory | None,
    found: Sequence[Tool],
) -> Reply:
    """Return the page behind the names: purpose and sources of each tool, or the differences."""
    roles = (role,) if role else content.roles_with_tools()
    names = " and ".join(f"{each.name}s" for each in roles)
    if view is ToolView.DIFFERENCES:
        lines = tuple(_disagreements(content, roles, found))
        answer = f"Sources rate {pluralize(len(lines), 'tool')} for {names} differently."
        nodes: tuple[Node, ...] = (Bullets(lines),) if lines else ()
        if not lines:
            answer = (
                f"Sources list different tools for {names}, but they don't contradict each other "
                "on any of them."
            )
    else:
        shelf = f" ({category.name.lower()})" if category else ""
        answer = f"What {names} use each tool for, and who mentions it{shelf}"
        nodes = tuple(_details(content, roles, found))
    sources = list_sources((need.source for each in found for need in each.needs), content)
    return Reply(answer, (*nodes, sources), more=tuple(_more(content, role, category, found)))


def _details(content: Content, roles: Sequence[Role], found: Sequence[Tool]) -> Iterator[Node]:
    """Yield a heading and a list of tools for each need of one role, or one list for several."""
    if len(roles) > 1:
        yield Bullets(tuple(_detail_line(content, each, roles) for each in found))
        return
    for need, title in NEED_LABELS.items():
        own = [each for each in found if strongest_need(each, roles[0]) == need]
        if own:
            yield Heading(title)
            yield Bullets(tuple(_detail_line(content, each, roles, need) for each in own))


def _detail_line(
    content: Content, tool: Tool, roles: Sequence[Role], need: str = ""
) -> tuple[Inline, ...]:
    """Return a tool's name, purpose and sources; *need* is the need that the heading states."""
    stated = [(role, describe_needs(content, tool, role, need)) for role in roles]
    labeled = [
        f"{role.name}: {needs}" if len(roles) > 1 else needs for role, needs in stated if needs
    ]
    return (Bold(f"{tool.name}: "), f"{tool.purpose} ", Emphasis(f"({'; '.join(labeled)})"))


def _disagreements(content: Content, roles: Sequence[Role], found: Sequence[Tool]) -> Iterator[str]:
    for role in roles:
        for tool in found:
            if needs_disagree(tool, role):
                yield f"{tool.name} for {role.name}s: {describe_needs(content, tool, role)}."


def _describe_tool(content: Content, tool: Tool) -> Reply:
    roles = [content.roles[each] for each in dict.fromkeys(need.role for need in tool.needs)]
    category = content.categories[tool.category]
    homepage: Prose = (Link(tool.homepage, tool.homepage),) if tool.homepage else UNSTATED
    facts = (
        *((role.name, describe_needs(content, tool, role)) for role in roles),
        ("Category", category.name),
        ("License", tool.licence or UNSTATED),
        ("Homepage", homepage),
    )
    return Reply(
        (f"{tool.name}: ", tool.purpose),
        (Fields(facts), list_sources((need.source for need in tool.needs), content)),
        buttons=(
            Action("Similar tools", Call("tools", {"category": category.id})),
            *(Action(f"{role.name} tools", Call("tools", {"role": role.id})) for role in roles),
        ),
        more=(_ALL_SOURCES,),
    )


def _no_tools(context: ContentContext, role: Role | None, category: ToolCategory | None) -> Refusal:
    content = context.content
    if role and role not in content.roles_with_tools():
        return role_is_missing(content, role, "tools", "tools")
    whose = f" for {role.name}s" if role else ""
    shelf = f" under {category.name}" if category else ""
    wider = [Call("tools", {"role": role.id} if role else {})]
    wider += [Call("tools", {"category": category.id})] if role and category else []
    options = map(context.registry.action_for, wider)
    return Refusal(
        f"None of our sources names a tool{whose}{shelf}. Try a broader question.", *options
    )


def _other_roles(
    content: Content, role: Role | None, category: ToolCategory | None
) -> Iterator[Action]:
    """Yield a button for each other role that has tools in the category."""
    for each in content.roles_with_tools():
        own = tools_for(content, (each,))
        if each is not role and (not category or any(t.category == category.id for t in own)):
            yield Action(f"{each.name} tools", Call("tools", _arguments(each, category)))


def _more(
    content: Content, role: Role | None, category: ToolCategory | None, found: Sequence[Tool]
) -> Iterator[Action]:
    """Yield lines for the categories, the sources' differences, the role's plan and the sources."""
    if category is None:
        for each in dict.fromkeys(tool.category for tool in found):
            name = content.categories[each].name
            yield Action(name, Call("tools", _arguments(role, content.categories[each])))
    else:
        yield Action("All categories", Call("tools", _arguments(role, None)))
    if any(needs_disagree(each, one) for each in found for one in content.roles_with_tools()):
        view = {"view": ToolView.DIFFERENCES}
        yield Action("Where sources differ", Call("tools", {**_arguments(role, category), **view}))
    if role in content.roles_with_plans():
        yield Action("How to get there", Call("roadmap", {"to": role.id}))
    yield _ALL_SOURCES
