"""Rendering of a reply as messages of Discord's components, version 2."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.discord.rendering.layout import (
    Attachment,
    Component,
    ComponentItem,
    ComponentType,
    LayoutItem,
    TextItem,
    count_characters,
    count_components,
    count_content,
    count_lines,
    to_components,
)
from adapters.discord.rendering.limits import COMPONENTS, TEXT
from adapters.discord.rendering.markdown import NO_IDS, CommandIds, to_markdown
from adapters.discord.rendering.nodes import NodeRenderer, image_as_text
from adapters.shared.contract import Rendered
from adapters.shared.pagination import paginate
from adapters.shared.phone import PAGE_CHARACTERS, PAGE_LINES, SCREEN_CHARACTERS, SCREEN_LINES
from bot.app import App
from bot.errors import Refusal
from bot.presentation import Click, Presentation
from bot.reply import Mention, Outcome, Reply, ReplyTemplate

_ACCENTS = {
    Outcome.DONE: 0x2A9D8F,
    Outcome.REFUSED: 0xE9A23B,
    Outcome.OUTAGE: 0xC0392B,
    Outcome.BUG: 0xC0392B,
}
_FRAME_COMPONENTS = 2  # the container and its notes, such as "Page 1 of 2"
_NOTE_CHARACTERS, _NOTE_LINES = 80, 3
_MAX_CHARACTERS, _MAX_LINES = PAGE_CHARACTERS - _NOTE_CHARACTERS, PAGE_LINES - _NOTE_LINES
_MIN_CHARACTERS, _MIN_LINES = 200, 10  # that a page has room for in any case
_COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6  # message flag
_UNPROMPTED = Presentation()  # of a reply that no call is behind


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message within Discord's limits. Mentions in it don't ping anyone."""

    components: tuple[Component, ...]
    files: tuple[Attachment, ...] = ()
    _template: ReplyTemplate | None = None
    _json: dict[bool, str] = field(default_factory=dict, compare=False, repr=False)

    def payload(self, *, private: bool = False) -> dict[str, Any]:
        """Return the JSON body of the request that sends the message, ephemeral if *private*.

        The body refers to `files` by their position, so that they must be sent in the same order.
        """
        return {
            "flags": _COMPONENTS_V2 | (EPHEMERAL if private else 0),
            "allowed_mentions": {"parse": []},
            "components": list(self.components),
            "attachments": [
                {"id": at, "filename": file.name, "description": file.alt_text or file.name}
                for at, file in enumerate(self.files)
            ],
        }

    def to_json(self, *, private: bool = False) -> str:
        """Return the request body as JSON text, ephemeral if *private*.

        The JSON of a message that is made from a template is encoded once; then only the template's
        value is replaced in it.
        """
        text, template = self._json.get(private), self._template
        if text is None:
            text = self._json[private] = compact_json(self.payload(private=private))
        return text.replace(template.placeholder, template.value) if template else text

    def fill(self, template: ReplyTemplate) -> "Message":
        """Return a copy of this message with the value of *template* in place of its placeholder.

        The placeholder is replaced in the JSON text, because neither it nor the value contains
        characters that JSON escapes.
        """
        return replace(self, _template=template)

    def without_images(self) -> "Message | None":
        """Return the message with descriptions in place of images, or None if it has no images."""
        (frame, *below) = self.components
        shown = frame["components"]
        galleries = [each for each in shown if each["type"] == ComponentType.GALLERY]
        if not galleries:
            return None
        room = TEXT - sum(map(count_content, self.components))
        inside = [image_as_text(each, room // len(galleries)) for each in shown]
        urls = {item["media"]["url"] for each in galleries for item in each["items"]}
        files = tuple(each for each in self.files if f"attachment://{each.name}" not in urls)
        return Message(({**frame, "components": inside}, *below), files, self._template)


def compact_json(body: dict[str, Any]) -> str:
    """Return *body* as JSON without spaces between its parts."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def render(
    reply: Reply, shown: Presentation = _UNPROMPTED, command_ids: CommandIds = NO_IDS
) -> Rendered[Message]:
    """Render *reply* as one message for each page, with the buttons that *shown* adds.

    Without a call in *shown*, the messages have no buttons for pages and are to be sent one after
    another; the last one has the reply's buttons. Commands in *command_ids* can be clicked.
    """
    renderer = NodeRenderer(lambda action: shown.control(action, reply), command_ids)
    renderer.add_answer(reply.answer)
    for node in reply.nodes:
        renderer.add(node)
    renderer.flush_heading()

    def controls_below(number: int, count: int) -> list[LayoutItem]:
        if shown.call is None and number < count:
            return []
        return renderer.render_controls(shown.controls(reply, number, count))

    is_first = shown.call is not None and shown.origin is None
    pages = _paginate(renderer.items, controls_below(1, 1), is_first=is_first)
    if len(pages) > 1:  # buttons that turn pages need room, too
        pages = _paginate(renderer.items, controls_below(3, 5), is_first=is_first)
    messages = []
    for number, page in enumerate(pages, 1):
        can_turn = len(pages) > 1 and shown.call and not shown.is_shared
        notes = [f"Page {number} of {len(pages)}"] if can_turn else []
        if shown.shared_by:
            notes.append(f"Shared by {to_markdown((Mention(shown.shared_by),))}")
        texts = [TextItem("\n".join(f"-# {note}" for note in notes))] if notes else []
        frame = {
            "type": ComponentType.CONTAINER,
            "accent_color": _ACCENTS[reply.outcome],
            "components": to_components([*page, *texts]),
        }
        below = to_components(controls_below(number, len(pages)))
        files = (file for item in page if isinstance(item, ComponentItem) for file in item.files)
        messages.append(Message((frame, *below), tuple(files)))
    return Rendered(tuple(messages), tuple(dict.fromkeys(renderer.degradations)))


def payloads(app: App, line: str, reply: Reply) -> list[dict[str, Any]]:
    """Render *reply* as the answer to the typed *line*; return a request body for each page."""
    try:
        call = app.parse(line)
    except Refusal:
        return [each.payload(private=True) for each in render(reply).messages]
    shown = Presentation.of(Click(call), app.commands[call.command]).after(reply)
    return [each.payload(private=not shown.is_public) for each in render(reply, shown).messages]


def preview_text(reply: Reply) -> str:
    """Return the text of *reply* in Discord's markdown, without images and buttons."""
    frames = (each.components[0]["components"] for each in render(reply).messages)
    texts = (each for frame in frames for each in frame if each["type"] == ComponentType.TEXT)
    return "\n\n".join(each["content"] for each in texts)


def _paginate(
    items: list[LayoutItem], below: list[LayoutItem], *, is_first: bool
) -> list[list[LayoutItem]]:
    """Return a list of pages, each a list of items that fit in a message.

    *below* are the most that can stand below a page: buttons, menus, and commands to type instead
    of a button that is too long. If *is_first*, the reply is a first answer, and its first page is
    one screen.
    """
    max_components = COMPONENTS - _FRAME_COMPONENTS - count_components(to_components(below))
    max_characters = max(_MAX_CHARACTERS - count_characters(below), _MIN_CHARACTERS)
    max_lines = max(_MAX_LINES - count_lines(below), _MIN_LINES)

    def fits(page: list[LayoutItem]) -> bool:
        return (
            count_characters(page) <= max_characters
            and count_lines(page) <= max_lines
            and count_components(to_components(page)) <= max_components
        )

    def split(item: LayoutItem) -> tuple[LayoutItem, ...]:
        return (item,) if isinstance(item, ComponentItem) else item.split(max_characters, max_lines)

    def split_to_fill(item: LayoutItem, page: list[LayoutItem]) -> tuple[LayoutItem, ...]:
        characters, lines = count_characters(page), count_lines(page) + 1
        is_roomy = characters < max_characters // 2 and lines < max_lines // 2
        if isinstance(item, ComponentItem) or not is_roomy:
            return (item,)
        return item.split(max_characters - characters, max_lines - lines)

    before: list[list[LayoutItem]] = []
    if is_first and not (_fits_screen(items) and fits(items)):
        page, items = _fill_screen(
            items, lambda page: _fits_screen(page, _NOTE_LINES) and fits(page)
        )
        before = [page] if page else []
    return [*before, *paginate(items, fits, split, split_to_fill)]


def _fits_screen(items: list[LayoutItem], notes: int = 0) -> bool:
    """Return True if *items*, and the lines of *notes* below them, fit on a phone's screen."""
    characters = SCREEN_CHARACTERS - (_NOTE_CHARACTERS if notes else 0)
    return count_characters(items) <= characters and count_lines(items) + notes <= SCREEN_LINES


def _fill_screen(
    items: list[LayoutItem], fits: Callable[[list[LayoutItem]], bool]
) -> tuple[list[LayoutItem], list[LayoutItem]]:
    """Return the beginning of *items* that *fits* on one screen with the notes, and the rest."""
    page: list[LayoutItem] = []
    for at, item in enumerate(items):
        if fits([*page, item]):
            page.append(item)
            continue
        if isinstance(item, TextItem):
            characters = SCREEN_CHARACTERS - _NOTE_CHARACTERS - count_characters(page)
            lines = SCREEN_LINES - _NOTE_LINES - count_lines(page) - 1
            first, *rest = item.split(characters, lines)
            if rest and fits([*page, first]):
                return [*page, first], [*rest, *items[at + 1 :]]
        return page, items[at:]
    return page, []
