"""What a page on Slack is made of: rich text and tables that can be split, and other blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from adapters.shared.pagination import split_text
from adapters.slack.rendering.limits import BLOCK, HEADER, TABLE_ROWS, TABLE_TEXT
from adapters.slack.rendering.rich_text import Json, text, words
from bot.reply import Image


@dataclass(frozen=True)
class Words:
    """Elements of a rich text block; *lead* is their heading, the reply's own one if *top*."""

    elements: tuple[Json, ...]
    lead: str = ""
    top: bool = False

    @cached_property
    def blocks(self) -> tuple[Json, ...]:
        """Give them as they are sent."""
        return _led(self.lead, self.elements, top=self.top)

    @cached_property
    def size(self) -> int:
        """Count the characters, as Slack is thought to."""
        return cost(self.blocks)

    def split(self, room: int) -> tuple["Words", ...]:
        """Part what *room* characters hold, at the edge of an element, a line or a word."""
        first, rest = _parted(self.elements, room - self.size + sum(map(weight, self.elements)))
        if not first or not rest:
            return (self,)
        return replace(self, elements=first), Words(rest)


@dataclass(frozen=True)
class Grid:
    """A table, and its heading; its first row holds the columns' titles."""

    rows: tuple[tuple[Json, ...], ...]
    columns: tuple[Json, ...]
    lead: str = ""
    top: bool = False

    @cached_property
    def blocks(self) -> tuple[Json, ...]:
        """Give it as it is sent."""
        rows = [list(row) for row in self.rows]
        table = {"type": "table", "rows": rows, "column_settings": list(self.columns)}
        return (*_led(self.lead, (), top=self.top), table)

    @cached_property
    def size(self) -> int:
        """Count the characters, as Slack is thought to."""
        return cost(self.blocks)

    @property
    def fits(self) -> bool:
        """Tell whether Slack takes it as one table."""
        return len(self.rows) <= TABLE_ROWS and sum(map(row_weight, self.rows)) <= TABLE_TEXT

    def split(self, room: int) -> tuple["Grid", ...]:
        """Part what *room* characters hold, between two rows; each part has the titles."""
        titles, *rows = self.rows
        left = min(room - self.size + sum(map(row_weight, self.rows)), TABLE_TEXT)
        left -= row_weight(titles)
        count = 0
        for row in rows[: TABLE_ROWS - 1]:
            left -= row_weight(row)
            if left < 0:
                break
            count += 1
        count = max(1, count)
        if count >= len(rows):
            return (self,)
        first = replace(self, rows=(titles, *rows[:count]))
        return first, replace(self, rows=(titles, *rows[count:]), lead="", top=False)


@dataclass(frozen=True)
class Block:
    """A block that is never split, with its pictures."""

    block: Json
    pictures: tuple[Image, ...] = field(default=())

    @property
    def blocks(self) -> tuple[Json, ...]:
        """Give it as it is sent."""
        return (self.block,)

    @cached_property
    def size(self) -> int:
        """Count the characters, as Slack is thought to."""
        return cost(self.blocks)

    def split(self, room: int) -> tuple["Block", ...]:
        """Stay whole."""
        del room
        return (self,)


Part = Words | Grid | Block


def weight(node: Any) -> int:
    """Count the characters that a reader sees in *node*, and its addresses."""
    if isinstance(node, dict):
        own = sum(len(node[key]) for key in ("text", "url") if isinstance(node.get(key), str))
        return own + sum(weight(each) for each in node.values() if isinstance(each, dict | list))
    return sum(map(weight, node)) if isinstance(node, list | tuple) else 0


def row_weight(row: Sequence[Json]) -> int:
    """Count the characters of a table's row."""
    return sum(map(weight, row))


def cost(blocks: Sequence[Json]) -> int:
    """Count what *blocks* use up of a message."""
    return sum(BLOCK + weight(block) for block in blocks)


def section(inside: list[Json]) -> Json:
    """Give rich text's paragraph."""
    return {"type": "rich_text_section", "elements": inside}


def bullets(items: list[list[Json]]) -> Json:
    """Give rich text's list."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [*map(section, items)]}


def preformatted(lines: str) -> Json:
    """Give rich text in which line breaks and spaces count."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": lines}]}


def _led(lead: str, elements: tuple[Json, ...], *, top: bool) -> tuple[Json, ...]:
    """Put *lead* above *elements*: as a header, or as the first words of their block."""
    if lead and top and len(lead) <= HEADER:
        return ({"type": "header", "text": text(lead)}, *_rich(elements))
    above = (section(words(lead, bold=True)),) if lead else ()
    return _rich((*above, *elements))


def _rich(elements: tuple[Json, ...]) -> tuple[Json, ...]:
    return ({"type": "rich_text", "elements": list(elements)},) if elements else ()


def _parted(items: Sequence[Json], room: int) -> tuple[tuple[Json, ...], tuple[Json, ...]]:
    """Part *items* where *room* characters end; the item that it falls into is parted, too."""
    left = room
    for at, item in enumerate(items):
        left -= weight(item)
        if left < 0:
            one, other = _halved(item, left + weight(item))
            return (*items[:at], *one), (*other, *items[at + 1 :])
    return tuple(items), ()


def _halved(item: Json, room: int) -> tuple[tuple[Json, ...], tuple[Json, ...]]:
    """Part one element, or give it whole as the second half."""
    if "elements" in item:
        first, rest = _parted(item["elements"], room)
        if not first:
            return (), (item,)
        return ({**item, "elements": list(first)},), ({**item, "elements": list(rest)},)
    if item["type"] != "text" or room < 1:
        return (), (item,)
    first_half, second_half = split_text(item["text"], room)
    return ({**item, "text": first_half},), tuple(_text(item, second_half))


def _text(item: Json, rest: str) -> Iterator[Json]:
    if rest:
        yield {**item, "text": rest}
