"""A reply as each adapter renders it: text, degradations, commands and broken limits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from discord_server.errors import Validator
from discord_server.message_rules import check_message
from random_replies import words_in, words_of_first_titles
from slack_server import validation
from slack_server.plain_text import visible_text, walk
from slack_server.world import ApiError

from adapters.discord.rendering import render as discord
from adapters.shared.contract import Degradation
from adapters.slack.rendering import render as slack
from adapters.slack.rendering.menu_values import decode_choice
from adapters.slack.rendering.views import modal
from adapters.terminal import render, to_text
from adapters.terminal.choices import Choices, render_menu
from bot.call import Call
from bot.presentation import ClickKind, Presentation
from bot.reply import Image, Reply

CALL = Call("compare", {"a": "ai-engineer", "b": "ml-engineer"})
WIDE = 1_000  # cells, so that no line of a terminal wraps
_CODES = {"custom_id", "value"}
_MENTIONS = {"@member": "<@1234567890>", "#channel": "<#9876543210>"}  # as Discord writes them


@dataclass(frozen=True)
class AdapterRendering:
    """A rendered reply: pages, degradations, commands, and violations of the platform's limits."""

    pages: tuple[str, ...]
    losses: tuple[Degradation, ...]
    calls: tuple[Call, ...]  # of its buttons
    faults: tuple[object, ...] = ()
    notified: tuple[object, ...] = ()
    left_out: frozenset[str] = frozenset()  # words that this platform needn't show

    @property
    def text(self) -> str:
        """Return the text of all pages."""
        return "\n".join(self.pages)

    def missing_words(self, reply: Reply) -> list[str]:
        """Return the words of *reply* that a reader must see and that are on no page."""
        text, wanted = self.text, words_in(reply) - self.left_out
        return [
            word for word in wanted if word not in text and _MENTIONS.get(word, word) not in text
        ]


Surface = Callable[[Reply], AdapterRendering]


def on_terminal(reply: Reply) -> AdapterRendering:
    """Render a reply as the chat does, with the menu opened."""
    rendered, choices = render(reply, WIDE), Choices.of(reply, Presentation())
    menu = (render_menu(choices),) if choices.menu else ()
    pages = tuple(to_text(each, WIDE) for each in (*rendered.messages, *menu))
    too_wide = [each for page in pages for each in page.splitlines() if len(each) > WIDE]
    controls = (*choices.in_text, *choices.row, *choices.menu)
    calls = tuple(each.click.call for each in controls)
    return AdapterRendering(pages, rendered.degradations, calls, tuple(too_wide))


def on_discord(reply: Reply) -> AdapterRendering:
    rendered = discord.render(reply, Presentation(call=CALL, is_shareable=True))
    faults: list[object] = []
    for message in rendered.messages:
        form, payload = Validator(), message.payload()
        check_message(form, payload, {each["filename"] for each in payload["attachments"]})
        faults += form.faults
    bodies = [message.payload() for message in rendered.messages]
    notified = [each for each in bodies if each["allowed_mentions"] != {"parse": []}]
    pages = tuple(
        "\n".join(_markdown(each.components))
        + "".join("\n" + file.data.decode() for file in each.files if isinstance(file.data, bytes))
        for each in rendered.messages
    )
    calls = _calls([body["components"] for body in bodies])
    stacks = Degradation("table", "facts") in rendered.degradations
    left_out = frozenset(words_of_first_titles(reply) if stacks else ())
    return AdapterRendering(
        pages, rendered.degradations, tuple(calls), tuple(faults), tuple(notified), left_out
    )


def _markdown(components: Any) -> Iterator[str]:
    """Yield each text of a message twice: with and without the backslashes that escape it."""
    keys = ("content", "label", "description", "placeholder")
    texts = [str(node[key]) for node in walk(list(components)) for key in keys if key in node]
    yield from (re.sub(r"\\(.)", r"\1", text) for text in texts)
    yield from texts


def on_slack(reply: Reply) -> AdapterRendering:
    rendered = slack.render(reply, Presentation(call=CALL, is_shareable=True))
    faults, notified = list[object](), list[object]()
    for message in rendered.messages:
        payload = message.payload()
        notified += validation.pinged_names(payload)
        try:
            validation.check_message(payload, _images(reply))
        except ApiError as refusal:
            faults += [refusal.error, *refusal.messages]
    blocks = [message.blocks for message in rendered.messages]
    pages = tuple(visible_text(each) for each in blocks)
    return AdapterRendering(
        pages, rendered.degradations, tuple(_calls(blocks)), tuple(faults), tuple(notified)
    )


def on_slack_view(reply: Reply) -> AdapterRendering:
    rendered = slack.render(reply, Presentation(call=CALL), surface=slack.VIEW)
    faults: list[object] = []
    for message in rendered.messages:
        try:
            validation.check_view(modal(message), _images(reply))
        except ApiError as refusal:
            faults += [refusal.error, *refusal.messages]
    blocks = [message.blocks for message in rendered.messages]
    pages = tuple(visible_text(each) for each in blocks)
    return AdapterRendering(pages, rendered.degradations, tuple(_calls(blocks)), tuple(faults))


def _images(reply: Reply) -> set[str]:
    """Return the names of the images, as if they had been uploaded."""
    return {node.name for node in reply.nodes if isinstance(node, Image)}


def _calls(payloads: Any) -> Iterator[Call]:
    """Yield the commands (calls) in buttons and options, without the navigation between pages.

    Slack's way to decode an option also decodes Discord's and a button.
    """
    for node in walk(list(payloads)):
        codes = [node[key] for key in _CODES if isinstance(node.get(key), str)]
        for found in filter(None, (decode_choice("", code) for code in codes)):
            if found.kind is ClickKind.RUN:
                yield found.call


SURFACES: dict[str, Surface] = {
    "terminal": on_terminal,
    "discord": on_discord,
    "slack": on_slack,
    "slack view": on_slack_view,
}
