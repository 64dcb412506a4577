"""Finding the groups of pay reports that answer a question; nothing is worked out anew here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.formatting import format_estimate, pluralize, round_to_thousands
from content import Confidence, Content, ExchangeRate, PayBasis, PayClaim, PayGroup, Survey

_MOSTLY = 50  # percent of rows beside one that differs only in pay: 2020 and 2021 had 4


@dataclass(frozen=True, slots=True)
class Distribution:
    """A group of reports and the survey that it is from."""

    survey: Survey
    group: PayGroup

    @property
    def middle(self) -> str:
        """Write what the middle half of the reports spans: "$151K–$255K"."""
        return f"{self.at(25)}–{self.at(75)}"

    @property
    def rests_on(self) -> str:
        """Say how many distinct reports there are, and from when: "785 distinct reports, 2024"."""
        return f"{pluralize(self.group.distinct, 'distinct report')}, {self.group.years}"

    @property
    def banded(self) -> bool:
        """Tell whether the survey's rows are mostly the ends of advertised bands."""
        return self.survey.paired >= _MOSTLY

    def at(self, percent: int) -> str:
        """Write the amount at a published percentile."""
        return format_estimate(dict(self.group.quantiles())[percent], self.group.currency)

    def as_claim(self, shape: str) -> PayClaim:
        """Give what a claim of the same shape is held against: the middle half, or the median."""
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
                **(ends if shape == "band" else {"median": round_to_thousands(group.p50)}),
            }
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """Which groups are wanted; None leaves a thing open, except the level: None is all levels."""

    role: str
    level: str | None = None
    country: str | None = None
    currency: str | None = None

    def holds(self, group: PayGroup) -> bool:
        """Tell whether *group*, which is on the role and level, is one of those wanted."""
        return self.country in {None, group.country} and self.currency in {None, group.currency}


def recent(content: Content, cut: Cut, basis: PayBasis | None = None) -> Iterator[Distribution]:
    """Give, for each survey, the group with the latest reports that fits *cut* best.

    Where the country is open, that is the one with the most distinct reports; where the currency
    is, the country's own unless there are too few reports in it.
    """
    for survey in content.surveys.values():
        found = latest(survey, cut)
        if found and basis in {None, survey.basis}:
            yield Distribution(survey, max(found, key=lambda group: _fit(group, cut, content)))


def latest(survey: Survey, cut: Cut) -> list[PayGroup]:
    """Give the group with the latest reports of each country and currency that *cut* holds."""
    best: dict[tuple[str, str], PayGroup] = {}
    for group in filter(cut.holds, survey.groups_for(cut.role, cut.level)):
        place = group.country, group.currency
        known = best.get(place)
        if known is None or (group.last, -group.first) > (known.last, -known.first):
            best[place] = group
    return list(best.values())


def _fit(group: PayGroup, cut: Cut, content: Content) -> tuple[int, ...]:
    own = content.countries[group.country].currency == group.currency
    enough = group.confidence is not Confidence.LOW
    size = group.distinct if cut.country is None else 0
    return size, enough and own, enough, own, group.distinct


def by_country(content: Content, cut: Cut) -> Iterator[Distribution]:
    """Give the most recent group of each country and currency, the best supported first."""
    found = [
        Distribution(survey, group)
        for survey in content.surveys.values()
        for group in latest(survey, cut)
    ]
    yield from sorted(found, key=lambda each: -each.group.distinct)


def by_year(content: Content, cut: Cut) -> Iterator[Distribution]:
    """Give the group of each single year, the earliest first."""
    for survey in content.surveys.values():
        own = filter(cut.holds, survey.groups_for(cut.role, cut.level))
        found = [group for group in own if group.first == group.last]
        yield from (Distribution(survey, each) for each in sorted(found, key=lambda g: g.first))


def rate(content: Content, currency: str) -> tuple[Survey, ExchangeRate] | None:
    """Give the latest rate of *currency* to US dollars that the content holds."""
    found = [
        (survey, each)
        for survey in content.surveys.values()
        for each in survey.rates
        if each.currency == currency
    ]
    return max(found, key=lambda pair: pair[1].year, default=None)
