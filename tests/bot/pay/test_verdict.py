"""Verdicts on the shipped claims, checked against their figures."""

from bot.app import App
from bot.call import Caller
from bot.formatting import format_money
from content import Content, PayClaim

WHO = Caller("test:1")


async def said(app: App, line: str) -> str:
    return str(await app.handle_line(line, WHO))


async def test_answer_gives_the_size_of_the_conflict_at_mid_level(
    app: App, content: Content
) -> None:
    low, high = content.pay["traecta-ml-mid"], content.pay["kore1-ml-mid"]
    gaps = [format_money(b - a, "USD") for a, b in zip(ends(low), ends(high), strict=True)]
    expected = f"starts {gaps[0]} lower and ends {gaps[1]} lower"
    if gaps[0] == gaps[1]:
        expected = f"starts and ends {gaps[0]} lower"
    assert f"⚠ Traecta's $120K–$160K and KORE1's $145K–$185K conflict: Traecta {expected}" in (
        await said(app, "salary ml mid")
    )
    assert f"Traecta conflicts with KORE1 on ML Engineers: it {expected}" in (
        await said(app, "salary mid")
    )


def ends(claim: PayClaim) -> tuple[int, int]:
    assert claim.low is not None
    assert claim.high is not None
    return claim.low, claim.high


async def test_answer_says_that_uk_medians_are_the_reverse_of_us_ones(app: App) -> None:
    uk = await said(app, "salary ml country:uk ranking")
    assert "median £105K vs. median £75K, by £30K" in uk
    assert "In the US, it's the opposite: AI Engineers earn more, say KORE1" in uk


async def test_mid_level_shows_at_least_five_claims_with_sources(
    app: App, content: Content
) -> None:
    mid = [each for each in content.pay.values() if each.level == "mid"]
    assert len(mid) >= 5
    answer = await said(app, "salary mid")
    for each in mid:
        assert content.sources[each.source].short in answer
        assert format_money(each.low or 0, each.currency) in answer


async def test_total_pay_is_not_compared_with_base_pay(app: App) -> None:
    verdicts = await said(app, "salary ai senior verdicts")
    assert "Can't compare KORE1's $200K–$300K with Samadov's $350K–$550K" in verdicts
    assert "the first is base pay, not only for the FAANG tier, the second total pay" in verdicts
    assert "don't compare it with base or total pay" in await said(app, "salary ai senior")


async def test_base_pay_is_not_compared_with_gross_pay_of_other_years(app: App) -> None:
    verdicts = await said(app, "salary ml senior verdicts")
    assert (
        "Can't compare KORE1 with the survey: it is base pay for 2026; the survey is gross pay for "
        "2024–25."
    ) in verdicts


async def test_answer_says_that_figures_without_a_country_are_hidden(app: App) -> None:
    for page in ("", "claims"):
        answer = await said(app, f"salary ml senior country:us {page}")
        assert "Not shown: Samadov (no country given)" in answer


async def test_answer_says_if_a_claim_has_a_single_source(app: App) -> None:
    answer = await said(app, "salary ml staff verdicts")
    assert "Each figure has only one source (KORE1), so there's nothing to compare" in answer


def test_money_is_formatted_without_rounding() -> None:
    assert format_money(180_000, "USD") == "$180K"
    assert format_money(112_590, "USD") == "$112,590"
    assert format_money(105_000, "GBP") == "£105K"
    assert format_money(1_500_000, "USD") == "$1,500,000"
    assert format_money(999, "EUR") == "€999"
