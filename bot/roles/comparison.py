"""Comparison of two roles: an overview, or everything about one aspect."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.formatting import UNSTATED, format_attributed
from bot.language.argument_types import Aspect
from bot.pay.pictures import levels_chart
from bot.pay.query import PayQuery
from bot.pay.tables import claims_by_role, level_table, place_and_years, survey_caution
from bot.reply import (
    Bold,
    Bullets,
    Column,
    Fields,
    Heading,
    Node,
    Paragraph,
    Prose,
    Table,
)
from bot.roles.facts import RoleFact, facts_from_market, find_contrasts, find_facts, format_cell
from content import Content, Dimension, DimensionGroup, FactOrigin, Role

# These have their own sections, because a table cell is too small for them.
_VIEWS_OUTSIDE_TABLES = (
    FactOrigin.CONTRASTS,
    FactOrigin.INTERVIEW,
    FactOrigin.MARKET,
    FactOrigin.PAY,
    FactOrigin.TOOLS,
)
_FULL_SECTION_TITLES = {
    "hire-goes-wrong": "Where each hire goes wrong",
    "choose-if": "What would make you choose each",
}
_MAX_CONTRASTS = 5  # of each kind in the overview; the aspect of contrasts shows all
_CONTRAST_TITLES = {
    "difference": "Key differences",
    "shared": "What they share",
    "choosing": "Choosing between them",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of two roles; its methods build the nodes of a reply."""

    content: Content
    pair: tuple[Role, Role]

    def build_overview(self) -> Iterator[Node]:
        """Yield the nodes of the overview: a table of key facts first, then the details."""
        yield Heading(" or ".join(role.name for role in self.pair))
        yield Fields(tuple((role.name, role.brief or UNSTATED) for role in self.pair))
        glance = [each for each in self._table_dimensions() if each.glance]
        yield Heading("At a glance")
        yield (
            self._table(glance)
            if glance
            else Paragraph(
                "No source of ours describes either role: all but their pay is not stated."
            )
        )
        for group in self.content.groups.values():
            rest = [
                each
                for each in self._table_dimensions()
                if each.group == group.id and not each.glance
            ]
            if rest:
                yield Heading(group.name)
                yield self._table(rest)
        yield from self._contrast_lists("difference", "shared", limit=_MAX_CONTRASTS)
        yield from self._pay_sections()
        for dimension in filter(None, map(self.content.dimensions.get, _FULL_SECTION_TITLES)):
            if not any(find_facts(self.content, role, dimension) for role in self.pair):
                continue
            yield Heading(_FULL_SECTION_TITLES[dimension.id])
            yield from self._fact_lists(dimension)
        yield from self._contrast_lists("choosing", limit=_MAX_CONTRASTS)

    def build_aspect(self, aspect: Aspect) -> Iterator[Node]:
        """Yield the nodes with all facts about *aspect*.

        It is a dimension (one topic of comparison, such as education) or a group of dimensions.
        """
        yield Heading(f"{' or '.join(role.name for role in self.pair)}: {aspect.name}")
        for dimension in self._dimensions_of(aspect):
            if isinstance(aspect, DimensionGroup):
                yield Heading(dimension.name)
            if dimension.view is FactOrigin.PAY:
                yield from self._survey_picture()
            if dimension.view is FactOrigin.CONTRASTS:
                yield from self._contrast_lists(*_CONTRAST_TITLES)
            else:
                yield from self._fact_lists(dimension)

    def source_ids(self, aspect: Aspect | None) -> set[str]:
        """Return the ids of the sources cited about *aspect*, or in the overview if it is None."""
        within = self._dimensions_of(aspect) if aspect else self.content.dimensions.values()
        return {
            line.source
            for dimension in within
            for found in (
                *(find_facts(self.content, role, dimension) for role in self.pair),
                self._general_facts(dimension) if aspect else (),
            )
            for line in found
        }

    def _general_facts(self, dimension: Dimension) -> tuple[RoleFact, ...]:
        """Return the facts under *dimension* that aren't about a particular role."""
        if dimension.view is not FactOrigin.MARKET:
            return ()
        return tuple(
            facts_from_market(each for each in self.content.market.values() if not each.roles)
        )

    def _pay_sections(self) -> Iterator[Node]:
        """Yield the pay that sources published for each level, then the pay in the survey."""
        named = {role.id for role in self.pair}
        claims = [claim for claim in self.content.pay.values() if named & set(claim.roles)]
        if claims:
            yield Heading("Pay at each level")
            yield from claims_by_role(self.pair, self.content, claims)
        query = PayQuery(self.content, self.pair)
        if list(query.reports_by_level()):
            yield Heading(f"What reports say: {place_and_years(query)}")
            yield from level_table(query)
            yield from self._survey_picture()

    def _survey_picture(self) -> Iterator[Node]:
        """Yield a chart of the pay in the survey, and a caution about the survey."""
        query = PayQuery(self.content, self.pair)
        yield from levels_chart(query, ())
        yield from map(survey_caution, query.all_reports()[:1])

    def _dimensions_of(self, aspect: Aspect) -> list[Dimension]:
        if isinstance(aspect, Dimension):
            return [aspect]
        return [each for each in self.content.dimensions.values() if each.group == aspect.id]

    def _table_dimensions(self) -> list[Dimension]:
        """Return the dimensions (topics) to show in tables: those with a fact about either role."""
        return [
            each
            for each in self.content.dimensions.values()
            if each.view not in _VIEWS_OUTSIDE_TABLES
            and (each.glance or each.id not in _FULL_SECTION_TITLES)
            and any(find_facts(self.content, role, each) for role in self.pair)
        ]

    def _table(self, dimensions: list[Dimension]) -> Table:
        columns = (Column(""), *(Column(role.name) for role in self.pair))
        return Table(columns, tuple(self._row(each) for each in dimensions))

    def _row(self, dimension: Dimension) -> tuple[Prose, ...]:
        cells = (
            format_cell(find_facts(self.content, role, dimension), self.content)
            for role in self.pair
        )
        return ((Bold(dimension.name),), *cells)

    def _fact_lists(self, dimension: Dimension) -> Iterator[Node]:
        for role in self.pair:
            yield Paragraph((Bold(role.name),))
            found: tuple[RoleFact, ...] = find_facts(self.content, role, dimension)
            yield Bullets(
                tuple(format_attributed(each, self.content) for each in found) or (UNSTATED,)
            )
        general = self._general_facts(dimension)
        if general:
            yield Paragraph((Bold("No role in particular"),))
            yield Bullets(tuple(format_attributed(each, self.content) for each in general))

    def _contrast_lists(self, *kinds: str, limit: int | None = None) -> Iterator[Node]:
        """Yield a heading and a list of statements about the pair of roles for each of *kinds*.

        With a *limit*, yield at most that many of a kind, state their total in the heading, and
        skip kinds without statements.
        """
        for kind in kinds:
            found = find_contrasts(self.content, self.pair, kind)
            if not found and limit is not None:
                continue  # an overview skips empty kinds
            shown = found[:limit]
            more = f" ({len(shown)} of {len(found)})" if len(found) > len(shown) else ""
            yield Heading(_CONTRAST_TITLES[kind] + more)
            yield Bullets(
                tuple(format_attributed(each, self.content) for each in shown) or (UNSTATED,)
            )
