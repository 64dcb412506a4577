"""What pay claims say about each other: agreement, conflict, or nothing, and why.

Two bands *agree* when their common part is at least half of what they span together (overlap
divided by union, the Jaccard index of two intervals); else they *conflict*. Figures that count
different things (currency, country, base or total, band or median) are *not comparable*. A field
that a source leaves out does not forbid a comparison; it is named as a caveat. Nothing is averaged.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from content import PayClaim

AGREEMENT = 0.5  # smallest overlap / union at which two bands agree
SAME_POINT = 0.1  # largest relative difference at which two medians or means agree


class Verdict(StrEnum):
    """How two claims about the same role and level stand to each other."""

    AGREE = "agree"
    CONFLICT = "conflict"
    INCOMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims and what can be said of them."""

    one: PayClaim
    other: PayClaim
    verdict: Verdict
    because: str = ""
    unstated: tuple[tuple[str, str], ...] = ()  # (source, field) that the comparison misses


def pairs(claims: Iterable[PayClaim]) -> Iterator[Pair]:
    """Hold every two claims of the same role and level against each other."""
    for one, other in combinations(claims, 2):
        if (one.roles, one.level) == (other.roles, other.level):
            yield held_against(one, other)


def held_against(one: PayClaim, other: PayClaim) -> Pair:
    """Compare two claims about the same role and level."""
    because = ", ".join(_differences(one, other))
    if because:
        return Pair(one, other, Verdict.INCOMPARABLE, because)
    agree = overlap(one, other) >= AGREEMENT if one.low else _same_point(one, other)
    verdict = Verdict.AGREE if agree else Verdict.CONFLICT
    return Pair(one, other, verdict, unstated=tuple(_unstated(one, other)))


def overlap(one: PayClaim, other: PayClaim) -> float:
    """Give the common part of two bands as a share of their union, 0 to 1."""
    bottom, top = _ends(one), _ends(other)
    common = min(bottom[1], top[1]) - max(bottom[0], top[0])
    union = max(bottom[1], top[1]) - min(bottom[0], top[0])
    return max(0, common) / union if union else 1.0


def common(claims: Iterable[PayClaim]) -> tuple[int, int] | None:
    """Give the band that all *claims* share, or None."""
    ends = [_ends(claim) for claim in claims]
    low, high = max(low for low, _ in ends), min(high for _, high in ends)
    return (low, high) if low < high else None


def _ends(claim: PayClaim) -> tuple[int, int]:
    return claim.low or point(claim), claim.high or point(claim)


def point(claim: PayClaim) -> int:
    """Give the median or mean of a claim that is no band, 0 for a band."""
    return claim.median or claim.mean or 0


def _same_point(one: PayClaim, other: PayClaim) -> bool:
    return abs(point(one) - point(other)) <= SAME_POINT * max(point(one), point(other))


def _differences(one: PayClaim, other: PayClaim) -> Iterator[str]:
    """Say in what two claims count different things; nothing when they may be compared."""
    if one.currency != other.currency:
        yield f"{one.currency} against {other.currency}"
    if one.country and other.country and one.country != other.country:
        yield f"{one.country.upper()} against {other.country.upper()}"
    if one.basis and other.basis and one.basis != other.basis:
        yield f"{one.basis} against {other.basis} pay"
    if one.among != other.among:
        yield f"{one.among or other.among} against all"
    if shape(one) != shape(other):
        yield f"a {shape(one)} against a {shape(other)}"
    if one.source == other.source:
        yield "one source gives both, for different things"


def shape(claim: PayClaim) -> str:
    """Say what kind of figure a claim gives: band, median or mean."""
    if claim.low is not None:
        return "band"
    return "median" if claim.median is not None else "mean"


def _unstated(one: PayClaim, other: PayClaim) -> Iterator[tuple[str, str]]:
    for claim in (one, other):
        for field in ("basis", "country"):
            if getattr(claim, field) is None:
                yield claim.source, field


@dataclass(frozen=True, slots=True)
class Lead:
    """Which of two roles one source puts ahead, where it gives both alike."""

    ahead: PayClaim
    behind: PayClaim


def leads(claims: Iterable[PayClaim], role: str, other: str) -> Iterator[Lead]:
    """Find where one source puts *role* or *other* ahead, like for like; ties are left out."""
    of_either = [claim for claim in claims if claim.roles in {(role,), (other,)}]
    for one, two in combinations(of_either, 2):
        if one.roles != two.roles and _alike(one, two):
            first, second = _ends(one), _ends(two)
            if first != second and all(a >= b for a, b in zip(first, second, strict=True)):
                yield Lead(one, two)
            elif first != second and all(a <= b for a, b in zip(first, second, strict=True)):
                yield Lead(two, one)


def _alike(one: PayClaim, other: PayClaim) -> bool:
    """Tell whether one source gives both figures for the same level, place, basis and shape."""
    same = ("source", "level", "country", "currency", "basis", "year")
    return shape(one) == shape(other) and all(
        getattr(one, field) == getattr(other, field) for field in same
    )
