"""Rendering of a reply as messages of Discord's components, version 2."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.discord.rendering.components import navigation_row
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
from adapters.discord.rendering.limits import COMPONENTS, TEXT
from adapters.discord.rendering.nodes import MEDIA_GALLERY, NodeRenderer, image_as_text
from adapters.shared.contract import Rendered
from adapters.shared.pagination import paginate, split_trailing_actions
from bot.app import App
from bot.call import Call
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
_RESERVED_COMPONENTS = 6  # the container, the navigation row and its buttons
_COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6  # message flag


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


def render(reply: Reply, call: Call | None = None, *, share: bool = False) -> Rendered[Message]:
    """Render *reply* as one message for each page.

    *call* is the command that *reply* answers. Buttons run it again to show another page or, with
    *share*, to share the answer with the channel. Without *call* the messages have no such buttons
    and are to be sent one after another.
    """
    renderer = NodeRenderer()
    nodes, trailing = split_trailing_actions(reply.nodes)
    for node in nodes:
        renderer.add(node)
    renderer.flush_heading()
    count = len(renderer.items)
    for node in trailing:
        renderer.add(node)
    pages = _paginate(renderer.items[:count], renderer.items[count:])
    messages = (
        _build_message(page, reply.outcome, navigation_row(call, at, len(pages), share=share))
        for at, page in enumerate(pages, 1)
    )
    return Rendered(tuple(messages), tuple(dict.fromkeys(renderer.degradations)))


def payloads(app: App, line: str, reply: Reply) -> list[dict[str, Any]]:
    """Render *reply* as the answer to the typed *line*; return a request body for each page."""
    try:
        call = app.parse(line)
    except Refusal:
        return [each.payload(private=True) for each in render(reply).messages]
    shown = Presentation.of(Click(call), app.commands[call.command])
    share = shown.after(reply).is_shareable
    private = not shown.is_public
    return [each.payload(private=private) for each in render(reply, call, share=share).messages]


def _build_message(
    items: list[LayoutItem], outcome: Outcome, below: Iterable[Component]
) -> Message:
    accent = _ACCENTS[outcome]
    frame = {"type": _CONTAINER, "accent_color": accent, "components": to_components(items)}
    files = (file for item in items if isinstance(item, ComponentItem) for file in item.files)
    return Message((frame, *below), tuple(files))


def _paginate(items: list[LayoutItem], trailing: list[LayoutItem]) -> list[list[LayoutItem]]:
    """Return a list of pages, each a list of items that fit in a message.

    Every page ends with the items *trailing*.
    """
    max_text = TEXT - count_characters(trailing)
    max_components = COMPONENTS - _RESERVED_COMPONENTS - count_components(to_components(trailing))

    def fits(page: list[LayoutItem]) -> bool:
        has_room = count_characters(page) <= max_text
        return has_room and count_components(to_components(page)) <= max_components

    def split(item: LayoutItem) -> tuple[LayoutItem, ...]:
        return item.split(max_text) if isinstance(item, TextItem) else (item,)

    pages = paginate(items, fits, split) or [[]]
    found = [[*page, *trailing] for page in pages if page or trailing]
    return found or [[TextItem("Nothing to show.")]]
