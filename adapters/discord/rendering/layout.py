"""The items of a message page: text that can be split between pages, and components that can't."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any

from adapters.discord.rendering.markdown import restore_spaces, visible_text
from adapters.shared.pagination import split_text
from adapters.shared.phone import COLUMNS, PICTURE_LINES, columns_beside, count_monospace_lines
from adapters.shared.phone import count_lines as count_wrapped
from bot.reply import Image

Component = dict[str, Any]


class ComponentType(IntEnum):
    """The types of Discord's components that the bot uses in messages."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    SECTION = 9
    TEXT = 10
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17


_PARAGRAPH_BREAK = "\n\n"
_SMALL = 1  # spacing of a separator
_THIN_LINE: Component = {"type": ComponentType.SEPARATOR, "divider": True, "spacing": _SMALL}
_BUTTON_LINES, _FILE_LINES = 2, 3
_MAX_COUNTED = 1_000  # text items whose lines are remembered


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent with a message. An Image isn't drawn before `read` is called."""

    name: str
    data: bytes | Image
    alt_text: str = ""

    async def read(self) -> bytes:
        """Return the file's bytes; an Image is drawn as a PNG first, in another thread."""
        return self.data if isinstance(self.data, bytes) else await self.data.png()


@dataclass(frozen=True, slots=True)
class TextItem:
    """Markdown with an optional heading. With *code_language*, *text* goes into a code block."""

    text: str
    heading: str = ""
    code_language: str | None = None
    is_footer: bool = False  # a thin line separates it from what is above it

    def markdown(self) -> str:
        """Return the markdown to send, including the heading and the fences of a code block."""
        text = self.text
        if self.code_language is not None:
            text = f"```{self.code_language}\n{text}\n```"
        return restore_spaces("\n".join(filter(None, (self.heading, text))))

    def split(self, max_length: int, max_lines: int) -> tuple["TextItem", ...]:
        """Return an item that has the start of the text, and an item with the rest.

        The first has up to *max_length* characters and *max_lines* lines on a phone. Return (self,)
        if there is no rest. The text is split at the end of a line if possible. Both parts of a
        code block are fenced.
        """
        overhead = len(self.markdown()) - len(self.text) + len(_PARAGRAPH_BREAK)

        def is_too_long(length: int) -> bool:
            start = replace(self, text=split_text(self.text, length)[0])
            return count_lines([start]) > max_lines

        most = min(max(1, max_length - overhead), len(self.text))
        fitting = bisect_left(range(1, most + 1), True, key=is_too_long)  # noqa: FBT003  # the key's type
        first, rest = split_text(self.text, max(1, fitting))
        if not rest:
            return (self,)
        bullet = first.rfind("\n- ")
        if rest.startswith("  ") and bullet > 0:  # within an entry of a list
            first, rest = self.text[:bullet], self.text[bullet + 1 :]
        rest_item = TextItem(rest, code_language=self.code_language)
        return replace(self, text=first), rest_item


@dataclass(frozen=True, slots=True)
class ComponentItem:
    """A component, which can't be split between pages, with the files that it shows."""

    component: Component
    files: tuple[Attachment, ...] = field(default=())


LayoutItem = TextItem | ComponentItem


def count_components(components: Sequence[Component]) -> int:
    """Return the number of components including nested ones, as Discord counts them."""
    nested = (count_components(each.get("components", ())) for each in components)
    return len(components) + sum(nested) + sum("accessory" in each for each in components)


def count_characters(items: Sequence[LayoutItem]) -> int:
    """Return the number of characters of all texts, including paragraph breaks."""
    return sum(_count_item_characters(item) + len(_PARAGRAPH_BREAK) for item in items)


def _count_item_characters(item: LayoutItem) -> int:
    return len(item.markdown()) if isinstance(item, TextItem) else count_content(item.component)


def count_content(component: Component) -> int:
    """Return the number of characters of the texts in *component*, as Discord counts them."""
    nested = sum(map(count_content, component.get("components", ())))
    return nested + len(component.get("content", ""))


def count_lines(items: Sequence[LayoutItem]) -> int:
    """Return the number of lines that *items* take on a phone, with a blank line between texts."""
    lines, after_text = 0, False
    for item in items:
        is_text = isinstance(item, TextItem)
        lines += _count_item_lines(item) + (is_text and after_text)
        after_text = is_text
    return lines


def _count_item_lines(item: LayoutItem) -> int:
    if isinstance(item, TextItem):
        return _count_text_lines(item)
    match item.component:
        case {"type": ComponentType.SECTION, "components": texts, "accessory": accessory}:
            columns = columns_beside(accessory["label"])
            lines = sum(count_wrapped(visible_text(each["content"]), columns) for each in texts)
            return max(lines, _BUTTON_LINES)
        case {"type": ComponentType.GALLERY}:
            return PICTURE_LINES
        case {"type": ComponentType.FILE}:
            return _FILE_LINES
    return 0  # buttons and menus aren't counted


@lru_cache(maxsize=_MAX_COUNTED)
def _count_text_lines(item: TextItem) -> int:
    heading = count_wrapped(visible_text(item.heading)) if item.heading else 0
    if item.code_language is not None:
        return heading + count_monospace_lines(restore_spaces(item.text))
    return heading + sum(map(_count_lines_of_list, visible_text(item.text).split("\n")))


def _count_lines_of_list(line: str) -> int:
    """Return the number of lines that *line* takes; an entry of a list is indented."""
    if line.startswith(("- ", "  ")):
        return count_wrapped(line[2:], COLUMNS - 2)
    return count_wrapped(line)


def to_components(items: Sequence[LayoutItem]) -> list[Component]:
    """Return *items* as Discord's components.

    Adjacent text items become one text display. A thin line is above a footer, unless that comes
    first.
    """
    components: list[Component] = []
    texts: list[str] = []
    for item in items:
        if isinstance(item, TextItem):
            if item.is_footer and (components or texts):
                components += [*_text_display(texts), _THIN_LINE]
                texts = []
            texts.append(item.markdown())
            continue
        components += [*_text_display(texts), item.component]
        texts = []
    return components + _text_display(texts)


def _text_display(texts: list[str]) -> list[Component]:
    content = _PARAGRAPH_BREAK.join(texts)
    return [{"type": ComponentType.TEXT, "content": content}] if texts else []
