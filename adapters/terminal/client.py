"""Lines in, Calls to the App, drawn Replies out."""

import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import TextIO

from rich.console import Console

from adapters.shared.sanitize import sanitize
from adapters.terminal.limits import MAX_WIDTH, MIN_WIDTH
from adapters.terminal.render import render, to_text
from bot.app import App
from bot.call import Caller
from bot.errors import Refusal
from bot.language.name_index import folded
from bot.language.tokens import chosen_number
from bot.reply import Action, Outcome, Paragraph, Progress, Reply
from bot.welcome import build_welcome

LOCAL_CALLER = Caller("terminal:local", moderator=True)
_PROMPT = "> "
_EXIT_WORDS = frozenset({"quit", "exit", "q", "bye"})


async def ask(app: App, line: str, output: TextIO) -> Outcome:
    """Answer one line on *output*; choices are shown as what to type."""
    reply = await app.handle_line(line, LOCAL_CALLER)
    _print_reply(reply, output, app.line_for)
    return reply.outcome


async def chat(app: App, history: Path) -> None:
    """Talk until the end of input: with editing on a terminal, line by line on a pipe.

    *history* is the file that keeps what was typed, for the arrow keys of the next chat.
    """
    opening = build_welcome(app)
    _print_reply(opening, sys.stdout)
    talk = _Conversation(app, opening)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    lines = _read_terminal(app, history) if interactive else _read_pipe(sys.stdout)
    async for line in lines:
        text = line.strip()
        if text.casefold().lstrip("/") in _EXIT_WORDS:
            break
        for number, said in enumerate(await talk.answer(text) if text else ()):
            if number and not interactive:
                sys.stdout.write("\n")
            _print_reply(said.reply, sys.stdout, None if said.numbered else app.line_for)


@dataclass(frozen=True, slots=True)
class _Output:
    """A reply; its choices are *numbered* or shown as lines to type."""

    reply: Reply
    numbered: bool = True


class _Conversation:
    """A conversation; it keeps the numbered choices."""

    def __init__(self, app: App, opening: Reply) -> None:
        self._app, self._last_reply = app, opening

    async def answer(self, text: str) -> tuple[_Output, ...]:
        """Answer a line, or take a choice by its number or words.

        The numbers stay valid until another line is understood. A quiz repeats its question
        after anything but a command.
        """
        choice = self._find_action(text)
        if choice is not None:
            return self._remember_actions(await self._app.handle(choice.call, LOCAL_CALLER))
        asked = (_Output(self._last_reply),) if self._awaits_quiz_answer() else ()
        if text.isdecimal():
            return (_Output(Reply((self._number_hint(),), Outcome.REFUSED)),)
        reply = await self._app.handle_line(text, LOCAL_CALLER)
        if reply.outcome is Outcome.REFUSED:
            refused = Reply((*reply.nodes, self._number_hint()), reply.outcome)
            return (_Output(refused, numbered=False), *asked)
        if asked and not self._app.starts_with_command(text):
            return (_Output(reply, numbered=False), *asked)
        return self._remember_actions(reply)

    def _remember_actions(self, reply: Reply) -> tuple[_Output, ...]:
        if reply.actions():
            self._last_reply = reply
        return (_Output(reply),)

    def _number_hint(self) -> Paragraph:
        most = len(self._last_reply.actions())
        numbers = f"a number from 1 to {most}" if most > 1 else "1"
        return Paragraph(f"Pick {numbers}, or type a command.")

    def _awaits_quiz_answer(self) -> bool:
        """Return whether a quiz is waiting for an answer."""
        return any(isinstance(node, Progress) for node in self._last_reply.nodes)

    def _find_action(self, text: str) -> Action | None:
        """Find a choice by its number, its label, or words that stand in no other label.

        Of these the last give way to whatever else a line may mean.
        """
        choices = self._last_reply.actions()
        number = chosen_number(text, len(choices))
        if number is not None:
            return choices[number - 1]
        words = folded(text).split()
        labels = [folded(each.label).split() for each in choices]
        meant = [each for each, label in zip(choices, labels, strict=True) if label == words]
        if words and not meant and not self._is_parseable(text):
            found = (set(words) <= set(label) for label in labels)
            meant = list(compress(choices, found))
        return meant[0] if len(meant) == 1 else None

    def _is_parseable(self, text: str) -> bool:
        try:
            self._app.parse(text)
        except Refusal:
            return False
        return True


async def _read_terminal(app: App, history: Path) -> AsyncIterator[str]:
    """Read from a terminal, with completion and history."""
    from adapters.terminal.prompt import read_lines  # noqa: PLC0415  # 0.1 s that a pipe need not pay

    async for line in read_lines(app, history, _PROMPT):
        yield line


async def _read_pipe(output: TextIO) -> AsyncIterator[str]:
    """Read from a pipe, and show each line so that the output reads as a talk."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # a text stream here
    for line in sys.stdin:
        if line.strip():
            output.write(f"\n{_PROMPT}{sanitize(line.rstrip())}\n")
            yield line


def _print_reply(
    reply: Reply, output: TextIO, line_for: Callable[[Action], str] | None = None
) -> None:
    """Draw *reply* at the window's current width; use color only on a terminal without NO_COLOR."""
    console = Console(file=output, highlight=False, soft_wrap=False)
    console.width = max(MIN_WIDTH, min(MAX_WIDTH, console.width))
    for message in render(reply, console.width, line_for).messages:
        if console.is_terminal:
            console.print(message)
            console.print()
        else:  # a pipe or a file gets no padding at the ends of lines
            output.write(to_text(message, console.width))
