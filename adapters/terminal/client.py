"""Chat in a terminal, and replies to single lines."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType

from adapters.shared.sanitize import sanitize
from adapters.terminal.choices import Choices, render_menu
from adapters.terminal.form_filling import CANCELED, FormFilling, Problem, is_cancel
from adapters.terminal.limits import MAX_WIDTH, MIN_WIDTH, PAGE_LINES
from adapters.terminal.render import render, to_text
from bot.app import App
from bot.call import Call, Caller
from bot.errors import Outage, Refusal
from bot.formatting import pluralize
from bot.language import small_talk
from bot.language.name_index import normalize
from bot.language.tokens import parse_choice_number
from bot.presentation import Click, ClickKind, Presentation
from bot.reply import Action, Code, CommandLine, Outcome, Paragraph, Progress, Reply

LOCAL_CALLER = Caller("terminal:local", moderator=True, admin=True)
_CHAT = "terminal:chat"  # where follow-ups change the last question
_PROMPT = "> "
_EXIT_WORDS = frozenset({"quit", "exit", "q", "bye"})
_BACK = "back"
_ABSENT_CHOICES = {
    _BACK: "There's nothing to go back to.",
    "more": "There's nothing more to show here.",
}


async def ask(app: App, line: str, output: TextIO) -> Outcome:
    """Print the whole reply to *line* on *output*, and return its outcome.

    Buttons are printed as lines to type.
    """
    reply = await app.handle_line(line, LOCAL_CALLER)
    screen = _Screen(output)
    for message in render(reply, screen.width, app.line_for).messages:
        screen.print(message)
    return reply.outcome


async def chat(app: App, history: Path) -> None:
    """Chat on standard input and output until the input ends or the user types ``exit``.

    *history* is the file that stores typed lines, so that the arrow keys recall them in the next
    chat. In a terminal, long replies are shown in pages; a pipe gets the whole reply.
    """
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    screen = _Screen(sys.stdout)
    conversation = Conversation(app, PAGE_LINES if interactive else None)
    screen.print(conversation.show(_welcome(app), Presentation(), screen.width))
    lines = _read_terminal(app, history) if interactive else _read_pipe(sys.stdout)
    async for line in lines:
        text = line.strip()
        if text.casefold().lstrip("/") in _EXIT_WORDS:
            break
        for number, message in enumerate(
            await conversation.answer(text, screen.width) if text else ()
        ):
            if number and not interactive:
                sys.stdout.write("\n")
            screen.print(message)


def _welcome(app: App) -> Reply:
    """Return the chat's first message.

    It describes what the bot knows and how to ask, and lists common questions.
    """
    content = app.content
    sources = pluralize(len(content.sources), "source")
    figures = pluralize(len(content.pay), "pay figure")
    questions = pluralize(len(content.faq), "question")
    introduction = (
        f"{sources}, {figures}, {questions}, and every statement names its source. ",
        "Type a number, a command such as ",
        CommandLine("salary ml senior"),
        ", or a whole question. To leave, type ",
        Code("exit"),
        " or press Ctrl-D.",
    )
    options = (
        Action("Compare the two", Call("compare")),
        Action("Pay by level", Call("salary")),
        Action("How long it takes", Call("roadmap")),
        Action("Common questions", Call("ask")),
        Action("Help", Call("help")),
    )
    return Reply(
        "I compare AI Engineers and ML Engineers: their work, pay, tools and hiring.",
        (Paragraph(introduction),),
        buttons=options,
    )


class Conversation:
    """Answers typed lines, and remembers the choices that were numbered last."""

    def __init__(self, app: App, page_lines: int | None) -> None:
        """*page_lines* is the length of a page; without it, replies are shown whole."""
        self._app, self._page_lines = app, page_lines
        self._choices = Choices()
        self._incomplete: Click | None = None  # its reply asks for an argument
        self._filling: FormFilling | None = None  # the form that the next line belongs to
        self._last = (Reply("Nothing yet."), Presentation())

    def show(self, reply: Reply, shown: Presentation, width: int) -> RenderableType:
        """Return *reply* for a terminal of *width* cells, and number its choices from 1.

        If it has none, the numbers of the reply before it stay valid.
        """
        shown = replace(shown.after(reply), is_shareable=False)  # there is nobody to share with
        pages = render(reply, width, None, shown, self._page_lines).messages
        choices = Choices.of(reply, shown, min(shown.page, len(pages)), len(pages))
        if choices.count:
            self._choices, self._last = choices, (reply, shown)
        return shown.select(pages)

    async def answer(self, text: str, width: int) -> tuple[RenderableType, ...]:
        """Return the replies to a typed line, which may name a choice by number or label.

        If a quiz is waiting for an answer, its question is repeated after a line that isn't a
        command.
        """
        await self._app.community_answers.for_caller(LOCAL_CALLER)
        if self._filling is not None:
            return (await self._fill(self._filling, text, width),)
        chosen = self._find_choice(text)
        if chosen is not None:
            return (await self._follow(chosen, width),)
        completed = await self._complete(text)
        if completed is not None:
            return (self.show(*completed, width),)
        word = text.casefold().lstrip("/").rstrip(".")
        if word == _BACK and self._choices.is_menu_open:
            return (self.show(*self._last, width),)
        absent = _ABSENT_CHOICES.get(word)
        if absent or text.isdecimal():
            says = " ".join(filter(None, (absent, self._number_hint())))
            return (*render(Reply(says, outcome=Outcome.REFUSED), width).messages,)
        return await self._answer_typed(text, width)

    async def _answer_typed(self, text: str, width: int) -> tuple[RenderableType, ...]:
        """Return the replies to a typed line that names no choice and fills in nothing."""
        click = self._parse(text)
        form = await self._open_form(click)
        if form is not None:
            return (self.show(form, Presentation(), width),)
        reply = await self._handle_typed(click, text)
        self._incomplete = self._find_incomplete(click)
        refused = reply.outcome is Outcome.REFUSED
        if self._awaits_quiz_answer() and (refused or not self._app.starts_with_command(text)):
            aside = self._add_number_hint(reply) if refused else reply
            (printed,) = render(aside, width, self._app.line_for).messages
            return printed, self.show(*self._last, width)
        if refused and not reply.actions():
            reply = self._add_number_hint(reply)
        return (self.show(reply, self._present(click), width),)

    async def _follow(self, chosen: int, width: int) -> RenderableType:
        """Return what the choice with the number *chosen* leads to."""
        control = self._choices.get(chosen)
        if control is None:
            self._choices = replace(self._choices, is_menu_open=True)
            return render_menu(self._choices)
        if control.click.kind is ClickKind.PAGE:
            reply, shown = self._last
            return self.show(reply, replace(shown, page=control.click.page), width)
        form = await self._open_form(control.click)
        if form is not None:
            return self.show(form, Presentation(), width)
        reply = await self._app.handle(control.click.call, LOCAL_CALLER, _CHAT)
        self._incomplete = self._find_incomplete(control.click)
        return self.show(reply, self._present(control.click), width)

    async def _open_form(self, click: Click | None) -> Reply | None:
        """Return the first question of the form that *click* opens, or why it can't be opened.

        Return None if it opens none.
        """
        command = self._app.commands.get(click.call.command) if click else None
        if click is None or command is None or command.form is None:
            return None
        try:
            form = await self._app.form_for(click.call, LOCAL_CALLER)
        except (Refusal, Outage) as error:
            return Reply(error.message, outcome=Outcome.REFUSED)
        if form is None:
            return None
        self._filling = FormFilling(self._app, form)
        return self._filling.question()

    async def _fill(self, filling: FormFilling, text: str, width: int) -> RenderableType:
        """Return the form's next question, or the reply to its call after the last one.

        If the call is refused, what was typed is kept and can be corrected.
        """
        if is_cancel(text):
            return self._leave_form(CANCELED, Presentation(), width)
        try:
            filling.answer(text)
        except Problem as problem:
            return self.show(filling.question(str(problem)), Presentation(), width)
        if not filling.is_complete:
            return self.show(filling.question(), Presentation(), width)
        click = Click(filling.call)
        reply = await self._app.handle(click.call, LOCAL_CALLER, _CHAT)
        repeats = any(each.call.command == click.call.command for each in reply.actions())
        if reply.outcome is Outcome.REFUSED and not repeats:
            filling.ask_again(reply.argument)
            return self.show(filling.question(reply.answer), Presentation(), width)
        return self._leave_form(reply, self._present(click), width)

    def _leave_form(self, reply: Reply, shown: Presentation, width: int) -> RenderableType:
        self._filling, self._choices = None, Choices()
        return self.show(reply, shown, width)

    def _find_incomplete(self, click: Click | None) -> Click | None:
        """Return *click* if it lacks an argument that the next typed line may be, else None.

        The next line is never taken for one if that could change anything.
        """
        command = self._app.commands.get(click.call.command) if click else None
        if click is None or command is None or not command.is_shareable:
            return None
        return click if command.required - click.call.args.keys() else None

    async def _complete(self, text: str) -> tuple[Reply, Presentation] | None:
        """Return the reply to the incomplete call with *text* as its argument.

        Return None if there is no such call, or if *text* isn't the argument that it lacks.
        """
        click, self._incomplete = self._incomplete, None
        if click is None or self._app.starts_with_command(text):
            return None
        call = click.call
        lacking = next(iter(self._app.commands[call.command].required - call.args.keys()))
        whole = replace(click, call=Call(call.command, {**call.args, lacking: text}))
        reply = await self._app.handle(whole.call, LOCAL_CALLER, _CHAT)
        return None if reply.outcome is Outcome.REFUSED else (reply, self._present(whole))

    def _parse(self, text: str) -> Click | None:
        """Return the click that typing *text* amounts to, or None if *text* can't be parsed."""
        try:
            return Click(self._app.interpret_at_once(text, LOCAL_CALLER, _CHAT))
        except Refusal:
            return None

    def _names_command(self, click: Click | None) -> bool:
        """Return True unless what was typed is a question, small talk or not understood."""
        if click is None or click.call.command == small_talk.COMMAND:
            return False
        return not self._app.commands[click.call.command].answers_questions

    async def _handle_typed(self, click: Click | None, text: str) -> Reply:
        if click is None:  # the reply says what is wrong with the text
            return await self._app.handle_line(text, LOCAL_CALLER, _CHAT)
        return await self._app.handle(click.call, LOCAL_CALLER, _CHAT)

    def _present(self, click: Click | None) -> Presentation:
        if click is None:
            return Presentation()
        return Presentation.of(click, self._app.commands.get(click.call.command))

    def _add_number_hint(self, reply: Reply) -> Reply:
        return replace(reply, nodes=(*reply.nodes, Paragraph(self._number_hint())))

    def _number_hint(self) -> str:
        most = self._choices.count
        numbers = f"a number from 1 to {most}" if most > 1 else "1"
        return f"Pick {numbers}, or type a command."

    def _awaits_quiz_answer(self) -> bool:
        """Return True if the choices that were numbered last answer a quiz question."""
        return any(isinstance(node, Progress) for node in self._last[0].nodes)

    def _find_choice(self, text: str) -> int | None:
        """Return the number of the choice that *text* means, or None.

        *text* is its number or label. If *text* doesn't name a command, some words of the label are
        enough, provided that no other label contains them.
        """
        number = parse_choice_number(text, self._choices.count)
        if number is not None:
            return number
        words = normalize(text).split()
        labels = [normalize(each).split() for each in self._choices.labels]
        meant = [number for number, label in enumerate(labels, 1) if label == words]
        if words and not meant and not self._names_command(self._parse(text)):
            meant = [number for number, label in enumerate(labels, 1) if set(words) <= set(label)]
        return meant[0] if len(meant) == 1 else None


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


class _Screen:
    """The window or file that replies are printed on, in color on a terminal without NO_COLOR."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    @property
    def width(self) -> int:
        """The width of the window now, in character cells, within the limits of the layout."""
        return max(MIN_WIDTH, min(MAX_WIDTH, self._console().width))

    def print(self, message: RenderableType) -> None:
        """Print *message*; a pipe or a file gets no padding at the ends of lines."""
        console = self._console()
        console.width = width = self.width
        if console.is_terminal:
            console.print(message)
            console.print()
        else:
            self._output.write(to_text(message, width))

    def _console(self) -> Console:
        return Console(file=self._output, highlight=False, soft_wrap=False)
