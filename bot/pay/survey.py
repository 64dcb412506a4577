"""Search for groups of pay reports in surveys by role, level, country and currency."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.formatting import format_estimate, pluralize, round_to_thousands
from content import Confidence, Content, ExchangeRate, PayBasis, PayClaim, PayGroup, Survey

_MOSTLY_PERCENT = 50  # percent of rows that differ from another only in pay (4% in 2020 and 2021)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A group of pay reports with its percentiles, and the survey that it comes from.

    A report is the pay of one person or job ad in the survey.
    """

    survey: Survey
    group: PayGroup

    @property
    def middle_half(self) -> str:
        """The range from p25 to p75 as text: "$151K–$255K"."""
        return f"{self.format_percentile(25)}–{self.format_percentile(75)}"

    @property
    def sample(self) -> str:
        """The number of distinct reports and their years: "785 distinct reports, 2024"."""
        return f"{self.size}, {self.group.years}"

    @property
    def size(self) -> str:
        """The number of distinct reports: "785 distinct reports"."""
        return pluralize(self.group.distinct, "distinct report")

    @property
    def is_mostly_advertised(self) -> bool:
        """Whether most of the survey's rows look like ends of pay ranges in job ads."""
        return self.survey.paired >= _MOSTLY_PERCENT

    def format_percentile(self, percent: int) -> str:
        """Return the amount at *percent* (10, 25, 50, 75 or 90) as text: "$151K"."""
        return format_estimate(dict(self.group.quantiles())[percent], self.group.currency)

    def as_claim(self, figure_kind: str) -> PayClaim:
        """Return the group as a PayClaim, so that it can be compared with figures of sources.

        The figure is the range from p25 to p75 if *figure_kind* is "band", otherwise the median.
        """
        group = self.group
        ends: Mapping[str, int] = {
            "low": round_to_thousands(group.p25),
            "high": round_to_thousands(group.p75),
        }
        return PayClaim.model_validate(
            {
                "id": "survey",
                "roles": (group.role,),
                "level": group.level,
                "currency": group.currency,
                "country": group.country,
                "basis": self.survey.basis,
                "source": self.survey.source,
                **(ends if figure_kind == "band" else {"median": round_to_thousands(group.p50)}),
            }
        )


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """A filter for groups of reports.

    A country or currency of None matches any. A level of None matches only groups of all levels
    together.
    """

    role: str
    level: str | None = None
    country: str | None = None
    currency: str | None = None

    def groups(self, survey: Survey) -> list[PayGroup]:
        """Return the groups of *survey* that match the filter."""
        return [
            group
            for group in survey.groups_for(self.role, self.level)
            if self.country in {None, group.country} and self.currency in {None, group.currency}
        ]


def best_groups(
    content: Content, group_filter: GroupFilter, basis: PayBasis | None = None
) -> Iterator[Distribution]:
    """Yield the most recent matching group of reports of each survey that has one.

    If the filter names no country, the country with the most distinct reports is chosen. If it
    names no currency, the country's own is chosen unless it has too few reports. If *basis* (base,
    total or gross pay) isn't None, other surveys are skipped.
    """
    for survey in content.surveys.values():
        groups = latest_groups(survey, group_filter)
        if groups and basis in {None, survey.basis}:
            best = max(groups, key=lambda group: _preference(group, group_filter, content))
            yield Distribution(survey, best)


def latest_groups(survey: Survey, group_filter: GroupFilter) -> list[PayGroup]:
    """Return a survey's most recent matching group of reports for each country and currency."""
    latest: dict[tuple[str, str], PayGroup] = {}
    for group in group_filter.groups(survey):
        place = group.country, group.currency
        known = latest.get(place)
        if known is None or (group.last, -group.first) > (known.last, -known.first):
            latest[place] = group
    return list(latest.values())


def _preference(group: PayGroup, group_filter: GroupFilter, content: Content) -> tuple[int, ...]:
    own = content.countries[group.country].currency == group.currency
    enough = group.confidence is not Confidence.LOW
    size = group.distinct if group_filter.country is None else 0
    return size, enough and own, enough, own, group.distinct


def groups_by_country(content: Content, group_filter: GroupFilter) -> Iterator[Distribution]:
    """Yield each survey's most recent matching group of reports for each country and currency.

    The groups with the most distinct reports come first.
    """
    found = [
        Distribution(survey, group)
        for survey in content.surveys.values()
        for group in latest_groups(survey, group_filter)
    ]
    yield from sorted(found, key=lambda each: -each.group.distinct)


def groups_by_year(content: Content, group_filter: GroupFilter) -> Iterator[Distribution]:
    """Yield the matching groups whose reports are all from one year, the earliest year first."""
    for survey in content.surveys.values():
        groups = [each for each in group_filter.groups(survey) if each.first == each.last]
        yield from (Distribution(survey, each) for each in sorted(groups, key=lambda g: g.first))


def latest_rate(content: Content, currency: str) -> tuple[Survey, ExchangeRate] | None:
    """Return the latest exchange rate of *currency* to US dollars, and the survey that states it.

    Return None if no survey states one.
    """
    rates = [
        (survey, rate)
        for survey in content.surveys.values()
        for rate in survey.rates
        if rate.currency == currency
    ]
    return max(rates, key=lambda pair: pair[1].year, default=None)


def level_name(content: Content, level: str | None) -> str:
    """Return the name of the level with the id *level*, or "all levels" for None."""
    return content.levels[level].name if level else "all levels"
