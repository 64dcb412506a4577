"""What a page on Discord is made of: words that can be split, and components that can't."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.discord.rendering.markdown import soft
from adapters.shared.pagination import split_text
from bot.reply import Image

Component = dict[str, Any]
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message."""

    name: str
    data: bytes | Image
    about: str = ""

    async def read(self) -> bytes:
        """Return the file's content; a chart is drawn now, in a thread."""
        return self.data if isinstance(self.data, bytes) else await self.data.png()


@dataclass(frozen=True, slots=True)
class Words:
    """Markdown, or the inside of a code block in *fence*'s language; *lead* is its heading."""

    text: str
    lead: str = ""
    fence: str | None = None

    def markdown(self) -> str:
        """Give it as it is sent."""
        text = self.text if self.fence is None else f"```{self.fence}\n{self.text}\n```"
        return soft("\n".join(filter(None, (self.lead, text))))

    def split(self, room: int) -> tuple["Words", ...]:
        """Part what *room* characters hold, at a line's end; a fence is closed and opened again."""
        around = len(self.markdown()) - len(self.text) + len(_GAP)
        first, rest = split_text(self.text, max(1, room - around))
        if not rest:
            return (self,)
        return replace(self, text=first), Words(rest, fence=self.fence)


@dataclass(frozen=True, slots=True)
class Block:
    """A component that is never split, with its files."""

    component: Component
    files: tuple[File, ...] = field(default=())


Part = Words | Block


def size(components: Sequence[Component]) -> int:
    """Count components as Discord does: nested ones, too."""
    nested = (size(each.get("components", ())) for each in components)
    return len(components) + sum(nested)


def characters(parts: Sequence[Part]) -> int:
    """Count the characters of all words."""
    return sum(len(part.markdown()) + len(_GAP) for part in parts if isinstance(part, Words))


def laid_out(parts: Sequence[Part]) -> list[Component]:
    """Give the components; words that follow each other are one text."""
    components: list[Component] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Words):
            texts.append(part.markdown())
            continue
        components += _text(texts)
        texts = []
        components.append(part.component)
    return components + _text(texts)


def _text(texts: list[str]) -> list[Component]:
    return [{"type": 10, "content": _GAP.join(texts)}] if texts else []
