"""A Reply as lines of a terminal."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from adapters.shared.contract import Loss, Rendered
from adapters.shared.sanitize import literal
from adapters.terminal.chart import chart
from adapters.terminal.inline import prose
from adapters.terminal.limits import GAP, LONGEST_WORD
from adapters.terminal.table import columns, facts
from bot.charts import Chart
from bot.language.mentions import plainly
from bot.reply import (
    Bullets,
    Choice,
    Choices,
    Facts,
    Heading,
    Node,
    Paragraph,
    Picture,
    Progress,
    Prose,
    Reply,
    Snippet,
    Sources,
    Table,
)

_BAR = 20  # cells of a progress bar


def render(
    reply: Reply, width: int, line: Callable[[Choice], str] | None = None
) -> Rendered[RenderableType]:
    """Draw *reply* for *width* cells.

    Choices are numbered, for where a number can be typed next; given *line*, which gives what to
    type for a choice, they are shown as what to type.
    """
    page = _Page(width, line)
    for node in reply.nodes:
        page.add(node)
    return Rendered((Group(*page.parts),), tuple(dict.fromkeys(page.losses)))


def to_text(message: RenderableType, width: int) -> str:
    """Give what *message* looks like without colour, lines ending without spaces."""
    sheet = io.StringIO()
    console = Console(file=sheet, width=width, no_color=True, color_system=None, highlight=False)
    console.print(message)
    return "\n".join(line.rstrip() for line in sheet.getvalue().splitlines()) + "\n"


def to_svg(message: RenderableType, width: int, title: str) -> str:
    """Draw *message* as an SVG that loads nothing from elsewhere, the same for the same input."""
    console = Console(file=io.StringIO(), width=width, record=True, color_system="truecolor")
    console.print(message)
    drawn = console.export_svg(title=title, unique_id="crossroads")
    return re.sub(r"\s*@font-face \{.*?\}\n", "\n", drawn, flags=re.DOTALL)


@dataclass(slots=True)
class _Page:
    """The drawing so far."""

    width: int
    line: Callable[[Choice], str] | None
    parts: list[RenderableType] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    count: int = 0  # choices so far, over the whole reply
    below_heading: bool = False

    def add(self, node: Node) -> None:
        """Draw one node, with a blank line before it unless it stands right below a heading."""
        drawn = list(self._draw(node))
        if self.parts and not self.below_heading:
            self.parts.append(Text())
        self.parts += drawn
        self.below_heading = isinstance(node, Heading)

    def _draw(self, node: Node) -> Iterator[RenderableType]:  # noqa: C901  # one case a node
        match node:
            case Heading(text):
                yield self._heading(text)
            case Paragraph(text):
                yield prose(text)
            case Bullets(items):
                yield _bullets(items)
            case Facts(items):
                yield self._facts(items)
            case Table():
                yield self._table(node)
            case Snippet(text):
                yield Padding(Text(literal(text), overflow="fold"), (0, 0, 0, 2))
            case Picture(data=data, alt=alt):
                yield self._picture(data, alt)
            case Sources(lines):
                yield from _sources(lines)
            case Choices(options):
                yield from self._choices(options)
            case Progress(done, total, label):
                yield Text(f"[{_bar(done, total)}] {done} of {total} {literal(label)}")
            case _:
                assert_never(node)

    def _heading(self, text: str) -> RenderableType:
        """Underline a heading, so that it is one without colour too."""
        title = prose(text)
        line = ("═" if not self.parts else "─") * min(self.width, cell_len(title.plain))
        title.stylize("bold")
        return Group(title, Text(line, style="dim"))

    def _lost(self, node: str, shown_as: str, drawn: RenderableType) -> RenderableType:
        self.losses.append(Loss(node, shown_as))
        return drawn

    def _picture(self, data: bytes | Chart, alt: str) -> RenderableType:
        if isinstance(data, bytes):
            return self._lost("picture", "its description", Text(f"[picture: {literal(alt)}]"))
        return self._lost("picture", "blocks", Group(*chart(data, self.width)))

    def _table(self, table: Table) -> RenderableType:
        drawn = columns(table, self.width)
        return drawn if drawn is not None else self._lost("table", "facts", facts(table))

    def _facts(self, items: tuple[tuple[str, Prose], ...]) -> RenderableType:
        labels = max((cell_len(literal(label)) for label, _ in items), default=0)
        if labels + GAP + LONGEST_WORD > self.width:
            lines = (
                Text.assemble((literal(label), "bold"), ": ", prose(text)) for label, text in items
            )
            return Group(*lines)
        grid = Grid.grid(padding=(0, GAP, 0, 0))
        grid.add_column(no_wrap=True, min_width=labels, style="bold")
        grid.add_column(overflow="fold")
        for label, text in items:
            grid.add_row(Text(literal(label)), prose(text))
        return grid

    def _choices(self, options: tuple[Choice, ...]) -> Iterator[RenderableType]:
        """Number the choices where a number can be typed; else show what to type."""
        for option in options:
            self.count += 1
            if self.line is None:
                yield _hanging(f"[{self.count}]", Text(literal(plainly(option.label))))
                continue
            typed = self.line(option)
            told = option.label in typed or option.label.startswith(f"{option.call.command}: ")
            label = "" if told else f"  ({literal(plainly(option.label))})"
            yield _hanging("→", Text.assemble((literal(typed), "cyan"), (label, "dim")))


def _bullets(items: tuple[Prose, ...]) -> RenderableType:
    return Group(*(_hanging("•", prose(item)) for item in items))


def _hanging(mark: str, text: Text) -> RenderableType:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, min_width=len(mark))
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark), text)
    return grid


def _sources(lines: tuple[Prose, ...]) -> Iterator[RenderableType]:
    yield Text("Sources", style="dim")
    for line in lines:
        text = prose(line)
        text.stylize("dim")
        yield _hanging("·", text)


def _bar(done: int, total: int) -> str:
    full = round(_BAR * done / total) if total else 0
    return "#" * full + "." * (_BAR - full)
