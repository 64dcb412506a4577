"""The screen that a printed answer fills in a terminal, its choices included."""

import re
from collections.abc import Iterator

from screens.measure import TERMINAL_COLUMNS, Button, Control, Menu, Screen, broken_lines

_MARK = r"(?:\[\d+\]|→) "
_CHOICE = re.compile(rf"{_MARK}(?P<label>.+?)(?=  +{_MARK}|$)")
_MORE = re.compile(r"More(?:…|:.*)")


def measure(printed: str) -> Screen:
    """Return the screen that *printed* fills; a line longer than the terminal breaks."""
    lines = [line.rstrip() for line in printed.rstrip("\n").split("\n")]
    rows = tuple(filter(None, (tuple(_choices(line)) for line in lines)))
    return Screen(
        sum(broken_lines(line, TERMINAL_COLUMNS) for line in lines), sum(map(len, lines)), rows
    )


def _choices(line: str) -> Iterator[Control]:
    """Yield the numbered choices, or the lines to type, in a row of them; "More" is a menu."""
    if _MORE.fullmatch(line):
        yield Menu("More")
    elif re.match(_MARK, line):
        for label in (found["label"].strip() for found in _CHOICE.finditer(line)):
            yield Menu(label) if _MORE.fullmatch(label) else Button(label)
