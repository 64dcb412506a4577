from hypothesis import given, settings
from hypothesis import strategies as st
from random_replies import replies, words_in
from rich.cells import cell_len

from adapters.terminal import render, to_svg, to_text
from adapters.terminal.limits import MAX_WIDTH, MIN_WIDTH
from bot.call import Call
from bot.reply import (
    Action,
    Actions,
    Column,
    Emphasis,
    Image,
    Paragraph,
    Reply,
    Table,
)


def drawn(reply: Reply, width: int = 80) -> str:
    return "".join(to_text(message, width) for message in render(reply, width).messages)


@settings(max_examples=100)
@given(replies, st.integers(MIN_WIDTH, MAX_WIDTH))
def test_every_word_is_there_and_no_line_is_too_long(reply: Reply, width: int) -> None:
    page = drawn(reply, width)
    assert [word for word in words_in(reply) if word not in page] == []
    assert max(map(cell_len, page.splitlines()), default=0) <= width


def test_nothing_in_a_users_words_reaches_the_terminal_as_a_command() -> None:
    page = drawn(Reply(("\x1b[31mred\x07 \u202eback", Emphasis("\x9bx"))))
    assert not set(page) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert "[31mred" in page


TABLE = Table(
    (Column("tool"), Column("what it is for"), Column("who says so")),
    (("PyTorch", "building and training neural networks of every kind", "Samadov, KORE1, Howell"),),
)


def test_a_table_that_does_not_fit_becomes_facts_and_says_so() -> None:
    wide, narrow = render(Reply("Done.", (TABLE,)), 80), render(Reply("Done.", (TABLE,)), 40)
    assert not wide.degradations
    assert [str(loss) for loss in narrow.degradations] == ["table as facts"]
    assert "who says so: Samadov, KORE1, Howell" in to_text(narrow.messages[0], 40)


def test_a_picture_is_shown_as_its_description() -> None:
    rendered = render(Reply("Done.", (Image("a.png", b"", "a chart of pay"),)), 80)
    assert "a chart of pay" in to_text(rendered.messages[0], 80)
    assert [str(loss) for loss in rendered.degradations] == ["picture as its description"]


def test_choices_are_numbered_on_through_the_reply() -> None:
    one, two = (Actions((Action(name, Call(name)),)) for name in ("first", "second"))
    assert "[2] second" in drawn(
        Reply(
            "Done.",
            (
                one,
                Paragraph("between"),
                two,
            ),
        )
    )


def test_choices_for_scripts_show_what_to_type() -> None:
    reply = Reply("Done.", (Actions((Action("the ladder", Call("salary")),)),))
    page = to_text(render(reply, 80, lambda choice: choice.call.to_line()).messages[0], 80)
    assert "→ salary" in page
    assert "(the ladder)" in page


def test_a_drawing_loads_nothing_and_is_the_same_twice() -> None:
    message = render(Reply("Pay", (TABLE,)), 80).messages[0]
    svg = to_svg(message, 80, "crossroads")
    assert "PyTorch" in svg
    assert "@font-face" not in svg
    assert svg == to_svg(message, 80, "crossroads")
