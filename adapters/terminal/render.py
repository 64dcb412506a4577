"""Rendering of replies for a terminal."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment, SegmentLines
from rich.table import Table as Grid
from rich.text import Text

from adapters.shared.contract import Degradation, Rendered
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import progress_bar
from adapters.terminal.chart import render_chart
from adapters.terminal.choices import render_numbered_row, render_typed_row
from adapters.terminal.inline import render_prose
from adapters.terminal.limits import (
    COLUMN_GAP,
    FIRST_PAGE_LINES,
    MAX_UNBROKEN_WORD,
    SCREEN_LINES,
)
from adapters.terminal.table import render_columns, render_stacked
from bot.charts.model import Chart
from bot.language.mentions import anonymize_mentions
from bot.presentation import Controls, Presentation
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Fields,
    Heading,
    Image,
    Item,
    Node,
    Paragraph,
    Progress,
    Prose,
    Reply,
    Sources,
    Table,
)


def render(
    reply: Reply,
    width: int,
    line_for: Callable[[Action], str] | None = None,
    shown: Presentation | None = None,
    page_lines: int | None = None,
) -> Rendered[RenderableType]:
    """Render *reply* as one message for a terminal of *width* cells.

    If *line_for* is given, it returns the line to type for each button; else buttons are numbered.
    *shown* is the presentation, by default that of a reply which no call is behind. A reply that is
    longer than *page_lines* becomes several messages, one for each page. With *page_lines*, the
    first page of a first answer fits one screen.
    """
    shown = shown or Presentation()
    page = _Page(width, line_for)
    page.add_answer(reply.answer)
    for node in reply.nodes:
        page.add(node)
    texts: list[RenderableType] = [Group(*page.parts)]
    if page_lines:
        is_first_answer = shown.call is not None and shown.origin is None
        screen = (SCREEN_LINES, FIRST_PAGE_LINES) if is_first_answer else (page_lines, page_lines)
        texts = _split_pages(texts[0], width, page_lines, *screen)
    messages = (
        page.add_controls(text, shown.controls(reply, number, len(texts)), number, len(texts))
        for number, text in enumerate(texts, 1)
    )
    return Rendered(tuple(messages), tuple(dict.fromkeys(page.degradations)))


def _split_pages(
    text: RenderableType, width: int, page_lines: int, only_page_lines: int, first_page_lines: int
) -> list[RenderableType]:
    """Return *text* as pages of at most *page_lines* lines, broken at blank lines if possible.

    The first page has at most *first_page_lines*, or *only_page_lines* if there is no other.
    """
    console = Console(file=io.StringIO(), width=width, highlight=False)
    lines = console.render_lines(text, pad=False)
    if len(lines) <= only_page_lines:
        return [text]
    pages: list[RenderableType] = []
    while lines:
        longest = page_lines if pages else first_page_lines
        end = min(len(lines), longest)
        blanks = (at for at in range(end, longest // 2, -1) if not _is_text(lines[at]))
        end = next(blanks, end) if end < len(lines) else end
        pages.append(SegmentLines(lines[:end], new_lines=True))
        lines = lines[end:]
        while lines and not _is_text(lines[0]):
            del lines[0]
    return pages


def _is_text(line: list[Segment]) -> bool:
    return any(segment.text.strip() for segment in line)


def to_text(message: RenderableType, width: int) -> str:
    """Return a rendered message as text without color and without spaces at the ends of lines."""
    sheet = io.StringIO()
    console = Console(file=sheet, width=width, no_color=True, color_system=None, highlight=False)
    console.print(message)
    return "\n".join(line.rstrip() for line in sheet.getvalue().splitlines()) + "\n"


@dataclass(slots=True)
class _Page:
    """Renders the nodes of one reply and collects the rendered parts and the degradations."""

    width: int
    line_for: Callable[[Action], str] | None
    parts: list[RenderableType] = field(default_factory=list)
    degradations: list[Degradation] = field(default_factory=list)
    action_count: int = 0  # buttons are numbered through the whole reply
    below_heading: bool = False

    def add_answer(self, answer: Prose) -> None:
        """Append the sentence that answers, in bold."""
        text = render_prose(answer)
        text.stylize("bold")
        self.parts.append(text)

    def add_controls(
        self, text: RenderableType, controls: Controls, page: int, pages: int
    ) -> RenderableType:
        """Return *text* with the buttons below it, and the number of the page if there are more."""
        below: list[RenderableType] = []
        if pages > 1:
            below.append(Text(f"Page {page} of {pages}", style="dim"))
        if controls.row or controls.menu:
            below.append(self._render_controls(controls))
        return Group(text, Text(), *below) if below else text

    def _render_controls(self, controls: Controls) -> RenderableType:
        if self.line_for is None:
            return render_numbered_row(controls, self.action_count + 1, self.width)
        row, menu = (
            [self.line_for(Action(each.label, each.click.call)) for each in group]
            for group in (controls.row, controls.menu)
        )
        return render_typed_row(row, menu, self.width)

    def add(self, node: Node) -> None:
        """Render *node* and append the result, after a blank line unless a heading comes before."""
        rendered = list(self._render_node(node))
        if not rendered:
            return
        if self.parts and not self.below_heading:
            self.parts.append(Text())
        self.parts += rendered
        self.below_heading = isinstance(node, Heading)

    def _render_node(self, node: Node) -> Iterator[RenderableType]:  # noqa: C901  # one case a node
        match node:
            case Heading(text):
                yield self._render_heading(text)
            case Paragraph(text):
                yield render_prose(text)
            case Bullets(items):
                yield Group(*(_hanging_indent("•", render_prose(item)) for item in items))
            case Fields(items):
                yield self._render_fields(items)
            case Table():
                yield self._render_table(node)
            case CodeBlock(text):
                yield Padding(Text(sanitize(text), overflow="fold"), (0, 0, 0, 2))
            case Image(data=data, alt=alt):
                yield self._render_image(data, alt)
            case Sources(lines):
                yield from _render_sources(lines)
            case Actions(options):
                yield from self._render_actions(options)
            case Item(prose, action):
                yield self._render_item(prose, action)
            case Progress(done, total, label):
                yield Text(
                    f"[{progress_bar(done, total, '#', '.')}] {done} of {total} {sanitize(label)}"
                )
            case _:
                assert_never(node)

    def _render_heading(self, text: str) -> RenderableType:
        """Return *text* in bold and underlined, so that it stands out without color too."""
        title = render_prose(text)
        line = ("═" if not self.parts else "─") * min(self.width, cell_len(title.plain))
        title.stylize("bold")
        return Group(title, Text(line, style="dim"))

    def _degraded(self, node: str, shown_as: str, shown: RenderableType) -> RenderableType:
        self.degradations.append(Degradation(node, shown_as))
        return shown

    def _render_image(self, data: bytes | Chart, alt: str) -> RenderableType:
        if isinstance(data, bytes):
            return self._degraded("picture", "its description", Text(f"[picture: {sanitize(alt)}]"))
        return self._degraded("picture", "blocks", Group(*render_chart(data, self.width)))

    def _render_table(self, table: Table) -> RenderableType:
        columns = render_columns(table, self.width)
        return (
            columns
            if columns is not None
            else self._degraded("table", "facts", render_stacked(table))
        )

    def _render_fields(self, items: tuple[tuple[str, Prose], ...]) -> RenderableType:
        labels = max((cell_len(sanitize(label)) for label, _ in items), default=0)
        if labels + COLUMN_GAP + MAX_UNBROKEN_WORD > self.width:
            lines = (
                Text.assemble((sanitize(label), "bold"), ": ", render_prose(text))
                for label, text in items
            )
            return Group(*lines)
        grid = Grid.grid(padding=(0, COLUMN_GAP, 0, 0))
        grid.add_column(no_wrap=True, min_width=labels, style="bold")
        grid.add_column(overflow="fold")
        for label, text in items:
            grid.add_row(Text(sanitize(label)), render_prose(text))
        return grid

    def _render_actions(self, options: tuple[Action, ...]) -> Iterator[RenderableType]:
        """Yield buttons as a numbered list, or as lines to type that do the same."""
        for option in options:
            mark, text = self._format_action(option)
            yield _hanging_indent(mark, text)

    def _render_item(self, prose: Prose, action: Action) -> RenderableType:
        """Return an entry of a list with its button, on the same line if there is room."""
        mark, text = self._format_action(action)
        return Text.assemble(render_prose(prose), f"  {mark} ", text)

    def _format_action(self, action: Action) -> tuple[str, Text]:
        """Return the mark and the text of a button: its number and label, or a line to type."""
        self.action_count += 1
        if self.line_for is None:
            return f"[{self.action_count}]", Text(sanitize(anonymize_mentions(action.label)))
        typed = self.line_for(action)
        is_redundant = action.label in typed or action.label.startswith(f"{action.call.command}: ")
        label = "" if is_redundant else f"  ({sanitize(anonymize_mentions(action.label))})"
        return "→", Text.assemble((sanitize(typed), "cyan"), (label, "dim"))


def _hanging_indent(mark: str, text: Text) -> RenderableType:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, min_width=len(mark))
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark), text)
    return grid


def _render_sources(lines: tuple[Prose, ...]) -> Iterator[RenderableType]:
    texts = [render_prose(line) for line in lines]
    if len(texts) == 1:
        yield _dim(Text.assemble("Sources: ", texts[0]))
    elif texts:
        yield Text("Sources", style="dim")
        yield from (_hanging_indent("·", _dim(text)) for text in texts)


def _dim(text: Text) -> Text:
    text.stylize("dim")
    return text
