from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.call import Caller
from bot.pay.amount import amount
from bot.pay.percentile import rank, stand
from bot.pay.survey import Cut
from content import Content, PayGroup

WHO = Caller("test:1")


def group(*quantiles: int) -> PayGroup:
    return PayGroup.model_validate(
        f"ai-engineer senior us USD 2024 2025 99 60 {' '.join(map(str, quantiles))} 20"
    )


def test_a_rank_is_interpolated_between_published_percentiles_only() -> None:
    known = group(100, 200, 300, 500, 600)
    assert [rank(known, value) for value in (100, 150, 200, 300, 400, 600)] == [
        10, 18, 25, 50, 62, 90,
    ]  # fmt: skip
    assert rank(known, 99) is None
    assert rank(known, 601) is None


def test_an_amount_that_several_percentiles_share_gets_the_middle_one() -> None:
    assert rank(group(100, 160, 160, 160, 600), 160) == 50
    assert rank(group(100, 100, 160, 200, 600), 100) == 25


five = st.lists(st.integers(1, 999), min_size=5, max_size=5).map(sorted)


@given(five, st.integers(1, 999), st.integers(1, 999))
def test_more_pay_never_ranks_lower(quantiles: list[int], one: int, other: int) -> None:
    known = group(*quantiles)
    low, high = (rank(known, value) for value in sorted((one, other)))
    if low is not None and high is not None:
        assert 10 <= low <= high <= 90


def standings(content: Content, text: str, country: str | None = "us") -> list[tuple[str, bool]]:
    read = amount(text)
    assert read is not None
    cut = Cut("ml-engineer", "senior", country)
    return [(each.distribution.group.currency, bool(each.converted))
            for each in stand(content, read, cut, None)]  # fmt: skip


def test_another_currency_is_converted_at_a_dated_rate_or_not_at_all(content: Content) -> None:
    assert standings(content, "180k") == [("USD", False)]
    assert standings(content, "£95k") == [("USD", True)]
    assert standings(content, "£95k", "gb") == [("GBP", False)]
    assert standings(content, "£95k", None) == [("GBP", False)]
    assert standings(content, "900k NOK") == []


async def said(app: App, line: str) -> str:
    return str(await app.handle_line(line, WHO))


async def test_the_answer_says_how_an_amount_was_read(app: App, content: Content) -> None:
    answer = await said(app, "salary ml senior us 18 lakh")
    rates = [each for each in content.surveys["aijobs-2025-01"].rates if each.currency == "INR"]
    assert f"1 INR = {rates[-1].usd:g} USD, as aijobs.net counted in {rates[-1].year}" in answer
    assert "below the 10th percentile" in answer
    assert "hold no rate" in await said(app, "salary ml senior us 900k NOK")
    assert "No currency was named: it is read in GBP" in await said(app, "salary ml uk 95k")
    assert "above the 90th percentile" in await said(app, "salary ml senior us 900k")


async def test_an_amount_without_reports_is_told_so(app: App) -> None:
    assert "no reports to place that amount among" in await said(app, "salary ml staff 300k")
