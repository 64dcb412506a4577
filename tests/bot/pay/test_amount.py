import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.call import Call, Caller
from bot.errors import Refusal
from bot.pay.amount import EXAMPLES, Amount, may_begin_amount, parse_amount
from bot.reply import Outcome

READ = {
    "180k": (180_000, None),
    "$180,000": (180_000, "USD"),
    "£95k": (95_000, "GBP"),
    "95 000 €": (95_000, "EUR"),
    "18 lakh": (1_800_000, "INR"),
    "€95.000": (95_000, "EUR"),
    "95.000,50 €": (95_000, "EUR"),
    "95'000 CHF": (95_000, "CHF"),
    "₹18,00,000": (1_800_000, "INR"),
    "Rs. 18 LPA": (1_800_000, "INR"),
    "1.2 crore": (12_000_000, "INR"),
    "$180k/year": (180_000, "USD"),
    "180.5k a year": (180_500, None),
    "180,5k": (180_500, None),
    "CA$ 120,000": (120_000, "CAD"),
    "200 000 zł": (200_000, "PLN"),
    "\uff11\uff18\uff10k": (180_000, None),
    "-5k": (-5_000, None),
    "$0": (0, "USD"),
    "€4k a month": (48_000, "EUR"),
    "3,200 pounds a month": (38_400, "GBP"),
    "SGD 9k monthly": (108_000, "SGD"),
    "180k/month": (2_160_000, None),
    "2100 euro": (25_200, "EUR"),
    "$4,500": (54_000, "USD"),
    "$4,500 a year": (4_500, "USD"),
    "100,000 ALL": (100_000, "ALL"),
    "€5k": (60_000, "EUR"),
    "€6,000": (6_000, "EUR"),
    "2024 usd": (2_024, "USD"),
    "€2000": (24_000, "EUR"),
    "$2,500 a week": (130_000, "USD"),
    "1200/wk": (62_400, None),
    "2000 euros": (24_000, "EUR"),
    "10 million yen": (10_000_000, "JPY"),
    "-$2,100": (-2_100, "USD"),
    "95000rub": (95_000, "RUB"),
    "S$ 120000": (120_000, "SGD"),
    "monthly 5k eur": (60_000, "EUR"),
    "9999999999999": (9_999_999_999_999, None),
}
NONE = (
    "", "banana", "5", "2024", "4y", "7 years", "1e12", "180kk", "1,2,3", "180k usd gbp", "--5k",
    "L5", "401k", "400 a month", "9 an hour", "us", "k", "٤٠٠٠٠", "$", "9" * 40, "{0}k", "180k\x00",
    "all 100,000", "top 50k", "20000 bad", "100 ats",
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_common_spellings_are_parsed(text: str) -> None:
    found = parse_amount(text)
    assert found is not None
    assert (found.value, found.currency) == READ[text]


async def test_a_months_pay_is_read_as_a_years_and_the_reply_says_so(app: App) -> None:
    reply = await app.handle_line("salary ml uk 5k a month", Caller("terminal:you"))
    assert "£60K" in str(reply.answer)
    assert "I read “5k a month” as 60,000 a year." in str(reply.nodes)


@pytest.mark.parametrize("text", NONE)
def test_other_text_is_not_an_amount(text: str) -> None:
    assert parse_amount(text) is None


@given(st.text(max_size=40))
def test_parsed_text_parses_to_the_same_amount(text: str) -> None:
    found = parse_amount(text)
    assert found is None or parse_amount(found.text) == found


@given(st.integers(10_000, 99_999_999), st.sampled_from(["{:,} USD", "$ {:d}", "{:d}"]))
def test_whole_amounts_are_parsed_exactly(value: int, form: str) -> None:
    found = parse_amount(form.format(value))
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["-5k", "$0", "£999", "900m", "9999999999999"])
def test_implausible_amounts_are_refused(text: str) -> None:
    found = parse_amount(text)
    assert found is not None
    with pytest.raises(Refusal, match=r"too low for a year's pay|Check the zeros"):
        found.require_plausible()


LINES = {
    "salary ai senior us 180k": {"amount": "180k", "country": "us"},
    "salary ai senior amount:180k country:us": {"amount": "180k", "country": "us"},
    "salary ai 95 000 € senior germany": {"amount": "95 000 €", "country": "de"},
    "salary ai amount:95 000 € senior in germany": {"amount": "95 000 €", "country": "de"},
    "salary senior ai 18 lakh country:in": {"amount": "18 lakh", "country": "in"},
    "salary ai with 7 years at $180,000": {"amount": "$180,000"},
}


@pytest.mark.parametrize("line", LINES)
def test_amount_can_be_anywhere_in_a_line(app: App, line: str) -> None:
    known = {"role": "ai-engineer", "level": "senior"} | LINES[line]
    assert app.parse(line) == Call("salary", known)


async def test_refusal_shows_how_to_write_an_amount(app: App) -> None:
    reply = await app.handle_line("salary ai amount:banana", Caller("test:1"))
    assert reply.outcome is Outcome.REFUSED
    assert "I can't read “banana” as yearly pay" in str(reply)
    assert "18 lakh" in str(reply)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.text)
def test_an_example_is_what_its_text_means(example: Amount) -> None:
    assert parse_amount(example.text) == example


@pytest.mark.parametrize(
    "text",
    [
        "180k", "$180,000", "£95k", "95 000 €", "18 lakh", "€4k a month", "USD 120k", "usd 120000",
        "S$ 90k", "Rs. 18 lakh", "monthly 5000 euros", "5000/month", "5000/ month", "12.5 LPA",
        "1.2 crore", "4k per week", "150k per annum", "80k p.a.", "\uff19\uff10k", "-90k",
        "180k?", "90k,",
    ],
)  # fmt: skip
def test_every_beginning_of_an_amount_may_begin_one(text: str) -> None:
    words = text.split()
    beginnings = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    assert all(map(may_begin_amount, beginnings))


@pytest.mark.parametrize(
    "text", ["growth", "10x", "100f", "is", "10-15", "10k-20k", "v2", "½", "(USD"]
)
def test_other_words_begin_no_amount(text: str) -> None:
    assert not may_begin_amount(text)
