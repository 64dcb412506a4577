"""The app's Home tab in Slack: first steps, the last result, and moderators' weekly tips."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import API_FAILURES
from adapters.slack.rendering.render import HOME, Message, render
from adapters.slack.rendering.views import home_tab
from adapters.slack.users import Users
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.first_steps import FIRST_STEPS
from bot.reply import (
    Action,
    Actions,
    ActionStyle,
    CommandLine,
    Heading,
    Node,
    Outcome,
    Paragraph,
    Progress,
    Reply,
)

log = structlog.get_logger("crossroads.slack")

_DEBOUNCE = 1.0  # seconds without a change before a tab is updated
_MAX_PARALLEL = 2  # tabs updated at the same time
_MAX_IDLE_WAIT = 0.5  # seconds that an update waits for requests in progress
_MAX_MEMBERS = 1_000  # members whose last published tab is cached
_INTRO = "AI Engineer or ML Engineer? Compare the work, the pay and the tools, with sources."


@dataclass(slots=True)
class HomeTab:
    """Builds and publishes the members' Home tabs."""

    app: App
    api: SlackApi
    users: Users
    idle: asyncio.Event  # set while no requests are in progress
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _pending: dict[str, bool] = field(default_factory=dict)  # by user id: whether to wait once more
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MAX_PARALLEL))
    _published: LruCache[str, Message] = field(
        default_factory=lambda: LruCache[str, Message](_MAX_MEMBERS)
    )

    async def refresh(self, user_id: str, community: str) -> None:
        """Wait about a second, then publish a member's Home tab.

        If an update of that Home tab is pending already, return at once; the pending update then
        waits for another second.
        """
        if user_id in self._pending:
            self._pending[user_id] = True
            return
        self._pending[user_id] = True
        try:
            while self._pending[user_id]:
                self._pending[user_id] = False
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _DEBOUNCE)
            async with self._slots:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.idle.wait(), _MAX_IDLE_WAIT)
                await self.publish(user_id, community, force=False)
        finally:
            del self._pending[user_id]

    def stop_waiting(self) -> None:
        """Publish pending Home tabs without delay, because the process is about to end."""
        self._stopping.set()

    async def publish(self, user_id: str, community: str, *, force: bool = True) -> None:
        """Send a member's Home tab to Slack; without *force*, only if its content has changed."""
        caller = Caller(f"{community}/{user_id}", community=community)
        if force or self.users.knows(user_id):  # else too many lookups while many take the quiz
            caller = await self.users.identify(user_id, community, must_know=False)
        (page, *_) = render(await build_home(self.app, caller), surface=HOME).messages
        if not force and self._published.get(user_id) == page:
            return
        try:
            await self.api.call("views.publish", user_id=user_id, view=home_tab(page))
        except API_FAILURES as error:
            log.warning("Home tab not updated", detail=str(error))
        else:
            self._published.put(user_id, page)


async def build_home(app: App, caller: Caller) -> Reply:
    """Return the content of a member's Home tab, made of the replies to several commands."""
    names = ["quiz", "results", *(["tips-panel"] if caller.moderator else [])]
    names = [each for each in names if each in app.commands]
    calls = (app.handle(Call(name), caller) for name in names)
    replies = dict(zip(names, await asyncio.gather(*calls), strict=True))
    nodes: list[Node] = []
    if "quiz" in replies:
        nodes += _quiz_section(replies["quiz"])
    nodes += _first_steps(app)
    if "results" in replies:
        nodes += _result_section(replies["results"])
    if "tips-panel" in replies:
        nodes += _tips_section(replies["tips-panel"])
    nodes += [Heading("Help and privacy"), *_help_section(app)]
    return Reply(_INTRO, tuple(nodes))


def _quiz_section(reply: Reply) -> Iterator[Node]:
    """Yield the heading, the progress and a continue button for the quiz in *reply*.

    Yield nothing if none is in progress, and the buttons of an error.
    """
    progress = [node for node in reply.nodes if isinstance(node, Progress)]
    if progress:
        yield Heading("Your quiz")
        yield from progress
        yield Actions((Action("Continue the quiz", Call("quiz"), ActionStyle.PRIMARY),))
    elif reply.outcome is not Outcome.DONE:
        yield Paragraph(reply.answer)
        yield Actions(reply.buttons)


def _first_steps(app: App) -> Iterator[Node]:
    actions = tuple(each for each in FIRST_STEPS if each.call.command in app.commands)
    if actions:
        yield Heading("What you can do")
        yield Actions(actions)


def _result_section(reply: Reply) -> Iterator[Node]:
    """Yield the first sentence of *reply*, the member's results, or nothing if there are none."""
    if reply.outcome is Outcome.DONE and reply.nodes:
        yield Heading("Your results")
        yield Paragraph(reply.answer)


def _tips_section(reply: Reply) -> Iterator[Node]:
    """Yield the panel of weekly tips in *reply*, with its buttons."""
    yield Heading("Weekly tips")
    yield Paragraph(reply.answer)
    yield from reply.nodes
    actions = (*reply.buttons, *reply.more)
    if actions:
        yield Actions(actions)


def _help_section(app: App) -> Iterator[Node]:
    yield Paragraph(
        ("Type ", CommandLine("help"), " anywhere. You can see, export and delete your data.")
    )
    actions = (Action("All commands", Call("help")), Action("My stored data", Call("privacy")))
    yield Actions(tuple(each for each in actions if each.call.command in app.commands))
