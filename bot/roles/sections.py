"""All facts about one dimension of a comparison, divided into pages of up to two phone screens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formatting import format_attributed
from bot.reply import Prose
from bot.roles.facts import (
    RoleFact,
    facts_from_contrasts,
    facts_from_market,
    find_contrasts,
    find_facts,
)
from bot.roles.wording import BULLET, count_lines, short_name
from content import Content, Dimension, FactOrigin, Role

_PAGE_LINES = 38  # of the 50 lines of two screens: the rest is for the answer and the sources
CONTRAST_TITLES = {
    "difference": "Key differences",
    "shared": "What they share",
    "choosing": "Choosing between them",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under one title. *role* is None if they aren't about one of the two roles alone."""

    title: str
    facts: tuple[RoleFact, ...]
    role: Role | None = None

    def lines(self, content: Content) -> int:
        """Return the number of lines that the section fills on a phone."""
        return 2 + sum(count_lines(each, BULLET) for each in self.bullets(content))

    def bullets(self, content: Content) -> tuple[Prose, ...]:
        """Return the facts in full, each with its source."""
        return tuple(format_attributed(each, content) for each in self.facts)


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page with the facts of a dimension in full."""

    title: str  # distinguishes the page from the others of its dimension; empty if it is alone
    sections: tuple[Section, ...]


def find_sections(
    content: Content, pair: Sequence[Role], dimension: Dimension
) -> tuple[Section, ...]:
    """Return the facts of both roles about *dimension*, then those about neither alone."""
    if dimension.view is FactOrigin.CONTRASTS:
        found: Iterator[Section] = (
            Section(title, tuple(facts_from_contrasts(find_contrasts(content, pair, kind))))
            for kind, title in CONTRAST_TITLES.items()
        )
    else:
        found = _sections_by_role(content, pair, dimension)
    return tuple(section for section in found if section.facts)


def _sections_by_role(
    content: Content, pair: Sequence[Role], dimension: Dimension
) -> Iterator[Section]:
    for role in pair:
        yield Section(role.name, find_facts(content, role, dimension), role)
    if dimension.view is FactOrigin.MARKET:
        general = (each for each in content.market.values() if not each.roles)
        yield Section("No role in particular", tuple(facts_from_market(general)))


def paginate_sections(sections: Sequence[Section], content: Content) -> tuple[FactPage, ...]:
    """Return *sections* on pages of up to two screens, one page for each section if needed."""
    if not sections:
        return ()
    if sum(section.lines(content) for section in sections) <= _PAGE_LINES:
        return (FactPage("", tuple(sections)),)
    return tuple(page for section in sections for page in _pages_of_one(section, content))


def _pages_of_one(section: Section, content: Content) -> Iterator[FactPage]:
    groups: list[list[RoleFact]] = [[]]
    room = _PAGE_LINES
    for fact, text in zip(section.facts, section.bullets(content), strict=True):
        room -= count_lines(text, BULLET)
        if groups[-1] and room < 0:
            groups.append([])
            room = _PAGE_LINES - count_lines(text, BULLET)
        groups[-1].append(fact)
    for number, facts in enumerate(groups, 1):
        label = f"All on {short_name(section.role)}" if section.role else section.title
        part = f", {number} of {len(groups)}" if len(groups) > 1 else ""
        yield FactPage(label + part, (Section(section.title + part, tuple(facts), section.role),))
