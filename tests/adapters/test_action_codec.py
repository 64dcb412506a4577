"""The codes of buttons: the click, and the first answer to which Back returns."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.shared.action_codec import decode, encode
from bot.call import Call
from bot.presentation import Click, ClickKind

LIMITS = (75, 100, 150, 2_000)  # characters, such as those of platforms
TOOLS, COMPARE = Call("tools", {"role": "ml-engineer"}), Call("compare")

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_tricky = st.text(st.sampled_from("|=\\~ea"), max_size=8)
_calls = st.builds(
    Call,
    st.sampled_from(["ask", "quiz-answer"]),
    st.dictionaries(_text | _tricky, _text | _tricky, max_size=3),
    st.lists(_text | _tricky, max_size=2).map(tuple),
)
_origins = st.none() | _calls
_kinds = st.sampled_from([ClickKind.RUN, ClickKind.SHARE, ClickKind.FORM])
_clicks = st.one_of(
    st.builds(Click, _calls, _kinds, origin=_origins),
    st.builds(Click, _calls, st.just(ClickKind.PAGE), st.integers(1, 999), _origins),
)


@given(_clicks, st.integers(0, 9))
def test_a_click_with_its_origin_is_read_as_it_was_written(click: Click, copy: int) -> None:
    code = encode(click, 10_000, copy)
    assert code is not None
    assert decode(code) == click


@given(_clicks, st.sampled_from(LIMITS), st.integers(0, 9))
def test_an_origin_is_left_out_only_if_there_is_no_room(
    click: Click, limit: int, copy: int
) -> None:
    code, bare = encode(click, limit, copy), encode(replace(click, origin=None), limit, copy)
    if code is None:
        assert bare is None
        return
    assert len(code) <= limit
    if decode(code) != click:
        assert code == bare
        whole = encode(click, 10_000, copy)
        assert whole is None or len(whole) > limit


def test_an_origin_stands_after_two_bars() -> None:
    assert encode(Click(TOOLS, origin=COMPARE), 100) == "r|tools|role=ml-engineer||compare"
    assert encode(Click(COMPARE, ClickKind.PAGE, 2, TOOLS), 100) == (
        "p2|compare||tools|role=ml-engineer"
    )


def test_what_a_call_cant_use_stands_after_two_equals_signs() -> None:
    click = Click(replace(TOOLS, ignored=("New York", "2015")))
    assert encode(click, 100) == "r|tools|role=ml-engineer|==New York|==2015"
    long = Click(replace(TOOLS, ignored=("".join(map(chr, range(0x5000, 0x5100))),)))
    assert encode(long, 100) == "r|tools|role=ml-engineer"


def test_an_origin_without_room_is_left_out_and_the_click_stays() -> None:
    far = Call("ask", {"question": "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(90))})
    code = encode(Click(TOOLS, origin=far), 100)
    assert code == "r|tools|role=ml-engineer"
    assert decode(code) == Click(TOOLS)


@pytest.mark.parametrize(
    ("code", "click"),
    [
        ("r|tools|role=ml-engineer", Click(TOOLS)),
        ("r7|compare", Click(COMPARE)),
        ("s|compare", Click(COMPARE, ClickKind.SHARE)),
        ("m|compare", Click(COMPARE, ClickKind.FORM)),
        ("p3|tools|role=ml-engineer", Click(TOOLS, ClickKind.PAGE, 3)),
        ("p3.2|compare", Click(COMPARE, ClickKind.PAGE, 3)),
    ],
)
def test_buttons_of_earlier_releases_have_no_origin_and_still_work(code: str, click: Click) -> None:
    assert decode(code) == click


@pytest.mark.parametrize(
    "code",
    [
        "r||", "r||compare", "r|tools||", "r|tools|||", "r|tools||compare|", "r|tools||compare|x",
        "r|tools||compare||faq", "r|tools|x||compare", "r|tools||=", "p1|tools||",
        "x|tools||compare", "r~tools||compare",
    ],
)  # fmt: skip
def test_a_forged_origin_is_no_click(code: str) -> None:
    found = decode(code)
    assert found is None or found == Click(Call("tools"), origin=Call("="))


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_forged_code_with_an_origin_never_raises(before: str, after: str) -> None:
    found = decode(f"r|{before}||{after}")
    assert found is None or (found.call.command and found.origin and found.origin.command)


@given(_clicks)
def test_text_behind_a_code_never_changes_the_command(click: Click) -> None:
    code = encode(click, 10_000)
    assert code is not None
    found = decode(code + "||privacy|deed=everything")
    assert found is None or found.call == click.call
