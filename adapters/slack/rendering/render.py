"""Rendering of a Reply as Block Kit messages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adapters.shared.contract import Degradation, Rendered
from adapters.shared.pagination import paginate, split_trailing_actions
from adapters.slack.rendering.components import navigation
from adapters.slack.rendering.layout import BlockItem, LayoutItem, TableItem, TextItem, section
from adapters.slack.rendering.limits import MAX_MESSAGE_BLOCKS, MESSAGE_TEXT, SUMMARY, VIEW_BLOCKS
from adapters.slack.rendering.nodes import NodeRenderer, escape
from adapters.slack.rendering.rich_text import Json, Names, text_element, to_spoken_text
from bot.call import Call
from bot.reply import (
    Bullets,
    Fields,
    Heading,
    Image,
    Node,
    Paragraph,
    Reply,
    ReplyTemplate,
    Table,
)

_NAVIGATION_BLOCKS = 2  # added below a page
_NAVIGATION_CHARS = 100


@dataclass(frozen=True, slots=True)
class Surface:
    """A place that shows blocks (a message, a modal or the Home tab), with its limits."""

    max_blocks: int
    has_tables: bool


MESSAGE = Surface(MAX_MESSAGE_BLOCKS, has_tables=True)
VIEW = Surface(VIEW_BLOCKS, has_tables=False)  # a modal, or the Home tab


@dataclass(frozen=True)
class Message:
    """A rendered message: blocks, and a plain-text summary. Mentions in it don't notify anyone."""

    blocks: tuple[Json, ...]
    text: str
    images: tuple[Image, ...] = ()

    def body(self) -> Json:
        """Return the message's content as arguments for a method of the Web API."""
        content = {"text": self.text, "blocks": list(self.blocks)}
        return {**content, "unfurl_links": False, "unfurl_media": False}

    def payload(self, *, private: bool = True) -> Json:
        """Return the message as a JSON body for an acknowledgement or a response URL.

        If *private*, only the member who asked sees the message.
        """
        return {"response_type": "ephemeral" if private else "in_channel", **self.body()}

    def fill(self, template: ReplyTemplate) -> "Message":
        """Return a copy in which `template.value` replaces the placeholder in every button."""

        def fill(element: Json) -> Json:
            if "options" in element:
                return {**element, "options": [fill(each) for each in element["options"]]}
            value = str(element["value"])
            return {**element, "value": value.replace(template.placeholder, template.value)}

        blocks = (
            {**block, "elements": [fill(each) for each in block["elements"]]}
            if block["type"] == "actions"
            else block
            for block in self.blocks
        )
        return replace(self, blocks=tuple(blocks))


def render(
    reply: Reply,
    call: Call | None = None,
    *,
    share: bool = False,
    surface: Surface = MESSAGE,
    names: Names | None = None,
) -> Rendered[Message]:
    """Render *reply* as Block Kit messages, one for each page.

    *call* is the command that produced the reply, with its arguments: each page gets buttons for
    the other pages and, with *share*, one that posts it in the channel. Without *call*, the pages
    are separate messages. *names* are members' display names by id.
    """
    renderer = NodeRenderer(names or {}, surface.has_tables)
    nodes, end = split_trailing_actions(reply.nodes)
    for node in nodes:
        renderer.add(node)
    renderer.flush_heading()
    count = len(renderer.items)
    for node in end:
        renderer.add(node)
    pages = _paginate(renderer.items[:count], renderer.items[count:], surface)
    text = summary(reply)
    messages = (
        _assemble(page, text, tuple(navigation(call, number, len(pages), share=share)))
        for number, page in enumerate(pages, 1)
    )
    degradations: dict[Degradation, None] = dict.fromkeys(renderer.degradations)
    return Rendered(tuple(messages), tuple(degradations))


def summary(reply: Reply) -> str:
    """Return the beginning of *reply* as plain text, for notifications and screen readers."""
    texts, left = list[str](), SUMMARY
    for text in (each for node in reply.nodes for each in _node_text(node)):
        left -= len(text)
        if left < 0 and texts:
            break
        texts.append(text)
    return escape("\n".join(texts)) or "An answer."


def _node_text(node: Node) -> Iterator[str]:
    match node:
        case Heading(text):
            yield text
        case Paragraph(prose):
            yield to_spoken_text(prose, {})
        case Bullets(items):
            yield from (to_spoken_text(item, {}) for item in items)
        case Fields(items):
            yield from (f"{label}: {to_spoken_text(prose, {})}" for label, prose in items)
        case Table(columns, rows):
            for row in rows:
                yield ", ".join(
                    f"{column.title}: {to_spoken_text(cell, {})}"
                    if column.title
                    else to_spoken_text(cell, {})
                    for column, cell in zip(columns, row, strict=True)
                )
        case _:
            return


def _assemble(page: list[LayoutItem], text: str, below: tuple[Json, ...]) -> Message:
    blocks = (block for item in page for block in item.blocks)
    images = (each for item in page if isinstance(item, BlockItem) for each in item.images)
    return Message((*blocks, *below), text, tuple(images))


def _paginate(
    items: list[LayoutItem], end: list[LayoutItem], surface: Surface
) -> list[list[LayoutItem]]:
    """Divide *items* into pages that fit *surface*, and append the items *end* to every page."""
    max_chars = MESSAGE_TEXT - sum(item.size for item in end) - 3 * _NAVIGATION_CHARS
    max_blocks = surface.max_blocks - _NAVIGATION_BLOCKS - sum(len(item.blocks) for item in end)

    def fits(page: list[LayoutItem]) -> bool:
        tables = [item for item in page if isinstance(item, TableItem)]
        return (
            sum(item.size for item in page) <= max_chars
            and sum(len(item.blocks) for item in page) <= max_blocks
            and len(tables) <= 1
            and all(table.fits for table in tables)
        )

    def split(item: LayoutItem) -> tuple[LayoutItem, ...]:
        return item.split(max_chars)

    pages = paginate(items, fits, split) or [[]]
    return [[*page, *end] for page in pages if page or end] or [[_EMPTY]]


_EMPTY = TextItem((section(text_element("Nothing to show.")),))
