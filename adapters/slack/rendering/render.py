"""Rendering of a Reply as Block Kit messages."""

from dataclasses import dataclass, replace

from adapters.shared.contract import Degradation, Rendered
from adapters.shared.pagination import paginate
from adapters.shared.tables import shorten
from adapters.slack.rendering.layout import BlockItem, LayoutItem, TableItem
from adapters.slack.rendering.limits import MAX_MESSAGE_BLOCKS, PAGE_TEXT, SUMMARY, VIEW_BLOCKS
from adapters.slack.rendering.nodes import NodeRenderer, escape
from adapters.slack.rendering.rich_text import Json, Names, plain_text_object, to_spoken_text
from bot.presentation import Presentation
from bot.reply import Image, Reply, ReplyTemplate

_RESERVED_BLOCKS = 5  # added below a page
_UNPROMPTED = Presentation()  # of a reply that no call is behind


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
    shown: Presentation = _UNPROMPTED,
    *,
    surface: Surface = MESSAGE,
    names: Names | None = None,
) -> Rendered[Message]:
    """Render *reply* as Block Kit messages, one for each page, with the buttons that *shown* adds.

    Without a call in *shown*, the pages are separate messages. *names* are members' display names
    by id.
    """
    renderer = NodeRenderer(
        names or {}, surface.has_tables, lambda action: shown.click(action, reply)
    )
    renderer.add_answer(reply.answer)
    for node in reply.nodes:
        renderer.add(node)
    renderer.flush_heading()
    pages = _paginate(renderer.items, surface)
    text = summary(reply)
    messages = []
    for number, page in enumerate(pages, 1):
        below = renderer.render_controls(shown.controls(reply, number, len(pages)))
        note = _page_number(number, len(pages)) if shown.call else []
        messages.append(_assemble([*page, *note, *below], text))
    degradations: dict[Degradation, None] = dict.fromkeys(renderer.degradations)
    return Rendered(tuple(messages), tuple(degradations))


def summary(reply: Reply) -> str:
    """Return the answer of *reply* as plain text, for notifications and screen readers."""
    return escape(shorten(to_spoken_text(reply.answer, {}), SUMMARY))


def _page_number(number: int, count: int) -> list[LayoutItem]:
    note = plain_text_object(f"Page {number} of {count}")
    return [BlockItem({"type": "context", "elements": [note]})] if count > 1 else []


def _assemble(page: list[LayoutItem], text: str) -> Message:
    blocks = (block for item in page for block in item.blocks)
    images = (each for item in page if isinstance(item, BlockItem) for each in item.images)
    return Message(tuple(blocks), text, tuple(images))


def _paginate(items: list[LayoutItem], surface: Surface) -> list[list[LayoutItem]]:
    """Divide *items* into pages that fit *surface* and two screens of a phone."""
    max_blocks = surface.max_blocks - _RESERVED_BLOCKS

    def fits(page: list[LayoutItem]) -> bool:
        tables = [item for item in page if isinstance(item, TableItem)]
        return (
            sum(item.size for item in page) <= PAGE_TEXT
            and sum(len(item.blocks) for item in page) <= max_blocks
            and len(tables) <= 1
            and all(table.fits for table in tables)
        )

    def split(item: LayoutItem) -> tuple[LayoutItem, ...]:
        return item.split(PAGE_TEXT)

    return paginate(items, fits, split)
