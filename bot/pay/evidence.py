"""The claims held against a survey: agreement, conflict, or not comparable and why. No blend."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.formatting import format_claim, format_estimate, format_ordinal, join_words, pluralize
from bot.pay.claims import Verdict, held_against, leads, shape
from bot.pay.percentile import rank
from bot.pay.survey import Cut, Distribution, recent
from bot.pay.verdict import conflict
from bot.reply import Bold, Prose
from content import Confidence, Content, PayBasis, PayClaim


@dataclass(frozen=True, slots=True)
class Held:
    """A claim, the reports that it is held against, and the outcome."""

    claim: PayClaim
    reports: Distribution
    verdict: Verdict
    because: str
    unstated: tuple[str, ...] = ()  # fields that the claim's source leaves out


def held(
    claims: Iterable[PayClaim], content: Content, country: str | None, basis: PayBasis | None
) -> Iterator[Held]:
    """Hold each claim on a single role against the reports for its role, level and country."""
    for claim in claims:
        if len(claim.roles) == 1:
            cut = Cut(claim.roles[0], claim.level, claim.country or country)
            for reports in recent(content, cut, basis):
                yield _held(claim, reports)


def _held(claim: PayClaim, reports: Distribution) -> Held:
    pair = held_against(claim, reports.as_claim(shape(claim)))
    few = reports.group.confidence is Confidence.LOW
    reasons = [pair.because] if pair.because else []
    reasons += [f"only {pluralize(reports.group.distinct, 'distinct report')}"] if few else []
    if reasons:
        reasons += _years(claim, reports)
        return Held(claim, reports, Verdict.INCOMPARABLE, "; ".join(reasons))
    missing = tuple(field for source, field in pair.unstated if source == claim.source)
    missing += () if claim.year else ("year",)
    return Held(claim, reports, pair.verdict, "; ".join(_years(claim, reports)), missing)


def _years(claim: PayClaim, reports: Distribution) -> list[str]:
    group = reports.group
    if claim.year is None or group.first <= int(claim.year) <= group.last:
        return []
    return [f"{claim.year} against {group.years}"]


def evidence_lines(found: Sequence[Held], content: Content, *, place: bool) -> Iterator[Prose]:
    """Judge the claims against the reports; *place* says where each band's ends would stand."""
    for each in found:
        if each.verdict is not Verdict.INCOMPARABLE:
            yield (
                Bold(f"{_where(each, content)}, against the reports: "),
                _judged(each, content),
            )
    reasons: dict[str, list[Held]] = defaultdict(list)
    for each in found:
        if each.verdict is Verdict.INCOMPARABLE:
            reasons[each.because].append(each)
    for because, own in reasons.items():
        sides = join_words(dict.fromkeys(_side(each.claim, content) for each in own))
        yield (Bold("Not comparable with the reports: "), f"{sides} ({because}).")
    placed = [words for each in found if place for words in _placed(each, content)]
    if placed:
        yield f"On the scale of the reports {'; '.join(placed)}."


def _where(each: Held, content: Content) -> str:
    level = content.levels[each.claim.level].name if each.claim.level else "all levels"
    return f"{content.roles[each.claim.roles[0]].name}, {level}"


def _side(claim: PayClaim, content: Content) -> str:
    return f"{content.sources[claim.source].short} {format_claim(claim)}"


def _judged(each: Held, content: Content) -> str:
    """Say that a claim agrees, or by how much it conflicts, and what that leaves open."""
    other = each.reports.as_claim(shape(each.claim))
    if each.verdict is Verdict.AGREE:
        survey = content.sources[other.source].short
        says = f"{_side(each.claim, content)} agrees with {survey}'s {format_claim(other)}."
    else:
        says = conflict(each.claim, other, content)
    short = content.sources[each.claim.source].short
    missing = f" {short} does not state the {join_words(each.unstated)}." if each.unstated else ""
    years = f" ({each.because}.)" if each.because else ""
    return f"{says}{missing}{years}"


def _placed(each: Held, content: Content) -> Iterator[str]:
    """Say at which percentiles of the reports a band begins and ends; currencies must be one."""
    claim, group = each.claim, each.reports.group
    if claim.low is None or claim.high is None or claim.currency != group.currency:
        return
    low, high = (rank(group, end) for end in (claim.low, claim.high))
    side = _side(claim, content)
    if claim.high < group.p10 or claim.low > group.p90:
        outside = "below the 10th" if claim.high < group.p10 else "above the 90th"
        yield f"all of {side} lies {outside} percentile"
        return
    starts = f"the {format_ordinal(low)}" if low is not None else "below the 10th"
    ends = f"the {format_ordinal(high)}" if high is not None else "beyond the 90th"
    yield f"{side} runs from {starts} to {ends} percentile"


@dataclass(frozen=True, slots=True)
class Ahead:
    """Which of two roles the reports put ahead, and on which groups that rests."""

    says: str
    reports: tuple[Distribution, ...]


def ahead(
    content: Content, pair: tuple[str, str], levels: Sequence[str | None], country: str | None
) -> Iterator[Ahead]:
    """Compare the medians of two roles, level by level, in the same country and currency."""
    gaps: dict[str, list[str]] = defaultdict(list)
    used: list[Distribution] = []
    for level in levels:
        for one in recent(content, Cut(pair[0], level, country)):
            group = one.group
            for two in recent(content, Cut(pair[1], level, group.country, group.currency)):
                gap = group.p50 - two.group.p50
                if two.survey is one.survey and gap:
                    name = content.levels[level].name if level else "all levels"
                    ahead_of = pair[0] if gap > 0 else pair[1]
                    gaps[ahead_of].append(f"{format_estimate(abs(gap), group.currency)} ({name})")
                    used += [one, two]
    if used:
        yield Ahead(_ahead(content, pair, gaps, used[0]), tuple(used))


def _ahead(
    content: Content, pair: tuple[str, str], gaps: dict[str, list[str]], first: Distribution
) -> str:
    source = content.sources[first.survey.source].short
    country = content.countries[first.group.country].short
    parts = []
    for role, own in gaps.items():
        other = pair[1] if role == pair[0] else pair[0]
        names = (content.roles[each].name for each in (role, other))
        parts.append("{}'s median is above {}'s by {}".format(*names, join_words(own)))
    reverse = _against_the_claims(content, pair, set(gaps), first.group.country)
    return f"In {source}'s {country} reports {'; '.join(parts)}.{reverse}"


def _against_the_claims(
    content: Content, pair: tuple[str, str], ahead_in_reports: set[str], country: str
) -> str:
    """Point out where every claim on a country puts the other role ahead."""
    found = [lead for lead in leads(content.pay.values(), *pair) if lead.ahead.country == country]
    roles = {lead.ahead.roles[0] for lead in found}
    if len(roles) == len(ahead_in_reports) == 1 and roles != ahead_in_reports:
        sources = dict.fromkeys(content.sources[lead.ahead.source].short for lead in found)
        return f" That is the reverse of {join_words(sources)}."
    return ""
