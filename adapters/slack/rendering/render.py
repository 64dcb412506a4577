"""A Reply as Block Kit."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from adapters.shared.contract import Degradation, Rendered
from adapters.shared.pagination import paginate
from adapters.slack.rendering.components import navigation
from adapters.slack.rendering.layout import Block, Grid, Part, Words, section
from adapters.slack.rendering.limits import MESSAGE_BLOCKS, SUMMARY, TEXT, VIEW_BLOCKS
from adapters.slack.rendering.nodes import Drawing, escaped
from adapters.slack.rendering.rich_text import Json, Names, spoken, words
from bot.call import Call
from bot.reply import (
    Actions,
    Bullets,
    Fields,
    Heading,
    Image,
    Node,
    Paragraph,
    Reply,
    Sources,
    Table,
)

_NAVIGATION = 2  # blocks below a page


@dataclass(frozen=True, slots=True)
class Surface:
    """Where blocks are shown: how many fit, and whether Slack's own tables do."""

    blocks: int
    tables: bool


MESSAGE = Surface(MESSAGE_BLOCKS, tables=True)
VIEW = Surface(VIEW_BLOCKS, tables=False)  # a modal, or the Home tab


@dataclass(frozen=True)
class Message:
    """Blocks, and the same in short as plain text; nobody is ever notified by one."""

    blocks: tuple[Json, ...]
    text: str
    pictures: tuple[Image, ...] = ()

    def payload(self, *, private: bool = True) -> Json:
        """Give the body of a message."""
        return {
            "response_type": "ephemeral" if private else "in_channel",
            "text": self.text,
            "blocks": list(self.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
        }

    @cached_property
    def private(self) -> str:
        """Give the body of a message for one reader alone, encoded just once."""
        return json.dumps(self.payload(), ensure_ascii=False, separators=(",", ":"))


def render(
    reply: Reply,
    call: Call | None = None,
    *,
    share: bool = False,
    surface: Surface = MESSAGE,
    names: Names | None = None,
) -> Rendered[Message]:
    """Draw *reply* on as many pages as it needs.

    The pages lead to each other, and with *share* to the channel, by *call*, which gives the reply
    once more. Without it they are messages to be sent one after another. *names* says what people
    are called, by their ids; others are shown by their ids.
    """
    drawing = Drawing(names or {}, surface.tables)
    nodes, end = _end_apart(reply.nodes)
    for node in nodes:
        drawing.add(node)
    drawing.flush()
    count = len(drawing.parts)
    for node in end:
        drawing.add(node)
    pages = _pages(drawing.parts[:count], drawing.parts[count:], surface)
    text = summary(reply)
    messages = (
        _message(inside, text, tuple(navigation(call, at, len(pages), share=share)))
        for at, inside in enumerate(pages, 1)
    )
    losses: dict[Degradation, None] = dict.fromkeys(drawing.losses)
    return Rendered(tuple(messages), tuple(losses))


def summary(reply: Reply) -> str:
    """Say the gist in plain text: what a notification shows and a screen reader reads first."""
    said = [each for node in reply.nodes for each in _said(node)]
    kept, left = list[str](), SUMMARY
    for each in said:
        left -= len(each)
        if left < 0 and kept:
            break
        kept.append(each)
    return escaped("\n".join(kept)) or "An answer."


def _said(node: Node) -> Iterator[str]:
    match node:
        case Heading(text):
            yield text
        case Paragraph(prose):
            yield spoken(prose, {})
        case Bullets(items):
            yield from (spoken(item, {}) for item in items)
        case Fields(items):
            yield from (f"{label}: {spoken(prose, {})}" for label, prose in items)
        case Table(columns, rows):
            for row in rows:
                yield ", ".join(
                    f"{column.title}: {spoken(cell, {})}" if column.title else spoken(cell, {})
                    for column, cell in zip(columns, row, strict=True)
                )
        case _:
            return


def _message(inside: list[Part], text: str, below: tuple[Json, ...]) -> Message:
    blocks = (block for part in inside for block in part.blocks)
    pictures = (each for part in inside if isinstance(part, Block) for each in part.pictures)
    return Message((*blocks, *below), text, tuple(pictures))


def _end_apart(nodes: tuple[Node, ...]) -> tuple[list[Node], list[Node]]:
    """Part the choices at the end, which stand on every page, from all else."""
    rest, end = list(nodes), list[Node]()
    sources = [rest.pop()] if rest and isinstance(rest[-1], Sources) else []
    while rest and isinstance(rest[-1], Actions):
        end.insert(0, rest.pop())
    return [*rest, *sources], end


def _pages(parts: list[Part], end: list[Part], surface: Surface) -> list[list[Part]]:
    """Fill pages, each with *end* at its end."""
    room = TEXT - sum(part.size for part in end) - 3 * _BELOW
    free = surface.blocks - _NAVIGATION - sum(len(part.blocks) for part in end)

    def fits(inside: list[Part]) -> bool:
        grids = [part for part in inside if isinstance(part, Grid)]
        return (
            sum(part.size for part in inside) <= room
            and sum(len(part.blocks) for part in inside) <= free
            and len(grids) <= 1
            and all(grid.fits for grid in grids)
        )

    def split(part: Part) -> tuple[Part, ...]:
        return part.split(room)

    filled = paginate(parts, fits, split) or [[]]
    return [[*inside, *end] for inside in filled if inside or end] or [[_NOTHING]]


_BELOW = 100  # characters of the navigation's texts
_NOTHING = Words((section(words("Nothing to show.")),))
