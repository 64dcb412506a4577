"""The answers that the docs show as pictures: what the playground's panes hold, as JSON."""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from adapters.discord.playground import DiscordPane
from adapters.slack.playground import SlackPane
from adapters.web import Json, Pane
from bot.app import App
from bot.call import Call, Caller
from bot.command import Command
from content import Content
from storage import Store

PICTURES: Final = Path(__file__).parent / "pictures"
THEMES: Final = ("light", "dark")
NOW: Final = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
README: Final = "readme"  # the picture on top of the README

Ask = Callable[[Pane, str], Json]  # returns what the member does in a channel

_MANIFEST = "answers.json"  # the answer's digest by picture
_QUESTION = "what does a senior ML engineer earn?"
_TAKERS = 4  # others in each community who took the quiz; totals need five people
_MEMBER, _CHANNEL = "member", "general"
_LINES = {"salary": "salary ml senior", "suggest": "suggest"}
"""Lines that make better pictures than the commands' first examples. `suggest` opens its form."""

_NOT_DRAWN = frozenset("id custom_id block_id action_id value private_metadata hash url at".split())
"""Keys of JSON that no picture shows. A chart is compared by its alt text, not by its pixels."""


@dataclass(frozen=True, slots=True)
class Pictured:
    """An answer on both platforms."""

    name: str
    line: str  # what the member types
    states: Mapping[str, Json]  # what the page gets, by platform

    def digest(self) -> str:
        """Return a short hash of what the picture shows; no time and no id is part of it."""
        shown = {platform: _shown(state) for platform, state in self.states.items()}
        text = json.dumps([self.line, shown], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shown(state: Json) -> Any:
    """Return what the bot and the member say in the channel, and the open form."""
    messages = state["channels"][0]["messages"]
    said = [[each["text"], each["payload"], each["ephemeral"]] for each in messages]
    return _drawn([said, state["modal"]])


def _drawn(value: Any) -> Any:
    """Return JSON without what isn't drawn."""
    if isinstance(value, dict):
        return {key: _drawn(each) for key, each in value.items() if key not in _NOT_DRAWN}
    return [_drawn(each) for each in value] if isinstance(value, list) else value


def picture_path(name: str, theme: str, folder: Path = PICTURES) -> Path:
    """Return the path of a picture in a theme."""
    return folder / f"{name}-{theme}.webp"


def outdated_pictures(answers: Iterable[Pictured], folder: Path = PICTURES) -> list[str]:
    """Return the names of the pictures that are missing, not needed, or don't show *answers*."""
    drawn, known = _read_manifest(folder), {each.name: each.digest() for each in answers}
    wrong = {name for name in {*drawn, *known} if drawn.get(name) != known.get(name)}
    needed = {picture_path(name, theme, folder) for name in known for theme in THEMES}
    return sorted(wrong | {_name_of(each) for each in needed ^ {*folder.glob("*.webp")}})


def write_manifest(
    answers: Iterable[Pictured], drawn: Iterable[Pictured], folder: Path = PICTURES
) -> None:
    """Remember which answers the pictures *drawn* show; delete pictures of none of *answers*."""
    names = {each.name for each in answers}
    digests = {**_read_manifest(folder), **{each.name: each.digest() for each in drawn}}
    kept = {name: digests[name] for name in sorted(digests) if name in names}
    (folder / _MANIFEST).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    for each in folder.glob("*.webp"):
        if _name_of(each) not in names:
            each.unlink()


def _read_manifest(folder: Path) -> dict[str, str]:
    manifest = folder / _MANIFEST
    found: dict[str, str] = {}
    if manifest.exists():
        found = json.loads(manifest.read_text(encoding="utf-8"))
    return found


def _name_of(picture: Path) -> str:
    return picture.stem.rpartition("-")[0]


@dataclass(slots=True)
class _Clock:
    """A clock that stands still."""

    time: datetime = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        return self.time


def picture_lines(commands: Iterable[Command]) -> dict[str, str]:
    """Return the line that each command's picture answers, by the command's name."""
    return {each.name: _LINES.get(each.name, each.examples[0].line) for each in commands}


def pictured_answers(content: Content) -> list[Pictured]:
    """Return the answers of all pictures: the README's, and one for each command for members."""
    return asyncio.run(_answer_all(content))


async def _answer_all(content: Content) -> list[Pictured]:
    clock = _Clock()
    async with _open_app(content, clock) as app:
        await _take_quizzes(app, clock)
        lines = picture_lines(each for each in app.visible_commands() if each.is_for_members)
        pictured = [Pictured(README, _QUESTION, await _states(app, _mention))]
        for name, line in lines.items():
            call = await app.interpret(line, Caller("docs:1"), "")
            pictured.append(Pictured(name, line, await _states(app, _Command(call, line))))
        return pictured


@asynccontextmanager
async def _open_app(content: Content, clock: _Clock) -> AsyncIterator[App]:
    """Yield a bot with a database that is deleted afterward."""
    with tempfile.TemporaryDirectory() as folder:

        async def open_store() -> Store:
            return await Store.open(f"sqlite:///{folder}/pictures.db")

        app = App(content, open_store=open_store, clock=clock, record_answers=False)
        try:
            yield app
        finally:
            await app.close()


async def _take_quizzes(app: App, clock: _Clock) -> None:
    """Store two results of the member and some of each community, for `results` and `community`."""
    for pane in _create_panes(app):
        state = pane.state(_MEMBER)
        community = f"{pane.platform}:{state['server']['id']}"
        prefix = f"{community}/" if pane.platform == SlackPane.platform else f"{pane.platform}:"
        for number, taker in enumerate((state["me"], *range(_TAKERS), state["me"])):
            clock.time = NOW - timedelta(days=30 - 3 * number)
            await _take_quiz(app, Caller(f"{prefix}{taker}", community=community), number)
    clock.time = NOW


async def _take_quiz(app: App, taker: Caller, number: int) -> None:
    """Take the first quiz, and choose among the first two options, by *number*."""
    quiz = next(iter(app.content.quiz.values()))
    reply = await app.handle_line(f"quiz {quiz.id}", taker)
    for at, _ in enumerate(quiz.items):
        chosen = reply.actions()[(at * 2 + number * 3) % 7 // 4]
        reply = await app.handle(chosen.call, taker)
    if not str(reply.answer).startswith("Your result"):
        raise RuntimeError(reply.answer)


def _create_panes(app: App) -> tuple[Pane, ...]:
    return DiscordPane(app, lambda: NOW), SlackPane(app, lambda: NOW)


async def _states(app: App, ask: Ask) -> dict[str, Json]:
    """Return what each platform shows in a channel of its own after *ask*."""
    states = {}
    for pane in _create_panes(app):
        channel = next(each["id"] for each in _channels(pane) if each["name"] == _CHANNEL)
        failed = await pane.act(_MEMBER, ask(pane, channel))
        await pane.close()
        if failed and "modal" not in failed:
            raise RuntimeError(failed)
        state = pane.state(_MEMBER)
        shown = [each for each in state["channels"] if each["id"] == channel or each["messages"]]
        states[pane.platform] = {**state, "channels": shown[-1:]}  # a thread comes last
    return states


def _channels(pane: Pane) -> list[Json]:
    channels: list[Json] = pane.state(_MEMBER)["channels"]
    return channels


def _mention(_: Pane, channel: str) -> Json:
    """Return the action for the README's question, which mentions the bot."""
    return {"type": "message", "channel": channel, "text": _QUESTION, "mention": True}


@dataclass(frozen=True, slots=True)
class _Command:
    """Makes the action for a slash command."""

    call: Call
    line: str

    def __call__(self, pane: Pane, channel: str) -> Json:
        """Return what a member does on the platform of *pane*."""
        action: Json = {"type": "command", "channel": channel}
        if pane.platform == DiscordPane.platform:
            return action | {"name": self.call.command, "options": dict(self.call.args)}
        declared = {each["command"] for each in pane.state(_MEMBER)["commands"]}
        name = f"/{self.call.command}"
        return action | {
            "line": f"/{self.line}" if name in declared else f"/crossroads {self.line}"
        }
