"""The Home tab: a quiz in progress, the last result, what can be asked, privacy."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from adapters.slack.api_client import Web
from adapters.slack.api_errors import Expired, NotSent, Rejected
from adapters.slack.rendering.render import VIEW, Message, render
from adapters.slack.rendering.views import home
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.reply import (
    Action,
    Actions,
    Fields,
    Heading,
    Node,
    Outcome,
    Paragraph,
    Progress,
    Reply,
    Table,
)

log = structlog.get_logger("crossroads.slack")

_SETTLES = 1.0  # seconds without a change after which Home is made anew
_AT_ONCE = 2  # tabs that are made anew
_GIVES_WAY = 0.5  # seconds for which a tab waits for answers under way
_MEMBERS = 1_000  # whose tab is remembered as it was published last
_SAYS = "AI Engineer or ML Engineer: the work, the pay, the tools, the way there. With sources."


@dataclass(slots=True)
class Home:
    """Publishes the Home tab of members."""

    app: App
    web: Web
    quiet: asyncio.Event  # set while no answers are under way, which come first
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: dict[str, bool] = field(default_factory=dict)  # who is waited for, and whether again
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _last: LruCache[str, Message] = field(default_factory=lambda: LruCache[str, Message](_MEMBERS))

    async def refresh(self, user: str, who: Caller) -> None:
        """Show *user* their Home tab anew, a moment after the last of several changes."""
        if user in self._changed:
            self._changed[user] = True
            return
        self._changed[user] = True
        try:
            while self._changed[user]:
                self._changed[user] = False
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), _SETTLES)
            async with self._turn:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.quiet.wait(), _GIVES_WAY)
                await self.publish(user, who, anew=False)
        finally:
            del self._changed[user]

    def hurry(self) -> None:
        """Wait for no further changes: the process is about to end."""
        self._ending.set()

    async def publish(self, user: str, who: Caller, *, anew: bool = True) -> None:
        """Show *user* their Home tab; unless *anew*, only if it differs from the last time."""
        (page, *_) = render(await told(self.app, who), surface=VIEW).messages
        if not anew and self._last.get(user) == page:
            return
        try:
            await self.web.call("views.publish", user_id=user, view=home(page))
        except (Expired, NotSent, Rejected) as trouble:
            log.warning("Home not published", detail=str(trouble))
        else:
            self._last.put(user, page)


async def told(app: App, who: Caller) -> Reply:
    """Put the Home tab together from what the commands say."""
    names = [each for each in ("quiz", "results", "help") if each in app.commands]
    calls = (app.handle(Call(name), who) for name in names)
    replies = dict(zip(names, await asyncio.gather(*calls), strict=True))
    nodes: list[Node] = [Heading("Crossroads"), Paragraph(_SAYS)]
    if "quiz" in replies:
        nodes += _quiz(replies["quiz"])
    if "results" in replies:
        nodes += _result(replies["results"])
    if "help" in replies:
        nodes += replies["help"].nodes
    if "privacy" in app.commands:
        says = "What is stored about you is yours to see, to take along and to delete."
        privacy = Action("what is stored about you", Call("privacy"))
        nodes += [Heading("Privacy"), Paragraph(says), Actions((privacy,))]
    return Reply(tuple(nodes))


def _quiz(reply: Reply) -> Iterator[Node]:
    """Show how far a quiz has come, else all of them; where nothing can be kept, say so."""
    asking = any(isinstance(node, Progress) for node in reply.nodes)
    if not asking:
        yield from reply.nodes
        return
    yield from (node for node in reply.nodes if isinstance(node, Heading | Progress))
    yield Actions((Action("go on", Call("quiz")),))


def _result(reply: Reply) -> Iterator[Node]:
    """Show the last result, where there is one."""
    table = next((node for node in reply.nodes if isinstance(node, Table)), None)
    if reply.outcome is not Outcome.DONE or table is None or not table.rows:
        return
    yield Heading("Your last result")
    titles = (column.title for column in table.columns)
    yield Fields(tuple(zip(titles, table.rows[0], strict=True)))
    yield Actions((*reply.actions()[:1], Action("all results", Call("results"))))
