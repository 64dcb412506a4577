"""Rendering of a reply's nodes as items of a page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from adapters.shared.contract import Degradation
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import monospace, progress_bar, shorten
from adapters.slack.rendering.components import ControlRenderer
from adapters.slack.rendering.layout import (
    BlockItem,
    LayoutItem,
    TableItem,
    TextItem,
    bullets,
    preformatted,
    section,
)
from adapters.slack.rendering.limits import (
    ALT_TEXT,
    CONTEXT_ELEMENTS,
    FIELD_TEXT,
    HEADING,
    SECTION_FIELDS,
    TABLE_WIDTH,
)
from adapters.slack.rendering.mrkdwn import to_text_object
from adapters.slack.rendering.rich_text import (
    Json,
    Names,
    text_element,
    to_elements,
    to_spoken_text,
)
from adapters.slack.rendering.table import to_paragraphs, to_table_item
from bot.presentation import Control, Controls
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
    Sources,
    Table,
)


@dataclass(slots=True)
class NodeRenderer:
    """Renders the nodes of one reply and stores the resulting items of a page."""

    names: Names
    has_tables: bool
    has_dividers: bool  # between sections that have headings
    control: Callable[[Action], Control]  # returns the button for an action
    items: list[LayoutItem] = field(default_factory=list)
    degradations: list[Degradation] = field(default_factory=list)
    _controls: ControlRenderer = field(default_factory=ControlRenderer)
    _heading: str = ""  # waits for the next item

    def add_answer(self, answer: Prose) -> None:
        """Store the sentence that answers, in bold."""
        bold = [_in_bold(each) for each in to_elements(answer, self.names)]
        self.items.append(TextItem((section(bold),)))

    def add(self, node: Node) -> None:
        """Render *node* and store the resulting items; a heading joins the next item."""
        if isinstance(node, Heading):
            self._add_heading(sanitize(" ".join(node.text.split())))
            return
        for item in self._render(node):
            if self._heading and isinstance(item, TextItem | TableItem):
                self.items.append(replace(item, heading=self._heading))
                self._heading = ""
            else:
                self.flush_heading()
                self.items.append(item)

    def flush_heading(self) -> None:
        """Store a heading that still waits for content, as an item of its own."""
        if self._heading:
            self.items.append(TextItem((), heading=self._heading))
        self._heading = ""

    def _add_heading(self, title: str) -> None:
        self.flush_heading()
        if self.has_dividers:
            self.items.append(BlockItem({"type": "divider"}))
        if len(title) > HEADING:
            self.items.append(TextItem((section(text_element(title, bold=True)),)))
        else:
            self._heading = title

    def _render(self, node: Node) -> Iterator[LayoutItem]:  # noqa: C901  # one case a node
        match node:
            case Heading():
                self.add(node)
            case Paragraph(prose):
                yield from _rich_text(section(to_elements(prose, self.names)))
            case Bullets(items):
                points = [to_elements(item, self.names) for item in items]
                yield from _rich_text(bullets([each for each in points if each]))
            case Fields(items):
                yield from self._render_fields(items)
            case Table():
                yield from self._render_table(node)
            case CodeBlock(code):
                yield from _rich_text(preformatted(sanitize(code)) if code else section([]))
            case Image():
                yield from self._render_image(node)
            case Sources(lines):
                yield from self._render_sources(lines)
            case Actions(actions):
                yield from self._render_actions(actions)
            case Item(prose, action):
                text = to_elements(prose, self.names)
                yield from self._controls.render_item(text, self.control(action))
            case Progress(done, total, label):
                words = text_element(f"{done} of {total} {label} ")  # first, for screen readers
                bar = text_element(progress_bar(done, total), code=True)
                yield from _rich_text(section([*words, *bar]))
            case _:
                assert_never(node)

    def _record_degradation(self, node: str, shown_as: str) -> None:
        self.degradations.append(Degradation(node, shown_as))

    def _render_fields(self, items: tuple[tuple[str, Prose], ...]) -> Iterator[LayoutItem]:
        """Yield short facts as a section's fields, which a wide screen shows in two columns.

        Yield lines of rich text if a fact is longer, or if Slack would read markup in it.
        """
        facts = [
            [*text_element(label, bold=True), *text_element(": "), *to_elements(prose, self.names)]
            for label, prose in items
        ]
        short = all(
            len(f"{label}: {to_spoken_text(prose, self.names)}") <= FIELD_TEXT
            for label, prose in items
        )
        fields = [to_text_object(each) for each in facts] if short else []
        if 1 < len(fields) <= SECTION_FIELDS and all(fields):
            yield BlockItem({"type": "section", "fields": fields})
            return
        lines = [element for fact in facts for element in (*text_element("\n"), *fact)]
        yield from _rich_text(section(lines[1:]))

    def _render_table(self, table: Table) -> Iterator[LayoutItem]:
        item = to_table_item(table, self.names) if self.has_tables else None
        if item is not None:
            yield item
            return
        lines = monospace(table, TABLE_WIDTH) if table.columns else None
        if lines is not None:
            self._record_degradation("table", "monospace")
            yield TextItem((preformatted("\n".join(lines)),))
            return
        self._record_degradation("table", "facts")
        yield from _rich_text(*to_paragraphs(table, self.names))

    def _render_image(self, image: Image) -> Iterator[LayoutItem]:
        alt_text = shorten(sanitize(image.alt), ALT_TEXT)
        # ImageUploads replaces the name with the id of the uploaded file.
        block = {"type": "image", "alt_text": alt_text, "slack_file": {"id": image.name}}
        yield BlockItem(block, (image,))
        if alt_text != sanitize(image.alt):
            yield TextItem((section(text_element(image.alt)),))

    def _render_sources(self, lines: tuple[Prose, ...]) -> Iterator[LayoutItem]:
        """Yield sources as small print, or as rich text if Slack would read markup in them."""
        small: list[Json] = []
        for line in lines:
            elements = to_elements(line, self.names)
            text = to_text_object(elements)
            if text is None or len(small) == CONTEXT_ELEMENTS:
                yield from _context(small)
                small = []
            if text is None:
                yield from _rich_text(section(elements))
            else:
                small.append(text)
        yield from _context(small)

    def _render_actions(self, actions: tuple[Action, ...]) -> Iterator[LayoutItem]:
        for item in self._controls.render_group([*map(self.control, actions)]):
            if isinstance(item, TextItem) and item.elements[0]["type"] == "rich_text_list":
                self._record_degradation("choice", "words to type")
            yield item

    def render_controls(self, controls: Controls) -> list[LayoutItem]:
        """Return the row of buttons and the menu below a page."""
        return list(replace(self._controls).render_controls(controls))


def _in_bold(element: Json) -> Json:
    return {**element, "style": {**element.get("style", {}), "bold": True}}


def _rich_text(*elements: Json) -> Iterator[LayoutItem]:
    filled = tuple(each for each in elements if each["elements"])
    if filled:
        yield TextItem(filled)


def _context(small: list[Json]) -> Iterator[LayoutItem]:
    if small:
        yield BlockItem({"type": "context", "elements": small})
