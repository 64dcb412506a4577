"""Rendering of a Reply as Block Kit messages."""

from dataclasses import dataclass, replace

from adapters.shared.contract import Degradation, Rendered
from adapters.shared.pagination import paginate
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import shorten
from adapters.slack.rendering.extent import PAGE, SCREEN, Extent
from adapters.slack.rendering.layout import BlockItem, LayoutItem, TableItem
from adapters.slack.rendering.limits import MAX_MESSAGE_BLOCKS, SUMMARY, VIEW_BLOCKS
from adapters.slack.rendering.mrkdwn import escape
from adapters.slack.rendering.nodes import NodeRenderer
from adapters.slack.rendering.rich_text import Json, Names, plain_text_object, to_spoken_text
from bot.presentation import Presentation
from bot.reply import Image, Reply, ReplyTemplate

_RESERVED_BLOCKS = 5  # added below a page
_UNPROMPTED = Presentation()  # of a reply that no call is behind


@dataclass(frozen=True, slots=True)
class Surface:
    """A place that shows blocks (a message, a modal or the Home tab), with its limits."""

    max_blocks: int
    has_tables: bool = False
    has_dividers: bool = False  # between sections that have headings


MESSAGE = Surface(MAX_MESSAGE_BLOCKS, has_tables=True)
VIEW = Surface(VIEW_BLOCKS)  # a modal
HOME = Surface(VIEW_BLOCKS, has_dividers=True)


@dataclass(frozen=True)
class Message:
    """A rendered message: blocks, and a plain-text summary. Mentions in it don't notify anyone."""

    blocks: tuple[Json, ...]
    text: str
    images: tuple[Image, ...] = ()

    def body(self) -> Json:
        """Return the message's content as arguments for a method of the Web API."""
        return {**self.content(), "unfurl_links": False, "unfurl_media": False}

    def content(self) -> Json:
        """Return the message's content as arguments for chat.update, which never unfurls again."""
        return {"text": self.text, "blocks": list(self.blocks)}

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

        def fill_block(block: Json) -> Json:
            if block["type"] == "actions":
                return {**block, "elements": [fill(each) for each in block["elements"]]}
            beside = block.get("accessory")
            return {**block, "accessory": fill(beside)} if beside else block

        return replace(self, blocks=tuple(map(fill_block, self.blocks)))


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
        names or {},
        surface.has_tables,
        surface.has_dividers,
        lambda action: shown.control(action, reply),
    )
    renderer.add_answer(reply.answer)
    for node in reply.nodes:
        renderer.add(node)
    renderer.flush_heading()
    is_first = shown.call is not None and shown.origin is None
    written_out = renderer.render_controls(shown.controls(reply, 1, 2))  # if too long for a button
    pages = _paginate(renderer.items, surface, _total(written_out), is_first=is_first)
    text = summary(reply)
    messages = []
    for number, page in enumerate(pages, 1):
        below = renderer.render_controls(shown.controls(reply, number, len(pages)))
        notes = _notes(shown, number, len(pages), names or {})
        messages.append(_assemble([*page, *notes, *below], text))
    degradations: dict[Degradation, None] = dict.fromkeys(renderer.degradations)
    return Rendered(tuple(messages), tuple(degradations))


def summary(reply: Reply) -> str:
    """Return the answer of *reply* as plain text, for notifications and screen readers."""
    return escape(shorten(to_spoken_text(reply.answer, {}), SUMMARY))


def _notes(shown: Presentation, number: int, count: int, names: Names) -> list[LayoutItem]:
    """Return small print below a page: its number of *count* pages, and who shared it."""
    notes = []
    if shown.call and count > 1 and not shown.is_shared:
        notes.append(f"Page {number} of {count}")
    if shown.shared_by:
        notes.append(f"Shared by @{names.get(shown.shared_by, 'member').removeprefix('@')}")
    text = plain_text_object(sanitize(" · ".join(notes)))
    return [BlockItem({"type": "context", "elements": [text]})] if notes else []


def _assemble(page: list[LayoutItem], text: str) -> Message:
    blocks = (block for item in page for block in item.blocks)
    images = (each for item in page if isinstance(item, BlockItem) for each in item.images)
    return Message(tuple(blocks), text, tuple(images))


def _paginate(
    items: list[LayoutItem], surface: Surface, below: Extent, *, is_first: bool
) -> list[list[LayoutItem]]:
    """Divide *items* into pages that fit *surface* and two screens of a phone.

    Each has room for texts *below*. If *is_first*, the reply is a first answer, and its first page
    is one screen.
    """
    before, screen, full = [], _room_beside(below, SCREEN), _room_beside(below, PAGE)
    if is_first and not _fits(items, surface, screen):
        page, items = _fill_screen(items, surface, screen)
        before = [page]
    pages = paginate(items, lambda page: _fits(page, surface, full), lambda item: item.split(full))
    return [*before, *pages]


def _room_beside(below: Extent, limit: Extent) -> Extent:
    """Return what is left of *limit* beside the texts *below*, or half of it if they are longer."""
    return Extent(
        max(limit.lines - below.lines, limit.lines // 2),
        max(limit.characters - below.characters, limit.characters // 2),
        limit.cost,
    )


def _fill_screen(
    items: list[LayoutItem], surface: Surface, screen: Extent
) -> tuple[list[LayoutItem], list[LayoutItem]]:
    """Return the beginning of *items* that fits on one screen, and the rest."""
    page: list[LayoutItem] = []
    for at, item in enumerate(items):
        if _fits([*page, item], surface, screen):
            page.append(item)
            continue
        first, *rest = item.split(screen - _total(page))
        if rest and _fits([*page, first], surface, screen):
            return [*page, first], [*rest, *items[at + 1 :]]
        return (page, items[at:]) if page else ([item], items[at + 1 :])
    return page, []


def _fits(page: list[LayoutItem], surface: Surface, limit: Extent) -> bool:
    tables = [item for item in page if isinstance(item, TableItem)]
    return (
        _total(page).fits(limit)
        and sum(len(item.blocks) for item in page) <= surface.max_blocks - _RESERVED_BLOCKS
        and len(tables) <= 1
        and all(table.fits for table in tables)
    )


def _total(page: list[LayoutItem]) -> Extent:
    return sum((item.extent for item in page), Extent())
