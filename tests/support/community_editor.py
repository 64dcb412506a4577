"""A moderator who writes answers and hides statements straight in the database of an app."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.app import App
from bot.call import Caller
from bot.community.statements import ShippedStatement
from storage import CommunityAnswer, HiddenStatement, NewAnswer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REASON = "It's out of date."


@dataclass(frozen=True)
class CommunityEditor:
    """Changes what *community* has; the app that answers isn't told of it."""

    app: App
    community: str
    by: str = "test:8"

    @classmethod
    def of(cls, app: App, caller: Caller) -> "CommunityEditor":
        return cls(app, caller.acting_community or "")

    async def queue(self) -> str:
        return await (await self.app.store()).queues.get_or_create(self.community)

    async def answer(
        self, question: str, text: str, *wordings: str, link: str | None = None
    ) -> CommunityAnswer:
        new = NewAnswer(question, wordings, text, link)
        store = await self.app.store()
        added = await store.answers.add(await self.queue(), new, self.by, NOW)
        assert added is not None
        return added

    async def link(self, question: str, entry: str) -> None:
        store = await self.app.store()
        new = NewAnswer(question, entry=entry)
        assert await store.answers.add(await self.queue(), new, self.by, NOW)

    async def hide(self, statement: ShippedStatement, reason: str = REASON) -> HiddenStatement:
        store = await self.app.store()
        hidden = await store.hidden.hide(
            await self.queue(), statement.entry, statement.text, reason, by=self.by, at=NOW
        )
        assert hidden is not None
        return hidden

    async def show(self, hidden: HiddenStatement) -> None:
        assert await (await self.app.store()).hidden.show(await self.queue(), hidden.id)

    async def forget(self) -> None:
        """Have the app look for changes before its next answer."""
        self.app.community_answers.forget(await self.queue())
