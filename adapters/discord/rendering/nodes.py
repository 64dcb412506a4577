"""The nodes of a Reply as parts of a page."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from adapters.discord.rendering.components import Choosing, clipped
from adapters.discord.rendering.layout import Block, Component, File, Part, Words
from adapters.discord.rendering.limits import ALT, SNIPPET
from adapters.discord.rendering.markdown import escaped, firm, prose
from adapters.discord.rendering.table import monospace, stacked
from adapters.shared.contract import Degradation
from adapters.shared.sanitize import sanitize
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Fields,
    Heading,
    Image,
    Node,
    Paragraph,
    Progress,
    Prose,
    Sources,
    Table,
)

_FILE, MEDIA_GALLERY, _TEXT = 13, 12, 10
_LEAST = 30  # characters of a picture in words
_BAR = 20  # cells of a progress bar


@dataclass(slots=True)
class Drawing:
    """A reply's parts so far."""

    parts: list[Part] = field(default_factory=list)
    losses: list[Degradation] = field(default_factory=list)
    _choosing: Choosing = field(default_factory=Choosing)
    _heading: str = ""  # waits for what it is the heading of
    _files: set[str] = field(default_factory=set)

    def add(self, node: Node) -> None:
        """Draw one node; a heading stays with what follows it."""
        if isinstance(node, Heading):
            self.flush()
            mark = "###" if self.parts else "##"
            self._heading = f"{mark} {firm(escaped(' '.join(node.text.split())))}"
            return
        for part in self._draw(node):
            if isinstance(part, Words) and self._heading:
                self.parts.append(replace(part, lead=self._heading))
                self._heading = ""
            else:
                self.flush()
                self.parts.append(part)

    def flush(self) -> None:
        """Put down a heading that nothing follows."""
        if self._heading:
            self.parts.append(Words(self._heading))
        self._heading = ""

    def _draw(self, node: Node) -> Iterator[Part]:  # noqa: C901  # one case a node
        match node:
            case Heading():
                self.add(node)
            case Paragraph(text):
                yield Words(prose(text))
            case Bullets(items):
                yield from _lines(f"- {_hanging(item)}" for item in items)
            case Fields(items):
                yield from _lines(map(_fact, items))
            case Table():
                yield self._table(node)
            case CodeBlock(text, language):
                yield self._snippet(sanitize(text), language)
            case Image():
                yield from self._picture(node)
            case Sources(lines):
                yield from _lines(f"-# {_hanging(line, '-# ')}" for line in lines)
            case Actions(options):
                yield from self._choices(options)
            case Progress(done, total, label):
                yield Words(f"`{_bar(done, total)}` {done} of {total} {escaped(label)}")
            case _:
                assert_never(node)

    def _lost(self, node: str, shown_as: str) -> None:
        self.losses.append(Degradation(node, shown_as))

    def _table(self, table: Table) -> Part:
        lines = monospace(table)
        if lines is not None:
            return Words("\n".join(lines), fence="")
        self._lost("table", "facts")
        return Words("\n".join(stacked(table)))

    def _snippet(self, text: str, language: str) -> Part:
        if len(text) <= SNIPPET and "```" not in text and text.strip():
            return Words(text, fence=language)
        self._lost("snippet", "file")
        name = self._named(f"snippet.{language or 'txt'}")
        shown: Component = {"type": _FILE, "file": {"url": f"attachment://{name}"}}
        return Block(shown, (File(name, text.encode()),))

    def _picture(self, picture: Image) -> Iterator[Part]:
        name = self._named(picture.name)
        about = clipped(sanitize(picture.alt), ALT)
        item = {"media": {"url": f"attachment://{name}"}, "description": about}
        yield Block({"type": MEDIA_GALLERY, "items": [item]}, (File(name, picture, about),))
        if about != sanitize(picture.alt):
            yield Words(escaped(picture.alt))

    def _named(self, name: str) -> str:
        """Give a file a name of its own."""
        stem, _, ending = name.rpartition(".")
        while name in self._files:
            stem += "-"
            name = f"{stem}.{ending}"
        self._files.add(name)
        return name

    def _choices(self, options: tuple[Action, ...]) -> Iterator[Part]:
        drawn = list(self._choosing.draw(options))
        if sum(isinstance(part, Words) and part.text.startswith("- ") for part in drawn):
            self._lost("choice", "words to type")
        yield from drawn


def in_words(component: Component, room: int) -> Component:
    """Return a picture as a text of at most *room* characters, anything else as it is."""
    if component["type"] != MEDIA_GALLERY:
        return component
    about = " ".join(str(item["description"]) for item in component["items"])
    return {"type": _TEXT, "content": clipped(escaped(f"[picture: {about}]"), max(room, _LEAST))}


def _lines(lines: Iterator[str]) -> Iterator[Part]:
    text = "\n".join(lines)
    if text:
        yield Words(text)


def _hanging(item: Prose, indent: str = "  ") -> str:
    return prose(item).replace("\n", f"\n{indent}")


def _fact(item: tuple[str, Prose]) -> str:
    label, text = item
    return f"**{firm(escaped(label))}**: {prose(text)}"


def _bar(done: int, total: int) -> str:
    full = round(_BAR * done / total) if total else 0
    return "█" * full + "░" * (_BAR - full)
