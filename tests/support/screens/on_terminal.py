"""The screen that a printed answer fills in a terminal, its choices included."""

import re

from screens.measure import TERMINAL_COLUMNS, Button, Screen, broken_lines

_CHOICE = re.compile(
    r"(?:^|(?<=  ))(?:\[\d+\]|→) (?P<label>.+?)(?=$|  (?:\[\d+\]|→) )", re.MULTILINE
)


def measure(printed: str) -> Screen:
    """Return the screen that *printed* fills; a line longer than the terminal breaks."""
    lines = [line.rstrip() for line in printed.rstrip("\n").split("\n")]
    choices = tuple(Button(found["label"]) for found in _CHOICE.finditer(printed))
    return Screen(
        sum(broken_lines(line, TERMINAL_COLUMNS) for line in lines),
        sum(map(len, lines)),
        (choices,) if choices else (),
    )
