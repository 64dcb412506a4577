"""Comparison of pay claims (figures that sources published) with each other and a survey.

Two bands agree if their overlap is at least half of their union (the Jaccard index of two
intervals); otherwise they conflict. Two medians or means agree if they differ by at most 10%.
Figures that measure different things (currency, country, base or total pay, band or median) are not
comparable. A field that a source doesn't state is noted as a caveat, but the figures are compared
all the same. Nothing is averaged.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from bot.pay.survey import Distribution, GroupFilter, best_groups
from content import Confidence, Content, PayBasis, PayClaim

MIN_OVERLAP = 0.5  # smallest overlap / union at which two bands agree
MAX_POINT_DIFFERENCE = 0.1  # largest relative difference at which two medians or means agree


class Verdict(StrEnum):
    """The result of comparing two figures for the same role and level."""

    AGREE = "agree"
    CONFLICT = "conflict"
    INCOMPARABLE = "not comparable"


class Aspect(StrEnum):
    """A respect in which two figures can differ so that they aren't comparable."""

    KIND = "kind"  # a band, a median or a mean
    BASIS = "basis"
    AMONG = "among"
    COUNTRY = "country"
    CURRENCY = "currency"
    YEAR = "year"
    SOURCE = "source"  # one source states both, for different things


@dataclass(frozen=True, slots=True)
class Difference:
    """The values of one aspect in two figures, if they differ; "" if a figure doesn't state it."""

    aspect: Aspect
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ClaimComparison:
    """The result of comparing two claims (pay figures that sources published)."""

    first: PayClaim
    second: PayClaim
    verdict: Verdict
    differences: tuple[Difference, ...] = ()  # because of which they are not comparable
    unstated: tuple[tuple[str, str], ...] = ()  # (source id, field that it leaves out)


@dataclass(frozen=True, slots=True)
class ClaimVsSurvey:
    """The result of comparing a claim (a source's pay figure) with a group of survey reports."""

    claim: PayClaim
    reports: Distribution
    verdict: Verdict
    differences: tuple[Difference, ...]  # also in the years, which don't prevent a comparison
    unstated: tuple[str, ...] = ()  # fields that the claim's source doesn't state

    @property
    def has_few_reports(self) -> bool:
        """Whether there are too few reports to compare anything with them."""
        return self.reports.group.confidence is Confidence.LOW


def compare_all(claims: Iterable[PayClaim]) -> Iterator[ClaimComparison]:
    """Yield the comparison of each pair of pay claims that are on the same roles and level."""
    for first, second in combinations(claims, 2):
        if (first.roles, first.level) == (second.roles, second.level):
            yield compare_claims(first, second)


def compare_claims(first: PayClaim, second: PayClaim) -> ClaimComparison:
    """Return the comparison of two pay claims on the same roles and level."""
    differences = tuple(_differences(first, second))
    if differences:
        return ClaimComparison(first, second, Verdict.INCOMPARABLE, differences)
    if first.low:
        agree = overlap_ratio(first, second) >= MIN_OVERLAP
    else:
        agree = _points_agree(median_or_mean(first), median_or_mean(second))
    verdict = Verdict.AGREE if agree else Verdict.CONFLICT
    return ClaimComparison(first, second, verdict, unstated=tuple(_unstated_fields(first, second)))


def compare_with_survey(
    claims: Iterable[PayClaim], content: Content, country: str | None, basis: PayBasis | None
) -> Iterator[ClaimVsSurvey]:
    """Yield the comparison of each pay claim on a single role with the reports in each survey.

    The reports are on the claim's role and level, and from its country, or from *country* if it
    states none. If *basis* (base, total or gross pay) isn't None, other surveys are skipped.
    """
    for claim in claims:
        if len(claim.roles) == 1:
            group_filter = GroupFilter(claim.roles[0], claim.level, claim.country or country)
            for reports in best_groups(content, group_filter, basis):
                yield _compare_with_reports(claim, reports)


def _compare_with_reports(claim: PayClaim, reports: Distribution) -> ClaimVsSurvey:
    group = reports.group
    comparison = compare_claims(claim, reports.as_claim(figure_kind(claim)))
    differences = comparison.differences
    if claim.year and not group.first <= int(claim.year) <= group.last:
        differences += (Difference(Aspect.YEAR, claim.year, group.years),)
    is_comparable = group.confidence is not Confidence.LOW
    verdict = comparison.verdict if is_comparable else Verdict.INCOMPARABLE
    unstated = [field for source, field in comparison.unstated if source == claim.source]
    unstated += [] if claim.year else ["year"]
    return ClaimVsSurvey(claim, reports, verdict, differences, tuple(unstated))


def overlap_ratio(first: PayClaim, second: PayClaim) -> float:
    """Return the overlap of two pay bands divided by their union, from 0 to 1."""
    (first_low, first_high), (second_low, second_high) = map(low_and_high, (first, second))
    overlap = min(first_high, second_high) - max(first_low, second_low)
    union = max(first_high, second_high) - min(first_low, second_low)
    return max(0, overlap) / union if union else 1.0


def common_band(claims: Iterable[PayClaim]) -> tuple[int, int] | None:
    """Return the ends of the pay range that all claims include, or None if there is none."""
    bands = [low_and_high(claim) for claim in claims]
    low, high = max(low for low, _ in bands), min(high for _, high in bands)
    return (low, high) if low < high else None


def low_and_high(claim: PayClaim) -> tuple[int, int]:
    """Return the ends of a claimed pay band; for a median or mean, both ends are that figure."""
    return claim.low or median_or_mean(claim), claim.high or median_or_mean(claim)


def median_or_mean(claim: PayClaim) -> int:
    """Return the median or the mean that a pay claim states, or 0 if it states a band."""
    return claim.median or claim.mean or 0


def _points_agree(first: int, second: int) -> bool:
    return abs(first - second) <= MAX_POINT_DIFFERENCE * max(first, second)


def _differences(first: PayClaim, second: PayClaim) -> Iterator[Difference]:
    """Yield the differences because of which two pay claims are not comparable."""
    kinds = figure_kind(first), figure_kind(second)
    if kinds[0] != kinds[1]:
        yield Difference(Aspect.KIND, *kinds)
    if first.basis and second.basis and first.basis != second.basis:
        yield Difference(Aspect.BASIS, first.basis, second.basis)
    if first.among != second.among:
        yield Difference(Aspect.AMONG, first.among or "", second.among or "")
    if first.country and second.country and first.country != second.country:
        yield Difference(Aspect.COUNTRY, first.country, second.country)
    if first.currency != second.currency:
        yield Difference(Aspect.CURRENCY, first.currency, second.currency)
    if first.source == second.source:
        yield Difference(Aspect.SOURCE, first.source, second.source)


def figure_kind(claim: PayClaim) -> str:
    """Return the kind of figure that a pay claim states: "band", "median" or "mean"."""
    if claim.low is not None:
        return "band"
    return "median" if claim.median is not None else "mean"


def _unstated_fields(first: PayClaim, second: PayClaim) -> Iterator[tuple[str, str]]:
    for claim in (first, second):
        for field in ("basis", "country"):
            if getattr(claim, field) is None:
                yield claim.source, field
