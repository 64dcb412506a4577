"""The answer to a pay question, as nodes (parts) of a reply."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bot.formatting import join_words
from bot.pay.claims import compare_with_survey
from bot.pay.percentile import PercentileRank, explain_missing_rate, rank_amount
from bot.pay.pictures import level_chart, levels_chart, years_chart
from bot.pay.query import PayQuery, PayView
from bot.pay.ranking import RankingLine, rank_by_claims, rank_by_survey
from bot.pay.survey import GroupFilter, best_groups, level_name
from bot.pay.tables import (
    claims_by_role,
    claims_table,
    country_tables,
    find_remarks,
    group_fields,
    joint_claims,
    level_table,
    place_and_years,
    place_name,
    remarks_section,
    survey_caution,
    year_tables,
)
from bot.pay.verdict import claim_verdicts, survey_verdicts
from bot.reply import Bold, Bullets, Heading, Node, Paragraph, Prose
from bot.roles.facts import RoleFact, facts_from_market
from content import PayClaim, PayRemark, Role

_VIEWS_WITHOUT_VERDICT = (PayView.COUNTRIES, PayView.TREND, PayView.REMARKS)
_LEVEL_TOPICS = ("equity", "outlier")
REMARK_TOPICS = ("equity", "outlier", "gap", "trend", "advice")


@dataclass(frozen=True)
class PayAnswer:
    """The answer to a pay query in one *view*; if that is None, for the query's single level."""

    query: PayQuery
    view: PayView | None

    def nodes(self) -> Iterator[Node]:
        """Yield the parts of the reply: the amount's percentile, figures, verdicts and remarks."""
        query = self.query
        ranks = list(self._rank_amount())
        yield from self._amount_section(ranks)
        match self.view:
            case PayView.COUNTRIES:
                yield from country_tables(query)
            case PayView.TREND:
                yield from year_tables(query)
                yield from years_chart(query)
            case PayView.LADDER if len(query.roles) > 1:
                yield from self._roles_side_by_side(ranks)
            case PayView.REMARKS:
                pass
            case _:
                yield from self._roles_in_turn(ranks)
        if self.shows_reports:
            surveys = {each.survey.id: each for each in query.all_reports()}
            yield from map(survey_caution, surveys.values())
        yield from self._hidden_claims()
        verdicts = tuple(self._verdicts())
        if verdicts:
            yield Heading("Verdict")
            yield Bullets(verdicts)
        yield from remarks_section((*self.remarks(), *self.market_figures()), query.content)

    @property
    def shows_reports(self) -> bool:
        """Whether the view shows survey reports: all views except CLAIMS and REMARKS do."""
        return self.view not in {PayView.CLAIMS, PayView.REMARKS}

    @property
    def shows_verdicts(self) -> bool:
        """Whether the view compares sources' pay figures with each other and with the survey."""
        return self.view in {None, PayView.CLAIMS}

    def remarks(self) -> tuple[PayRemark, ...]:
        """Return the remarks of sources on pay that belong to the view.

        The remarks view has all topics, the view of a single level has equity and outliers, and the
        other views have none.
        """
        query = self.query
        if self.view is PayView.REMARKS:
            return find_remarks(query.content, query.role_ids, REMARK_TOPICS)
        topics = _LEVEL_TOPICS if self.view is None and query.level else ()
        return find_remarks(query.content, query.role_ids, topics)

    def market_figures(self) -> tuple[RoleFact, ...]:
        """Return market figures about the roles' pay for the remarks view; none for other views."""
        if self.view is not PayView.REMARKS:
            return ()
        every, role_ids = self.query.content.market.values(), self.query.role_ids
        return tuple(
            facts_from_market(each for each in every if each.pay and role_ids & {*each.roles})
        )

    def _rank_amount(self) -> Iterator[PercentileRank]:
        query = self.query
        if query.amount:
            country, _ = query.country_and_currency
            for role in query.roles:
                group_filter = GroupFilter(role.id, query.level_id, country)
                yield from rank_amount(query.content, query.amount, group_filter, query.basis)

    def _amount_section(self, ranks: Sequence[PercentileRank]) -> Iterator[Node]:
        """Yield the percentile of the amount in the question, or a sentence on why it has none.

        *ranks* are the percentiles found, one per survey. Yield nothing if the question has no
        amount.
        """
        query = self.query
        if query.amount is None:
            return
        if not ranks:
            found = [each for role in query.roles for each in query.reports(role, query.level_id)]
            none = "There are no reports to place that amount among."
            yield Bullets((explain_missing_rate(query.amount, found[0]) if found else none,))
            return
        lines = [self._rank_line(each) for each in ranks]
        lines += dict.fromkeys(each.conversion_note for each in ranks if each.conversion_note)
        group = ranks[0].distribution.group
        if query.amount.currency is None:
            lines.append(
                f"No currency was named: it is read in {group.currency}, as the reports are."
            )
        if query.country is None:
            country = query.content.countries[group.country].name
            lines.append(f"No country was named: these are the reports from {country}.")
        yield Bullets(tuple(lines))

    def _rank_line(self, rank: PercentileRank) -> Prose:
        reports, content = rank.distribution, self.query.content
        group = reports.group
        amount = self.query.amount.format(group.currency) if self.query.amount else ""
        role, level = content.roles[group.role].name, level_name(content, group.level)
        among = (
            f" of {reports.sample}: {role}, {level}, {place_name(reports, content)}, "
            f"{reports.survey.basis} pay; confidence {group.confidence}."
        )
        return (Bold(f"{amount} stands {rank.description}"), among)

    def _roles_side_by_side(self, ranks: Sequence[PercentileRank]) -> Iterator[Node]:
        query = self.query
        if list(query.reports_by_level()):
            yield Heading(f"What reports say: {place_and_years(query)}")
            yield from level_table(query)
            yield from levels_chart(query, ranks)
        if query.claims():
            yield Heading("What sources claim")
            yield from claims_by_role(query.roles, query.content, query.claims())

    def _roles_in_turn(self, ranks: Sequence[PercentileRank]) -> Iterator[Node]:
        """Yield a section per role, then figures that cover several roles, then a chart.

        *ranks* are the percentiles of the amount in the question, if it has one.
        """
        query, claims = self.query, self.query.claims()
        for role in query.roles:
            if len(query.roles) > 1:
                yield Heading(role.name)
            yield from self._role_section(role, claims)
        joint = [claim for claim in claims if len(claim.roles) > 1]
        if joint and self.shows_verdicts:
            yield Heading("For the roles together")
            yield from claims_table(joint, query.content, [], by_level=query.level is None)
        if self.view is PayView.LADDER:
            yield from levels_chart(query, ranks)
        elif self.shows_reports:
            yield from level_chart(query, claims, ranks)

    def _role_section(self, role: Role, claims: Sequence[PayClaim]) -> Iterator[Node]:
        query, is_ladder = self.query, self.view is PayView.LADDER
        content, by_level = query.content, query.level is None
        own = [claim for claim in claims if claim.roles == (role.id,)]
        joint = [claim for claim in claims if role.id in claim.roles and claim not in own]
        reports = query.reports(role, query.level_id) if self.shows_reports else []
        rows = [] if by_level else reports
        if own or rows:
            yield from claims_table(own, content, rows, by_level=by_level, notes=not is_ladder)
        elif not reports and not joint:
            yield Paragraph("None of our sources gives a figure.")
        if is_ladder:
            yield from joint_claims(joint, content)
        for_role = replace(query, named_roles=(role,))
        if is_ladder and list(for_role.reports_by_level()):
            yield Heading(f"What reports say: {role.name}, {place_and_years(for_role)}")
            yield from level_table(for_role)
        else:
            yield from (group_fields(each, content) for each in reports)

    def _hidden_claims(self) -> Iterator[Node]:
        """Yield a note on sources whose figures are hidden because they don't state a country."""
        query = self.query
        if query.country is None or self.view in _VIEWS_WITHOUT_VERDICT:
            return
        everywhere = replace(query, country=None).claims()
        hidden = {each.source for each in everywhere if each.country is None}
        if hidden:
            names = join_words(query.content.sources[each].short for each in sorted(hidden))
            yield Paragraph(f"Left out: figures of {names} that name no country.")

    def _verdicts(self) -> Iterator[Prose]:
        query, content = self.query, self.query.content
        claims = query.claims()
        if self.shows_verdicts and claims:
            yield from claim_verdicts(claims, content)
            country, _ = query.country_and_currency
            compared = list(compare_with_survey(claims, content, country, query.basis))
            yield from survey_verdicts(compared, content, show_percentiles=query.level is not None)
        yield from (line.text for line in self.ranking_lines())

    def ranking_lines(self) -> Iterator[RankingLine]:
        """Yield sentences on which role pays more: by sources' figures, then by the survey.

        The query's roles are compared with each other, a single role with all others.
        """
        query, content = self.query, self.query.content
        if self.view in _VIEWS_WITHOUT_VERDICT:
            return
        role_ids = [role.id for role in query.roles]
        first, pairs = role_ids[0], list(combinations(role_ids, 2))
        claims, all_claims = query.filtered_claims(), content.pay.values()
        others = (role for role in content.roles if role not in role_ids)
        for pair in pairs or [(first, other) for other in others]:
            yield from rank_by_claims(claims, all_claims, pair, content)
        if query.basis is not None:
            return
        with_claim = [role.id for role in content.roles_with_claims()]
        others = (role for role in with_claim if first in with_claim and role != first)
        levels = [query.level.id] if query.level else list(content.levels)
        for pair in pairs or [(first, other) for other in others]:
            yield from rank_by_survey(content, pair, levels, query.country_and_currency[0])

    def sources(self) -> Iterator[str]:
        """Yield the ids of the sources that the answer cites."""
        query = self.query
        if self.view not in _VIEWS_WITHOUT_VERDICT:
            yield from (claim.source for claim in query.claims())
        for line in self.ranking_lines():
            yield from line.sources
        yield from (each.source for each in self.remarks())
        yield from (each.source for each in self.market_figures())
        if self.shows_reports:
            yield from (each.survey.source for each in query.all_reports())
        if self.view is PayView.COUNTRIES:
            for role in query.roles:
                yield from (
                    each.survey.source for each in best_groups(query.content, GroupFilter(role.id))
                )
