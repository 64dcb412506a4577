from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.pay.claims import AGREEMENT, Pair, Verdict, common, held_against, leads, overlap
from content import PayClaim


def claim(**fields: Any) -> PayClaim:
    known = {"id": "x", "roles": ["ml"], "level": "mid", "currency": "USD", "source": "one"}
    return PayClaim.model_validate(known | {"country": "us", "basis": "base"} | fields)


def band(low: int, high: int, **fields: Any) -> PayClaim:
    return claim(low=low, high=high, **fields)


def against(one: PayClaim, other: PayClaim) -> Pair:
    return held_against(one, other.model_copy(update={"source": "two"}))


bands = st.tuples(st.integers(1, 500), st.integers(1, 500)).map(lambda ends: band(*sorted(ends)))


def test_bands_that_share_half_of_their_union_agree() -> None:
    assert against(band(100, 200), band(150, 200)).verdict is Verdict.AGREE
    assert against(band(100, 200), band(151, 200)).verdict is Verdict.CONFLICT
    assert against(band(100, 200), band(300, 400)).verdict is Verdict.CONFLICT


@given(bands, bands)
def test_overlap_is_a_share_and_does_not_mind_the_order(one: PayClaim, other: PayClaim) -> None:
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, one) == 1
    agree = against(one, other).verdict is Verdict.AGREE
    assert agree == (overlap(one, other) >= AGREEMENT)


@given(st.lists(bands, min_size=1, max_size=4))
def test_what_is_common_lies_in_every_band(claims: list[PayClaim]) -> None:
    shared = common(claims)
    for each in claims:
        if shared is not None:
            assert (each.low or 0) <= shared[0] < shared[1] <= (each.high or 0)
    if shared is None:
        assert max(each.low or 0 for each in claims) >= min(each.high or 0 for each in claims)


def test_medians_agree_within_a_tenth() -> None:
    assert against(claim(median=100), claim(median=90)).verdict is Verdict.AGREE
    assert against(claim(median=100), claim(median=89)).verdict is Verdict.CONFLICT


def test_what_counts_different_things_is_not_compared() -> None:
    for other, because in (
        (band(100, 200, currency="GBP"), "USD against GBP"),
        (band(100, 200, country="gb"), "US against GB"),
        (band(100, 200, basis="total"), "base against total pay"),
        (claim(median=150), "a band against a median"),
    ):
        pair = against(band(100, 200), other)
        assert pair.verdict is Verdict.INCOMPARABLE
        assert pair.because == because


def test_two_figures_of_one_source_do_not_conflict() -> None:
    assert held_against(claim(median=100), claim(median=900)).verdict is Verdict.INCOMPARABLE


def test_what_holds_only_among_some_is_not_held_against_all() -> None:
    pair = against(band(100, 200), band(300, 400, among="FAANG tier"))
    assert pair.because == "FAANG tier against all"


def test_what_a_source_leaves_out_is_a_caveat_not_a_bar() -> None:
    pair = against(band(100, 200), band(100, 200, source="two", basis=None, country=None))
    assert pair.verdict is Verdict.AGREE
    assert pair.unstated == (("two", "basis"), ("two", "country"))


def test_a_role_leads_where_one_source_gives_both_alike() -> None:
    lower, upper = band(100, 200), band(110, 200, roles=["ai"])
    [lead] = leads([lower, upper], "ai", "ml")
    assert lead.ahead is upper
    assert lead.behind is lower


def test_no_role_leads_on_bands_that_cross_or_in_different_sources() -> None:
    assert not list(leads([band(100, 200), band(110, 190, roles=["ai"])], "ai", "ml"))
    assert not list(leads([band(100, 200), band(100, 200, roles=["ai"])], "ai", "ml"))
    assert not list(leads([band(1, 2), band(3, 4, roles=["ai"], source="two")], "ai", "ml"))
    assert not list(leads([band(1, 2), band(3, 4, roles=["ai"], level="senior")], "ai", "ml"))
