"""The verdict on pay claims, in words: agree, conflict and by how much, or not comparable."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.formatting import format_claim, format_money, join_words
from bot.pay.claims import Lead, Pair, Verdict, common, leads, pairs, point
from bot.reply import Bold, Prose
from content import Content, PayClaim


def verdict_lines(claims: Sequence[PayClaim], content: Content) -> Iterator[Prose]:
    """Judge the claims of each role and level on their own."""
    groups: dict[tuple[tuple[str, ...], str | None], list[PayClaim]] = defaultdict(list)
    for claim in claims:
        groups[claim.roles, claim.level].append(claim)
    ladder = [*content.levels, None]
    for (roles, level), own in sorted(groups.items(), key=lambda each: ladder.index(each[0][1])):
        if len(own) > 1:
            role = " and ".join(content.roles[role].name for role in roles)
            yield (
                Bold(f"{role}, {content.levels[level].name if level else 'no level'}: "),
                " ".join(_sentences(own, content)),
            )
    alone = [own[0] for own in groups.values() if len(own) == 1]
    if alone:
        yield from _alone(alone, content, only=len(groups) == len(alone))


def _alone(alone: list[PayClaim], content: Content, *, only: bool) -> Iterator[Prose]:
    shorts = join_words(dict.fromkeys(content.sources[each.source].short for each in alone))
    if only:
        yield f"Each claim has one source only ({shorts}): no other claim to hold it against."
    else:
        yield f"Each other claim has one source only ({shorts}): none to hold it against."


def _sentences(own: list[PayClaim], content: Content) -> Iterator[str]:
    found = list(pairs(own))
    yield from _agreements(own, found, content)
    conflicts = [pair for pair in found if pair.verdict is Verdict.CONFLICT]
    for pair in conflicts:
        yield conflict(pair.one, pair.other, content)
    yield from _incomparables(found, content)
    judged = [pair for pair in found if pair.verdict is not Verdict.INCOMPARABLE]
    yield from _caveats(judged, content, conflict=bool(conflicts))


def _agreements(own: list[PayClaim], found: list[Pair], content: Content) -> Iterator[str]:
    """Name the largest set of claims that all agree with each other, and what they share."""
    agree = {
        frozenset((pair.one.id, pair.other.id)) for pair in found if pair.verdict is Verdict.AGREE
    }
    best: list[PayClaim] = []
    for first in own:
        clique = [first]
        for each in own:
            if each is not first and all(frozenset((each.id, in_.id)) in agree for in_ in clique):
                clique.append(each)
        best = max(best, clique, key=len)
    if len(best) < 2:  # noqa: PLR2004  # it takes two to agree
        return
    shared = common(best)
    band = f" on most of the band: {_band(shared, best[0])} is common to them" if shared else ""
    shorts = (content.sources[each.source].short for each in own if each in best)
    yield f"{join_words(shorts)} agree{band}."


def _band(ends: tuple[int, int], claim: PayClaim) -> str:
    return f"{format_money(ends[0], claim.currency)}–{format_money(ends[1], claim.currency)}"


def conflict(one: PayClaim, other: PayClaim, content: Content) -> str:
    """Say by how much two claims conflict, seen from the lower one."""
    low, high = sorted((one, other), key=lambda claim: (claim.low or point(claim), claim.id))
    names = [content.sources[each.source].short for each in (low, high)]
    against = f"{names[0]}'s {format_claim(low)} and {names[1]}'s {format_claim(high)} conflict"
    if low.low is None or high.low is None or low.high is None or high.high is None:
        return f"{against}: {format_money(point(high) - point(low), low.currency)} apart."
    ends = [
        _apart(high.low - low.low, low.currency, "starts"),
        _apart(high.high - low.high, low.currency, "ends"),
    ]
    return f"{against}: the first {' and '.join(filter(None, ends))}."


def _apart(gap: int, currency: str, verb: str) -> str:
    if not gap:
        return f"{verb} level"
    return f"{verb} {format_money(abs(gap), currency)} {'lower' if gap > 0 else 'higher'}"


def _incomparables(found: list[Pair], content: Content) -> Iterator[str]:
    """Name what can't be compared, once for each reason."""
    reasons: dict[str, dict[str, None]] = defaultdict(dict)
    for pair in found:
        if pair.verdict is Verdict.INCOMPARABLE:
            for claim in (pair.one, pair.other):
                reasons[pair.because][
                    f"{content.sources[claim.source].short} {format_claim(claim)}"
                ] = None
    for because, sides in reasons.items():
        yield f"Not comparable: {join_words(sides)} ({because})."


def _caveats(judged: list[Pair], content: Content, *, conflict: bool) -> Iterator[str]:
    """Name what the compared sources leave out, which the comparison can't take into account."""
    missing: dict[str, dict[str, None]] = defaultdict(dict)
    for pair in judged:
        for source, field in pair.unstated:
            missing[field][content.sources[source].short] = None
    for field, names in missing.items():
        verb = "does" if len(names) == 1 else "do"
        so = ", so part of the gap may be base against total pay" if conflict else ""
        yield f"{join_words(names)} {verb} not state the {field}{so if field == 'basis' else ''}."


@dataclass(frozen=True, slots=True)
class Order:
    """What is said of the order of two roles, and the claims that it rests on."""

    says: str
    claims: tuple[PayClaim, ...]


def orders(
    claims: Iterable[PayClaim],
    everything: Iterable[PayClaim],
    pair: tuple[str, str],
    content: Content,
) -> Iterator[Order]:
    """Say which of two roles is ahead in *claims*, and where other countries turn it around."""
    here, anywhere = _by_country(claims, pair), _by_country(everything, pair)
    told: list[str | None] = []
    for country, found in here.items():
        yield _order(_ahead(found, _figures_of(country, content), content), found)
        told.append(country)
        for elsewhere, others in anywhere.items():
            new = elsewhere in told or elsewhere not in here
            if country and elsewhere and new and _opposite(found, others):
                yield _order(_reverse(others, _figures_of(elsewhere, content), content), others)


def _order(says: str, found: list[Lead]) -> Order:
    return Order(says, tuple(claim for lead in found for claim in (lead.ahead, lead.behind)))


def _opposite(found: list[Lead], others: list[Lead]) -> bool:
    """Tell whether each side names one role throughout, and not the same one."""
    here, there = ({lead.ahead.roles for lead in each} for each in (found, others))
    return len(here) == len(there) == 1 and here != there


def _by_country(claims: Iterable[PayClaim], pair: tuple[str, str]) -> dict[str | None, list[Lead]]:
    found: dict[str | None, list[Lead]] = defaultdict(list)
    for lead in leads(claims, *pair):
        found[lead.ahead.country].append(lead)
    return found


def _figures_of(country: str | None, content: Content) -> str:
    return (
        f"the {content.countries[country].short} figures"
        if country
        else "figures without a country"
    )


def _ahead(found: list[Lead], where: str, content: Content) -> str:
    """Say who is ahead, and where just one figure says so, by how much."""
    parts = []
    for roles in dict.fromkeys(lead.ahead.roles for lead in found):
        own = [lead for lead in found if lead.ahead.roles == roles]
        ahead, behind = (
            content.roles[each.roles[0]].name for each in (own[0].ahead, own[0].behind)
        )
        parts.append(f"{ahead} is ahead of {behind} in {_evidence(own, content)}")
    return f"In {where} {'; '.join(parts)}."


def _evidence(own: list[Lead], content: Content) -> str:
    if len(own) == 1:
        high, low = own[0].ahead, own[0].behind
        gap = point(high) - point(low)
        by = f", by {format_money(gap, high.currency)}" if gap else ""
        figures = f"{format_claim(high)} against {format_claim(low)}{by}"
        return f"{content.sources[high.source].short} ({figures})"
    levels: dict[str, list[str]] = defaultdict(list)
    for lead in own:
        level = lead.ahead.level
        levels[content.sources[lead.ahead.source].short].append(
            content.levels[level].name if level else "all levels"
        )
    return join_words(f"{source} ({', '.join(each)})" for source, each in levels.items())


def _reverse(others: list[Lead], where: str, content: Content) -> str:
    ahead = content.roles[others[0].ahead.roles[0]].name
    return (
        f"That is the reverse of {where}, where {ahead} is ahead in {_evidence(others, content)}."
    )
