"""Everything that a member finds by clicking on, starting from lines that can be typed."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Self

from random_replies import strings_in
from screens import on_discord, on_slack
from screens.measure import Screen
from slack_server.plain_text import walk

from adapters.discord.rendering.render import Message
from adapters.discord.rendering.render import render as render_on_discord
from adapters.shared.action_codec import decode
from adapters.slack.rendering.render import render as render_on_slack
from bot.app import App
from bot.call import Call, Caller
from bot.language import argument_types
from bot.language.name_index import NameIndex
from bot.presentation import Click, ClickKind, Presentation
from bot.reply import Bullets, Fields, Node, Reply, Table

MEMBER = Caller("discord:1")
_NEARBY_LINES = 6  # that belong together: a row of a table may be shown as several lines
_CHANGES_DATA = ("suggest",)
_SUBJECTS: tuple[Callable[..., NameIndex[Any]], ...] = (
    argument_types.roles,
    argument_types.backgrounds,
)


@dataclass(frozen=True)
class Fact:
    """Something that the content says, and the texts that must be shown for it.

    The texts must be close to each other if they *belong_together*, such as a row's cells.
    """

    kind: str
    id: str
    texts: tuple[str, ...]
    belong_together: bool = False


@dataclass(frozen=True)
class ShownText:
    """The lines of text that a member sees."""

    lines: tuple[str, ...]

    @cached_property
    def whole(self) -> str:
        return "\n".join(self.lines)

    def shows(self, fact: Fact) -> bool:
        """Return whether *fact* is in the text."""
        if not all(each in self.whole for each in fact.texts):
            return False
        if not fact.belong_together:
            return True
        parts = (self.lines[at : at + _NEARBY_LINES] for at in range(len(self.lines)))
        return any(all(each in text for each in fact.texts) for text in map("\n".join, parts))


class AllTexts:
    """Many texts, joined so that a search in all of them is quick."""

    def __init__(self, texts: Sequence[ShownText]) -> None:
        self._texts = texts
        self._joined = "\0".join(each.whole for each in texts)
        self._ends = list(accumulate(len(each.whole) + 1 for each in texts))

    def show(self, fact: Fact) -> bool:
        """Return whether *fact* is in one of the texts."""
        longest, start = max(fact.texts, key=len), 0
        while (found := self._joined.find(longest, start)) >= 0:
            index = bisect_right(self._ends, found)
            if self._texts[index].shows(fact):
                return True
            start = self._ends[index]
        return False


@dataclass(frozen=True)
class VisitedReply:
    """A reply that is reached by a typed line or by clicks."""

    call: Call
    reply: Reply
    text: ShownText


def first_calls(app: App) -> Iterator[Call]:
    """Yield calls whose replies are first answers.

    They are the members' commands without arguments, their examples, and the commands with each
    role or background. `salary` is asked with each role, level and country.
    """
    for command in app.commands.values():
        if not command.is_for_members or command.name in _CHANGES_DATA:
            continue
        if not command.required:
            yield Call(command.name)
        yield from (app.parse(example.line) for example in command.examples)
        for name, arg in command.args.items():
            if arg.names in _SUBJECTS:
                index = app.name_registry.index_for(arg.names)
                yield from (Call(command.name, {name: each.id}) for each in index.entries)
    content = app.content
    for role in content.roles:
        for level in ("", *content.levels):
            for country in ("", *content.countries):
                args = {"role": role, "level": level, "country": country}
                yield Call("salary", {name: value for name, value in args.items() if value})


async def explore_replies(app: App, clicks: int) -> list[VisitedReply]:
    """Return the replies within *clicks* of a first answer, each once."""
    found: dict[str, VisitedReply] = {}
    calls = list(first_calls(app))
    for _ in range(clicks + 1):
        new = {call.to_line(): call for call in calls if call.to_line() not in found}
        calls = []
        for line, call in new.items():
            reply = await app.handle(call, MEMBER)
            found[line] = VisitedReply(call, reply, ShownText(tuple(reply_lines(reply))))
            calls += [each.call for each in reply.actions() if leads_on(app, each.call)]
    return list(found.values())


def slack_screens(app: App, visited: VisitedReply) -> list[Screen]:
    """Return the screen of each page of a reply on Slack."""
    command = app.commands.get(visited.call.command)
    shown = Presentation.of(Click(visited.call), command).after(visited.reply)
    messages = render_on_slack(visited.reply, shown).messages
    return [on_slack.measure(message.blocks) for message in messages]


def leads_on(app: App, call: Call) -> bool:
    """Return whether *call* shows something at once, rather than a form, and changes no data."""
    return not app.commands[call.command].needs_form(call) and call.command not in _CHANGES_DATA


def reply_lines(reply: Reply) -> Iterator[str]:
    """Yield the text of *reply*, a line for each row of a table and each item of a list."""
    yield _joined(reply.answer)
    for node in reply.nodes:
        yield from _node_lines(node)


def _node_lines(node: Node) -> Iterator[str]:
    match node:
        case Table(_, rows):
            yield from (" · ".join(map(_joined, row)) for row in rows)
        case Fields(items):
            yield from (f"{label}: {_joined(prose)}" for label, prose in items)
        case Bullets(items):
            yield from map(_joined, items)
        case _:
            yield _joined(node)


def _joined(part: object) -> str:
    return "".join(strings_in(part))


@dataclass(frozen=True)
class Page:
    """A page of a reply on Discord, and the clicks that its buttons and menus offer."""

    click: Click
    text: ShownText
    screen: Screen
    clicks: tuple[Click, ...]

    @classmethod
    def of(cls, message: Message, click: Click) -> Self:
        """Return the page that *message* shows after *click*."""
        objects = list(walk(list(message.components)))
        codes = [each[key] for each in objects for key in ("custom_id", "value") if key in each]
        contents = [str(each["content"]) for each in objects if "content" in each]
        lines = [line for content in contents for line in on_discord.visible_lines(content)]
        screen = on_discord.measure(message.components)
        clicks = tuple(filter(None, map(decode, codes)))
        return cls(click, ShownText(tuple(lines)), screen, clicks)

    def __str__(self) -> str:
        """Return the line to type for the reply, and the number of the page."""
        return f"{self.click.call.to_line()}, page {self.click.page}"


async def explore_discord(app: App, clicks: int) -> list[Page]:
    """Return the pages on Discord within *clicks* of a first answer, each once."""
    found: dict[tuple[str, int], Page] = {}
    next_clicks = [Click(call) for call in first_calls(app)]
    for _ in range(clicks + 1):
        new = {(click.call.to_line(), click.page): click for click in next_clicks}
        next_clicks = []
        for key, click in new.items():
            if key not in found and leads_on(app, click.call):
                found[key] = await _open_page(app, click)
                next_clicks += _without_sharing(found[key].clicks)
    return list(found.values())


def _without_sharing(clicks: Iterable[Click]) -> Iterator[Click]:
    return (each for each in clicks if each.kind in {ClickKind.RUN, ClickKind.PAGE})


async def _open_page(app: App, click: Click) -> Page:
    reply = await app.handle(click.call, MEMBER)
    shown = Presentation.of(click, app.commands.get(click.call.command)).after(reply)
    return Page.of(shown.select(render_on_discord(reply, shown).messages), click)
