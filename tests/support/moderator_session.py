"""A member, by default a moderator, who types and clicks on the fake platform."""

from dataclasses import dataclass
from pathlib import Path

from fake_platform import FakePlatform
from random_replies import strings_in

from bot.app import App
from bot.call import Caller
from bot.reply import Action, Outcome, Reply
from bot.tips.scheduler import TipScheduler
from storage import TipState

HOME, CHANNEL = "test:1", "test:11"
MODERATOR, MEMBER = (
    Caller("test:7", moderator=True, community=HOME),
    Caller("test:5", community=HOME),
)


@dataclass
class ModeratorSession:
    app: App
    platform: FakePlatform
    who: Caller = MODERATOR

    async def say(self, line: str, who: Caller | None = None) -> str:
        reply = await self.app.handle_line(line, who or self.who)
        assert reply.outcome is Outcome.DONE, words(reply)
        return words(reply)

    async def refused(self, line: str, who: Caller | None = None) -> str:
        reply = await self.app.handle_line(line, who or self.who)
        assert reply.outcome is Outcome.REFUSED, words(reply)
        return words(reply)

    async def choices(self, line: str, who: Caller | None = None) -> dict[str, Action]:
        reply = await self.app.handle_line(line, who or self.who)
        return {choice.label: choice for choice in reply.actions()}

    async def press(self, choice: Action, who: Caller | None = None) -> Reply:
        return await self.app.handle(choice.call, who or self.who)

    async def texts(self, *states: TipState, community: str = HOME) -> list[str]:
        store = await self.app.store()
        queue = await store.queues.get_or_create(community)
        return [tip.text for tip in await store.tips.list_for_queue(queue, *states)]

    async def look(self) -> None:
        await TipScheduler(self.app, self.app._clock).run_once()  # noqa: SLF001 - the same moments

    async def actions(self) -> list[tuple[str | None, str, str]]:
        store = await self.app.store()
        found = await store.audit.list_for_queue(await store.queues.get_or_create(HOME), 100)
        return [(each.actor, each.action, each.details) for each in reversed(found)]


def words(reply: Reply) -> str:
    return "\n".join(strings_in(reply))


def moderator_session(app: App, folder: Path) -> ModeratorSession:
    """Return a session in a community with a channel; a second community has a channel, too."""
    square = FakePlatform(folder / "square.db", app._clock)  # noqa: SLF001 - likewise
    app.platforms["test"] = square
    square.opened(CHANNEL, HOME)
    square.opened("test:99", "test:elsewhere")
    return ModeratorSession(app, square)
