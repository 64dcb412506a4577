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
        ("help com", ["help community", "help compare", "help command:"]),
    ],
)
def test_what_can_stand_at_the_cursor_is_offered(app: App, line: str, expected: list[str]) -> None:
    assert completed(app, line) == expected


def test_an_empty_line_offers_every_command(app: App) -> None:
    assert completed(app, "") == [each.name for each in app.visible_commands()]
