import re
from collections.abc import Iterator
from typing import Any

import pytest
from discord_server.errors import Validator
from discord_server.message_rules import check_message
from hypothesis import given, settings
from hypothesis import strategies as st
from random_replies import replies, text, words_in, words_of_first_titles
from screens.measure import PHONE_PAGE
from screens.on_discord import measure

from adapters.discord.rendering.layout import TextItem, count_components, to_components
from adapters.discord.rendering.render import Message, render
from adapters.shared.action_codec import decode
from adapters.shared.phone import PAGE_LINES, SCREEN_LINES
from bot.call import Call
from bot.presentation import Presentation
from bot.reply import (
    Action,
    Actions,
    ActionStyle,
    Bold,
    Bullets,
    Channel,
    Code,
    CodeBlock,
    Column,
    Emphasis,
    Fields,
    Image,
    Item,
    Link,
    Mention,
    Outcome,
    Paragraph,
    Reply,
    Sources,
    Table,
)

CALL = Call("compare", {"role": "ai-engineer", "other": "ml-engineer"})


def walk(components: Any) -> Iterator[dict[str, Any]]:
    for each in components:
        yield each
        yield from walk(each.get("components", ()))
        yield from walk([each["accessory"]] if "accessory" in each else [])


def markdown(message: Message) -> str:
    return "\n\n".join(each["content"] for each in walk(message.components) if each["type"] == 10)


def shown(message: Message) -> str:
    """Return the visible text, without the backslashes that escape markup."""
    parts = [re.sub(r"\\(.)", r"\1", markdown(message)), markdown(message)]
    for each in walk(message.components):
        parts += [each.get("label", ""), each.get("placeholder", "")]
        parts += [option["label"] for option in each.get("options", ())]
        parts += [item["description"] for item in each.get("items", ())]
    return "\n".join(parts) + "".join(
        file.data.decode() for file in message.files if isinstance(file.data, bytes)
    )


def faults(message: Message) -> list[tuple[Any, ...]]:
    form = Validator()
    payload = message.payload()
    files = {each["filename"] for each in payload["attachments"]}
    check_message(form, payload, files)
    return form.faults


def is_whole(word: str, page: str) -> bool:
    """Return True if *page* contains the word; a mention is as Discord writes it."""
    shown = {"@member": "<@1234567890>", "#channel": "<#9876543210>"}
    return shown.get(word, word) in page


@settings(max_examples=100)
@given(replies, st.booleans())
def test_every_word_is_there_and_every_limit_is_kept(reply: Reply, share: bool) -> None:  # noqa: FBT001
    rendered = render(reply, Presentation(call=CALL, is_shareable=share), {"quiz": "123"})
    messages, page = rendered.messages, "\n".join(map(shown, rendered.messages))
    left_out = words_of_first_titles(reply) if rendered.degradations else set()
    wanted = words_in(reply) - left_out
    assert [word for word in wanted if not is_whole(word, page)] == []
    for message in messages:
        assert faults(message) == []
        assert PHONE_PAGE.excess(measure(message.components)) == ""
        assert markdown(message).count("```") % 2 == 0
        assert message.payload()["allowed_mentions"] == {"parse": []}


@settings(max_examples=30)
@given(st.lists(text, min_size=5, max_size=9), st.sampled_from([Bullets, Paragraph, CodeBlock]))
def test_what_is_too_long_is_split_and_nothing_is_lost(items: list[str], node: Any) -> None:
    items = [f"{item} {copy}" for copy in range(60) for item in items]
    body = node(tuple(items)) if node is Bullets else node("\n".join(items))
    reply = Reply("Long", (body,), buttons=(Action("on", CALL),))
    messages = render(reply, Presentation(call=CALL, is_shareable=True)).messages
    page = " ".join(map(shown, messages))
    assert [word for word in words_in(reply) if word not in page] == []
    for message in messages:
        assert faults(message) == []
        assert PHONE_PAGE.excess(measure(message.components)) == ""
        assert count_components(message.components) <= 40
        assert "on" in [each.get("label") for each in walk(message.components)]


ANSWER = "### Done.\n\n"


def only(*nodes: Any) -> str:
    """Return the markdown of *nodes*, which come after an answer."""
    (message,) = render(Reply("Done.", nodes)).messages
    found = markdown(message)
    assert found.startswith(ANSWER)
    return found.removeprefix(ANSWER)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Paragraph("*a* _b_ ~c~ `d` ||e|| <@1> [f](g)"),
         r"\*a\* \_b\_ \~c\~ \`d\` \|\|e\|\| \<@1\> \[f\](g)"),
        (Paragraph("# no heading"), r"\# no heading"),
        (Paragraph("1. no list"), r"1\. no list"),
        (Paragraph("- no bullet"), r"\- no bullet"),
        (Paragraph("> no quote"), r"\> no quote"),
        (Paragraph("see https://a.b/c_d_e?f=1"), "see https://a.b/c_d_e?f=1"),
        (Paragraph((Bold("a b"), " ", Emphasis("c_d"))), r"**a b** *c\_d*"),
        (Paragraph((Bold("Note: "), "x")), "**Note:** x"),
        (Paragraph((Code("a`b"),)), "`` a`b ``"),
        (Paragraph((Link("KORE1", "https://kore1.com/a(b)"),)),
         "[KORE1](https://kore1.com/a%28b%29)"),
        (Paragraph((Mention("discord:12"), " ", Mention("slack:T1/U2"))), "<@12> @member"),
        (Paragraph((Channel("discord:12"), " ", Channel("slack:T1/C2"))), "<#12> #channel"),
        (Fields((("pay", "high"),)), "**pay**: high"),
        (CodeBlock("a\n  b", "json"), "```json\na\n  b\n```"),
    ],
)  # fmt: skip
def test_text_is_literal_and_markup_is_discords(node: Any, expected: str) -> None:
    assert only(node) == expected


def table(*cells: str, firm: bool = True) -> Table:
    return Table((Column("level", firm), Column("pay", firm)), (cells,))


def test_a_narrow_table_is_aligned() -> None:
    drawn = only(table("senior", "$180K–$240K"))
    assert drawn == "```\nlevel   pay\n──────  ───────────\nsenior  $180K–$240K\n```"


def test_a_wide_table_is_stacked_and_says_so() -> None:
    reply = Reply("Done.", (table("senior engineers of both kinds", "$180K–$240K a year"),))
    rendered = render(reply)
    assert [str(loss) for loss in rendered.degradations] == ["table as facts"]
    assert "**senior engineers of both kinds**: $180K–$240K a year" in shown(rendered.messages[0])


def test_a_few_choices_are_buttons_and_many_are_a_select() -> None:
    def kinds(count: int) -> set[int]:
        options = tuple(Action(f"choice {n}", Call("help", {"n": str(n)})) for n in range(count))
        (message,) = render(Reply("Done.", (Actions(options),))).messages
        return {each["type"] for each in walk(message.components)} & {2, 3}

    assert kinds(5) == {2}
    assert kinds(10) == {2}
    assert kinds(11) == {3}
    assert kinds(60) == {3}


def test_a_label_too_long_for_a_button_stands_in_full_above_it() -> None:
    label = "An answer that goes on " * 6
    (message,) = render(Reply("Done.", (Actions((Action(label, CALL),)),))).messages
    assert label.strip() in markdown(message)
    assert faults(message) == []


def test_a_choice_that_no_id_can_carry_is_written_out() -> None:
    question = "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(300))
    rendered = render(
        Reply("Done.", (Actions((Action("ask", Call("ask", {"question": question})),)),))
    )
    assert question in markdown(rendered.messages[0])
    assert [str(loss) for loss in rendered.degradations] == ["choice as words to type"]


def test_two_pictures_of_one_name_are_two_files() -> None:
    picture = Image("chart.png", b"\x89PNG", "bars")
    (message,) = render(Reply("Done.", (picture, picture))).messages
    assert [file.name for file in message.files] == ["chart.png", "chart-.png"]
    assert faults(message) == []


def test_a_description_too_long_for_a_picture_is_text_below_it() -> None:
    (message,) = render(Reply("Done.", (Image("a.png", b"\x89PNG", "bars " * 300),))).messages
    assert faults(message) == []
    assert ("bars " * 300).strip() in markdown(message)


def test_a_long_snippet_is_a_file() -> None:
    rendered = render(Reply("Done.", (CodeBlock("{}\n" * 2_000, "json"),)))
    assert [file.name for file in rendered.messages[0].files] == ["snippet.json"]


def controls(reply: Reply, shown: Presentation = Presentation()) -> list[dict[str, Any]]:  # noqa: B008  # frozen
    """Return the buttons and menus of the only message of *reply*."""
    (message,) = render(reply, shown).messages
    assert faults(message) == []
    return [each for each in walk(message.components) if each["type"] in {2, 3}]


def test_one_button_stands_out_and_danger_is_red() -> None:
    reply = Reply(
        "Sure?",
        (Actions((Action("Start", CALL, ActionStyle.PRIMARY),)),),
        buttons=(
            Action("Go on", CALL, ActionStyle.PRIMARY),
            Action("Delete", CALL, ActionStyle.DANGER),
            Action("Keep", CALL),
        ),
    )
    drawn = [(each["label"], each["style"]) for each in controls(reply)]
    assert drawn == [("Start", 1), ("Go on", 2), ("Delete", 4), ("Keep", 2)]


def test_equal_clicks_in_one_message_have_different_ids() -> None:
    same = tuple(Action(f"Choice {n}", CALL) for n in range(3))
    drawn = controls(Reply("Done.", (Item("An entry", same[0]),), buttons=same, more=same))
    ids = [each["custom_id"] for each in drawn if each["type"] == 2]
    ids += [option["value"] for each in drawn for option in each.get("options", ())]
    assert len(set(ids)) == 7
    assert [click and click.call for click in map(decode, ids)] == [CALL] * 7


def test_below_a_page_are_one_row_and_one_menu() -> None:
    labels = tuple(Action(f"Button {n}", Call("help", {"n": str(n)})) for n in range(7))
    more = tuple(Action(f"Line {n}", Call("help", {"m": str(n)})) for n in range(4))
    long = tuple(Paragraph(f"{number} " + "words " * 300) for number in range(90))
    shown = Presentation(call=CALL, origin=Call("help"), is_shareable=True, is_repeatable=True)
    pages = render(Reply("Done.", long, buttons=labels, more=more), shown).messages
    for number, page in enumerate(pages, 1):
        _, row, menu = page.components
        assert 4 <= len(row["components"]) <= 5
        assert row["components"][0]["label"] == "Back"
        assert row["components"][-1]["label"] == "Share"
        assert len(menu["components"][0]["options"]) <= 25
        assert f"-# Page {number} of {len(pages)}" in markdown(page)


def test_the_last_of_several_posts_has_the_buttons() -> None:
    long = tuple(Paragraph("words " * 300) for _ in range(3))
    *others, last = render(Reply("Done.", long, buttons=(Action("Tools", CALL),))).messages
    assert [len(each.components) for each in others] == [1] * len(others)
    assert last.components[-1]["components"][0]["label"] == "Tools"


def test_an_entry_has_its_button_beside_it() -> None:
    item = Item((Bold("Tip 1"), ": Read the posting twice."), Action("Remove", CALL))
    (message,) = render(Reply("Done.", (item,))).messages
    assert faults(message) == []
    section = message.components[0]["components"][1]
    assert section["components"] == [{"type": 10, "content": "**Tip 1**: Read the posting twice."}]
    assert section["accessory"]["label"] == "Remove"


@pytest.mark.parametrize(("buttons", "lines", "pages"), [(0, 0, 1), (5, 0, 1), (5, 25, 2)])
@pytest.mark.parametrize("has_origin", [False, True])
def test_ten_entries_with_buttons_fit_in_discords_forty_components(
    buttons: int, lines: int, pages: int, *, has_origin: bool
) -> None:
    def actions(name: str, count: int) -> tuple[Action, ...]:
        return tuple(Action(f"{name} {n}", Call("help", {name: str(n)})) for n in range(count))

    entries = tuple(Item(f"{each.label}.", each) for each in actions("entry", 10))
    row, more = actions("button", buttons), actions("line", lines)
    shown = Presentation(call=CALL, origin=Call("help") if has_origin else None)
    messages = render(Reply("Ten tips.", entries, buttons=row, more=more), shown).messages
    assert [faults(each) for each in messages] == [[]] * len(messages)
    assert max(count_components(each.components) for each in messages) <= 40
    labels = [each.get("label") for page in messages for each in walk(page.components)]
    assert [each for each in labels if each and each.startswith("entry")] == [
        each.action.label for each in entries
    ]
    assert len(messages) <= pages + (has_origin and buttons == 5)


@pytest.mark.parametrize("text", ["", "words " * 400])
def test_an_entry_that_no_section_can_hold_has_its_button_below(text: str) -> None:
    messages = render(Reply("Done.", (Item(text, Action("Remove", CALL)),))).messages
    assert [faults(each) for each in messages] == [[]] * len(messages)
    assert [each["label"] for page in messages for each in walk(page.components) if "label" in each]
    assert not [each for page in messages for each in walk(page.components) if each["type"] == 9]


def test_a_thin_line_is_above_the_sources_unless_they_come_first() -> None:
    def kinds(*nodes: Any) -> list[int]:
        (message,) = render(Reply("Done.", nodes)).messages
        return [each["type"] for each in message.components[0]["components"]]

    assert kinds(Paragraph("text"), Sources(("KORE1",))) == [10, 14, 10]
    assert kinds(Sources(("KORE1",))) == [10, 14, 10]
    page = [TextItem("-# KORE1", is_footer=True)]
    assert [each["type"] for each in to_components(page)] == [10]


def test_a_long_text_starts_on_the_page_of_the_answer() -> None:
    bullets = Bullets(tuple(f"Point {number}: {'word ' * 12}" for number in range(60)))
    behind = Presentation(call=CALL, origin=Call("salary"))
    first, *_ = render(Reply("Done.", (bullets,)), behind).messages
    assert 40 < measure(first.components).lines <= PAGE_LINES


def test_the_first_page_of_a_first_answer_is_one_screen() -> None:
    bullets = Bullets(tuple(f"Point {number}: {'word ' * 12}" for number in range(60)))
    first, second, *_ = render(Reply("Done.", (bullets,)), Presentation(call=CALL)).messages
    assert 20 < measure(first.components).lines <= SCREEN_LINES
    assert 40 < measure(second.components).lines <= PAGE_LINES


def test_a_row_of_a_table_stays_on_one_page() -> None:
    columns = (Column("tool"), Column("why"), Column("who"))
    rows = tuple((f"Tool {number}", "word " * 14, "KORE1") for number in range(40))
    for page in render(Reply("Done.", (Table(columns, rows),)), Presentation(call=CALL)).messages:
        text = page.components[0]["components"][0]["content"].removeprefix(ANSWER)
        assert text.startswith("- **Tool ")


def test_the_member_who_shared_is_named() -> None:
    shown = Presentation(is_public=True, is_shared=True, shared_by="discord:7", call=CALL)
    (message,) = render(Reply("Done."), shown).messages
    assert markdown(message) == f"{ANSWER}-# Shared by <@7>"
    assert message.payload()["allowed_mentions"] == {"parse": []}


def test_trouble_has_its_colour() -> None:
    colours = {
        render(Reply("x", outcome=outcome)).messages[0].components[0]["accent_color"]
        for outcome in (Outcome.DONE, Outcome.REFUSED, Outcome.OUTAGE)
    }
    assert len(colours) == 3
