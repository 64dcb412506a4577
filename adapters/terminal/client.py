"""Chat in a terminal, and replies to single lines."""

import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import TextIO

from rich.console import Console

from adapters.shared.sanitize import sanitize
from adapters.terminal.limits import MAX_WIDTH, MIN_WIDTH
from adapters.terminal.render import render, to_text
from bot.app import App
from bot.call import Call, Caller
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.name_index import normalize
from bot.language.tokens import parse_choice_number
from bot.reply import Action, Code, Outcome, Paragraph, Progress, Reply

LOCAL_CALLER = Caller("terminal:local", moderator=True)
_PROMPT = "> "
_EXIT_WORDS = frozenset({"quit", "exit", "q", "bye"})


async def ask(app: App, line: str, output: TextIO) -> Outcome:
    """Print the reply to *line* on *output*, and return its outcome.

    Buttons are printed as lines to type.
    """
    reply = await app.handle_line(line, LOCAL_CALLER)
    _print_reply(reply, output, app.line_for)
    return reply.outcome


async def chat(app: App, history: Path) -> None:
    """Chat on standard input and output until the input ends or the user types ``exit``.

    *history* is the file that stores typed lines, so that the arrow keys recall them in the next
    chat.
    """
    opening = _welcome(app)
    _print_reply(opening, sys.stdout)
    conversation = _Conversation(app, opening)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    lines = _read_terminal(app, history) if interactive else _read_pipe(sys.stdout)
    async for line in lines:
        text = line.strip()
        if text.casefold().lstrip("/") in _EXIT_WORDS:
            break
        for number, shown in enumerate(await conversation.answer(text) if text else ()):
            if number and not interactive:
                sys.stdout.write("\n")
            _print_reply(shown.reply, sys.stdout, None if shown.numbered else app.line_for)


def _welcome(app: App) -> Reply:
    """Return the chat's first message.

    It describes what the bot knows and how to ask, and lists common questions.
    """
    content = app.content
    sources = pluralize(len(content.sources), "source")
    figures = pluralize(len(content.pay), "pay figure")
    questions = pluralize(len(content.faq), "question")
    introduction = (
        f"{sources}, {figures}, {questions}. ",
        "Every statement says who made it. Type a number, a command such as ",
        Code("salary ml senior"),
        ", or a whole question. To leave, type ",
        Code("exit"),
        " or press Ctrl-D.",
    )
    options = (
        Action("AI Engineer or ML Engineer: compare them", Call("compare")),
        Action("what each level earns", Call("salary")),
        Action("how long it takes from your background", Call("roadmap")),
        Action("questions that people ask", Call("faq")),
        Action("everything you can type", Call("help")),
    )
    return Reply(
        "Crossroads: AI Engineer or ML Engineer?", (Paragraph(introduction),), buttons=options
    )


@dataclass(frozen=True, slots=True)
class _Output:
    """A reply to print. Its buttons are numbered if *numbered*, else shown as lines to type."""

    reply: Reply
    numbered: bool = True


class _Conversation:
    """Answers typed lines, and remembers the buttons that were numbered last."""

    def __init__(self, app: App, opening: Reply) -> None:
        self._app, self._last_reply = app, opening

    async def answer(self, text: str) -> tuple[_Output, ...]:
        """Return the replies to a typed line, which may name a button by number or label.

        Numbers refer to the buttons that were numbered last. If a quiz is waiting for an answer,
        its question is repeated after a line that isn't a command.
        """
        action = self._find_action(text)
        if action is not None:
            return self._remember_actions(await self._app.handle(action.call, LOCAL_CALLER))
        question = (_Output(self._last_reply),) if self._awaits_quiz_answer() else ()
        if text.isdecimal():
            return (_Output(Reply(self._number_hint(), outcome=Outcome.REFUSED)),)
        reply = await self._app.handle_line(text, LOCAL_CALLER)
        if reply.outcome is Outcome.REFUSED:
            refused = replace(reply, nodes=(*reply.nodes, Paragraph(self._number_hint())))
            return (_Output(refused, numbered=False), *question)
        if question and not self._app.starts_with_command(text):
            return (_Output(reply, numbered=False), *question)
        return self._remember_actions(reply)

    def _remember_actions(self, reply: Reply) -> tuple[_Output, ...]:
        if reply.actions():
            self._last_reply = reply
        return (_Output(reply),)

    def _number_hint(self) -> str:
        most = len(self._last_reply.actions())
        numbers = f"a number from 1 to {most}" if most > 1 else "1"
        return f"Pick {numbers}, or type a command."

    def _awaits_quiz_answer(self) -> bool:
        """Return True if the buttons that were numbered last are the options of a quiz question."""
        return any(isinstance(node, Progress) for node in self._last_reply.nodes)

    def _find_action(self, text: str) -> Action | None:
        """Return the button that *text* means, or None.

        *text* is the button's number or label. If *text* can't be parsed as a command, some words
        of the label are enough, provided that no other label contains them.
        """
        actions = self._last_reply.actions()
        number = parse_choice_number(text, len(actions))
        if number is not None:
            return actions[number - 1]
        words = normalize(text).split()
        labels = [normalize(each.label).split() for each in actions]
        meant = [each for each, label in zip(actions, labels, strict=True) if label == words]
        if words and not meant and not self._is_parseable(text):
            found = (set(words) <= set(label) for label in labels)
            meant = list(compress(actions, found))
        return meant[0] if len(meant) == 1 else None

    def _is_parseable(self, text: str) -> bool:
        try:
            self._app.parse(text)
        except Refusal:
            return False
        return True


async def _read_terminal(app: App, history: Path) -> AsyncIterator[str]:
    """Yield the lines that the user types in a terminal, with completion and history."""
    from adapters.terminal.prompt import read_lines  # noqa: PLC0415  # its import takes 0.1 s

    async for line in read_lines(app, history, _PROMPT):
        yield line


async def _read_pipe(output: TextIO) -> AsyncIterator[str]:
    """Yield the lines of standard input, and print each after a prompt, as in a chat."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # stdin is a text stream
    for line in sys.stdin:
        if line.strip():
            output.write(f"\n{_PROMPT}{sanitize(line.rstrip())}\n")
            yield line


def _print_reply(
    reply: Reply, output: TextIO, line_for: Callable[[Action], str] | None = None
) -> None:
    """Print *reply* at the window's width, in color on a terminal without NO_COLOR.

    If *line_for* is given, it returns the line to type for each button; else buttons are numbered.
    """
    console = Console(file=output, highlight=False, soft_wrap=False)
    console.width = max(MIN_WIDTH, min(MAX_WIDTH, console.width))
    for message in render(reply, console.width, line_for).messages:
        if console.is_terminal:
            console.print(message)
            console.print()
        else:  # a pipe or a file gets no padding at the ends of lines
            output.write(to_text(message, console.width))
