import pytest

from bot.app import App
from bot.call import Call
from bot.tips.vocabulary import channels, clock, numbers, zones


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
    found = app.known.names(clock).exact(typed)
    assert (found.meaning if found else None) == minute
    if found:
        again = app.known.names(clock).exact(found.id)
        assert again == found


def test_zones_by_name_and_by_city(app: App) -> None:
    names = app.known.names(zones)
    for typed in ("Europe/Berlin", "europe/berlin", "berlin", "Kolkata", "UTC"):
        assert names.exact(typed)
    assert names.exact("Atlantis") is None


def test_likely_zones_are_offered_first(app: App) -> None:
    offered = [name.id for name in app.known.names(zones).all]
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(offered[:12])
    assert len(offered) == len(set(offered)) > 400


def test_numbers_and_channels(app: App) -> None:
    assert [app.known.names(numbers).exact(each) is not None for each in ("3", "#3", "0", "x")] == [
        True,
        True,
        False,
        False,
    ]
    assert app.known.names(channels).exact("slack:T1/C2")
    assert app.known.names(channels).exact("general") is None


@pytest.mark.parametrize("line", ["tips add x", "/tips add x", "Tips Add x", "tips-add x"])
def test_a_command_can_be_typed_in_two_words(app: App, line: str) -> None:
    call = app.parse(line)
    assert (call.command, dict(call.args)) == ("tips-add", {"text": "x"})


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("tips list", "tips"),
        ("/tips queue", "tips"),
        ("My results", "results"),
        ("my data", "privacy"),
    ],
)
def test_what_else_a_command_is_called_can_be_typed_in_two_words(
    app: App, line: str, command: str
) -> None:
    assert app.parse(line) == Call(command)


def test_free_text_keeps_its_colons_and_its_full_stop(app: App) -> None:
    call = app.parse('tips edit 3 Remember: "this" is https://x.y. topic:reading')
    assert dict(call.args) == {
        "tip": "3",
        "text": 'Remember: "this" is https://x.y.',
        "topic": "reading",
    }
