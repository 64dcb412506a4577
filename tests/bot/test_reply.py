"""Replies as data."""

from datetime import UTC, datetime

import pytest

from bot.reply import (
    Column,
    Image,
    Paragraph,
    Reply,
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
