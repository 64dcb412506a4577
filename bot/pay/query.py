"""A question about pay (roles, level, country, basis, amount) and the figures that match it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from bot.pay.amount import Amount
from bot.pay.survey import Distribution, GroupFilter, best_groups
from content import Content, Country, Level, PayBasis, PayClaim, Role


class PayView(StrEnum):
    """The pages of a pay answer; without a level, LEVELS is the first."""

    LEVELS = "levels"
    CHART = "chart"
    COUNTRIES = "countries"
    ALL_COUNTRIES = "all-countries"
    TREND = "trend"
    TREND_CHART = "trend-chart"
    CLAIMS = "claims"  # every figure of every source
    VERDICTS = "verdicts"  # whether they agree
    RANKING = "ranking"  # which role earns more
    NOTES = "notes"  # how each figure was made
    SURVEY = "survey"  # the percentiles of the reports
    REMARKS = "remarks"  # what sources say on pay other than figures, by topic
    EQUITY = "equity"
    GAP = "gap"
    OUTLOOK = "outlook"
    ADVICE = "advice"
    OFFICIAL = "official"


@dataclass(frozen=True)
class PayQuery:
    """A question about pay. A field that is None doesn't filter.

    Without roles, the question is about all roles with claims. The figures are of two kinds: a
    claim is a pay figure that a source published; a report is the pay of one person or job ad in a
    survey.
    """

    content: Content
    named_roles: tuple[Role, ...]
    level: Level | None = None
    country: Country | None = None
    basis: PayBasis | None = None
    amount: Amount | None = None
    is_country_assumed: bool = False  # from the currency of the amount

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that the question names; if it names none, every role with a pay claim."""
        return self.named_roles or self.content.roles_with_claims()

    @property
    def role_ids(self) -> set[str]:
        """The ids of `roles`."""
        return {role.id for role in self.roles}

    @property
    def level_id(self) -> str | None:
        """The id of the level, or None for all levels."""
        return self.level.id if self.level else None

    @property
    def subject(self) -> str:
        """The subject of the question, such as "AI Engineer, senior, base pay"."""
        names = [" and ".join(role.name for role in self.roles)]
        names += [each.name for each in (self.level, self.country) if each]
        return ", ".join([*names, f"{self.basis} pay"] if self.basis else names)

    def in_any_country(self) -> "PayQuery":
        """Return the query without its country."""
        return replace(self, country=None)

    def with_assumptions(self) -> "PayQuery":
        """Return the query with the currency of its amount, or the country, from the other one.

        A currency that several countries use tells no country. Dollars needn't, because the US has
        the most figures anyway.
        """
        amount, country = self.amount, self.country
        if amount is None:
            return self
        if country is not None and amount.currency is None:
            assumed = replace(amount, currency=country.currency, is_currency_assumed=True)
            return replace(self, amount=assumed)
        countries = self.content.countries.values()
        users = [each for each in countries if each.currency == amount.currency != "USD"]
        if country is None and len(users) == 1:
            return replace(self, country=users[0], is_country_assumed=True)
        return self

    def at_usual_level(self) -> "PayQuery":
        """Return the query at the level that has the most pay claims, or unchanged without any."""
        levels = [each.level for each in self.claims() if each.level]
        if not levels:
            return self
        return replace(self, level=self.content.levels[max(levels, key=levels.count)])

    def filtered_claims(self) -> list[PayClaim]:
        """Return sources' pay claims that match level, country and basis, whatever their role."""
        return [
            claim
            for claim in self.content.pay.values()
            if (self.level is None or claim.level == self.level.id)
            and (self.country is None or claim.country == self.country.id)
            and (self.basis is None or claim.basis == self.basis)
        ]

    def claims(self) -> list[PayClaim]:
        """Return sources' pay claims that match level, country, basis and at least one role."""
        return [claim for claim in self.filtered_claims() if self.role_ids & set(claim.roles)]

    def has_data(self) -> bool:
        """Return True if any source's pay claim or any survey report matches the query."""
        return bool(self.claims() or self.all_reports())

    @cached_property
    def country_and_currency(self) -> tuple[str | None, str | None]:
        """The id of the country and the code of the currency whose reports are shown.

        If the query names no country, the one with the most reports on the first role that has any
        is chosen. If the query has an amount, reports in its currency are preferred. Without
        reports, the currency is None.
        """
        country = self.country.id if self.country else None
        preferred = self.amount.currency if self.amount else None
        for currency in (preferred, None):
            for role in self.roles:
                group_filter = GroupFilter(role.id, None, country, currency)
                for each in best_groups(self.content, group_filter, self.basis):
                    return each.group.country, each.group.currency
        return country, None

    def reports(self, role: Role, level: str | None) -> list[Distribution]:
        """Return the latest group of survey reports on *role* at *level* from each survey.

        A *level* of None stands for all levels together. Groups in another currency than that of
        `country_and_currency` are returned only if there are none in it.
        """
        country, shown_currency = self.country_and_currency
        for currency in (shown_currency, None):
            group_filter = GroupFilter(role.id, level, country, currency)
            found = list(best_groups(self.content, group_filter, self.basis))
            if found:
                return found
        return []

    def reports_by_level(self) -> Iterator[tuple[Level, list[Distribution]]]:
        """Yield (level, groups of reports) for each level with survey reports.

        Only reports in the currency shown count.
        """
        for level in self.content.levels.values():
            found = [
                each
                for role in self.roles
                for each in self.reports(role, level.id)
                if each.group.currency == self.country_and_currency[1]
            ]
            if found:
                yield level, found

    def all_reports(self) -> list[Distribution]:
        """Return the groups of survey reports on all roles at the query's level.

        Without a level in the query, return the groups of every level and of all levels together.
        """
        levels = [self.level.id] if self.level else [*self.content.levels, None]
        return [each for role in self.roles for at in levels for each in self.reports(role, at)]
