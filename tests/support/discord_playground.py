"""Members of the Discord playground, who type, click and fill in forms as its page does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from discord_server.errors import Json, Validator
from discord_server.message_rules import LOADING, check_message
from discord_server.modal_rules import check_modal
from discord_server.stored_message import walk

from adapters.discord.playground import DiscordPane
from bot.app import App
from content import Content
from storage import Store

SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHAT = "Crossroads"
"""The name of each member's direct messages with the bot."""
BUTTON, TEXT = 2, 10


@dataclass
class MovedClock:
    """A clock that stands still until a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def move(self, **ahead: float) -> None:
        self.now += timedelta(**ahead)


@dataclass
class Player:
    """A member at the page of the playground. An error is an AssertionError unless expected."""

    pane: DiscordPane
    member: str

    def state(self) -> Json:
        return self.pane.state(self.member)

    def channel(self, name: str) -> Json:
        return next(each for each in self.state()["channels"] if each["name"] == name)

    def messages(self, name: str = "general") -> list[Json]:
        found: list[Json] = self.channel(name)["messages"]
        return found

    def last(self, name: str = "general") -> Json:
        return self.messages(name)[-1]

    async def act(self, kind: str, place: str = "general", **fields: object) -> Json | None:
        """Send an action and return the result, which may be an error."""
        channel = self.channel(place)["id"]
        return await self.pane.act(self.member, {"type": kind, "channel": channel, **fields})

    async def do(self, kind: str, place: str = "general", **fields: object) -> Json:
        """Send an action, wait until it's answered in full, and return the result."""
        result = await self.act(kind, place, **fields) or {}
        assert not {"error", "errors"} & result.keys(), result
        await self.pane.drain(60)
        return result

    async def slash(self, name: str, place: str = "general", /, **options: object) -> Json:
        """Use a slash command, and return the answer or, if there is one, the form."""
        result = await self.do("command", place, name=name, options=options)
        form: Json | None = result.get("modal")
        return form or self.last(place)

    async def say(self, text: str, place: str = "general", **fields: object) -> None:
        await self.do("message", place, text=text, mention=place != CHAT, **fields)

    async def press(self, message: Json, label: str, place: str = "general") -> Json:
        """Click a button, or choose a line of a menu; return the form or the last message."""
        result = await self.do("click", place, message=message["id"], **control(message, label))
        form: Json | None = result.get("modal")
        return form or self.last(place)

    async def submit(self, place: str = "general", /, **values: object) -> Json:
        """Submit the open form and return the last message."""
        await self.do("submit", place, modal=self.state()["modal"], values=values)
        return self.last(place)

    def find(self, message: Json, place: str = "general") -> Json:
        """Return a message as it is now."""
        return next(each for each in self.messages(place) if each["id"] == message["id"])


@dataclass
class Playground:
    """A pane with a database, and its members."""

    app: App
    clock: MovedClock
    pane: DiscordPane

    @property
    def mia(self) -> Player:
        return Player(self.pane, "member")

    @property
    def max(self) -> Player:
        return Player(self.pane, "moderator")


@asynccontextmanager
async def open_playground(content: Content, database: str) -> AsyncIterator[Playground]:
    """Yield a playground that checks all that its members see, after each change."""
    clock = MovedClock(SATURDAY)
    app = App(content, clock=clock, open_store=lambda: Store.open(database))
    pane = DiscordPane(app, clock)
    faults: list[Exception] = []

    def check() -> None:
        try:
            for member in ("member", "moderator"):
                check_state(pane.state(member))
        except Exception as error:  # the bot would log it and continue
            faults.append(error)
            raise

    pane.on_change(check)
    yield Playground(app, clock, pane)
    await pane.close()
    await app.close()
    assert faults == []


def words(message: Json) -> str:
    """Return the text that a message shows."""
    parts = walk(message["payload"]["components"])
    return "\n".join(each["content"] for each in parts if each["type"] == TEXT)


def labels(message: Json) -> list[str]:
    """Return the labels of a message's buttons and of the lines of its menus."""
    parts = [*walk(message["payload"]["components"])]
    buttons = [each["label"] for each in parts if each["type"] == BUTTON]
    return buttons + [line["label"] for each in parts for line in each.get("options", ())]


def control(message: Json, label: str) -> Json:
    """Return how the page sends a click on the button, or a choice of the line, with *label*."""
    for part in walk(message["payload"]["components"]):
        if part.get("label") == label:
            return {"action": part, "values": []}
        for line in part.get("options", ()):
            if line["label"] == label:
                return {"action": part, "values": [line["value"]]}
    raise LookupError(f"{label} is not among {labels(message)}")


def check_state(state: Json) -> None:
    """Check every message and the form of a state by Discord's rules."""
    for channel in state["channels"]:
        for message in channel["messages"]:
            payload = message["payload"]
            if payload and not payload["flags"] & LOADING:
                names = {each["filename"] for each in payload["attachments"]}
                check_message(Validator(), payload, names)
                assert names == {each["name"] for each in message["files"]}
    if state["modal"]:
        form = Validator()
        check_modal(form, state["modal"])
        form.refuse_if_wrong()
