from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_replies import replies, text, words_in
from screens import on_slack
from screens.measure import PHONE, PHONE_PAGE, Limit
from slack_server.plain_text import visible_text, walk
from slack_server.validation import character_cost, check_message, check_view, pinged_names

from adapters.slack.rendering.render import HOME, MESSAGE, VIEW, Message, render
from adapters.slack.rendering.views import home_tab, modal
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
    CommandLine,
    Emphasis,
    Fields,
    Heading,
    Image,
    Item,
    Link,
    Mention,
    Node,
    Paragraph,
    Progress,
    Prose,
    Reply,
    Sources,
    Table,
    Time,
)

CALL = Call("compare", {"a": "ai-engineer", "b": "ml-engineer"})


def check(message: Message, surface: Any = MESSAGE, limit: Limit = PHONE_PAGE) -> None:
    """Check a message with the loopback Slack's strict schema and with slack_sdk's models."""
    files = {"chart.png"}
    payload = message.payload()
    if surface is MESSAGE:
        check_message(payload, files)
        assert sum(map(character_cost, message.blocks)) <= 13_200
    else:
        check_view(modal(message), files)
        check_view(home_tab(message), files)
    assert pinged_names(payload) == []
    assert message.text.strip()
    assert len(message.text) < 3_000
    assert limit.excess(on_slack.measure(message.blocks)) == "" or not can_be_split(message)
    ids = [node["action_id"] for node in walk(list(message.blocks)) if "action_id" in node]
    assert len(ids) == len(set(ids))
    # With a block_id of ours, a replaced message would keep what was chosen in its menu.
    assert not any("block_id" in block for block in message.blocks)


def can_be_split(message: Message) -> bool:
    """Return whether the message has more than one part that can stand on a page of its own."""
    return (
        len([block for block in message.blocks if block["type"] not in {"actions", "context"}]) > 1
    )


@settings(max_examples=100)
@given(replies, st.booleans(), st.sampled_from([MESSAGE, VIEW]))
def test_every_word_is_there_and_every_limit_is_kept(
    reply: Reply,
    share: bool,  # noqa: FBT001
    surface: Any,
) -> None:
    messages = render(reply, Presentation(call=CALL, is_shareable=share), surface=surface).messages
    page = "\n".join(visible_text(message.blocks) for message in messages)
    assert [word for word in words_in(reply) if word not in page] == []
    for number, message in enumerate(messages):
        check(message, surface, PHONE_PAGE if number else PHONE)


@settings(max_examples=30)
@given(
    st.lists(text, min_size=5, max_size=9),
    st.sampled_from([Bullets, Paragraph, CodeBlock, Fields, Table, Sources]),
    st.sampled_from([MESSAGE, VIEW]),
)
def test_what_is_too_long_is_split_and_nothing_is_lost(
    items: list[str], node: Any, surface: Any
) -> None:
    items = [f"{item} {copy}" for copy in range(80) for item in items]
    bodies: dict[Any, Node] = {
        Bullets: Bullets(tuple(items)),
        Sources: Sources(tuple(items)),
        Fields: Fields(tuple((item, (Bold(item),)) for item in items)),
        Table: Table((Column("a"), Column("b")), tuple((each, each) for each in items)),
        Paragraph: Paragraph("\n".join(items)),
        CodeBlock: CodeBlock("\n".join(items)),
    }
    body = bodies[node]
    reply = Reply("Long", (body,), buttons=(Action("on", CALL),))
    messages = render(reply, Presentation(call=CALL, is_shareable=True), surface=surface).messages
    page = " ".join(visible_text(message.blocks) for message in messages)
    assert [word for word in words_in(reply) if word not in page] == []
    for message in messages:
        check(message, surface)
        assert "on" in visible_text(message.blocks).split("\n")


def only(*nodes: Any) -> list[dict[str, Any]]:
    """Return the blocks of *nodes*, which stand below the answer."""
    (message,) = render(Reply("Done.", nodes)).messages
    answer, *blocks = message.blocks
    assert answer == rich(words_of("Done.", bold=True))
    return blocks


def rich(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words_of(shown: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": shown, **({"style": style} if style else {})}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Paragraph("*a* _b_ ~c~ `d` <@U1> <!here> :smile: &amp;"),
         rich(words_of("*a* _b_ ~c~ `d` <@U1> <!here> :smile: &amp;"))),
        (Paragraph((Bold("a"), " ", Emphasis("b"), Code("c"))),
         rich(words_of("a", bold=True), words_of(" "), words_of("b", italic=True),
              words_of("c", code=True))),
        (Paragraph((Link("KORE1", "https://kore1.com/a(b)|c"),)),
         rich({"type": "link", "url": "https://kore1.com/a(b)|c", "text": "KORE1"})),
        (Paragraph((Mention("slack:T1/U2"), Mention("discord:12"))),
         rich(words_of("@member", bold=True), words_of("@member", bold=True))),
        (Paragraph((Channel("slack:T1/C2"), Channel("discord:12"))),
         rich({"type": "channel", "channel_id": "C2"}, words_of("#channel"))),
        (Fields((("pay", "high"),)),
         rich(words_of("pay", bold=True), words_of(": "), words_of("high"))),
        (CodeBlock("a\n  b", "json"), rich(words_of("a\n  b"), kind="rich_text_preformatted")),
        (Paragraph(("Type ", CommandLine("quiz"))),
         rich(words_of("Type "), words_of("/crossroads quiz", code=True))),
        (Progress(1, 2, "done"), rich(words_of("1 of 2 done "),
                                      words_of("█" * 10 + "░" * 10, code=True))),
    ],
)  # fmt: skip
def test_text_is_literal_and_markup_is_rich_text(node: Any, expected: dict[str, Any]) -> None:
    assert only(node) == [expected]


def test_a_heading_stands_with_what_it_heads_and_below_a_line_on_the_home_tab() -> None:
    nodes = (Heading("One"), Paragraph("a"), Heading("Two"), Progress(1, 2, "done"))
    first, second = only(*nodes)
    assert first["elements"][0]["elements"] == [words_of("One", bold=True)]
    assert second["elements"][0]["elements"] == [words_of("Two", bold=True)]
    (home,) = render(Reply("Done.", nodes), surface=HOME).messages
    kinds = [block["type"] for block in home.blocks]
    assert kinds == ["rich_text", "divider", "rich_text", "divider", "rich_text"]


def test_short_facts_are_fields_and_longer_ones_are_lines() -> None:
    facts = (("Pay & more", "$180K"), ("Level", ("senior ", Emphasis("(KORE1)"))))
    (section,) = only(Fields(facts))
    assert section == {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": "*Pay &amp; more*: $180K", "verbatim": True},
            {"type": "mrkdwn", "text": "*Level*: senior _(KORE1)_", "verbatim": True},
        ],
    }
    for odd in ("long " * 20, "a *b* c", ":smile:", "a\n>b"):
        (block,) = only(Fields((*facts, ("odd", odd))))
        assert block["type"] == "rich_text", odd
    (block,) = only(Fields(tuple((f"fact {number}", "x") for number in range(11))))
    assert block["type"] == "rich_text"


APPROVE = Action("Approve", Call("queue", {"tip": "7"}), ActionStyle.PRIMARY)


@pytest.mark.parametrize(
    ("prose", "text"),
    [
        ("Read it & <try> it",
         {"type": "plain_text", "text": "Read it & <try> it", "emoji": False}),
        ((Bold("KORE1"), ", 2026: ", Link("pay", "https://kore1.com"), " and ", Code("a_b*c")),
         {"type": "mrkdwn", "text": "*KORE1*, 2026: <https://kore1.com|pay> and `a_b*c`",
          "verbatim": True}),
        ((Channel("slack:T1/C2"), " at ", Time(datetime(2026, 11, 21, 12, tzinfo=UTC))),
         {"type": "mrkdwn", "verbatim": True,
          "text": "<#C2> at <!date^1795262400^{date_num} {time}|2026-11-21 12:00 UTC>"}),
    ],
)  # fmt: skip
def test_an_entry_has_its_button_beside_it(prose: Prose, text: dict[str, Any]) -> None:
    (section,) = only(Item(prose, APPROVE))
    assert section == {
        "type": "section",
        "text": text,
        "accessory": {
            "type": "button",
            "action_id": "choice1",
            "text": {"type": "plain_text", "text": "Approve", "emoji": False},
            "value": "r|queue|tip=7",
            "style": "primary",
        },
    }


@pytest.mark.parametrize(
    "prose",
    [
        ("a*b ", Bold("c"), " *"),
        ("a", Bold("b")),
        (Bold("b"), "c"),
        (Bold(" b"),),
        (Bold("a\nb"),),
        (Code("a`b"),),
        (Link("a|b", "https://kore1.com"), " x"),
        (Emphasis("snake_case"), " x"),
        "word " * 320,
    ],
)
def test_an_entry_that_mrkdwn_would_change_is_rich_text_above_its_button(prose: Prose) -> None:
    text, button = only(Item(prose, APPROVE))
    assert text["type"] == "rich_text"
    assert [each["value"] for each in button["elements"]] == ["r|queue|tip=7"]
    assert {word for word in words_in(Reply(prose)) if word not in visible_text([text])} == set()


def test_one_button_at_most_is_primary_and_labels_are_as_given() -> None:
    delete = Action("Delete everything", Call("privacy"), ActionStyle.DANGER)
    reply = Reply("Done.", (Item("a", APPROVE),), buttons=(APPROVE, delete, Action("Skip", CALL)))
    (message,) = render(reply).messages
    check(message)
    found = [node for node in walk(list(message.blocks)) if node.get("type") == "button"]
    assert [(each["text"]["text"], each.get("style")) for each in found] == [
        ("Approve", "primary"), ("Approve", None), ("Delete everything", "danger"), ("Skip", None)
    ]  # fmt: skip


def test_sources_are_small_print_unless_that_would_change_them() -> None:
    link = Link("KORE1", "https://kore1.com")
    blocks = only(Sources(("plain *text*", (link, ": a recruiter's <offers>"), (link, " *b*"))))
    context, odd = blocks
    assert [each["type"] for each in context["elements"]] == ["plain_text", "mrkdwn"]
    assert context["elements"][1]["text"] == (
        "<https://kore1.com|KORE1>: a recruiter's &lt;offers&gt;"
    )
    assert odd["type"] == "rich_text"


def test_people_are_called_by_their_names_and_never_mentioned() -> None:
    reply = Reply((Mention("slack:T1/U2"), " shared this"))
    (message,) = render(reply, names={"slack:T1/U2": "Dana <!here>"}).messages
    assert "Dana <!here>" in visible_text(message.blocks)
    assert pinged_names(message.payload()) == []
    assert not [node for node in walk(list(message.blocks)) if node.get("type") == "user"]


def test_a_message_has_one_table_of_slacks_own_and_a_view_none() -> None:
    table = Table((Column("level", nowrap=True), Column("pay")), (("senior", "$180K–$240K"),))
    reply = Reply(
        "One",
        (
            table,
            Heading("Two"),
            table,
        ),
    )
    messages = render(reply).messages
    assert len(messages) == 2
    for message in messages:
        (found,) = (block for block in message.blocks if block["type"] == "table")
        assert found["column_settings"] == [
            {"align": "left", "is_wrapped": False},
            {"align": "left", "is_wrapped": True},
        ]
    rendered = render(reply, surface=VIEW)
    assert [str(loss) for loss in rendered.degradations] == ["table as monospace"]
    (message,) = rendered.messages
    assert "level   pay\n──────  ───────────\nsenior  $180K–$240K" in visible_text(message.blocks)


def test_a_wide_table_in_a_view_is_stacked_and_says_so() -> None:
    table = Table((Column("who"), Column("pay")), (("senior engineers of both kinds", "a " * 30),))
    rendered = render(Reply("Done.", (table,)), surface=VIEW)
    assert [str(loss) for loss in rendered.degradations] == ["table as facts"]


def test_a_table_too_long_for_one_message_goes_on_with_its_titles() -> None:
    rows = tuple((f"row {number}", "x " * 40) for number in range(250))
    messages = render(
        Reply("Done.", (Table((Column("title of one"), Column("other")), rows),))
    ).messages
    assert len(messages) > 2
    for message in messages:
        check(message)
        assert ("row" in visible_text(message.blocks)) == (
            "title of one" in visible_text(message.blocks)
        )


def test_a_few_choices_are_buttons_and_many_are_a_select() -> None:
    def kinds(count: int) -> set[str]:
        options = tuple(Action(f"choice {n}", Call("help", {"n": str(n)})) for n in range(count))
        messages = render(Reply("Done.", (Actions(options),))).messages
        for message in messages:
            check(message)
        found = {node.get("type") for each in messages for node in walk(list(each.blocks))}
        return {str(each) for each in found & {"button", "static_select"}}

    assert kinds(5) == {"button"}
    assert kinds(10) == {"button"}
    assert kinds(11) == {"static_select"}
    assert kinds(260) == {"static_select"}


def test_many_choices_whose_calls_are_long_are_buttons_all_the_same() -> None:
    odd = "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(160))
    options = tuple(Action(f"{n}", Call("ask", {"question": f"{odd}{n}"})) for n in range(30))
    (message,) = render(Reply("Done.", (Actions(options),))).messages
    check(message)
    assert len([node for node in walk(list(message.blocks)) if node.get("type") == "button"]) == 30


def test_a_label_too_long_for_a_button_stands_in_full_above_it() -> None:
    label = "An answer that goes on " * 6
    (message,) = render(Reply("Done.", (Actions((Action(label, CALL),)),))).messages
    assert label.strip() in visible_text(message.blocks)
    check(message)


def test_a_choice_that_no_button_can_carry_is_written_out() -> None:
    question = "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(3_000))
    rendered = render(
        Reply("Done.", (Actions((Action("ask", Call("ask", {"question": question})),)),))
    )
    pages = "".join(visible_text(message.blocks) for message in rendered.messages)
    assert question in pages.replace("\n", "")
    assert [str(loss) for loss in rendered.degradations] == ["choice as words to type"]


def test_a_picture_has_its_description_and_a_long_one_stands_below_it() -> None:
    about = "bars " * 600
    first, *rest = render(Reply("Done.", (Image("chart.png", b"\x89PNG", about),))).messages
    for message in (first, *rest):
        check(message)
    assert [each.data for each in first.images] == [b"\x89PNG"]
    below = " ".join(visible_text(message.blocks) for message in rest)
    assert below.split() == about.split()


def test_the_plain_text_says_what_the_answer_is() -> None:
    (message,) = render(Reply(("Pay & more: ", Bold("<b>")), (Heading("Details"),))).messages
    assert message.text == "Pay &amp; more: &lt;b&gt;"


def test_a_page_doesnt_end_within_a_word() -> None:
    lines = Bullets(tuple(f"{number} lines" for number in range(22)))
    fields = Fields((("a" * 40, ("b" * 30, " ", "c" * 30)),))
    messages = render(Reply("Done.", (lines, fields)), Presentation(call=CALL)).messages
    shown = [visible_text(message.blocks) for message in messages]
    assert len(messages) > 1
    assert all(any(word in page for page in shown) for word in ("a" * 40, "b" * 30, "c" * 30))
