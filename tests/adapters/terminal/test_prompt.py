import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.terminal.prompt import CommandCompleter
from bot.app import App


def completed(app: App, line: str) -> list[str]:
    found = CommandCompleter(app).get_completions(Document(line), CompleteEvent())
    return [line[: len(line) + each.start_position] + each.text for each in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sal", ["salary"]),
        ("/SAL", ["/salary"]),
        ("salary ml-e", ["salary ml-engineer"]),
        ("salary ml-engineer sen", ["salary ml-engineer senior"]),
        ("salary level:se", ["salary level:senior"]),
        ("salary ml lev", ["salary ml levels", "salary ml level:"]),
        ("nonsense x", []),
        ("ti", ["tips"]),
        ("/ti", ["/tips"]),
        ("tips ad", ["tips add"]),
        ("/Tips q", ["/Tips queue"]),
        ("schedule po", ["schedule post-now"]),
        ("tips export y", ["tips export yaml"]),
        ("tips-export y", ["tips-export yaml"]),
        ("schedule post now sch", ["schedule post now schedule:"]),
        ("settings audit pa", ["settings audit page:"]),
        ("help com", ["help community", "help compare", "help command:"]),
    ],
)
def test_what_can_stand_at_the_cursor_is_offered(app: App, line: str, expected: list[str]) -> None:
    assert completed(app, line) == expected


def test_an_empty_line_offers_every_group_and_the_commands_outside_of_groups(app: App) -> None:
    single = {each.name for each in app.visible_on("terminal") if not each.group}
    assert completed(app, "") == sorted(single | set(app.groups))


def test_a_group_offers_its_commands_that_the_terminal_has(app: App) -> None:
    for group in ("tips", "schedule", "settings"):
        expected = [
            each.words for each in app.visible_on("terminal") if each.words.startswith(f"{group} ")
        ]
        assert completed(app, f"{group} ") == expected
    assert "settings badges" not in completed(app, "settings ")
