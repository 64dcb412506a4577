import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rendering.components import encode_custom_id
from adapters.discord.rendering.limits import CUSTOM_ID
from adapters.shared.action_codec import decode
from bot.call import Call
from bot.presentation import Click, ClickKind

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_calls = st.builds(
    Call, st.sampled_from(["ask", "quiz-answer"]), st.dictionaries(_text, _text, max_size=3)
)
_presses = st.one_of(
    st.builds(Click, _calls, st.sampled_from([ClickKind.RUN, ClickKind.SHARE, ClickKind.FORM])),
    st.builds(Click, _calls, st.just(ClickKind.PAGE), st.integers(1, 999)),
)


@given(_presses, st.integers(0, 9))
def test_a_click_makes_the_call_that_was_encoded(press: Click, copy: int) -> None:
    code = encode_custom_id(press, copy)
    if code is not None:
        assert 1 <= len(code) <= CUSTOM_ID
        assert decode(code) == press


def test_a_short_call_can_be_read_and_a_long_one_fits_too() -> None:
    assert encode_custom_id(Click(Call("salary", {"role": "ml"}))) == "r|salary|role=ml"
    question = (
        "Should my startup of twelve people hire an AI engineer or an ML engineer first, " * 3
    )
    press = Click(Call("ask", {"question": question}), ClickKind.SHARE)
    code = encode_custom_id(press)
    assert code is not None
    assert decode(code) == press


def test_copies_differ_and_do_the_same() -> None:
    press = Click(Call("help"))
    assert len({encode_custom_id(press, copy) for copy in range(5)}) == 5
    assert all(decode(encode_custom_id(press, copy) or "") == press for copy in range(5))


def test_what_fits_in_no_way_has_no_id() -> None:
    incompressible = "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(300))
    assert encode_custom_id(Click(Call("ask", {"question": incompressible}))) is None


@given(st.text(max_size=100))
def test_nothing_that_is_forged_raises(code: str) -> None:
    decode(code)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x8DFF), max_size=98))
def test_nothing_that_is_forged_and_packed_raises(letters: str) -> None:
    decode(f"r~{letters}")


def test_a_small_id_can_not_unpack_to_much() -> None:
    bomb = encode_custom_id(Click(Call("ask", {"question": "a" * 3_900})))
    assert bomb is not None
    assert decode(bomb) == Click(Call("ask", {"question": "a" * 3_900}))
    assert encode_custom_id(Click(Call("ask", {"question": "a" * 9_000}))) is None
    assert decode(forged("faq|question=" + "a" * 3_900)) == decode(bomb)
    assert decode(forged("faq|question=" + "a" * 9_000)) is None


def forged(line: str) -> str:
    """Return a custom id for *line*, as the bot packs it, even if it is too long."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bits = "".join(f"{byte:08b}" for byte in deflate.compress(line.encode()) + deflate.flush())
    letters = (bits[at : at + 14].ljust(14, "0") for at in range(0, len(bits), 14))
    return "r~" + "".join(chr(0x4E00 + int(each, 2)) for each in letters)


@pytest.mark.parametrize("letter", ["a", "语", "|", "é"])
def test_whatever_is_written_is_read_again(letter: str) -> None:
    for count in range(3_900 // len(letter.encode()), 4_100, 7):
        call = Call("ask", {"question": letter * count})
        written = encode_custom_id(Click(call))
        assert written is None or decode(written) == Click(call)


@pytest.mark.parametrize("code", ["", "r", "r|", "q|help", "r|help|x", "p|help", "r~", "r~~~"])
def test_what_is_not_ours_is_nothing(code: str) -> None:
    assert decode(code) is None
