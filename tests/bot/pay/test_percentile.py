import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.call import Call, Caller
from bot.forms import asked_arguments
from bot.pay.amount import parse_amount
from bot.pay.percentile import percentile_of, rank_amount
from bot.pay.survey import GroupFilter
from bot.reply import Outcome
from content import Content, PayGroup

WHO = Caller("test:1")


def group(*quantiles: int) -> PayGroup:
    return PayGroup.model_validate(
        f"ai-engineer senior us USD 2024 2025 99 60 {' '.join(map(str, quantiles))} 20"
    )


def test_percentile_is_interpolated_only_between_published_ones() -> None:
    known = group(100, 200, 300, 500, 600)
    assert [percentile_of(known, value) for value in (100, 150, 200, 300, 400, 600)] == [
        10, 18, 25, 50, 62, 90,
    ]  # fmt: skip
    assert percentile_of(known, 99) is None
    assert percentile_of(known, 601) is None


def test_middle_percentile_is_used_if_several_are_equal() -> None:
    assert percentile_of(group(100, 160, 160, 160, 600), 160) == 50
    assert percentile_of(group(100, 100, 160, 200, 600), 100) == 25


five = st.lists(st.integers(1, 999), min_size=5, max_size=5).map(sorted)


@given(five, st.integers(1, 999), st.integers(1, 999))
def test_higher_amount_never_has_a_lower_percentile(
    quantiles: list[int], one: int, other: int
) -> None:
    known = group(*quantiles)
    low, high = (percentile_of(known, value) for value in sorted((one, other)))
    if low is not None and high is not None:
        assert 10 <= low <= high <= 90


def standings(content: Content, text: str, country: str | None = "us") -> list[tuple[str, bool]]:
    read = parse_amount(text)
    assert read is not None
    cut = GroupFilter("ml-engineer", "senior", country)
    return [(each.distribution.group.currency, bool(each.conversion_note))
            for each in rank_amount(content, read, cut, None)]  # fmt: skip


def test_currency_is_converted_only_at_a_known_rate(content: Content) -> None:
    assert standings(content, "180k") == [("USD", False)]
    assert standings(content, "£95k") == [("USD", True)]
    assert standings(content, "£95k", "gb") == [("GBP", False)]
    assert standings(content, "£95k", None) == [("GBP", False)]
    assert standings(content, "900k NOK") == []


async def said(app: App, line: str) -> str:
    return str(await app.handle_line(line, WHO))


async def test_answer_states_currency_and_exchange_rate(app: App, content: Content) -> None:
    answer = await said(app, "salary ml senior us 18 lakh")
    rates = [each for each in content.surveys["aijobs-2025-01"].rates if each.currency == "INR"]
    assert f"1 INR = {rates[-1].usd:g} USD, the rate aijobs.net used for {rates[-1].year}" in answer
    assert "below the 10th percentile" in answer
    assert "I have no exchange rate for NOK" in await said(app, "salary ml senior us 900k NOK")
    assert "You didn't name a currency, so this assumes GBP" in await said(app, "salary ml uk 95k")
    assert "above the 90th percentile" in await said(app, "salary ml senior us 900k")


@pytest.mark.parametrize(
    ("typed", "currency"), [("9000 lei", "RON"), ("400,000 naira a month", "NGN"), ("1m TL", "TRY")]
)
async def test_an_amount_in_a_currency_without_a_rate_has_no_place(
    app: App, typed: str, currency: str
) -> None:
    answer = await said(app, f"salary junior ml {typed}")
    assert f"I can't say where {typed} stands" in answer
    assert f"no exchange rate for {currency}" in answer


async def test_answer_says_if_there_are_no_reports_for_an_amount(app: App) -> None:
    assert "There are no pay reports for staff ML Engineers" in await said(
        app, "salary ml staff 300k"
    )


async def test_reports_of_another_basis_are_not_denied(app: App) -> None:
    answer = await said(app, "salary ai 200k base")
    assert "The survey's reports aren't base pay, so I can't say where 200k stands." in answer
    assert "$125K–$160K base" in answer


async def test_low_amount_comes_with_something_to_do(app: App) -> None:
    advice = "You can bring these figures to your next pay conversation."
    assert advice in await said(app, "salary ml senior us 120k")
    assert advice not in await said(app, "salary ml senior us 300k")


async def test_few_reports_are_called_that_everywhere_and_not_advised(app: App) -> None:
    caution = "distinct reports, too few to rely on."
    assert caution in await said(app, "salary ml senior de")
    assert caution not in await said(app, "salary ml senior us")
    compared = await said(app, "salary ml senior de 40k")
    assert caution in compared
    assert "bring these figures" not in compared


async def test_where_do_i_stand_asks_for_the_amount_and_answers_like_salary(app: App) -> None:
    reply = await app.handle_line("salary ml senior us", WHO)
    [opens] = [each.call for each in reply.actions() if each.label == "Where do I stand?"]
    assert asked_arguments(app.commands[opens.command], opens, "test") == ("amount",)
    filled = await app.handle(Call(opens.command, {**opens.args, "amount": "180k"}), WHO)
    assert filled == await app.handle_line("salary ml senior us 180k", WHO)


async def test_implausible_amount_is_refused(app: App) -> None:
    for line in ("percentile ml 5 EUR", "salary ml 5 EUR"):
        assert (await app.handle_line(line, WHO)).outcome is Outcome.REFUSED
