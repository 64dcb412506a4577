"""Rendering of a reply's nodes as items of a page."""

import re
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
from adapters.slack.rendering.limits import ALT_TEXT, CONTEXT_ELEMENTS, HEADER, TABLE_WIDTH
from adapters.slack.rendering.rich_text import (
    Json,
    Names,
    plain_text_object,
    text_element,
    to_elements,
)
from adapters.slack.rendering.table import to_paragraphs, to_table_item
from bot.language.mentions import anonymize_mentions
from bot.presentation import Click, Control, Controls
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Fields,
    Heading,
    Image,
    Item,
    Link,
    Node,
    Paragraph,
    Progress,
    Prose,
    Sources,
    Table,
)

_MAX_CONTEXT_LINE = 1_500  # characters
# Text that Slack would read as markup in mrkdwn, the only small print that can contain links.
_MARKUP = re.compile(r"[*_~`|]|:[\w+'-]+:|^[>•]|[\ufffd]", re.MULTILINE)


@dataclass(slots=True)
class NodeRenderer:
    """Renders the nodes of one reply and stores the resulting items of a page."""

    names: Names
    has_tables: bool
    click: Callable[[Action], Click]  # that a button makes
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
            self.flush_heading()
            title = sanitize(" ".join(node.text.split()))
            if len(title) > HEADER:
                self.items.append(TextItem((section(text_element(title, bold=True)),)))
            else:
                self._heading = title
            return
        for item in self._render(node):
            if self._heading and isinstance(item, TextItem | TableItem):
                self.items.append(replace(item, heading=self._heading, is_title=not self.items))
                self._heading = ""
            else:
                self.flush_heading()
                self.items.append(item)

    def flush_heading(self) -> None:
        """Store a heading that still waits for content, as an item of its own."""
        if self._heading:
            self.items.append(TextItem((), heading=self._heading, is_title=not self.items))
        self._heading = ""

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
                yield from _rich_text(section(list(self._render_fields(items))))
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
                yield from self._controls.render_item(text, self._control(action))
            case Progress(done, total, label):
                bar = text_element(progress_bar(done, total), code=True)
                yield from _rich_text(section([*bar, *text_element(f" {done} of {total} {label}")]))
            case _:
                assert_never(node)

    def _record_degradation(self, node: str, shown_as: str) -> None:
        self.degradations.append(Degradation(node, shown_as))

    def _render_fields(self, items: tuple[tuple[str, Prose], ...]) -> Iterator[Json]:
        for at, (label, prose) in enumerate(items):
            yield from text_element("\n" if at else "")
            yield from (
                *text_element(label, bold=True),
                *text_element(": "),
                *to_elements(prose, self.names),
            )

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
            element = _context_line(line)
            if element is None or len(small) == CONTEXT_ELEMENTS:
                yield from _context(small)
                small = []
            if element is None:
                yield from _rich_text(section(to_elements(line, self.names)))
            else:
                small.append(element)
        yield from _context(small)

    def _render_actions(self, actions: tuple[Action, ...]) -> Iterator[LayoutItem]:
        for item in self._controls.render_group([*map(self._control, actions)]):
            if isinstance(item, TextItem) and item.elements[0]["type"] == "rich_text_list":
                self._record_degradation("choice", "words to type")
            yield item

    def _control(self, action: Action) -> Control:
        return Control(action.label, self.click(action), action.style)

    def render_controls(self, controls: Controls) -> list[LayoutItem]:
        """Return the row of buttons and the menu below a page."""
        return list(ControlRenderer(self._controls.count).render_controls(controls))


def _in_bold(element: Json) -> Json:
    return {**element, "style": {**element.get("style", {}), "bold": True}}


def _rich_text(*elements: Json) -> Iterator[LayoutItem]:
    filled = tuple(each for each in elements if each["elements"])
    if filled:
        yield TextItem(filled)


def _context(small: list[Json]) -> Iterator[LayoutItem]:
    if small:
        yield BlockItem({"type": "context", "elements": small})


def _context_line(line: Prose) -> Json | None:
    """Return *line* as a block of small print.

    Return None if small print can't show the line unchanged, so that rich text is needed.
    """
    if isinstance(line, str):
        text = sanitize(anonymize_mentions(line))
        return plain_text_object(text) if 0 < len(text) <= _MAX_CONTEXT_LINE else None
    parts = [part for part in line if isinstance(part, str | Link)]
    if len(parts) < len(line):
        return None
    text = "".join(map(_to_mrkdwn, parts))
    plain = "".join(part if isinstance(part, str) else part.text for part in parts)
    if _MARKUP.search(sanitize(plain)) or not 0 < len(text) <= _MAX_CONTEXT_LINE:
        return None
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _to_mrkdwn(part: str | Link) -> str:
    if isinstance(part, Link):
        return f"<{_escape_url(part.url)}|{escape(part.text).replace('|', '¦')}>"
    return escape(part)


def escape(text: str) -> str:
    """Escape the characters in *text* that Slack would read as a mention or a link."""
    return sanitize(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_url(url: str) -> str:
    return re.sub(r"[\s<>|]", lambda found: f"%{ord(found[0]):02X}", sanitize(url))
