"""The lines whose first answers are measured: every example, and lines that members type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from databases.migrated_file import create_migrated_file
from quiz_member import finish_quiz
from started_tips import start_tips

import bot.commands
from adapters.discord.rendering.render import payloads
from adapters.slack.rendering.preview import preview_payloads
from adapters.terminal import render, to_text
from adapters.terminal.limits import PAGE_LINES
from bot.app import App
from bot.call import Caller
from bot.cli.main import PREVIEWS
from bot.command import Permission
from bot.errors import Refusal
from bot.presentation import Click, Presentation
from bot.registry import discover_commands
from bot.reply import CodeBlock, Reply
from content import Content
from screens import on_discord, on_slack, on_terminal
from screens.measure import PHONE, TERMINAL, TERMINAL_COLUMNS, Limit, Screen
from storage import Store

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)

LIMITS: dict[str, Limit] = {"discord": PHONE, "slack": PHONE, "terminal": TERMINAL}
"""The size of the first screen on each platform."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line that somebody types, perhaps after a quiz."""

    line: str
    finished_quiz: str = ""  # the id of a quiz that the member has finished before
    moderator: bool = False
    example: str = ""  # such as "tips-add-1", if it is an example of a command

    def __str__(self) -> str:
        """Return the line, with what is special about who types it."""
        after = f" (after the quiz {self.finished_quiz})" if self.finished_quiz else ""
        return self.line + after + (" (moderator)" if self.moderator else "")


def _examples() -> tuple[TypedLine, ...]:
    return tuple(
        TypedLine(
            example.line,
            moderator=command.permission is Permission.MODERATORS,
            example=f"{command.name}-{number}",
        )
        for command in discover_commands(bot.commands).values()
        for number, example in enumerate(command.examples, 1)
    )


_LINES = (
    # pay: other roles, levels, countries, amounts, views
    "salary",
    "salary data scientist",
    "salary data engineer senior",
    "salary mlops engineer",
    "salary research scientist germany",
    "salary software engineer vs ml engineer",
    "salary ai entry level",
    "salary ml 4 years of experience",
    "salary staff",
    "salary ai india",
    "salary ml senior uk 90k",
    "salary 150k",
    "salary ml total comp",
    "salary ai by country",
    "salary ai claims",
    "salary equity",
    "how much do ML engineers make in germany",
    # comparisons
    "ai vs ml",
    "compare ai engineer data scientist",
    "compare mlops research engineer",
    "compare ai ml tools",
    "compare typical day",
    "compare ai ml getting in",
    "compare market",
    # tools, plans, interviews
    "tools vector databases",
    "tools data scientist",
    "tools langchain",
    "tools ml languages",
    "roadmap",
    "roadmap ml",
    "roadmap from student to ml engineer",
    "roadmap to data engineer",
    "interview",
    "interview data scientist",
    # quizzes
    "quiz which-path",
    "quiz hire",
    "quiz which-path answers:-,-,-,-,-,-,-,-,-,-,-,-,-,-",
    "quiz which-path answers:3,3,2,3,1,1,3,2,3,2,3,1,1,2",
    "quiz hire answers:1,2,3,4,1,2,3,4,1,2",
    "quiz which-path answers:1,2,3",
    # questions in a member's own words
    "faq can i get in without a degree?",
    "is ml engineering dying because of llms",
    "do i have to know calculus for ai engineering?",
    "I'm 45 and a nurse, am I too old to switch?",
    "should our startup hire an ml person or an ai person first?",
    "what is the difference between an ai engineer and an ml engineer",
    "whats the weather in berlin tomorrow?",
    "faq kubernetes",
    # help, sources, stored data
    "help quiz",
    "help compare",
    "sources bls",
    "sources nytimes",
    # typos, refusals and lines that are no question
    "salry ml senoir",
    "roadmap from teacher to ai",
    "tools kuberntes",
    "compare ai ml colour",
    "tips add Read the job posting twice",
    "thanks",
    "9",
)


def typed_lines() -> tuple[TypedLine, ...]:
    """Return every example of every command, and further lines that members type."""
    after_quiz = (
        TypedLine(line, finished_quiz="which-path")
        for line in ("results", "results 1", "community", "privacy export", "privacy delete")
    )
    by_moderator = (TypedLine(line, moderator=True) for line in ("help", "help schedule-new"))
    return (*_examples(), *map(TypedLine, _LINES), *after_quiz, *by_moderator)


@asynccontextmanager
async def stored_app(content: Content, database: Path) -> AsyncIterator[App]:
    """Yield an app that stores data in the file *database*."""
    seconds = count()
    app = App(
        content,
        clock=lambda: TODAY + timedelta(seconds=next(seconds)),
        open_store=partial(Store.open, create_migrated_file(database)),
        record_answers=False,
        previews=PREVIEWS,
    )
    yield app
    await app.close()


async def answer(app: App, typed: TypedLine, database: Path) -> Reply:
    """Return the reply to *typed* in a community whose queue and schedule are started.

    *database* is the SQLite file of *app*.
    """
    caller = Caller("test:1", moderator=typed.moderator)
    if typed.example.startswith(("tips", "schedule", "suggest", "settings")):
        await start_tips(app, Caller("test:1", moderator=True), database, typed.example)
    if typed.finished_quiz:
        await finish_quiz(app, typed.finished_quiz, who=caller)
    return await app.handle_line(typed.line, caller)


def first_screens(app: App, line: str, reply: Reply) -> dict[str, Screen]:
    """Return the first screen of *reply*, the answer to *line*, by platform."""
    discord, slack = payloads(app, line, reply)[0], preview_payloads(app, line, reply)[0]
    return {
        "discord": on_discord.measure(discord["components"]),
        "slack": on_slack.measure(slack["blocks"]),
        "terminal": on_terminal.measure(printed(app, line, reply)),
    }


def printed(app: App, line: str, reply: Reply) -> str:
    """Return the longer of *reply*'s first page in a chat and what ``crossroads ask`` prints.

    Without the content of files, since `ask` prints that whole, for scripts.
    """
    shown = presentation(app, line).after(reply)
    chat = render(reply, TERMINAL_COLUMNS, None, shown, PAGE_LINES).messages[0]
    texts = tuple(node for node in reply.nodes if not isinstance(node, CodeBlock))
    without_files = Reply(reply.answer, texts, reply.buttons, reply.more)
    (asked,) = render(without_files, TERMINAL_COLUMNS, app.line_for).messages
    both = (to_text(each, TERMINAL_COLUMNS) for each in (chat, asked))
    return max(both, key=lambda text: text.count("\n"))


def presentation(app: App, line: str) -> Presentation:
    """Return the presentation of the reply to *line* in the terminal, where nobody shares it."""
    try:
        call = app.parse(line)
    except Refusal:
        return Presentation()
    return replace(Presentation.of(Click(call), app.commands[call.command]), is_shareable=False)
