"""The values of a menu's options, and the origin that stands once in the menu's action_id."""

from hypothesis import given
from hypothesis import strategies as st
from random_replies import text
from slack_server.validation import check_message

from adapters.shared.action_codec import encode
from adapters.slack.rendering.components import ControlRenderer
from adapters.slack.rendering.menu_values import decode_choice, encode_menu, fits_option
from bot.call import Call
from bot.presentation import Click, ClickKind, Control, Controls

ORIGIN = Call("salary", {"role": "ml-engineer", "level": "senior", "country": "united-states"})
LONG = Call(
    "ask", {"question": "is it too late to learn machine learning at the age of forty " * 3}
)
UNRELATED = "".join(chr(0x4E00 + 7919 * number % 16384) for number in range(280))

_args = st.dictionaries(st.sampled_from(["role", "question"]), text, max_size=2)
_clicks = st.builds(
    Click,
    st.builds(Call, st.sampled_from(["salary", "ask"]), _args),
    st.sampled_from([ClickKind.RUN, ClickKind.SHARE]),
    origin=st.sampled_from([None, ORIGIN, LONG]),
)


@given(st.lists(_clicks, min_size=1, max_size=5))
def test_every_option_stands_for_its_click(clicks: list[Click]) -> None:
    action_id, values = encode_menu(clicks, "select1")
    assert len(action_id) <= 255
    shared = next((each.origin for each in clicks if each.origin), None)
    for click, value in zip(clicks, values, strict=True):
        if value is None:
            assert encode(Click(click.call, click.kind), 148) is None
            continue
        assert len(value) <= 150
        found = decode_choice(action_id, value)
        assert found is not None
        assert (found.call, found.kind) == (click.call, click.kind)
        if click.origin in (None, shared):
            assert found.origin == click.origin


def test_a_page_of_a_first_answer_has_no_origin_beside_options_that_have_one() -> None:
    clicks = [Click(LONG, origin=ORIGIN), Click(ORIGIN, ClickKind.PAGE, 3)]
    action_id, values = encode_menu(clicks, "select1")
    assert [decode_choice(action_id, value or "") for value in values] == clicks


def test_an_origin_too_long_for_an_id_is_left_out_and_the_call_is_kept() -> None:
    click = Click(ORIGIN, origin=Call("ask", {"question": UNRELATED}))
    action_id, (value,) = encode_menu([click], "select1")
    assert action_id == "select1"
    assert decode_choice(action_id, value or "") == Click(ORIGIN)


def test_an_option_whose_menu_has_no_origin_has_none() -> None:
    assert decode_choice("select1", "^r|salary") == Click(Call("salary"))
    assert decode_choice("select1 r|", "^r|salary") == Click(Call("salary"))
    assert decode_choice("select1 r|salary", "^nothing") is None
    assert decode_choice("select1 r|salary", "") is None


def test_a_call_too_long_for_an_option_is_a_line_to_type() -> None:
    long = Control("Ask", Click(Call("ask", {"question": UNRELATED}), origin=ORIGIN))
    short = Control("Short", Click(LONG, origin=ORIGIN))
    assert (fits_option(long.click), fits_option(short.click)) == (False, True)
    items = [*ControlRenderer().render_controls(Controls(menu=(long, short)))]
    words, menu = [block for item in items for block in item.blocks]
    check_message({"text": "a", "blocks": [words, menu]}, set())
    assert UNRELATED in str(words)
    (select,) = menu["elements"]
    assert [each["text"]["text"] for each in select["options"]] == ["Short"]
    assert decode_choice(select["action_id"], select["options"][0]["value"]) == short.click
