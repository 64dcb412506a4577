"""Sentences on whether pay claims agree, conflict (and by how much) or aren't comparable."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bot.formatting import format_claim, format_money, format_ordinal, join_words
from bot.pay.claims import (
    Aspect,
    ClaimComparison,
    ClaimVsSurvey,
    Difference,
    Verdict,
    common_band,
    compare_all,
    figure_kind,
    low_and_high,
    median_or_mean,
)
from bot.pay.percentile import percentile_of
from bot.pay.wording import (
    capitalize,
    in_country,
    join_few,
    missing_terms_sentence,
    name_country,
    name_people,
    name_survey,
)
from bot.reply import Bold, Prose
from content import Content, PayClaim

_KIND_NAMES = {"band": "a range", "median": "a median", "mean": "a mean"}


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
            whose = capitalize(name_people(content, role_ids, level))
            whose += " together" if len(role_ids) > 1 else ""
            yield (Bold(f"{whose}: "), " ".join(_verdict_sentences(group, content)))
    single = [group[0] for group in groups.values() if len(group) == 1]
    if single:
        shorts = join_words(dict.fromkeys(content.sources[each.source].short for each in single))
        if len(single) == len(groups):
            yield f"Each figure has only one source ({shorts}), so there's nothing to compare."
        else:
            yield f"Each of the other figures has only one source ({shorts})."


def _verdict_sentences(claims: list[PayClaim], content: Content) -> Iterator[str]:
    comparisons = list(compare_all(claims))
    yield from _agreement_sentence(claims, comparisons, content)
    conflicts = [each for each in comparisons if each.verdict is Verdict.CONFLICT]
    for each in conflicts:
        yield _conflict_sentence(each.first, each.second, content)
    yield from _incomparable_sentences(comparisons, content)
    yield from _caveat_sentences(comparisons, content, has_conflict=bool(conflicts))


def agreement_sentences(claims: Sequence[PayClaim], content: Content) -> Iterator[str]:
    """Yield a sentence on the most pay claims on the same roles and level that agree, if any do."""
    yield from _agreement_sentence(claims, list(compare_all(claims)), content)


def find_agreeing(
    claims: Sequence[PayClaim], comparisons: Iterable[ClaimComparison]
) -> list[PayClaim]:
    """Return the largest set of pay claims that all agree; empty if no two do."""
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
    return [each for each in claims if each in best] if len(best) > 1 else []


def _agreement_sentence(
    claims: Sequence[PayClaim], comparisons: list[ClaimComparison], content: Content
) -> Iterator[str]:
    best = find_agreeing(claims, comparisons)
    if not best:
        return
    shorts = join_few(content.sources[each.source].short for each in best)
    common = common_band(best)
    if common:
        low, high = (format_money(end, best[0].currency) for end in common)
        yield f"{shorts} mostly agree; they overlap at {low}–{high}."
    else:
        yield f"{shorts} agree."


def conflict_sentences(claims: Sequence[PayClaim], content: Content) -> Iterator[str]:
    """Yield a sentence on each pair of pay claims on the same roles and level that conflict."""
    for each in compare_all(claims):
        if each.verdict is Verdict.CONFLICT:
            yield _conflict_sentence(each.first, each.second, content)


def brief_conflicts(claims: Sequence[PayClaim], content: Content) -> Iterator[str]:
    """Yield a sentence on each pair of conflicting pay claims, without their figures.

    The sentence names the people whose pay it is: "Traecta conflicts with KORE1 on ML Engineers".
    """
    for each in compare_all(claims):
        if each.verdict is Verdict.CONFLICT:
            low, high = _lower_first(each.first, each.second)
            names = [content.sources[claim.source].short for claim in (low, high)]
            people = name_people(content, low.roles)
            gap = _describe_gaps(low, high)
            yield f"{names[0]} conflicts with {names[1]} on {people}: it {gap}."


def _conflict_sentence(first: PayClaim, second: PayClaim, content: Content) -> str:
    """Return a sentence on how far apart two conflicting pay claims are, the lower one first."""
    low, high = _lower_first(first, second)
    names = [content.sources[each.source].short for each in (low, high)]
    conflict = f"{names[0]}'s {format_claim(low)} and {names[1]}'s {format_claim(high)} conflict"
    return f"{conflict}: {names[0]} {_describe_gaps(low, high)}."


def _lower_first(first: PayClaim, second: PayClaim) -> tuple[PayClaim, PayClaim]:
    low, high = sorted((first, second), key=lambda claim: (low_and_high(claim)[0], claim.id))
    return low, high


def _describe_gaps(low: PayClaim, high: PayClaim) -> str:
    """Return how far *low* is below *high*: "starts $25K lower and ends $30K lower"."""
    if low.low is None or high.low is None or low.high is None or high.high is None:
        gap = median_or_mean(high) - median_or_mean(low)
        return f"is {format_money(gap, low.currency)} lower"
    starts = _describe_gap(high.low - low.low, low.currency)
    ends = _describe_gap(high.high - low.high, low.currency)
    if starts == ends:
        return f"starts and ends {starts}"
    return f"starts {starts} and ends {ends}"


def _describe_gap(gap: int, currency: str) -> str:
    if not gap:
        return "at the same amount"
    return f"{format_money(abs(gap), currency)} {'lower' if gap > 0 else 'higher'}"


def _incomparable_sentences(comparisons: list[ClaimComparison], content: Content) -> Iterator[str]:
    """Yield a sentence on each pair of claims that aren't comparable, with what differs."""
    for each in comparisons:
        if each.verdict is not Verdict.INCOMPARABLE:
            continue
        first, second = (_label(claim, content) for claim in (each.first, each.second))
        if any(found.aspect is Aspect.SOURCE for found in each.differences):
            source = content.sources[each.first.source].short
            yield f"Can't compare {first} with {second}: {source} gives them for different things."
            continue
        one, other = describe_differences(each.differences, content)
        yield f"Can't compare {first} with {second}: the first is {one}, the second {other}."


def describe_differences(differences: Iterable[Difference], content: Content) -> tuple[str, str]:
    """Return what each of two figures is, as far as they differ: "base pay for 2026", "gross …"."""
    found = tuple(differences)
    return (
        _describe_side([(each.aspect, each.first, each.second) for each in found], content),
        _describe_side([(each.aspect, each.second, each.first) for each in found], content),
    )


def _describe_side(terms: list[tuple[Aspect, str, str]], content: Content) -> str:
    """Return what one figure is; *terms* are aspects with its own value and the other's."""
    heads, tails = [], []
    for aspect, value, other in terms:
        match aspect:
            case Aspect.KIND:
                heads.append(_KIND_NAMES[value])
            case Aspect.BASIS:
                heads.append(f"{value} pay")
            case Aspect.AMONG:
                heads.append(f"for the {value} only" if value else f"not only for the {other}")
            case Aspect.COUNTRY:
                tails.append(f"in {name_country(content.countries[value])}")
            case Aspect.CURRENCY:
                tails.append(f"in {value}")
            case Aspect.YEAR:
                tails.append(f"for {value}")
            case Aspect.SOURCE:
                pass
    return " ".join(filter(None, [", ".join(heads), *tails]))


def _label(claim: PayClaim, content: Content) -> str:
    return f"{content.sources[claim.source].short}'s {format_claim(claim)}"


def _caveat_sentences(
    comparisons: list[ClaimComparison], content: Content, *, has_conflict: bool
) -> Iterator[str]:
    """Yield a sentence for each field that a compared source doesn't state, with the sources.

    With *has_conflict*, the sentence on a missing basis (base or total pay) says that this may
    explain a part of the gap.
    """
    sources: dict[str, dict[str, None]] = defaultdict(dict)
    for each in comparisons:
        for source, field in each.unstated:
            sources[field][content.sources[source].short] = None
    for field, names in sources.items():
        is_cause = has_conflict and field == "basis"
        so = ", which may explain part of the gap" if is_cause else ""
        yield missing_terms_sentence(names, [field], so)


def survey_verdicts(
    comparisons: Sequence[ClaimVsSurvey], content: Content, *, show_percentiles: bool
) -> Iterator[Prose]:
    """Yield a line for each pay claim on whether it agrees with the survey reports.

    With *show_percentiles*, the last line says at which percentiles of the reports each claimed
    band starts and ends.
    """
    for each in comparisons:
        if each.verdict is not Verdict.INCOMPARABLE:
            people = name_people(content, each.claim.roles, each.claim.level)
            yield Bold(f"{capitalize(people)}, with the survey: "), _survey_verdict(each, content)
    yield from incomparable_with_survey(comparisons, content)
    if show_percentiles:
        placed = list(filter(None, (_percentile_range(each, content) for each in comparisons)))
        if placed:
            yield f"Among the reports, {'; '.join(placed)}."


def incomparable_with_survey(
    comparisons: Iterable[ClaimVsSurvey], content: Content
) -> Iterator[str]:
    """Yield a sentence for each reason why pay claims can't be compared with survey reports."""
    names: dict[tuple[str, tuple[Difference, ...]], dict[str, None]] = defaultdict(dict)
    for each in comparisons:
        short = content.sources[each.claim.source].short
        if each.verdict is not Verdict.INCOMPARABLE:
            continue
        if each.has_few_reports:
            yield f"Can't compare {short} with {_describe_few_reports(each, content)}."
        else:
            survey = name_survey(each.reports.survey, content)
            names[survey, each.differences][short] = None
    for (survey, differences), shorts in names.items():
        claimed, reported = describe_differences(differences, content)
        they = "it is" if len(shorts) == 1 else "they are"
        sources = join_words(shorts)
        yield f"Can't compare {sources} with {survey}: {they} {claimed}; {survey} is {reported}."


def _describe_few_reports(comparison: ClaimVsSurvey, content: Content) -> str:
    group, survey = comparison.reports.group, name_survey(comparison.reports.survey, content)
    people = name_people(content, [group.role], group.level)
    where = in_country(content, group.country)
    return f"{survey}: it has only {comparison.reports.size} on {people}{where}"


def _survey_verdict(comparison: ClaimVsSurvey, content: Content) -> str:
    claim = comparison.claim
    reported = comparison.reports.as_claim(figure_kind(claim))
    if comparison.verdict is Verdict.AGREE:
        survey = content.sources[reported.source].short
        verdict = f"{_label(claim, content)} agrees with {survey}'s {format_claim(reported)}."
    else:
        verdict = _conflict_sentence(claim, reported, content)
    short = content.sources[claim.source].short
    if comparison.unstated:
        verdict += f" {missing_terms_sentence([short], comparison.unstated)}"
    years = [each for each in comparison.differences if each.aspect is Aspect.YEAR]
    reports = (
        f" {short} covers {years[0].first}, but the reports cover {years[0].second}."
        if years
        else ""
    )
    return verdict + reports


def _percentile_range(comparison: ClaimVsSurvey, content: Content) -> str | None:
    """Return a clause on the percentiles of the reports at which a claimed band starts and ends.

    Return None if the claim isn't a band or is in another currency.
    """
    claim, group = comparison.claim, comparison.reports.group
    if claim.low is None or claim.high is None or claim.currency != group.currency:
        return None
    label = _label(claim, content)
    if claim.high < group.p10:
        return f"all of {label} is below the 10th percentile"
    if claim.low > group.p90:
        return f"all of {label} is above the 90th percentile"
    low, high = (percentile_of(group, end) for end in (claim.low, claim.high))
    start = f"the {format_ordinal(low)}" if low is not None else "below the 10th"
    end = f"the {format_ordinal(high)}" if high is not None else "above the 90th"
    return f"{label} runs from {start} to {end} percentile"
