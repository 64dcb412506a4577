"""Items of a page: rich text and tables, which can be split between pages, and other blocks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from adapters.shared.pagination import split_text
from adapters.slack.rendering.limits import BLOCK_COST, HEADER, TABLE_ROWS, TABLE_TEXT
from adapters.slack.rendering.rich_text import Json, plain_text_object, text_element
from bot.reply import Image


@dataclass(frozen=True)
class TextItem:
    """Rich text below a heading, which is the reply's title if *is_title*."""

    elements: tuple[Json, ...]
    heading: str = ""
    is_title: bool = False

    @cached_property
    def blocks(self) -> tuple[Json, ...]:
        """The Block Kit blocks of the text and its heading."""
        return _with_heading(self.heading, self.elements, is_title=self.is_title)

    @cached_property
    def size(self) -> int:
        """The number of characters that Slack presumably counts toward a message's limit."""
        return block_cost(self.blocks)

    def split(self, max_chars: int) -> tuple["TextItem", ...]:
        """Return an item of up to *max_chars* characters and an item with the rest.

        Return (self,) if the text can't be split. It is split after an element, a line or a word.
        """
        first, rest = _split_elements(
            self.elements, max_chars - self.size + sum(map(text_length, self.elements))
        )
        if not first or not rest:
            return (self,)
        return replace(self, elements=first), TextItem(rest)


@dataclass(frozen=True)
class TableItem:
    """A table below a heading; its first row holds the column titles."""

    rows: tuple[tuple[Json, ...], ...]
    columns: tuple[Json, ...]
    heading: str = ""
    is_title: bool = False

    @cached_property
    def blocks(self) -> tuple[Json, ...]:
        """The Block Kit blocks of the table and its heading."""
        rows = [list(row) for row in self.rows]
        table = {"type": "table", "rows": rows, "column_settings": list(self.columns)}
        return (*_with_heading(self.heading, (), is_title=self.is_title), table)

    @cached_property
    def size(self) -> int:
        """The number of characters that Slack presumably counts toward a message's limit."""
        return block_cost(self.blocks)

    @property
    def fits(self) -> bool:
        """True if the table is within Slack's limits for one table."""
        return len(self.rows) <= TABLE_ROWS and sum(map(row_length, self.rows)) <= TABLE_TEXT

    def split(self, max_chars: int) -> tuple["TableItem", ...]:
        """Return a table with the rows that fit *max_chars* characters, and a table with the rest.

        Both have the column titles. If the table can't be split, return (self,).
        """
        titles, *rows = self.rows
        left = min(max_chars - self.size + sum(map(row_length, self.rows)), TABLE_TEXT)
        left -= row_length(titles)
        count = 0
        for row in rows[: TABLE_ROWS - 1]:
            left -= row_length(row)
            if left < 0:
                break
            count += 1
        count = max(1, count)
        if count >= len(rows):
            return (self,)
        first = replace(self, rows=(titles, *rows[:count]))
        return first, replace(self, rows=(titles, *rows[count:]), heading="", is_title=False)


@dataclass(frozen=True)
class BlockItem:
    """A block that can't be split, with its images."""

    block: Json
    images: tuple[Image, ...] = field(default=())

    @property
    def blocks(self) -> tuple[Json, ...]:
        """The block, as a tuple."""
        return (self.block,)

    @cached_property
    def size(self) -> int:
        """The number of characters that Slack presumably counts toward a message's limit."""
        return block_cost(self.blocks)

    def split(self, max_chars: int) -> tuple["BlockItem", ...]:
        """Return (self,), because a single block can't be split."""
        del max_chars
        return (self,)


LayoutItem = TextItem | TableItem | BlockItem


def text_length(node: Any) -> int:
    """Return the number of characters in all texts and URLs of *node*, a block or part of one."""
    if isinstance(node, dict):
        own = sum(len(node[key]) for key in ("text", "url") if isinstance(node.get(key), str))
        return own + sum(
            text_length(each) for each in node.values() if isinstance(each, dict | list)
        )
    return sum(map(text_length, node)) if isinstance(node, list | tuple) else 0


def row_length(row: Sequence[Json]) -> int:
    """Return the number of characters in a table row."""
    return sum(map(text_length, row))


def block_cost(blocks: Sequence[Json]) -> int:
    """Return how many of the MESSAGE_TEXT characters that a message may have the blocks use."""
    return sum(BLOCK_COST + text_length(block) for block in blocks)


def section(inside: list[Json]) -> Json:
    """Return a rich text section (a paragraph) with the elements *inside*."""
    return {"type": "rich_text_section", "elements": inside}


def bullets(items: list[list[Json]]) -> Json:
    """Return a rich text list with a bullet for each item."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [*map(section, items)]}


def preformatted(lines: str) -> Json:
    """Return a rich text element that shows *lines* monospaced, with line breaks and spaces."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": lines}]}


def _with_heading(heading: str, elements: tuple[Json, ...], *, is_title: bool) -> tuple[Json, ...]:
    """Return blocks that show *heading* above *elements*.

    The heading is a header block if *is_title*, otherwise bold text.
    """
    if heading and is_title and len(heading) <= HEADER:
        return ({"type": "header", "text": plain_text_object(heading)}, *_rich_text(elements))
    above = (section(text_element(heading, bold=True)),) if heading else ()
    return _rich_text((*above, *elements))


def _rich_text(elements: tuple[Json, ...]) -> tuple[Json, ...]:
    return ({"type": "rich_text", "elements": list(elements)},) if elements else ()


def _split_elements(
    items: Sequence[Json], max_chars: int
) -> tuple[tuple[Json, ...], tuple[Json, ...]]:
    """Return the items that fit *max_chars* characters and the rest, as two tuples.

    One item may be split into two.
    """
    left = max_chars
    for at, item in enumerate(items):
        left -= text_length(item)
        if left < 0:
            first, rest = _split_element(item, left + text_length(item))
            return (*items[:at], *first), (*rest, *items[at + 1 :])
    return tuple(items), ()


def _split_element(item: Json, max_chars: int) -> tuple[tuple[Json, ...], tuple[Json, ...]]:
    """Return the part of *item* that fits *max_chars* characters and the rest, each in a tuple.

    If *item* can't be split, the first tuple is empty.
    """
    if "elements" in item:
        first, rest = _split_elements(item["elements"], max_chars)
        if not first:
            return (), (item,)
        return ({**item, "elements": list(first)},), ({**item, "elements": list(rest)},)
    if item["type"] != "text" or max_chars < 1:
        return (), (item,)
    text, remaining = split_text(item["text"], max_chars)
    return ({**item, "text": text},), ({**item, "text": remaining},) if remaining else ()
