"""Replies as data."""

from datetime import UTC, datetime

import pytest

from bot.call import Call
from bot.reply import (
    Choice,
    Choices,
    Column,
    Native,
    Paragraph,
    Picture,
    Reply,
    Table,
    Time,
    as_json,
)


def test_every_kind_of_value_is_plain_data() -> None:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    native = Native("board", {"seen": (1, 2)}, (Paragraph("words"),))
    reply = Reply((Paragraph((Time(moment),)), Picture("a.png", b"\x89PNG", "bars"), native))
    told = as_json(reply)
    assert told["nodes"][0]["prose"][0]["at"] == "2026-11-21T00:00:00+00:00"
    assert told["nodes"][1]["data"] == "4 bytes"
    assert told["nodes"][2]["data"] == {"seen": [1, 2]}


def test_the_choices_of_an_adapters_own_view_are_those_of_its_plain_nodes() -> None:
    choice = Choice("help", Call("help"))
    reply = Reply((Native("board", {}, (Choices((choice,)),)),))
    assert reply.choices() == (choice,)


def test_a_ragged_table_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        Table((Column("a"), Column("b")), (("one",),))
