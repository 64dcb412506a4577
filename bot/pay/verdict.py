"""Sentences on whether pay claims agree, conflict (and by how much) or aren't comparable."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.formatting import format_claim, format_money, format_ordinal, join_words
from bot.pay.claims import (
    ClaimComparison,
    ClaimVsSurvey,
    Verdict,
    common_band,
    compare_all,
    figure_kind,
    low_and_high,
    median_or_mean,
)
from bot.pay.percentile import percentile_of
from bot.pay.survey import level_name
from bot.reply import Bold, Prose
from content import Content, PayClaim


def claim_verdicts(claims: Sequence[PayClaim], content: Content) -> Iterator[Prose]:
    """Yield a line for each combination of roles and level on whether its pay claims agree.

    A claim is a pay figure that a source published. The last line names the sources of claims that
    are the only one on their roles and level.
    """
    groups: dict[tuple[tuple[str, ...], str | None], list[PayClaim]] = defaultdict(list)
    for claim in claims:
        groups[claim.roles, claim.level].append(claim)
    levels = [*content.levels, None]
    for (role_ids, level), group in sorted(
        groups.items(), key=lambda item: levels.index(item[0][1])
    ):
        if len(group) > 1:
            roles = " and ".join(content.roles[role].name for role in role_ids)
            yield (
                Bold(f"{roles}, {content.levels[level].name if level else 'no level'}: "),
                " ".join(_verdict_sentences(group, content)),
            )
    single = [group[0] for group in groups.values() if len(group) == 1]
    if not single:
        return
    shorts = join_words(dict.fromkeys(content.sources[each.source].short for each in single))
    if len(single) == len(groups):
        yield f"Each claim has one source only ({shorts}): no other claim to hold it against."
    else:
        yield f"Each other claim has one source only ({shorts}): none to hold it against."


def _verdict_sentences(claims: list[PayClaim], content: Content) -> Iterator[str]:
    comparisons = list(compare_all(claims))
    yield from _agreement_sentence(claims, comparisons, content)
    conflicts = [each for each in comparisons if each.verdict is Verdict.CONFLICT]
    for each in conflicts:
        yield _conflict_sentence(each.first, each.second, content)
    yield from _incomparable_sentences(comparisons, content)
    yield from _caveat_sentences(comparisons, content, has_conflict=bool(conflicts))


def _agreement_sentence(
    claims: list[PayClaim], comparisons: list[ClaimComparison], content: Content
) -> Iterator[str]:
    """Yield a sentence on the largest set of pay claims that all agree, if any do."""
    agreeing = {
        frozenset((each.first.id, each.second.id))
        for each in comparisons
        if each.verdict is Verdict.AGREE
    }
    best: list[PayClaim] = []
    for first in claims:
        group = [first]
        for each in claims:
            if each is not first and all({each.id, other.id} in agreeing for other in group):
                group.append(each)
        best = max(best, group, key=len)
    if len(best) < 2:  # noqa: PLR2004  # one claim can't agree
        return
    shorts = join_words(content.sources[each.source].short for each in claims if each in best)
    common = common_band(best)
    if common:
        low, high = (format_money(end, best[0].currency) for end in common)
        yield f"{shorts} agree on most of the band: {low}–{high} is common to them."
    else:
        yield f"{shorts} agree."


def _conflict_sentence(first: PayClaim, second: PayClaim, content: Content) -> str:
    """Return a sentence on how far apart two conflicting pay claims are, the lower one first."""
    low, high = sorted((first, second), key=lambda claim: (low_and_high(claim)[0], claim.id))
    names = [content.sources[each.source].short for each in (low, high)]
    conflict = f"{names[0]}'s {format_claim(low)} and {names[1]}'s {format_claim(high)} conflict"
    if low.low is None or high.low is None or low.high is None or high.high is None:
        gap = median_or_mean(high) - median_or_mean(low)
        return f"{conflict}: {format_money(gap, low.currency)} apart."
    starts = _describe_gap(high.low - low.low, low.currency)
    ends = _describe_gap(high.high - low.high, low.currency)
    return f"{conflict}: the first starts {starts} and ends {ends}."


def _describe_gap(gap: int, currency: str) -> str:
    if not gap:
        return "level"
    return f"{format_money(abs(gap), currency)} {'lower' if gap > 0 else 'higher'}"


def _incomparable_sentences(comparisons: list[ClaimComparison], content: Content) -> Iterator[str]:
    """Yield a sentence for each reason that makes claims incomparable, naming these pay claims."""
    labels: dict[str, dict[str, None]] = defaultdict(dict)
    for each in comparisons:
        if each.verdict is Verdict.INCOMPARABLE:
            labels[each.reason] |= {_label(each.first, content): None}
            labels[each.reason] |= {_label(each.second, content): None}
    for reason, claims in labels.items():
        yield f"Not comparable: {join_words(claims)} ({reason})."


def _label(claim: PayClaim, content: Content) -> str:
    return f"{content.sources[claim.source].short} {format_claim(claim)}"


def _caveat_sentences(
    comparisons: list[ClaimComparison], content: Content, *, has_conflict: bool
) -> Iterator[str]:
    """Yield a sentence for each field that a compared source doesn't state, naming the sources.

    With *has_conflict*, the sentence on a missing basis (base or total pay) says that this may
    explain a part of the gap.
    """
    sources: dict[str, dict[str, None]] = defaultdict(dict)
    for each in comparisons:
        for source, field in each.unstated:
            sources[field][content.sources[source].short] = None
    for field, names in sources.items():
        verb = "does" if len(names) == 1 else "do"
        is_cause = has_conflict and field == "basis"
        so = ", so part of the gap may be base against total pay" if is_cause else ""
        yield f"{join_words(names)} {verb} not state the {field}{so}."


def survey_verdicts(
    comparisons: Sequence[ClaimVsSurvey], content: Content, *, show_percentiles: bool
) -> Iterator[Prose]:
    """Yield a line for each pay claim on whether it agrees with the survey reports.

    With *show_percentiles*, the last line says at which percentiles of the reports each claimed
    band starts and ends.
    """
    incomparable: dict[str, dict[str, None]] = defaultdict(dict)
    for each in comparisons:
        claim = each.claim
        if each.verdict is Verdict.INCOMPARABLE:
            incomparable[each.reason][_label(claim, content)] = None
        else:
            role = content.roles[claim.roles[0]].name
            heading = f"{role}, {level_name(content, claim.level)}, against the reports: "
            yield Bold(heading), _survey_verdict(each, content)
    for reason, labels in incomparable.items():
        yield Bold("Not comparable with the reports: "), f"{join_words(labels)} ({reason})."
    if show_percentiles:
        placed = list(filter(None, (_percentile_range(each, content) for each in comparisons)))
        if placed:
            yield f"On the scale of the reports {'; '.join(placed)}."


def _survey_verdict(comparison: ClaimVsSurvey, content: Content) -> str:
    claim = comparison.claim
    reported = comparison.reports.as_claim(figure_kind(claim))
    if comparison.verdict is Verdict.AGREE:
        survey = content.sources[reported.source].short
        verdict = f"{_label(claim, content)} agrees with {survey}'s {format_claim(reported)}."
    else:
        verdict = _conflict_sentence(claim, reported, content)
    if comparison.unstated:
        short = content.sources[claim.source].short
        verdict += f" {short} does not state the {join_words(comparison.unstated)}."
    return f"{verdict} ({comparison.reason}.)" if comparison.reason else verdict


def _percentile_range(comparison: ClaimVsSurvey, content: Content) -> str | None:
    """Return a clause on the percentiles of the reports at which a claimed band starts and ends.

    Return None if the claim isn't a band or is in another currency.
    """
    claim, group = comparison.claim, comparison.reports.group
    if claim.low is None or claim.high is None or claim.currency != group.currency:
        return None
    label = _label(claim, content)
    if claim.high < group.p10:
        return f"all of {label} lies below the 10th percentile"
    if claim.low > group.p90:
        return f"all of {label} lies above the 90th percentile"
    low, high = (percentile_of(group, end) for end in (claim.low, claim.high))
    start = f"the {format_ordinal(low)}" if low is not None else "below the 10th"
    end = f"the {format_ordinal(high)}" if high is not None else "beyond the 90th"
    return f"{label} runs from {start} to {end} percentile"
