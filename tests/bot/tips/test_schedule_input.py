from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.call import Call
from bot.language.completion import complete
from bot.tips.schedule_input import channels, numbers, time_zones, times_of_day
from bot.tips.time_zones import suggest_cities


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("9:00", 540),
        ("09:05", 545),
        ("9.30", 570),
        ("17h30", 1050),
        ("9am", 540),
        ("9 pm", 1260),
        ("12am", 0),
        ("12:15 p.m.", 735),
        ("noon", 720),
        ("midnight", 0),
        ("23:59", 1439),
        ("24:00", None),
        ("9:60", None),
        ("13pm", None),
        ("0am", None),
        ("9", None),
        ("900", None),
        ("monday", None),
    ],
)
def test_times_of_day_as_people_write_them(app: App, typed: str, minute: int | None) -> None:
    found = app.name_registry.index_for(times_of_day).lookup(typed)
    assert (found.value if found else None) == minute
    if found:
        again = app.name_registry.index_for(times_of_day).lookup(found.id)
        assert again == found


def test_zones_by_name_and_by_city(app: App) -> None:
    names = app.name_registry.index_for(time_zones)
    for typed in ("Europe/Berlin", "europe/berlin", "berlin", "Kolkata", "UTC"):
        assert names.lookup(typed)
    assert names.lookup("Atlantis") is None


@pytest.mark.parametrize(
    ("typed", "lasting"),
    [
        ("US/Eastern", "America/New_York"),
        ("us/hawaii", "Pacific/Honolulu"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Europe/Oslo", "Europe/Oslo"),
        ("Japan", "Asia/Tokyo"),
        ("Etc/UTC", "UTC"),
        ("Zulu", "UTC"),
        ("Germany", "Europe/Berlin"),
        ("India", "Asia/Kolkata"),
        ("UK", "Europe/London"),
        ("Portugal", "Europe/Lisbon"),
        ("WIB", "Asia/Jakarta"),
        ("NPT", "Asia/Kathmandu"),
    ],
)
def test_a_zone_is_stored_under_its_current_name(app: App, typed: str, lasting: str) -> None:
    found = app.name_registry.index_for(time_zones).lookup(typed)
    assert (found and found.value) == lasting
    assert ZoneInfo(lasting)


def test_every_accepted_zone_exists_without_system_data(app: App) -> None:
    packaged = resources.files("tzdata.zoneinfo")
    for each in app.name_registry.index_for(time_zones).entries:
        with packaged.joinpath(*each.id.split("/")).open("rb") as data:
            assert ZoneInfo.from_file(data)


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("GMT+2", "Europe/Berlin"),
        ("utc+2", "Europe/Berlin"),
        ("+02:00", "Europe/Berlin"),
        ("GMT-5", "America/New_York"),
        ("Etc/GMT+5", "America/New_York"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("GMT", "Europe/London"),
        ("EST", "America/New_York"),
        ("MST", "America/Denver"),
        ("CET", "Europe/Berlin"),
        ("IST", "Asia/Kolkata"),
        ("CST", "Asia/Shanghai"),
        ("BST", "Asia/Dhaka"),
        ("Pacific", "America/Los_Angeles"),
        ("UTC+2h", "Europe/Berlin"),
        ("UTC+05.30", "Asia/Kolkata"),
        ("+5.5", "Asia/Kolkata"),
        ("-8,0", "America/Los_Angeles"),
        ("gmt2", "Europe/Berlin"),
        ("GMT\uff0b\uff12", "Europe/Berlin"),  # full width
        ("Eastern Time", "America/New_York"),
        ("Central European Summer Time", "Europe/Berlin"),
        ("CET/CEST", "Europe/Berlin"),
        ("ET/PT", "America/Los_Angeles"),
        ("MEZ", "Europe/Berlin"),
        ("Spain", "Europe/Madrid"),
        ("Russia", "Europe/Moscow"),
        ("usa", "America/New_York"),
    ],
)
def test_offsets_and_abbreviations_suggest_cities(app: App, typed: str, city: str) -> None:
    assert city in suggest_cities(typed)
    assert 2 <= len(suggest_cities(typed)) <= 3
    names = app.name_registry.index_for(time_zones)
    assert names.fuzzy_match(typed) is None
    assert city in [each.id for each in complete(names, typed)[:3]]
    assert typed not in [each.id for each in complete(names, typed)]


def test_zones_with_the_typed_beginning_are_suggested_first(app: App) -> None:
    names = app.name_registry.index_for(time_zones)
    assert [each.id for each in complete(names, "berl")] == ["Europe/Berlin"]
    assert complete(names, "India")[0].id == "Asia/Kolkata"
    assert "Europe/Berlin" in [each.id for each in complete(names, "brelin")]


@pytest.mark.parametrize("typed", ["+5.75", "UTC+5:45"])
def test_quarter_hour_offsets_are_parsed_with_point_or_colon(typed: str) -> None:
    assert suggest_cities(typed) == ("Asia/Kathmandu",)


def test_no_accepted_zone_is_an_offset_or_abbreviation(app: App) -> None:
    for each in app.name_registry.index_for(time_zones).entries:
        assert not suggest_cities(each.id)
        assert "/" in each.id or each.id == "UTC"
        assert not each.id.startswith("Etc/")


@pytest.mark.parametrize("typed", ["GMT", "GMT+0", "Etc/GMT+12", "EST5EDT", "Factory", "localtime"])
def test_system_zones_that_arent_places_are_refused(app: App, typed: str) -> None:
    found = app.name_registry.index_for(time_zones).lookup(typed)
    assert found is None or suggest_cities(typed) or "/" in found.value


def test_common_zones_are_suggested_first(app: App) -> None:
    offered = [name.id for name in app.name_registry.index_for(time_zones).entries]
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(offered[:12])
    assert len(offered) == len(set(offered)) > 400


def test_numbers_and_channels(app: App) -> None:
    assert [
        app.name_registry.index_for(numbers).lookup(each) is not None
        for each in ("3", "#3", "0", "x")
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert app.name_registry.index_for(channels).lookup("slack:T1/C2")
    assert app.name_registry.index_for(channels).lookup("general") is None


@pytest.mark.parametrize("line", ["tips add x", "/tips add x", "Tips Add x", "tips-add x"])
def test_a_command_can_be_typed_in_two_words(app: App, line: str) -> None:
    call = app.parse(line)
    assert (call.command, dict(call.args)) == ("tips-add", {"text": "x"})


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("tips list", "tips-queue"),
        ("/tips queue", "tips-queue"),
        ("My results", "results"),
        ("my data", "privacy"),
    ],
)
def test_an_alias_can_be_typed_in_two_words(app: App, line: str, command: str) -> None:
    assert app.parse(line) == Call(command)


def test_free_text_keeps_its_colons_and_its_full_stop(app: App) -> None:
    call = app.parse('tips edit 3 Remember: "this" is https://x.y. topic:reading')
    assert dict(call.args) == {
        "tip": "3",
        "text": 'Remember: "this" is https://x.y.',
        "topic": "reading",
    }
