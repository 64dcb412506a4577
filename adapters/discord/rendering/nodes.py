"""Rendering of a reply's nodes (paragraphs, tables, images …) as items of a message page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from adapters.discord.rendering.components import ControlRenderer
from adapters.discord.rendering.layout import (
    Attachment,
    Component,
    ComponentItem,
    ComponentType,
    LayoutItem,
    TextItem,
)
from adapters.discord.rendering.limits import ALT_TEXT, CODE_BLOCK
from adapters.discord.rendering.markdown import CommandIds, escape, protect_spaces, to_markdown
from adapters.discord.rendering.table import monospace_table, stacked_rows
from adapters.shared.contract import Degradation
from adapters.shared.sanitize import sanitize
from adapters.shared.tables import progress_bar, shorten
from bot.presentation import Control, Controls
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Fields,
    Heading,
    Image,
    Item,
    Node,
    Paragraph,
    Progress,
    Prose,
    Sources,
    Table,
)

_MIN_IMAGE_TEXT = 30  # characters


@dataclass(slots=True)
class NodeRenderer:
    """Renders the nodes of one reply and appends the resulting page items to *items*.

    *degradations* records each node that Discord can't show as it is, such as a wide table.
    """

    control: Callable[[Action], Control]  # returns the button for an action
    command_ids: CommandIds
    items: list[LayoutItem] = field(default_factory=list)
    degradations: list[Degradation] = field(default_factory=list)
    _controls: ControlRenderer = field(init=False)
    _heading: str = ""  # waits for the next text item, to which it belongs
    _filenames: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Create the renderer of the reply's buttons and menus."""
        self._controls = ControlRenderer(self.command_ids)

    def add_answer(self, answer: Prose) -> None:
        """Append the sentence that answers, as a heading: in bold, not larger than other text."""
        self.items.append(TextItem(f"### {self._markdown(answer)}".replace("\n", " ")))

    def add(self, node: Node) -> None:
        """Render *node* and append it to `items`; a heading waits for the text that follows it."""
        if isinstance(node, Heading):
            self.flush_heading()
            self._heading = f"**{protect_spaces(escape(' '.join(node.text.split())))}**"
            return
        for item in self._render(node):
            if isinstance(item, TextItem) and self._heading:
                self.items.append(replace(item, heading=self._heading))
                self._heading = ""
            else:
                self.flush_heading()
                self.items.append(item)

    def flush_heading(self) -> None:
        """Append a heading that still waits for text, as an item of its own."""
        if self._heading:
            self.items.append(TextItem(self._heading))
        self._heading = ""

    def _render(self, node: Node) -> Iterator[LayoutItem]:  # noqa: C901  # one case a node
        match node:
            case Heading():
                self.add(node)
            case Paragraph(text):
                yield TextItem(self._markdown(text))
            case Bullets(items):
                yield from _join_lines(f"- {self._indent(item)}" for item in items)
            case Fields(items):
                yield from _join_lines(map(self._format_field, items))
            case Table():
                yield self._render_table(node)
            case CodeBlock(text, language):
                yield self._render_code_block(sanitize(text), language)
            case Image():
                yield from self._render_image(node)
            case Sources(lines):
                small = (f"-# {self._indent(line, '-# ')}" for line in lines)
                yield from (replace(item, is_footer=True) for item in _join_lines(small))
            case Actions(options):
                yield from self._render_actions(options)
            case Item(prose, action):
                yield from self._controls.render_item(self._markdown(prose), self.control(action))
            case Progress(done, total, label):
                yield TextItem(f"`{progress_bar(done, total)}` {done} of {total} {escape(label)}")
            case _:
                assert_never(node)

    def _render_table(self, table: Table) -> LayoutItem:
        lines = monospace_table(table)
        if lines is not None:
            return TextItem("\n".join(lines), code_language="")
        self.degradations.append(Degradation("table", "facts"))
        return TextItem("\n".join(stacked_rows(table, self.command_ids)))

    def _render_code_block(self, text: str, language: str) -> LayoutItem:
        if len(text) <= CODE_BLOCK and "```" not in text and text.strip():
            return TextItem(text, code_language=language)
        self.degradations.append(Degradation("snippet", "file"))
        name = self._unique_filename(f"snippet.{language or 'txt'}")
        file: Component = {"type": ComponentType.FILE, "file": {"url": f"attachment://{name}"}}
        return ComponentItem(file, (Attachment(name, text.encode()),))

    def _render_image(self, image: Image) -> Iterator[LayoutItem]:
        name, full_alt = self._unique_filename(image.name), sanitize(image.alt)
        alt = shorten(full_alt, ALT_TEXT)
        media = {"media": {"url": f"attachment://{name}"}, "description": alt}
        gallery: Component = {"type": ComponentType.GALLERY, "items": [media]}
        yield ComponentItem(gallery, (Attachment(name, image, alt),))
        if alt != full_alt:
            yield TextItem(escape(image.alt))

    def _unique_filename(self, name: str) -> str:
        stem, _, extension = name.rpartition(".")
        while name in self._filenames:
            stem += "-"
            name = f"{stem}.{extension}"
        self._filenames.add(name)
        return name

    def _render_actions(self, actions: tuple[Action, ...]) -> Iterator[LayoutItem]:
        items = list(self._controls.render_group([*map(self.control, actions)]))
        if any(isinstance(item, TextItem) and item.text.startswith("- ") for item in items):
            self.degradations.append(Degradation("choice", "words to type"))
        yield from items

    def render_controls(self, controls: Controls) -> list[LayoutItem]:
        """Return the row of buttons and the menu below a page."""
        return list(self._controls.copy().render_controls(controls))

    def _markdown(self, prose: Prose) -> str:
        return to_markdown(prose, self.command_ids)

    def _indent(self, item: Prose, indent: str = "  ") -> str:
        return self._markdown(item).replace("\n", f"\n{indent}")

    def _format_field(self, item: tuple[str, Prose]) -> str:
        label, text = item
        return f"**{protect_spaces(escape(label))}**: {self._markdown(text)}"


def image_as_text(component: Component, max_length: int) -> Component:
    """Return the images' descriptions as a text component if *component* is a media gallery.

    The text has up to *max_length* characters. Any other component is returned unchanged.
    """
    if component["type"] != ComponentType.GALLERY:
        return component
    alt = " ".join(str(item["description"]) for item in component["items"])
    text = shorten(escape(f"[picture: {alt}]"), max(max_length, _MIN_IMAGE_TEXT))
    return {"type": ComponentType.TEXT, "content": text}


def _join_lines(lines: Iterator[str]) -> Iterator[TextItem]:
    text = "\n".join(lines)
    if text:
        yield TextItem(text)
