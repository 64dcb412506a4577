"""The nodes of a Reply as parts of a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from adapters.shared.contract import Degradation
from adapters.shared.sanitize import sanitize
from adapters.slack.rendering.components import Choosing, clipped
from adapters.slack.rendering.layout import (
    Block,
    Grid,
    Part,
    Words,
    bullets,
    preformatted,
    section,
)
from adapters.slack.rendering.limits import ALT, CONTEXT, HEADER
from adapters.slack.rendering.rich_text import Json, Names, elements, text, words
from adapters.slack.rendering.table import monospace, native, stacked
from bot.language.mentions import plainly
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Fields,
    Heading,
    Image,
    Link,
    Node,
    Paragraph,
    Progress,
    Prose,
    Sources,
    Table,
)

_BAR = 20  # cells of a progress bar
_SMALL = 1_500  # characters of a line in small print
# What Slack would read as markup in the one text that has links and can be small.
_MARKUP = re.compile(r"[*_~`|]|:[\w+'-]+:|^[>•]|[\ufffd]", re.MULTILINE)


@dataclass(slots=True)
class Drawing:
    """A reply's parts so far."""

    names: Names
    tables: bool  # whether the surface takes Slack's own tables
    parts: list[Part] = field(default_factory=list)
    losses: list[Degradation] = field(default_factory=list)
    _choosing: Choosing = field(default_factory=Choosing)
    _heading: str = ""  # waits for what it is the heading of

    def add(self, node: Node) -> None:
        """Draw one node; a heading stays with what follows it."""
        if isinstance(node, Heading):
            self.flush()
            title = sanitize(" ".join(node.text.split()))
            if len(title) > HEADER:
                self.parts.append(Words((section(words(title, bold=True)),)))
            else:
                self._heading = title
            return
        for part in self._draw(node):
            if self._heading and isinstance(part, Words | Grid):
                self.parts.append(replace(part, lead=self._heading, top=not self.parts))
                self._heading = ""
            else:
                self.flush()
                self.parts.append(part)

    def flush(self) -> None:
        """Put down a heading that nothing follows."""
        if self._heading:
            self.parts.append(Words((), lead=self._heading, top=not self.parts))
        self._heading = ""

    def _draw(self, node: Node) -> Iterator[Part]:  # noqa: C901  # one case a node
        match node:
            case Heading():
                self.add(node)
            case Paragraph(prose):
                yield from _rich(section(elements(prose, self.names)))
            case Bullets(items):
                drawn = [elements(item, self.names) for item in items]
                yield from _rich(bullets([each for each in drawn if each]))
            case Fields(items):
                yield from _rich(section(list(self._facts(items))))
            case Table():
                yield from self._table(node)
            case CodeBlock(shown):
                yield from _rich(preformatted(sanitize(shown)) if shown else section([]))
            case Image():
                yield from self._picture(node)
            case Sources(lines):
                yield from self._sources(lines)
            case Actions(options):
                yield from self._choices(options)
            case Progress(done, total, label):
                yield from _rich(section(_progress(done, total, label)))
            case _:
                assert_never(node)

    def _lost(self, node: str, shown_as: str) -> None:
        self.losses.append(Degradation(node, shown_as))

    def _facts(self, items: tuple[tuple[str, Prose], ...]) -> Iterator[Json]:
        for at, (label, prose) in enumerate(items):
            yield from words("\n" if at else "")
            yield from (*words(label, bold=True), *words(": "), *elements(prose, self.names))

    def _table(self, table: Table) -> Iterator[Part]:
        grid = native(table, self.names) if self.tables else None
        if grid is not None:
            yield grid
            return
        lines = monospace(table) if table.columns else None
        if lines is not None:
            self._lost("table", "monospace")
            yield Words((preformatted(lines),))
            return
        self._lost("table", "facts")
        yield from _rich(*stacked(table, self.names))

    def _picture(self, picture: Image) -> Iterator[Part]:
        about = clipped(sanitize(picture.alt), ALT)
        # The file's id is put in once it is uploaded.
        shown = {"type": "image", "alt_text": about, "slack_file": {"id": picture.name}}
        yield Block(shown, (picture,))
        if about != sanitize(picture.alt):
            yield Words((section(words(picture.alt)),))

    def _sources(self, lines: tuple[Prose, ...]) -> Iterator[Part]:
        """Set sources small where nothing in them would be read as markup, else as they are."""
        small: list[Json] = []
        for line in lines:
            drawn = _small(line)
            if drawn is None or len(small) == CONTEXT:
                yield from _context(small)
                small = []
            if drawn is None:
                yield from _rich(section(elements(line, self.names)))
            else:
                small.append(drawn)
        yield from _context(small)

    def _choices(self, options: tuple[Action, ...]) -> Iterator[Part]:
        for part in self._choosing.draw(options):
            if isinstance(part, Words) and part.elements[0]["type"] == "rich_text_list":
                self._lost("choice", "words to type")
            yield part


def _rich(*inside: Json) -> Iterator[Part]:
    shown = tuple(each for each in inside if each["elements"])
    if shown:
        yield Words(shown)


def _context(small: list[Json]) -> Iterator[Part]:
    if small:
        yield Block({"type": "context", "elements": small})


def _small(line: Prose) -> Json | None:
    """Give a line of small print; None for what only rich text can show as it is."""
    if isinstance(line, str):
        shown = sanitize(plainly(line))
        return text(shown) if 0 < len(shown) <= _SMALL else None
    parts = [part for part in line if isinstance(part, str | Link)]
    if len(parts) < len(line):
        return None
    drawn = "".join(map(_marked, parts))
    plain = "".join(part if isinstance(part, str) else part.text for part in parts)
    if _MARKUP.search(sanitize(plain)) or not 0 < len(drawn) <= _SMALL:
        return None
    return {"type": "mrkdwn", "text": drawn, "verbatim": True}


def _marked(part: str | Link) -> str:
    if isinstance(part, Link):
        return f"<{_address(part.url)}|{escaped(part.text).replace('|', '¦')}>"
    return escaped(part)


def escaped(shown: str) -> str:
    """Escape what Slack would read as a mention or a link."""
    return sanitize(shown).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _address(url: str) -> str:
    return re.sub(r"[\s<>|]", lambda found: f"%{ord(found[0]):02X}", sanitize(url))


def _progress(done: int, total: int, label: str) -> list[Json]:
    full = round(_BAR * done / total) if total else 0
    bar = "█" * full + "░" * (_BAR - full)
    return [*words(bar, code=True), *words(f" {done} of {total} {label}")]
