"""Every line that a member types gets an answer or an error message, never a crash."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import bot.commands
from bot.app import App
from bot.call import Call, Caller
from bot.errors import Refusal
from bot.language.argument_parser import ArgumentParser
from bot.language.tokens import MAX_LINE_LENGTH, tokenize
from bot.pay.amount import parse_amount
from bot.registry import discover_commands
from bot.reply import Outcome

WHO = Caller("test:1", moderator=True, community="test:c")
COMMANDS = discover_commands(bot.commands)
NAMES = [name for each in COMMANDS.values() for name in (each.name, *each.aliases)]
KEYS = sorted({key for each in COMMANDS.values() for key in each.args})
# Zeros: Latin, Arabic, Persian, Devanagari, Thai, full width, mathematical.
ZEROS = (0x30, 0x660, 0x6F0, 0x966, 0xE50, 0xFF10, 0x1D7CE)
NOT_DECIMAL = "²½Ⅷ①四"  # number characters that int() doesn't accept
HUGE = (
    "99999999999999999999 999 999", "999999999999999999999999999 999", "9" * 30, "9" * 400,
    "0." + "9" * 27, "1" + ",000" * 7, "1" + ".000" * 7 + "k", "9" * 25 + " lakh", "-" + "9" * 29,
)  # fmt: skip


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Draw an unusual number: long, grouped, fractional, or in another script."""
    zero = draw(st.just(ZEROS[0]) | st.sampled_from(ZEROS))
    many = draw(st.integers(1, 32) | st.integers(24, 30))
    digits = str(draw(st.integers(10 ** (many - 1), 10**many - 1)))
    joint = draw(st.sampled_from([",", ".", " ", "'", "_", "e"]))
    cuts = sorted(draw(st.sets(st.integers(1, 32), max_size=3)))
    groups = [digits[a:b] for a, b in pairwise([0, *cuts, 40]) if digits[a:b]]
    shown = joint.join(groups).translate({0x30 + at: zero + at for at in range(10)})
    plain = st.just("")
    before = draw(plain | st.sampled_from(["$", "£", "CA$ ", "USD", "-", "−", "#", "+", "Rs. "]))
    after = draw(plain | st.sampled_from(["k", " lakh", "cr", " €", " a year", "y", "%", ":30"]))
    odd = draw(plain | st.sampled_from(NOT_DECIMAL)) if draw(st.booleans()) else ""
    return f"{before}{shown}{odd}{after}"


known = st.sampled_from([*NAMES, "ml", "ai", "senior", "germany", "total", "trend", "vs", "maths"])
words = st.one_of(numbers(), known, st.text(max_size=12))
keyed = st.builds("{}:{}".format, st.sampled_from(KEYS), words)
lines = st.lists(st.one_of(words, known, keyed), max_size=12).map(" ".join)


def outcome(app: App, line: str) -> Outcome:
    return asyncio.run(app.handle_line(line, WHO)).outcome


@settings(max_examples=300)
@given(lines)
def test_any_line_of_words_and_numbers_is_answered_or_refused(app: App, line: str) -> None:
    assert outcome(app, line) is not Outcome.BUG


@settings(max_examples=300)
@given(st.text(max_size=MAX_LINE_LENGTH + 1))
@example("9" * MAX_LINE_LENGTH)
@example("{a: " * 200)
@example('"' * 99)
def test_any_text_is_answered_or_refused(app: App, line: str) -> None:
    assert outcome(app, line) is not Outcome.BUG


@settings(max_examples=200)
@given(st.sampled_from(sorted(COMMANDS)), st.lists(words, min_size=1, max_size=6).map(" ".join))
def test_any_words_after_a_command_are_read_or_refused(app: App, name: str, rest: str) -> None:
    try:
        call = ArgumentParser(app.commands[name], app.name_registry).parse(tokenize(rest), rest)
    except Refusal:
        return
    assert call.command == name


@settings(max_examples=200)
@given(st.data())
def test_any_values_from_a_form_or_a_button_are_answered_or_refused(
    app: App, data: st.DataObject
) -> None:
    command = data.draw(st.sampled_from(list(COMMANDS.values())))
    values = st.fixed_dictionaries({}, optional=dict.fromkeys(command.args, words))
    call = Call(command.name, data.draw(values))
    assert asyncio.run(app.handle(call, WHO)).outcome is not Outcome.BUG


@settings(max_examples=1_000)
@given(numbers())
def test_any_number_is_an_amount_or_none(text: str) -> None:
    found = parse_amount(text)
    assert found is None or parse_amount(found.text) == found


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("name", ["salary", "compare 27", "salary amount:", "tips", ""])
def test_a_huge_number_is_refused_in_words(app: App, name: str, number: str) -> None:
    line = f"{name} {number}".replace(": ", ":")
    assert outcome(app, line) in {Outcome.REFUSED, Outcome.OUTAGE, Outcome.DONE}


def test_a_number_beyond_every_pay_is_told_so() -> None:
    found = parse_amount("99,999,999,999,999,999,999,999")
    assert found is not None
    with pytest.raises(Refusal, match="Check the zeros"):
        found.require_plausible()
