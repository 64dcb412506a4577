"""Replies as data."""

import json
from datetime import UTC, datetime

import pytest

from bot.call import Call
from bot.reply import (
    Action,
    ActionStyle,
    Bold,
    Bullets,
    Column,
    CommandLine,
    FilledReply,
    Image,
    Item,
    Paragraph,
    Prose,
    Reply,
    ReplyTemplate,
    Table,
    Time,
    to_json,
)


def test_every_kind_of_value_is_plain_data() -> None:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    reply = Reply("Done.", (Paragraph((Time(moment),)), Image("a.png", b"\x89PNG", "bars")))
    data = to_json(reply)
    assert data["nodes"][0]["prose"][0]["at"] == "2026-11-21T00:00:00+00:00"
    assert data["nodes"][1]["data"] == "4 bytes"


def test_a_ragged_table_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        Table((Column("a"), Column("b")), (("one",),))


@pytest.mark.parametrize("answer", ["", ()])
def test_a_reply_without_an_answer_is_refused_where_it_is_made(answer: Prose) -> None:
    with pytest.raises(ValueError, match="begins with a sentence that answers"):
        Reply(answer, (Paragraph("All the rest."),))


def test_a_reply_as_json_has_its_answer_nodes_buttons_and_menu() -> None:
    quiz = Action("Take the quiz", Call("quiz", {"name": "hire"}), ActionStyle.PRIMARY)
    reply = Reply(
        ("Python, says ", Bold("KORE1")),
        (Item((CommandLine("tools"),), quiz),),
        buttons=(quiz,),
        more=(Action("Help", Call("help")),),
        return_to=Call("tools"),
    )
    action = {
        "kind": "action",
        "label": "Take the quiz",
        "call": {"kind": "call", "command": "quiz", "args": {"name": "hire"}},
        "style": "primary",
    }
    assert json.loads(json.dumps(to_json(reply))) == {
        "kind": "reply",
        "answer": ["Python, says ", {"kind": "bold", "text": "KORE1"}],
        "nodes": [
            {
                "kind": "item",
                "prose": [{"kind": "commandline", "line": "tools"}],
                "action": action,
            }
        ],
        "buttons": [action],
        "more": [
            {
                "kind": "action",
                "label": "Help",
                "call": {"kind": "call", "command": "help", "args": {}},
                "style": "normal",
            }
        ],
        "outcome": "done",
        "return_to": {"kind": "call", "command": "tools", "args": {}},
    }


def test_a_filled_reply_is_the_same_json_as_one_made_without_a_template() -> None:
    made = [
        Reply("A question.", buttons=(Action("Skip", Call("quiz-answer", {"take": take})),))
        for take in ("%%", "ab")
    ]
    assert to_json(FilledReply(ReplyTemplate(made[0], "%%", "ab"))) == to_json(made[1])


def test_a_caution_comes_below_the_answer_and_the_list_that_it_leads_on_to() -> None:
    items, small = Bullets(("PyTorch", "MLflow")), Paragraph("From two sources.")
    caution = Paragraph("⚠ This isn't specific to Peru.")
    told = "This isn't specific to Peru."
    assert Reply("Two tools.", (items, small)).with_caution(told).nodes == (caution, items, small)
    leading = Reply(("Two ", Bold("tools:"), " these:"), (items, small)).with_caution(told)
    assert leading.nodes == (items, caution, small)
    assert Reply("Two tools:").with_caution(told).nodes == (caution,)
