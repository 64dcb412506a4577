"""The items of a message page: text that can be split between pages, and components that can't."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.discord.rendering.markdown import restore_spaces
from adapters.shared.pagination import split_text
from bot.reply import Image

Component = dict[str, Any]
_PARAGRAPH_BREAK = "\n\n"


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

    def markdown(self) -> str:
        """Return the markdown to send, including the heading and the fences of a code block."""
        text = self.text
        if self.code_language is not None:
            text = f"```{self.code_language}\n{text}\n```"
        return restore_spaces("\n".join(filter(None, (self.heading, text))))

    def split(self, max_length: int) -> tuple["TextItem", ...]:
        """Return an item of up to *max_length* characters and an item with the rest.

        Return (self,) if there is no rest. The text is split at the end of a line if possible. Both
        parts of a code block are fenced.
        """
        overhead = len(self.markdown()) - len(self.text) + len(_PARAGRAPH_BREAK)
        first, rest = split_text(self.text, max(1, max_length - overhead))
        if not rest:
            return (self,)
        return replace(self, text=first), TextItem(rest, code_language=self.code_language)


@dataclass(frozen=True, slots=True)
class ComponentItem:
    """A component, which can't be split between pages, with the files that it shows."""

    component: Component
    files: tuple[Attachment, ...] = field(default=())


LayoutItem = TextItem | ComponentItem


def count_components(components: Sequence[Component]) -> int:
    """Return the number of components including nested ones, as Discord counts them."""
    nested = (count_components(each.get("components", ())) for each in components)
    return len(components) + sum(nested)


def count_characters(items: Sequence[LayoutItem]) -> int:
    """Return the number of characters of all text items, including paragraph breaks."""
    texts = (item.markdown() for item in items if isinstance(item, TextItem))
    return sum(len(text) + len(_PARAGRAPH_BREAK) for text in texts)


def to_components(items: Sequence[LayoutItem]) -> list[Component]:
    """Return *items* as Discord's components; adjacent text items become one text display."""
    components: list[Component] = []
    texts: list[str] = []
    for item in items:
        if isinstance(item, TextItem):
            texts.append(item.markdown())
            continue
        components += _text_display(texts)
        texts = []
        components.append(item.component)
    return components + _text_display(texts)


def _text_display(texts: list[str]) -> list[Component]:
    return [{"type": 10, "content": _PARAGRAPH_BREAK.join(texts)}] if texts else []
