"""The numbered choices of a reply in a chat, and the text that shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymize_mentions
from bot.presentation import Control, Controls, Presentation
from bot.reply import ActionStyle, Reply

MORE_LABEL = "More…"
_GAP = "  "  # between two choices on a line
_STYLES = {ActionStyle.NORMAL: "", ActionStyle.PRIMARY: "bold", ActionStyle.DANGER: "red"}


@dataclass(frozen=True, slots=True)
class Choices:
    """The meaning of a number: a button in the text or the row, "More…", or a line of its menu.

    The numbers go through the whole reply in this order. Those of the menu count once it is open.
    """

    in_text: tuple[Control, ...] = ()
    row: tuple[Control, ...] = ()
    menu: tuple[Control, ...] = ()
    is_menu_open: bool = False

    @classmethod
    def of(cls, reply: Reply, shown: Presentation, page: int = 1, pages: int = 1) -> "Choices":
        """Return the choices on *page* of the *pages* of *reply*."""
        controls = shown.controls(reply, page, pages)
        in_text = reply.actions()[: len(reply.actions()) - len(reply.buttons) - len(reply.more)]
        clicks = (shown.control(each, reply) for each in in_text)
        return cls(tuple(clicks), controls.row, controls.menu)

    @property
    def more_number(self) -> int:
        """The number of "More…", 0 if there is no menu."""
        return len(self.in_text) + len(self.row) + 1 if self.menu else 0

    @property
    def count(self) -> int:
        """How many numbers there are to choose from."""
        shown = len(self.in_text) + len(self.row) + bool(self.menu)
        return shown + (len(self.menu) if self.is_menu_open else 0)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all choices, in the order of their numbers, with those of the menu."""
        buttons = [each.label for each in (*self.in_text, *self.row)]
        return (*buttons, *([MORE_LABEL] if self.menu else ()), *(each.label for each in self.menu))

    def get(self, number: int) -> Control | None:
        """Return the button or menu line with *number*, or None for "More…"."""
        if number == self.more_number:
            return None
        every = (*self.in_text, *self.row, *self.menu)
        return every[number - 1 - (number > self.more_number > 0)]


def render_numbered_row(controls: Controls, first: int, width: int) -> Text:
    """Return the row of buttons and "More…" as numbered choices, as many as fit on each line.

    *first* is the number of the first button.
    """
    entries = [_format_choice(first + at, each) for at, each in enumerate(controls.row)]
    if controls.menu:
        entries.append(Text(f"[{first + len(controls.row)}] {MORE_LABEL}"))
    return _fill_lines(entries, width)


def render_menu(choices: Choices) -> Text:
    """Return the menu behind "More…", one numbered line for each of its entries."""
    first = choices.more_number + 1
    return Text("\n").join(_format_choice(first + at, each) for at, each in enumerate(choices.menu))


def render_typed_row(row: Sequence[str], menu: Sequence[str], width: int) -> Text:
    """Return the buttons as lines to type, and those of the menu that fit on one line.

    For the others, the line names their number and the command that shows them.
    """
    text = _fill_lines([Text(f"→ {sanitize(each)}", style="cyan") for each in row], width)
    if not menu:
        return text
    return Text("\n").join([*([text] if row else []), _format_more_line(menu, width)])


def _format_choice(number: int, control: Control) -> Text:
    label = sanitize(anonymize_mentions(control.label))
    return Text.assemble(f"[{number}] ", (label, _STYLES[control.style]))


def _format_more_line(menu: Sequence[str], width: int) -> Text:
    lines = [sanitize(each) for each in menu]
    for count in range(len(lines), 0, -1):
        hidden = f" · {len(lines) - count} more in crossroads chat" if count < len(lines) else ""
        line = f"More: {' · '.join(lines[:count])}{hidden}"
        if cell_len(line) <= width:
            return Text(line, style="dim")
    return Text(f"More: {len(lines)} in crossroads chat", style="dim")


def _fill_lines(entries: Iterable[Text], width: int) -> Text:
    """Return *entries* side by side, on as few lines as they need without being broken."""
    text, used = Text(), 0
    for entry in entries:
        size = cell_len(entry.plain)
        if used and used + len(_GAP) + size <= width:
            text.append(_GAP)
            used += len(_GAP) + size
        else:
            text.append("\n" if used else "")
            used = size
        text.append_text(entry)
    return text
