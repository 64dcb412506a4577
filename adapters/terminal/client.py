"""Lines in, Calls to the App, drawn Replies out."""

import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import TextIO

from rich.console import Console

from adapters.shared.sanitize import literal
from adapters.terminal.limits import NARROWEST, WIDEST
from adapters.terminal.render import render, to_text
from bot.app import App
from bot.call import Who
from bot.errors import Refusal
from bot.language.name_index import folded
from bot.language.tokens import chosen_number
from bot.reply import Choice, Outcome, Paragraph, Progress, Reply
from bot.welcome import welcome

ME = Who("terminal:local", moderator=True)
_PROMPT = "> "
_LEAVE = frozenset({"quit", "exit", "q", "bye"})


async def ask(app: App, line: str, output: TextIO) -> Outcome:
    """Answer one line on *output*; choices are shown as what to type."""
    reply = await app.typed(line, ME)
    _show(reply, output, app.line)
    return reply.outcome


async def chat(app: App, history: Path) -> None:
    """Talk until the end of input: with editing on a terminal, line by line on a pipe.

    *history* is the file that keeps what was typed, for the arrow keys of the next chat.
    """
    opening = welcome(app)
    _show(opening, sys.stdout)
    talk = _Talk(app, opening)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    lines = _typed(app, history) if interactive else _piped(sys.stdout)
    async for line in lines:
        text = line.strip()
        if text.casefold().lstrip("/") in _LEAVE:
            break
        for number, said in enumerate(await talk.answer(text) if text else ()):
            if number and not interactive:
                sys.stdout.write("\n")
            _show(said.reply, sys.stdout, None if said.numbered else app.line)


@dataclass(frozen=True, slots=True)
class _Said:
    """A reply; its choices are *numbered* or shown as lines to type."""

    reply: Reply
    numbered: bool = True


class _Talk:
    """A conversation; it keeps the numbered choices."""

    def __init__(self, app: App, opening: Reply) -> None:
        self._app, self._last = app, opening

    async def answer(self, text: str) -> tuple[_Said, ...]:
        """Answer a line, or take a choice by its number or words.

        The numbers stay valid until another line is understood. A quiz repeats its question
        after anything but a command.
        """
        choice = self._chosen(text)
        if choice is not None:
            return self._numbered(await self._app.handle(choice.call, ME))
        asked = (_Said(self._last),) if self._asks() else ()
        if text.isdecimal():
            return (_Said(Reply((self._pick(),), Outcome.REFUSED)),)
        reply = await self._app.typed(text, ME)
        if reply.outcome is Outcome.REFUSED:
            refused = Reply((*reply.nodes, self._pick()), reply.outcome)
            return (_Said(refused, numbered=False), *asked)
        if asked and not self._app.names_command(text):
            return (_Said(reply, numbered=False), *asked)
        return self._numbered(reply)

    def _numbered(self, reply: Reply) -> tuple[_Said, ...]:
        if reply.choices():
            self._last = reply
        return (_Said(reply),)

    def _pick(self) -> Paragraph:
        most = len(self._last.choices())
        numbers = f"a number from 1 to {most}" if most > 1 else "1"
        return Paragraph(f"Pick {numbers}, or type a command.")

    def _asks(self) -> bool:
        """Return whether a quiz is waiting for an answer."""
        return any(isinstance(node, Progress) for node in self._last.nodes)

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


async def _typed(app: App, history: Path) -> AsyncIterator[str]:
    """Read from a terminal, with completion and history."""
    from adapters.terminal.prompt import lines  # noqa: PLC0415  # 0.1 s that a pipe need not pay

    async for line in lines(app, history, _PROMPT):
        yield line


async def _piped(output: TextIO) -> AsyncIterator[str]:
    """Read from a pipe, and show each line so that the output reads as a talk."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # a text stream here
    for line in sys.stdin:
        if line.strip():
            output.write(f"\n{_PROMPT}{literal(line.rstrip())}\n")
            yield line


def _show(reply: Reply, output: TextIO, line: Callable[[Choice], str] | None = None) -> None:
    """Draw *reply* at the window's current width; use color only on a terminal without NO_COLOR."""
    console = Console(file=output, highlight=False, soft_wrap=False)
    console.width = max(NARROWEST, min(WIDEST, console.width))
    for message in render(reply, console.width, line).messages:
        if console.is_terminal:
            console.print(message)
            console.print()
        else:  # a pipe or a file gets no padding at the ends of lines
            output.write(to_text(message, console.width))
