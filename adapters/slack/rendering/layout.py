"""Items of a page: rich text and tables, which can be split between pages, and other blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from adapters.shared.pagination import split_text
from adapters.slack.rendering.extent import Extent, measure, text_length
from adapters.slack.rendering.limits import TABLE_ROWS, TABLE_TEXT
from adapters.slack.rendering.rich_text import Json, text_element
from bot.reply import Image

_T = TypeVar("_T")
_LONG_WORD = 200  # characters from which a word may be split


@dataclass(frozen=True)
class TextItem:
    """Rich text below a heading, which is in bold."""

    elements: tuple[Json, ...]
    heading: str = ""

    @cached_property
    def blocks(self) -> tuple[Json, ...]:
        """The Block Kit blocks of the text and its heading."""
        return _rich_text((*_heading(self.heading), *self.elements))

    @cached_property
    def extent(self) -> Extent:
        """The room that the blocks take."""
        return measure(self.blocks)

    def split(self, limit: Extent) -> tuple["TextItem", ...]:
        """Return an item with the beginning that fits in *limit*, and an item with the rest.

        Return (self,) if the text can't be split. It is split after an element, a line or a word.
        """

        def cut(count: int) -> tuple[TextItem, TextItem]:
            first, rest = _split_elements(self.elements, count)
            return replace(self, elements=first), TextItem(rest)

        longest = min(sum(map(text_length, self.elements)), 2 * limit.characters)
        first, rest = _cut_to_fit(longest, cut, lambda cut: cut[0].extent.fits(limit))
        return (first, rest) if first.elements and rest.elements else (self,)


@dataclass(frozen=True)
class TableItem:
    """A table below a heading; its first row holds the column titles."""

    rows: tuple[tuple[Json, ...], ...]
    columns: tuple[Json, ...]
    heading: str = ""

    @cached_property
    def blocks(self) -> tuple[Json, ...]:
        """The Block Kit blocks of the table and its heading."""
        rows = [list(row) for row in self.rows]
        table = {"type": "table", "rows": rows, "column_settings": list(self.columns)}
        return (*_rich_text(_heading(self.heading)), table)

    @cached_property
    def extent(self) -> Extent:
        """The room that the blocks take."""
        return measure(self.blocks)

    @property
    def fits(self) -> bool:
        """True if the table is within Slack's limits for one table."""
        return len(self.rows) <= TABLE_ROWS and sum(map(row_length, self.rows)) <= TABLE_TEXT

    def split(self, limit: Extent) -> tuple["TableItem", ...]:
        """Return a table with the rows that fit in *limit*, and a table with the rest.

        Both have the column titles. If the table can't be split, return (self,).
        """
        titles, *rows = self.rows

        def cut(count: int) -> tuple[TableItem, TableItem]:
            first = replace(self, rows=(titles, *rows[:count]))
            return first, replace(self, rows=(titles, *rows[count:]), heading="")

        def fits(cut: tuple[TableItem, TableItem]) -> bool:
            return cut[0].fits and cut[0].extent.fits(limit)

        first, rest = _cut_to_fit(min(len(rows), limit.lines), cut, fits)
        return (first, rest) if len(rest.rows) > 1 else (self,)


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
    def extent(self) -> Extent:
        """The room that the block takes."""
        return measure(self.blocks)

    def split(self, limit: Extent) -> tuple["BlockItem", ...]:
        """Return (self,), because a single block can't be split."""
        del limit
        return (self,)


LayoutItem = TextItem | TableItem | BlockItem


def row_length(row: Sequence[Json]) -> int:
    """Return the number of characters in a table row."""
    return sum(map(text_length, row))


def _cut_to_fit(longest: int, cut: Callable[[int], _T], fits: Callable[[_T], bool]) -> _T:
    """Return *cut* of the largest number up to *longest* that *fits*, or of 1 if none does."""
    low, high = 1, longest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(cut(middle)) else (low, middle - 1)
    return cut(low)


def section(inside: list[Json]) -> Json:
    """Return a rich text section (a paragraph) with the elements *inside*."""
    return {"type": "rich_text_section", "elements": inside}


def bullets(items: list[list[Json]]) -> Json:
    """Return a rich text list with a bullet for each item."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [*map(section, items)]}


def preformatted(lines: str) -> Json:
    """Return a rich text element that shows *lines* monospaced, with line breaks and spaces."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": lines}]}


def _heading(text: str) -> tuple[Json, ...]:
    return (section(text_element(text, bold=True)),) if text else ()


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
    is_within_word = len(text) + len(remaining) == len(item["text"])
    if remaining and is_within_word and len(text) < _LONG_WORD:
        return (), (item,)
    return ({**item, "text": text},), ({**item, "text": remaining},) if remaining else ()
