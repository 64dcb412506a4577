"""If one of these fails after an upgrade, an undocumented part of python-dotenv has changed."""

import pytest

from bot.ops.internals import first_invalid_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("A=1\n# a comment\nexport B='two\nlines'\nC\n", None),
        ("A 1\n", 1),
        ("A=1\n\n  \nB 2\nC 3\n", 4),
        ("A='two\nlines'\nB 2\n", 3),
    ],
)
def test_the_first_invalid_line_is_found(text: str, line: int | None) -> None:
    assert first_invalid_line(text) == line
