"""A measured screen: its lines, characters, buttons and menus; and how text wraps on a phone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from rich.cells import cell_len, chop_cells

PHONE_COLUMNS = 45
MONOSPACE_COLUMNS = 42
TERMINAL_COLUMNS = 80
PICTURE_LINES = 9
THUMBNAIL_COLUMNS, THUMBNAIL_LINES = 12, 4
FILE_LINES = 3
BUTTON_LINES = 2  # of a button beside a text
_BUTTON_PADDING = 5
_MIN_COLUMNS = 8  # of a text beside a button, and of a table's column


@dataclass(frozen=True, slots=True)
class Button:
    """A button with its label; *style* is "primary", "secondary" or "danger"."""

    label: str
    style: str = "secondary"


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu with its placeholder and the labels of its options."""

    placeholder: str
    options: tuple[str, ...] = ()


Control = Button | Menu


@dataclass(frozen=True, slots=True)
class Screen:
    """The parts of a message that a member sees.

    *lines* and *characters* are those of the text, without rows of controls. *rows* are the buttons
    and menus below texts, *accessories* those beside a text.
    """

    lines: int = 0
    characters: int = 0
    rows: tuple[tuple[Control, ...], ...] = ()
    accessories: tuple[Control, ...] = ()

    @property
    def controls(self) -> tuple[Control, ...]:
        """All buttons and menus."""
        return (*chain.from_iterable(self.rows), *self.accessories)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons."""
        return tuple(each for each in self.controls if isinstance(each, Button))

    @property
    def menus(self) -> tuple[Menu, ...]:
        """All menus."""
        return tuple(each for each in self.controls if isinstance(each, Menu))

    @property
    def primary_buttons(self) -> tuple[Button, ...]:
        """The buttons that stand out as the main one."""
        return tuple(each for each in self.buttons if each.style == "primary")

    @property
    def button_rows(self) -> tuple[tuple[Control, ...], ...]:
        """The rows with at least one button."""
        return tuple(row for row in self.rows if any(isinstance(each, Button) for each in row))

    @property
    def longest_row(self) -> int:
        """The number of controls in the longest row."""
        return max(map(len, self.rows), default=0)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all buttons, the placeholders of menus and the labels of their options."""
        found: list[str] = []
        for each in self.controls:
            found += [each.label] if isinstance(each, Button) else [each.placeholder, *each.options]
        return tuple(filter(None, found))


@dataclass(frozen=True, slots=True)
class Limit:
    """The size that a screen must not exceed."""

    lines: int
    characters: int | None = None

    def excess(self, screen: Screen) -> str:
        """Return what is too much on *screen*, such as "31 lines", or "" if it fits."""
        found = [f"{screen.lines} lines"] if screen.lines > self.lines else []
        if self.characters is not None and screen.characters > self.characters:
            found.append(f"{screen.characters} characters")
        return ", ".join(found)


PHONE = Limit(25, 1_000)
PHONE_PAGE = Limit(2 * PHONE.lines, 2_000)  # a page that is reached by a click
TERMINAL = Limit(24)


@dataclass(slots=True)
class ScreenBuilder:
    """Collects the parts of a screen from top to bottom."""

    lines: int = 0
    characters: int = 0
    rows: list[tuple[Control, ...]] = field(default_factory=list)
    accessories: list[Control] = field(default_factory=list)

    def add_text(self, text: str, columns: int = PHONE_COLUMNS, indent: int = 0) -> None:
        """Add *text*, which may have several lines, each indented by *indent* columns."""
        self.add_lines(text.split("\n"), columns, indent)

    def add_lines(self, texts: Iterable[str], columns: int, indent: int = 0) -> None:
        """Add lines of text, which wrap at *columns*."""
        for text in texts:
            self.lines += wrapped_lines(text, columns - indent)
            self.characters += len(text)

    def add_monospace(self, text: str) -> None:
        """Add preformatted *text*, which breaks at MONOSPACE_COLUMNS, even within a word."""
        for line in text.split("\n"):
            self.lines += broken_lines(line.rstrip(), MONOSPACE_COLUMNS)
            self.characters += len(line.rstrip())

    def add_row(self, controls: Sequence[Control]) -> None:
        """Add a row of buttons and menus."""
        self.rows.append(tuple(controls))

    def screen(self) -> Screen:
        """Return the screen."""
        return Screen(self.lines, self.characters, tuple(self.rows), tuple(self.accessories))


def columns_beside(control: Control) -> int:
    """Return the columns that are left for a text beside a button or a menu."""
    label = control.label if isinstance(control, Button) else control.placeholder
    return max(_MIN_COLUMNS, PHONE_COLUMNS - cell_len(label) - _BUTTON_PADDING)


def wrapped_lines(text: str, columns: int) -> int:
    """Return the number of lines of *text*, wrapped at spaces; an empty text has one."""
    lines, used = 1, 0
    for word in re.findall(r" *[^ ]+", text.rstrip()):
        width = cell_len(word)
        if used + width <= columns:
            used += width
            continue
        pieces = chop_cells(word.lstrip() if used else word, columns)
        if not pieces:
            continue  # a word without width takes no line
        lines += len(pieces) - (0 if used else 1)
        used = cell_len(pieces[-1])
    return lines


def broken_lines(text: str, columns: int) -> int:
    """Return the number of lines of *text*, broken at every *columns* cells."""
    return max(1, len(chop_cells(text, columns)))


def shared_columns(natural: Sequence[int], fixed: Sequence[bool]) -> list[int]:
    """Return the widths of a table's columns, which share the columns of a phone.

    *natural* are the widths at which nothing wraps; *fixed* columns keep them. The others get the
    same share of the rest, or less if they need less.
    """
    left = PHONE_COLUMNS - sum(n for n, keeps in zip(natural, fixed, strict=True) if keeps)
    widths = list(natural)
    flexible = sorted((at for at, keeps in enumerate(fixed) if not keeps), key=natural.__getitem__)
    for done, at in enumerate(flexible):
        share = max(_MIN_COLUMNS, left // (len(flexible) - done))
        widths[at] = min(natural[at], share)
        left -= widths[at]
    return widths
