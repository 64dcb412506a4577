"""The command `compare`: two roles side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.language.argument_types import Aspect, aspects, pages, roles
from bot.registry import ContentContext
from bot.reply import Action, Reply
from bot.roles.comparison import Comparison
from bot.roles.sections import FactPage, find_sections, paginate_sections
from bot.roles.wording import short_name
from content import Content, Dimension, DimensionGroup, FactOrigin, Role

_ROW = 3  # buttons beside Back and Share; further ones are in the menu
_ALL_SOURCES = Action("About these sources", Call("sources"))
_MAX_LABEL = 20  # characters in the row


@command(
    Example("compare", shows=("ML engineers make models", "Time to learn", "6–18 months")),
    Example('compare "AI Engineer" vs "ML Engineer"', shows=("$160K–$215K", "How to choose")),
    Example("compare ai ml pay", shows=("$125K–$160K", "$145K–$185K")),
    Example("compare ml ai math", shows=("Core math", "linear algebra")),
    Example("compare ai ml timeline", shows=("Software engineer", "2–3 months")),
    aliases=("vs", "versus", "difference"),
    keywords=("compare", "difference", "differ", "skill"),
)
async def compare(
    context: ContentContext,
    role: Annotated[Role | None, Arg("the first role", roles, resets=("other",))] = None,
    other: Annotated[Role | None, Arg("the second role", roles)] = None,
    aspect: Annotated[
        Aspect | None,
        Arg("only this aspect: skills, tools, day, pay, …", aspects, resets=("page",)),
    ] = None,
    page: Annotated[
        int | None, Arg("“all” for everything that the sources say about this aspect", pages)
    ] = None,
) -> Reply:
    """Compare two roles side by side.

    Without an aspect, you get the difference in a sentence, the main topics, pay and how to choose.
    With an aspect, you get the strongest statements on both roles, or with "all", every statement
    that a source makes on it.
    """
    pair = _choose_roles(context.content, role, other)
    choices = _Choices(context.content, Comparison(context.content, pair))
    if aspect is None and page is None:
        return choices.at_a_glance()
    if isinstance(aspect, DimensionGroup):
        return choices.on_group(aspect)
    return choices.on_topic(aspect or choices.differences(), page)


def _choose_roles(content: Content, first: Role | None, second: Role | None) -> tuple[Role, Role]:
    """Return the two roles; if one is None, the first other role in the content replaces it.

    Raise Refusal if *first* and *second* are the same role.
    """
    if first is not None and first is second:
        others = [role for role in content.roles.values() if role is not first][:4]
        actions = [
            Action(
                f"Compare with {each.name}", Call("compare", {"role": first.id, "other": each.id})
            )
            for each in others
        ]
        raise Refusal(f"Both are {first.name}. Name two different roles.", *actions)
    named = [role for role in (first, second) if role is not None]
    rest = [role for role in content.roles.values() if role not in named]
    one, two, *_ = [*named, *rest]
    return one, two


@dataclass(frozen=True, slots=True)
class _Choices:
    """Builds the replies about a pair of roles, with the buttons that lead on from each."""

    content: Content
    comparison: Comparison

    def at_a_glance(self) -> Reply:
        """Return the overview of both roles."""
        findings = self.comparison.at_a_glance()
        groups, contrasts = self._groups(), self._differences()
        buttons = (*self._pay(), *groups[:_ROW])
        if len(self.comparison.described) < len(self.comparison.pair):
            groups, buttons = [], (*self._pay(), *self._described_pair())
        more = (
            *groups[_ROW:],
            *self._all_contrasts(contrasts),
            *self._other_commands(),
            _ALL_SOURCES,
        )
        nodes = findings.all_nodes(self.content)
        why = self._call(aspect=contrasts.id) if contrasts else None
        return Reply(findings.answer, nodes, buttons, more, why=why)

    def on_group(self, group: DimensionGroup) -> Reply:
        """Return the strongest facts on each dimension of a group."""
        findings = self.comparison.on_group(group)
        own = self.comparison.dimensions_of(group)
        topics = [action for each in own for action in self._pages(each)]
        others = [each for each in self._groups() if each.call.args["aspect"] != group.id]
        row = [each for each in topics if len(each.label) <= _MAX_LABEL][:_ROW]
        more = (*(each for each in topics if each not in row), *others, self._whole(), _ALL_SOURCES)
        nodes, why = findings.all_nodes(self.content), topics[0].call if topics else None
        return Reply(findings.answer, nodes, tuple(row), more, why=why)

    def on_topic(self, dimension: Dimension, page: int | None) -> Reply:
        """Return the strongest facts on one dimension, or one *page* with all of them."""
        pages = self._fact_pages(dimension)
        if not pages:
            return self._without_facts(dimension)
        total = sum(len(section.facts) for each in pages for section in each.sections)
        actions = [
            self._in_full(each.title or f"Show all {total}", dimension, number)
            for number, each in enumerate(pages, 1)
        ]
        if page is None:
            findings = self.comparison.on_topic(dimension)
        else:
            number = min(page, len(pages))
            findings = self.comparison.in_full(dimension, pages[number - 1])
            actions = actions[number:] + actions[: number - 1]
        more = (*actions[_ROW:], *self._siblings(dimension), self._whole(), _ALL_SOURCES)
        nodes = findings.all_nodes(self.content)
        why = actions[0].call if actions else self._call()
        return Reply(findings.answer, nodes, tuple(actions[:_ROW]), more, why=why)

    def _without_facts(self, dimension: Dimension) -> Reply:
        findings = self.comparison.on_topic(dimension)
        buttons = (*self._pay(), *self._described_pair(), self._whole())
        return Reply(findings.answer, findings.all_nodes(self.content), buttons)

    def differences(self) -> Dimension:
        """Return the dimension of statements that compare the two roles."""
        return self._differences() or next(iter(self.content.dimensions.values()))

    def _differences(self) -> Dimension | None:
        found = (each for each in self.content.dimensions.values())
        return next((each for each in found if each.view is FactOrigin.CONTRASTS), None)

    def _call(self, **args: str) -> Call:
        one, other = self.comparison.pair
        return Call("compare", {"role": one.id, "other": other.id, **args})

    def _whole(self) -> Action:
        return Action("The whole comparison", self._call())

    def _groups(self) -> list[Action]:
        """Return a button for each group of dimensions with facts on the roles."""
        return [
            Action(_capitalize(each.name), self._call(aspect=each.id))
            for each in self.content.groups.values()
            if self.comparison.dimensions_of(each)
        ]

    def _pages(self, dimension: Dimension) -> list[Action]:
        """Return a button for each page of all facts about *dimension*."""
        return [
            self._in_full(_page_label(dimension, page), dimension, number)
            for number, page in enumerate(self._fact_pages(dimension), 1)
        ]

    def _fact_pages(self, dimension: Dimension) -> tuple[FactPage, ...]:
        sections = find_sections(self.content, self.comparison.pair, dimension)
        return paginate_sections(sections, self.content)

    def _in_full(self, label: str, dimension: Dimension, number: int) -> Action:
        page = f"all-{number}" if number > 1 else "all"
        return Action(label, self._call(aspect=dimension.id, page=page))

    def _siblings(self, dimension: Dimension) -> Iterator[Action]:
        """Yield a button for the group of *dimension* and for each other dimension in it."""
        group = self.content.groups[dimension.group]
        yield Action(_capitalize(group.name), self._call(aspect=group.id))
        for each in self.comparison.dimensions_of(group):
            if each is not dimension:
                yield Action(_capitalize(each.name), self._call(aspect=each.id))

    def _pay(self) -> list[Action]:
        one, other = self.comparison.pair
        call = Call("salary", {"role": one.id, "other": other.id})
        return [Action("Pay", call)] if self.comparison.pay.sentence() else []

    def _described_pair(self) -> Iterator[Action]:
        """Yield a button that compares two roles that sources describe, if there are two."""
        described = [role for role in self.content.roles.values() if role.dimensions]
        for one, other in pairwise(described[:2]):
            label = f"{short_name(one)} or {other.name}"
            yield Action(label, Call("compare", {"role": one.id, "other": other.id}))

    def _all_contrasts(self, dimension: Dimension | None) -> Iterator[Action]:
        if dimension and self._fact_pages(dimension):
            yield Action("Who says what", self._call(aspect=dimension.id))
            yield self._in_full("All differences", dimension, 1)

    def _other_commands(self) -> Iterator[Action]:
        """Yield buttons for the tools, the plans and the interviews of each role."""
        content = self.content
        commands = (
            ("Tools", "tools", "role", content.roles_with_tools()),
            ("Plan", "roadmap", "to", content.roles_with_plans()),
            ("Interviews", "interview", "role", content.roles_with_interviews()),
        )
        for title, name, argument, known in commands:
            for role in self.comparison.pair:
                if role in known:
                    yield Action(f"{title}: {role.name}", Call(name, {argument: role.id}))


def _page_label(dimension: Dimension, page: FactPage) -> str:
    name = _capitalize(dimension.name)
    return f"{name}: {page.title[0].lower()}{page.title[1:]}" if page.title else name


def _capitalize(name: str) -> str:
    return name[:1].upper() + name[1:]
