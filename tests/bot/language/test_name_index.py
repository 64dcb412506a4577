"""The lookup of an argument's values by name."""

from collections.abc import Iterator

from bot.language.name_index import NamedValue, NameIndex
from bot.tips.time_zones import zone_index


def test_values_are_read_when_they_are_first_needed() -> None:
    read = []

    def values() -> Iterator[NamedValue[int]]:
        read.append("x")
        yield NamedValue("one", "One", 1, ("uno",))
        yield NamedValue("uno", "First", 2)

    index = NameIndex("number", values())
    assert not index.accepts_unlisted
    assert not read
    found = [index.lookup(each) for each in ("one", "UNO", "first")]
    assert [each.value for each in found if each] == [1, 2, 2]
    assert [each.value for each in index.entries] == [1, 2]
    assert read == ["x"]


def test_time_zones_accept_texts_that_are_not_listed() -> None:
    zones = zone_index()
    assert zones.accepts_unlisted
    assert "CET" not in {each.id for each in zones.entries}
    assert zones.lookup("CET")
