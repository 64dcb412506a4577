from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.pay.claims import (
    MIN_OVERLAP,
    Aspect,
    ClaimComparison,
    Difference,
    Verdict,
    common_band,
    compare_claims,
    overlap_ratio,
)
from content import PayClaim


def claim(**fields: Any) -> PayClaim:
    known = {"id": "x", "roles": ["ml"], "level": "mid", "currency": "USD", "source": "one"}
    return PayClaim.model_validate(known | {"country": "us", "basis": "base"} | fields)


def band(low: int, high: int, **fields: Any) -> PayClaim:
    return claim(low=low, high=high, **fields)


def against(one: PayClaim, other: PayClaim) -> ClaimComparison:
    return compare_claims(one, other.model_copy(update={"source": "two"}))


bands = st.tuples(st.integers(1, 500), st.integers(1, 500)).map(lambda ends: band(*sorted(ends)))


def test_bands_that_share_half_of_their_union_agree() -> None:
    assert against(band(100, 200), band(150, 200)).verdict is Verdict.AGREE
    assert against(band(100, 200), band(151, 200)).verdict is Verdict.CONFLICT
    assert against(band(100, 200), band(300, 400)).verdict is Verdict.CONFLICT


@given(bands, bands)
def test_overlap_ratio_is_symmetric_and_decides_agreement(one: PayClaim, other: PayClaim) -> None:
    assert 0 <= overlap_ratio(one, other) <= 1
    assert overlap_ratio(one, other) == overlap_ratio(other, one)
    assert overlap_ratio(one, one) == 1
    agree = against(one, other).verdict is Verdict.AGREE
    assert agree == (overlap_ratio(one, other) >= MIN_OVERLAP)


@given(st.lists(bands, min_size=1, max_size=4))
def test_common_band_lies_in_every_band(claims: list[PayClaim]) -> None:
    shared = common_band(claims)
    for each in claims:
        if shared is not None:
            assert (each.low or 0) <= shared[0] < shared[1] <= (each.high or 0)
    if shared is None:
        assert max(each.low or 0 for each in claims) >= min(each.high or 0 for each in claims)


def test_medians_agree_within_a_tenth() -> None:
    assert against(claim(median=100), claim(median=90)).verdict is Verdict.AGREE
    assert against(claim(median=100), claim(median=89)).verdict is Verdict.CONFLICT


def test_different_measures_are_not_comparable() -> None:
    for other, because in (
        (band(100, 200, currency="GBP"), Difference(Aspect.CURRENCY, "USD", "GBP")),
        (band(100, 200, country="gb"), Difference(Aspect.COUNTRY, "us", "gb")),
        (band(100, 200, basis="total"), Difference(Aspect.BASIS, "base", "total")),
        (claim(median=150), Difference(Aspect.KIND, "band", "median")),
    ):
        pair = against(band(100, 200), other)
        assert pair.verdict is Verdict.INCOMPARABLE
        assert pair.differences == (because,)


def test_figures_of_one_source_are_not_comparable() -> None:
    assert compare_claims(claim(median=100), claim(median=900)).verdict is Verdict.INCOMPARABLE


def test_figures_for_some_employers_are_not_comparable_with_all() -> None:
    pair = against(band(100, 200), band(300, 400, among="FAANG tier"))
    assert pair.differences == (Difference(Aspect.AMONG, "", "FAANG tier"),)


def test_unstated_fields_are_reported_and_do_not_prevent_comparison() -> None:
    pair = against(band(100, 200), band(100, 200, source="two", basis=None, country=None))
    assert pair.verdict is Verdict.AGREE
    assert pair.unstated == (("two", "basis"), ("two", "country"))
