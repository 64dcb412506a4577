"""Sentences on which of two roles pays more, by sources' figures and by the survey."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.formatting import format_claim, format_estimate, format_money, join_words
from bot.pay.claims import figure_kind, low_and_high, median_or_mean
from bot.pay.survey import Distribution, GroupFilter, best_groups, level_name
from bot.pay.wording import capitalize, in_country, join_few, name_country, plural
from content import Content, PayClaim

_MAX_CITED = 3  # sources that a short sentence names


@dataclass(frozen=True, slots=True)
class RankingLine:
    """A sentence on which role pays more, and the ids of the sources that it cites."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PayGap:
    """Two comparable figures from one source; *higher* is the figure of the better-paid role."""

    higher: PayClaim
    lower: PayClaim


def find_pay_gaps(claims: Iterable[PayClaim], role: str, other: str) -> Iterator[PayGap]:
    """Yield pairs of comparable claims of one source in which one of the two roles pays more.

    A claim is a pay figure that a source published. A band is higher than another if neither of its
    ends is lower.
    """
    on_one_role = [claim for claim in claims if claim.roles in {(role,), (other,)}]
    for one, two in combinations(on_one_role, 2):
        if one.roles != two.roles and _are_comparable(one, two):
            (low, high), (other_low, other_high) = low_and_high(one), low_and_high(two)
            if (low, high) == (other_low, other_high):
                continue
            if low >= other_low and high >= other_high:
                yield PayGap(one, two)
            elif low <= other_low and high <= other_high:
                yield PayGap(two, one)


def _are_comparable(one: PayClaim, two: PayClaim) -> bool:
    fields = ("source", "level", "country", "currency", "basis", "year")
    return figure_kind(one) == figure_kind(two) and all(
        getattr(one, field) == getattr(two, field) for field in fields
    )


def rank_by_claims(
    claims: Iterable[PayClaim],
    all_claims: Iterable[PayClaim],
    role_ids: tuple[str, str],
    content: Content,
) -> Iterator[RankingLine]:
    """Compare the pay of two roles by published figures: yield a sentence for each country.

    *claims* are the figures that the question asks for. A further sentence names each country in
    *all_claims* where the order of the two roles is the reverse, once per pair of countries.
    """
    asked, everywhere = _gaps_by_country(claims, role_ids), _gaps_by_country(all_claims, role_ids)
    done: list[str | None] = []
    for country, gaps in asked.items():
        yield _claims_line(_who_pays_more(gaps, country, content), gaps)
        done.append(country)
        for elsewhere, others in everywhere.items():
            is_due = elsewhere in done or elsewhere not in asked
            if country and elsewhere and is_due and _is_reverse(gaps, others):
                yield _claims_line(_reverse_sentence(others, elsewhere, content), others)


def _claims_line(text: str, gaps: list[PayGap]) -> RankingLine:
    return RankingLine(text, tuple(gap.higher.source for gap in gaps))


def _is_reverse(gaps: list[PayGap], others: list[PayGap]) -> bool:
    """Return True if *gaps* all favor the same one of two roles, and *others* all the other one."""
    here, there = ({gap.higher.roles for gap in each} for each in (gaps, others))
    return len(here) == len(there) == 1 and here != there


def _gaps_by_country(
    claims: Iterable[PayClaim], role_ids: tuple[str, str]
) -> dict[str | None, list[PayGap]]:
    gaps: dict[str | None, list[PayGap]] = defaultdict(list)
    for gap in find_pay_gaps(claims, *role_ids):
        gaps[gap.higher.country].append(gap)
    return gaps


def _who_pays_more(gaps: list[PayGap], country: str | None, content: Content) -> str:
    parts = []
    for roles in dict.fromkeys(gap.higher.roles for gap in gaps):
        own = [gap for gap in gaps if gap.higher.roles == roles]
        higher, lower = (
            plural(content.roles[each.roles[0]]) for each in (own[0].higher, own[0].lower)
        )
        evidence, says = _describe_evidence(own, content)
        parts.append(f"{higher} earn more than {lower}, {says} {evidence}")
    where = in_country(content, country).strip() or "In figures that don't name a country"
    return f"{capitalize(where)}, {'; '.join(parts)}."


def _reverse_sentence(gaps: list[PayGap], country: str, content: Content) -> str:
    higher = plural(content.roles[gaps[0].higher.roles[0]])
    evidence, says = _describe_evidence(gaps, content)
    where = capitalize(in_country(content, country).strip())
    return f"{where}, it's the opposite: {higher} earn more, {says} {evidence}."


def _describe_evidence(gaps: list[PayGap], content: Content) -> tuple[str, str]:
    """Return the sources of pay gaps, each with its figures or its levels, and "says" or "say"."""
    if len(gaps) == 1:
        high, low = gaps[0].higher, gaps[0].lower
        gap = median_or_mean(high) - median_or_mean(low)
        by = f", by {format_money(gap, high.currency)}" if gap else ""
        source = content.sources[high.source].short
        return f"{source} ({format_claim(high)} vs. {format_claim(low)}{by})", "says"
    levels: dict[str, list[str]] = defaultdict(list)
    for each in gaps:
        source = content.sources[each.higher.source].short
        levels[source].append(level_name(content, each.higher.level))
    evidence = join_words(f"{source} ({', '.join(names)})" for source, names in levels.items())
    return evidence, "says" if len(levels) == 1 else "say"


def rank_by_survey(
    content: Content, role_ids: tuple[str, str], levels: Sequence[str | None], country: str | None
) -> Iterator[RankingLine]:
    """Yield a sentence on which of two roles has the higher median, and by how much at each level.

    Only groups of the same survey, country and currency are compared. Yield nothing if no medians
    differ.
    """
    gaps = _SurveyGaps(role_ids)
    for level in levels:
        for one, two in _comparable_groups(content, role_ids, level, country):
            gaps.add(one, two, content)
    if gaps.compared:
        text = _survey_sentence(content, gaps)
        yield RankingLine(text, tuple(each.survey.source for each in gaps.compared))


def summarize_survey_order(
    content: Content, role_ids: tuple[str, str], levels: Sequence[str | None], country: str | None
) -> Iterator[RankingLine]:
    """Yield a sentence on which of two roles the survey's medians put first, without amounts.

    Yield nothing if they put neither first at all of *levels*.
    """
    gaps = _SurveyGaps(role_ids)
    for level in levels:
        for one, two in _comparable_groups(content, role_ids, level, country):
            gaps.add(one, two, content)
    if len(gaps.amounts) == 1:
        [higher] = gaps.amounts
        first = gaps.compared[0]
        source = content.sources[first.survey.source].short
        opposing = _opposing_sources(content, gaps)
        people = plural(content.roles[higher])
        text = f"Going by {source}'s medians, {people} earn more.{opposing}"
        yield RankingLine(text, (first.survey.source, *_opposing_ids(content, gaps)[:_MAX_CITED]))


@dataclass(slots=True)
class _SurveyGaps:
    """The gaps between the medians of two roles, by the role whose median is higher."""

    role_ids: tuple[str, str]
    amounts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    compared: list[Distribution] = field(default_factory=list)

    def add(self, one: Distribution, two: Distribution, content: Content) -> None:
        """Add the gap between two groups of reports, unless their medians are equal."""
        gap = one.group.p50 - two.group.p50
        if gap:
            amount = format_estimate(abs(gap), one.group.currency)
            higher = self.role_ids[0] if gap > 0 else self.role_ids[1]
            self.amounts[higher].append(f"{amount} ({level_name(content, one.group.level)})")
            self.compared += [one, two]


def _comparable_groups(
    content: Content, role_ids: tuple[str, str], level: str | None, country: str | None
) -> Iterator[tuple[Distribution, Distribution]]:
    """Yield pairs of report groups, one per role, of the same survey, country and currency."""
    for one in best_groups(content, GroupFilter(role_ids[0], level, country)):
        same_place = GroupFilter(role_ids[1], level, one.group.country, one.group.currency)
        for two in best_groups(content, same_place):
            if two.survey is one.survey:
                yield one, two


def _survey_sentence(content: Content, gaps: _SurveyGaps) -> str:
    first, role_ids = gaps.compared[0], gaps.role_ids
    source = content.sources[first.survey.source].short
    country = content.countries[first.group.country]
    parts = []
    for role, amounts in gaps.amounts.items():
        other = role_ids[1] if role == role_ids[0] else role_ids[0]
        higher, lower = plural(content.roles[role]), plural(content.roles[other])
        parts.append(f"{higher} have a higher median than {lower}, by {join_words(amounts)}")
    return (
        f"In {source}'s reports from {name_country(country)}, {'; '.join(parts)}."
        f"{_opposing_sources(content, gaps)}"
    )


def _opposing_ids(content: Content, gaps: _SurveyGaps) -> tuple[str, ...]:
    """Return the ids of the sources whose figures say the opposite of the survey's medians.

    Return none if the medians put one role first at some levels and the other at others.
    """
    country = gaps.compared[0].group.country
    claimed = _gaps_by_country(content.pay.values(), gaps.role_ids).get(country, [])
    claimed_higher = {gap.higher.roles[0] for gap in claimed}
    if len(claimed_higher) != 1 or len(gaps.amounts) != 1 or claimed_higher == set(gaps.amounts):
        return ()
    return tuple(dict.fromkeys(gap.higher.source for gap in claimed))


def _opposing_sources(content: Content, gaps: _SurveyGaps) -> str:
    """Return the sentence that names the sources that say the opposite, or ""."""
    shorts = [content.sources[each].short for each in _opposing_ids(content, gaps)]
    return (
        f" {join_few(shorts)} {'says' if len(shorts) == 1 else 'say'} the opposite."
        if shorts
        else ""
    )
