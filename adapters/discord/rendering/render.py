"""A Reply as messages of Discord's components (version 2)."""

import json
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.rendering.components import navigation
from adapters.discord.rendering.layout import (
    Block,
    Component,
    File,
    Part,
    Words,
    characters,
    laid_out,
    size,
)
from adapters.discord.rendering.limits import COMPONENTS, TEXT
from adapters.discord.rendering.nodes import MEDIA_GALLERY, Drawing, in_words
from adapters.shared.contract import Rendered
from adapters.shared.pagination import paginate
from bot.call import Call
from bot.reply import Actions, Node, Outcome, Reply, Sources

_ACCENTS = {
    Outcome.DONE: 0x2A9D8F,
    Outcome.REFUSED: 0xE9A23B,
    Outcome.OUTAGE: 0xC0392B,
    Outcome.BUG: 0xC0392B,
}
_CONTAINER = 17
_FRAME = 6  # components around a page: the container, the row that turns pages and its buttons
_IS_COMPONENTS = 1 << 15
PRIVATE = 1 << 6  # the flag of a message that only one member sees


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Discord takes it; nobody is ever notified by one."""

    components: tuple[Component, ...]
    files: tuple[File, ...] = ()
    _encoded: dict[bool, str] = field(default_factory=dict, compare=False, repr=False)

    def payload(self, *, private: bool = False) -> dict[str, Any]:
        """Give the body of a request; the files go beside it, in their order."""
        return {
            "flags": _IS_COMPONENTS | (PRIVATE if private else 0),
            "allowed_mentions": {"parse": []},
            "components": list(self.components),
            "attachments": [
                {"id": at, "filename": file.name, "description": file.about or file.name}
                for at, file in enumerate(self.files)
            ],
        }

    def described(self) -> "Message | None":
        """Return the message with its pictures in words; None without pictures."""
        (frame, *below) = self.components
        shown = frame["components"]
        pictures = [each for each in shown if each["type"] == MEDIA_GALLERY]
        if not pictures:
            return None
        room = TEXT - sum(len(each.get("content", "")) for each in shown)
        inside = [in_words(each, room // len(pictures)) for each in shown]
        names = {item["media"]["url"] for each in pictures for item in each["items"]}
        files = tuple(each for each in self.files if f"attachment://{each.name}" not in names)
        return Message(({**frame, "components": inside}, *below), files)

    def encoded(self, *, private: bool = False) -> str:
        """Give the body as JSON, which is written just once."""
        known = self._encoded.get(private)
        return known or self._encoded.setdefault(private, encoded(self.payload(private=private)))


def encoded(body: dict[str, Any]) -> str:
    """Write *body* as JSON, without spaces between its parts."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def render(reply: Reply, call: Call | None = None, *, share: bool = False) -> Rendered[Message]:
    """Draw *reply* on as many pages as it needs.

    The pages lead to each other, and with *share* to the channel, by *call*, which gives the reply
    once more. Without it they are messages to be sent one after another.
    """
    drawing = Drawing()
    nodes, end = _end_apart(reply.nodes)
    for node in nodes:
        drawing.add(node)
    drawing.flush()
    count = len(drawing.parts)
    for node in end:
        drawing.add(node)
    pages = _pages(drawing.parts[:count], drawing.parts[count:])
    messages = (
        _message(inside, reply.outcome, tuple(navigation(call, at, len(pages), share=share)))
        for at, inside in enumerate(pages, 1)
    )
    return Rendered(tuple(messages), tuple(dict.fromkeys(drawing.losses)))


def _message(inside: list[Part], outcome: Outcome, below: tuple[Component, ...]) -> Message:
    colour = _ACCENTS[outcome]
    frame = {"type": _CONTAINER, "accent_color": colour, "components": laid_out(inside)}
    files = (file for part in inside if isinstance(part, Block) for file in part.files)
    return Message((frame, *below), tuple(files))


def _end_apart(nodes: tuple[Node, ...]) -> tuple[list[Node], list[Node]]:
    """Part the choices at the end, which stand on every page, from all else."""
    rest, end = list(nodes), list[Node]()
    sources = [rest.pop()] if rest and isinstance(rest[-1], Sources) else []
    while rest and isinstance(rest[-1], Actions):
        end.insert(0, rest.pop())
    return [*rest, *sources], end


def _pages(parts: list[Part], end: list[Part]) -> list[list[Part]]:
    """Fill pages, each with *end* at its end."""
    room = TEXT - characters(end)
    free = COMPONENTS - _FRAME - size(laid_out(end))

    def fits(inside: list[Part]) -> bool:
        return characters(inside) <= room and size(laid_out(inside)) <= free

    def split(part: Part) -> tuple[Part, ...]:
        return part.split(room) if isinstance(part, Words) else (part,)

    return [
        [*inside, *end] for inside in paginate(parts, fits, split) or [[]] if inside or end
    ] or [[Words("Nothing to show.")]]
