"""Lines in, Calls to the App, drawn Replies out."""

import sys
from collections.abc import AsyncIterator, Callable
from itertools import compress
from pathlib import Path
from typing import TextIO

from rich.console import Console

from adapters.literal import literal
from adapters.terminal.limits import NARROWEST, WIDEST
from adapters.terminal.render import render, to_text
from bot.app import App
from bot.call import Who
from bot.errors import Refusal
from bot.line import chosen_number
from bot.names import folded
from bot.reply import Choice, Outcome, Progress, Reply
from bot.welcome import welcome

ME = Who("terminal:local", moderator=True)
_PROMPT = "> "
_TEN = 10  # choices from which on a number can have two digits
_LEAVE = frozenset({"quit", "exit", "q", "bye"})


async def ask(app: App, line: str, output: TextIO) -> Outcome:
    """Answer one line on *output*; choices are shown as what to type."""
    reply = await app.typed(line, ME)
    _show(reply, _console(output), app.line)
    return reply.outcome


async def chat(app: App, history: Path) -> None:
    """Talk until the end of input: with editing on a terminal, line by line on a pipe.

    *history* is the file that keeps what was typed, for the arrow keys of the next chat.
    """
    console = _console(sys.stdout)
    opening = welcome(app)
    _show(opening, console)
    talk = _Talk(app, opening)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    lines = _typed(app, history, talk.one_key) if interactive else _piped(console)
    async for line in lines:
        text = line.strip()
        if text.casefold().lstrip("/") in _LEAVE:
            break
        if text:
            _show(await talk.answer(text), console)


class _Talk:
    """A conversation: it knows which choices the last reply offered."""

    def __init__(self, app: App, opening: Reply) -> None:
        self._app, self._last = app, opening

    def one_key(self) -> bool:
        """Tell whether a quiz is asking, whose answers take a single key."""
        asking = any(isinstance(node, Progress) for node in self._last.nodes)
        return asking and len(self._last.choices()) < _TEN

    async def answer(self, text: str) -> Reply:
        """Answer a line, or take a choice of the last reply."""
        choice = self._chosen(text)
        if choice is not None:
            reply = await self._app.handle(choice.call, ME)
        else:
            reply = await self._app.typed(text, ME)
        if reply.choices():
            self._last = reply
        return reply

    def _chosen(self, text: str) -> Choice | None:
        """Find a choice by its number, its label, or words that stand in no other label.

        Of these the last give way to whatever else a line may mean.
        """
        choices = self._last.choices()
        number = chosen_number(text, len(choices))
        if number is not None:
            return choices[number - 1]
        words = folded(text).split()
        labels = [folded(each.label).split() for each in choices]
        meant = [each for each, label in zip(choices, labels, strict=True) if label == words]
        if words and not meant and not self._understood(text):
            found = (set(words) <= set(label) for label in labels)
            meant = list(compress(choices, found))
        return meant[0] if len(meant) == 1 else None

    def _understood(self, text: str) -> bool:
        try:
            self._app.parse(text)
        except Refusal:
            return False
        return True


async def _typed(app: App, history: Path, one_key: Callable[[], bool]) -> AsyncIterator[str]:
    """Read from a terminal, with completion and history."""
    from adapters.terminal.prompt import lines  # noqa: PLC0415  # 0.1 s that a pipe need not pay

    async for line in lines(app, history, _PROMPT, one_key):
        yield line


async def _piped(console: Console) -> AsyncIterator[str]:
    """Read from a pipe, and show each line so that the output reads as a talk."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # a text stream here
    for line in sys.stdin:
        if line.strip():
            console.file.write(f"\n{_PROMPT}{literal(line.rstrip())}\n")
            yield line


def _console(output: TextIO) -> Console:
    """Draw to *output*: colour only on a terminal, and none under NO_COLOR."""
    console = Console(file=output, highlight=False, soft_wrap=False)
    console.width = max(NARROWEST, min(WIDEST, console.width))
    return console


def _show(reply: Reply, console: Console, line: Callable[[Choice], str] | None = None) -> None:
    for message in render(reply, console.width, line).messages:
        if console.is_terminal:
            console.print(message)
            console.print()
        else:  # a pipe or a file gets no padding at the ends of lines
            console.file.write(to_text(message, console.width))
