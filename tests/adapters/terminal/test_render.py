import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_replies import replies, words_in
from rich.cells import cell_len

from adapters.terminal import render, to_text
from adapters.terminal.choices import Choices, render_menu
from adapters.terminal.limits import MAX_WIDTH, MIN_WIDTH, PAGE_LINES
from bot.call import Call
from bot.presentation import Presentation
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Column,
    Emphasis,
    Image,
    Item,
    Paragraph,
    Reply,
    Sources,
    Table,
)


def drawn(reply: Reply, width: int = 80) -> str:
    """Return the reply as the chat shows it, with the menu opened."""
    menu = render_menu(Choices.of(reply, Presentation()))
    return "".join(to_text(each, width) for each in (*render(reply, width).messages, menu))


def typed(reply: Reply, width: int = 80) -> list[str]:
    """Return the lines that ``crossroads ask`` prints."""
    (message,) = render(reply, width, lambda action: action.call.to_line()).messages
    return to_text(message, width).splitlines()


def actions(*labels: str) -> tuple[Action, ...]:
    return tuple(Action(label, Call(label.casefold())) for label in labels)


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
    nodes = (Actions(actions("First")), Paragraph("between"), Item("an entry", *actions("Second")))
    page = drawn(Reply("Done.", nodes, actions("Third"), actions("Fourth"))).splitlines()
    assert page[2:] == [
        "[1] First", "", "between", "", "an entry  [2] Second", "", "[3] Third  [4] More…",
        "[5] Fourth",
    ]  # fmt: skip


def test_a_row_takes_one_line_and_a_long_one_breaks_between_two_choices() -> None:
    reply = Reply("Done.", buttons=actions("Chart", "All levels", "Where do I stand?"))
    assert drawn(reply).splitlines()[2] == "[1] Chart  [2] All levels  [3] Where do I stand?"
    assert drawn(reply, 44).splitlines()[2:4] == [
        "[1] Chart  [2] All levels", "[3] Where do I stand?",
    ]  # fmt: skip


def test_buttons_that_no_row_has_room_for_stand_in_the_menu() -> None:
    page = drawn(Reply("Done.", buttons=actions(*"ABCDEF"), more=actions("G"))).splitlines()
    assert page[2:] == ["[1] A  [2] B  [3] C  [4] D  [5] E  [6] More…", "[7] F", "[8] G"]


def test_choices_for_scripts_show_what_to_type() -> None:
    reply = Reply("Done.", (Actions((Action("the ladder", Call("salary")),)),), actions("Tools"))
    assert typed(reply)[2:] == ["→ salary  (the ladder)", "", "→ tools"]


def test_the_menu_for_scripts_is_one_line_that_names_how_many_do_not_fit() -> None:
    few, many = (Reply("Done.", more=actions(*(f"Word{n}" for n in range(k)))) for k in (3, 40))
    assert typed(few)[2:] == ["More: word0 · word1 · word2"]
    (line,) = typed(many)[2:]
    assert len(line) <= 80
    shown = re.findall(r"word\d+", line)
    assert line.endswith(f" · {40 - len(shown)} more in crossroads chat")
    assert len(shown) > 4
    assert typed(many, 40)[2:] == ["More: word0 · 39 more in crossroads chat"]


def test_one_line_of_sources_needs_no_heading_and_none_is_not_shown() -> None:
    assert drawn(Reply("Done.", (Sources(("KORE1 · Howell",)),))).splitlines() == [
        "Done.", "", "Sources: KORE1 · Howell", "",
    ]  # fmt: skip
    assert drawn(Reply("Done.", (Sources(()),))).splitlines() == ["Done.", ""]


def test_a_long_reply_has_pages_that_together_show_all_of_it() -> None:
    call, groups = Call("sources"), [[f"{group}.{n}" for n in range(9)] for group in range(9)]
    reply = Reply("Done.", tuple(Bullets(tuple(group)) for group in groups), actions("Chart"))
    shown = Presentation(call=call, origin=Call("help"))
    messages = render(reply, 80, None, shown, PAGE_LINES).messages
    pages = [to_text(each, 80) for each in messages]
    assert [point for group in groups for point in group] == re.findall(r"\d\.\d", "".join(pages))
    assert all(page.count("\n") <= PAGE_LINES + 3 for page in pages)
    assert "Page 1 of 3\n[1] Back  [2] Next page  [3] Chart  [4] More…" in pages[0]
    assert "Page 3 of 3\n[1] Back  [2] Previous page  [3] Chart  [4] More…" in pages[2]
    assert pages[1].startswith("• ")  # a page begins after a blank line, with a new list
    assert len(render(reply, 80, None, shown).messages) == 1


@pytest.mark.parametrize("buttons", [1, 4])
@pytest.mark.parametrize("lines", [5, 21, 22, 60])
def test_the_first_page_of_a_first_answer_fits_one_screen(lines: int, buttons: int) -> None:
    labels = [f"A rather long label {number}" for number in range(buttons)]
    reply = Reply("Done.", (Bullets(("point",) * lines),), actions(*labels))
    messages = render(reply, 80, None, Presentation(call=Call("sources")), PAGE_LINES).messages
    pages = [to_text(each, 80) for each in messages]
    assert pages[0].count("\n") <= 24
    assert sum(page.count("point") for page in pages) == lines
    clicked = Presentation(call=Call("sources"), origin=Call("help"))
    assert len(render(reply, 80, None, clicked, PAGE_LINES).messages) == 1 + (lines > 43)


def test_a_text_without_a_blank_line_is_broken_at_the_end_of_the_page() -> None:
    reply = Reply("Done.", (CodeBlock("\n".join(map(str, range(100)))),))
    pages = [to_text(each, 80) for each in render(reply, 80, page_lines=PAGE_LINES).messages]
    assert [page.count("\n") for page in pages] == [PAGE_LINES + 2, PAGE_LINES + 2, 16]
