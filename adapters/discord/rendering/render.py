"""Rendering of a reply as messages of Discord's components, version 2."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.discord.rendering.layout import (
    Attachment,
    Component,
    ComponentItem,
    LayoutItem,
    TextItem,
    count_characters,
    count_components,
    to_components,
)
from adapters.discord.rendering.limits import COMPONENTS, PAGE_TEXT, TEXT
from adapters.discord.rendering.nodes import MEDIA_GALLERY, NodeRenderer, image_as_text
from adapters.shared.contract import Rendered
from adapters.shared.pagination import paginate
from bot.app import App
from bot.errors import Refusal
from bot.presentation import Click, Presentation
from bot.reply import Outcome, Reply, ReplyTemplate

_ACCENTS = {
    Outcome.DONE: 0x2A9D8F,
    Outcome.REFUSED: 0xE9A23B,
    Outcome.OUTAGE: 0xC0392B,
    Outcome.BUG: 0xC0392B,
}
_CONTAINER = 17
_RESERVED_COMPONENTS = 10  # the container, the row of buttons, the menu and a page number
_COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6  # message flag
_UNPROMPTED = Presentation()  # of a reply that no call is behind


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message within Discord's limits. Mentions in it don't ping anyone."""

    components: tuple[Component, ...]
    files: tuple[Attachment, ...] = ()
    _template: ReplyTemplate | None = None
    _json: dict[bool, str] = field(default_factory=dict, compare=False, repr=False)

    def payload(self, *, private: bool = False) -> dict[str, Any]:
        """Return the JSON body of the request that sends the message, ephemeral if *private*.

        The body refers to `files` by their position, so that they must be sent in the same order.
        """
        return {
            "flags": _COMPONENTS_V2 | (EPHEMERAL if private else 0),
            "allowed_mentions": {"parse": []},
            "components": list(self.components),
            "attachments": [
                {"id": at, "filename": file.name, "description": file.alt_text or file.name}
                for at, file in enumerate(self.files)
            ],
        }

    def to_json(self, *, private: bool = False) -> str:
        """Return the request body as JSON text, ephemeral if *private*.

        The JSON of a message that is made from a template is encoded once; then only the template's
        value is replaced in it.
        """
        text, template = self._json.get(private), self._template
        if text is None:
            text = self._json[private] = compact_json(self.payload(private=private))
        return text.replace(template.placeholder, template.value) if template else text

    def fill(self, template: ReplyTemplate) -> "Message":
        """Return a copy of this message with the value of *template* in place of its placeholder.

        The placeholder is replaced in the JSON text, because neither it nor the value contains
        characters that JSON escapes.
        """
        return replace(self, _template=template)

    def without_images(self) -> "Message | None":
        """Return the message with descriptions in place of images, or None if it has no images."""
        (frame, *below) = self.components
        shown = frame["components"]
        galleries = [each for each in shown if each["type"] == MEDIA_GALLERY]
        if not galleries:
            return None
        room = TEXT - sum(len(each.get("content", "")) for each in shown)
        inside = [image_as_text(each, room // len(galleries)) for each in shown]
        urls = {item["media"]["url"] for each in galleries for item in each["items"]}
        files = tuple(each for each in self.files if f"attachment://{each.name}" not in urls)
        return Message(({**frame, "components": inside}, *below), files, self._template)


def compact_json(body: dict[str, Any]) -> str:
    """Return *body* as JSON without spaces between its parts."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def render(reply: Reply, shown: Presentation = _UNPROMPTED) -> Rendered[Message]:
    """Render *reply* as one message for each page, with the buttons that *shown* adds.

    Without a call in *shown*, the messages have no buttons for pages and are to be sent one after
    another.
    """
    renderer = NodeRenderer(lambda action: shown.click(action, reply))
    renderer.add_answer(reply.answer)
    for node in reply.nodes:
        renderer.add(node)
    renderer.flush_heading()
    pages = _paginate(renderer.items)
    messages = (
        _build_message(page, renderer, reply, shown, (number, len(pages)))
        for number, page in enumerate(pages, 1)
    )
    return Rendered(tuple(messages), tuple(dict.fromkeys(renderer.degradations)))


def payloads(app: App, line: str, reply: Reply) -> list[dict[str, Any]]:
    """Render *reply* as the answer to the typed *line*; return a request body for each page."""
    try:
        call = app.parse(line)
    except Refusal:
        return [each.payload(private=True) for each in render(reply).messages]
    shown = Presentation.of(Click(call), app.commands[call.command]).after(reply)
    return [each.payload(private=not shown.is_public) for each in render(reply, shown).messages]


def _build_message(
    items: list[LayoutItem],
    renderer: NodeRenderer,
    reply: Reply,
    shown: Presentation,
    position: tuple[int, int],
) -> Message:
    """Return the message with *items*, which are the page at *position*: (its number, of how many).

    The buttons and the menu are below it.
    """
    number, count = position
    note = [TextItem(f"-# Page {number} of {count}")] if count > 1 and shown.call else []
    frame = {
        "type": _CONTAINER,
        "accent_color": _ACCENTS[reply.outcome],
        "components": to_components([*items, *note]),
    }
    below = to_components(renderer.render_controls(shown.controls(reply, number, count)))
    files = (file for item in items if isinstance(item, ComponentItem) for file in item.files)
    return Message((frame, *below), tuple(files))


def _paginate(items: list[LayoutItem]) -> list[list[LayoutItem]]:
    """Return a list of pages, each a list of items that fit in a message."""

    def fits(page: list[LayoutItem]) -> bool:
        return (
            count_characters(page) <= PAGE_TEXT
            and count_components(to_components(page)) <= COMPONENTS - _RESERVED_COMPONENTS
        )

    def split(item: LayoutItem) -> tuple[LayoutItem, ...]:
        return item.split(PAGE_TEXT) if isinstance(item, TextItem) else (item,)

    return paginate(items, fits, split)
