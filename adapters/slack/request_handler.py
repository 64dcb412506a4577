"""What Slack sends in: acknowledged, and handed on to be answered."""

import asyncio
import json
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from adapters.slack.ack_journal import Unanswered
from adapters.slack.answers import Answers
from adapters.slack.api_client import Web
from adapters.slack.home import Home
from adapters.slack.payload import Asked, Body, asked, is_form, key, may_wait, team, typed
from adapters.slack.rendering.limits import ACK_AFTER
from adapters.slack.users import People
from bot.app import App
from bot.cache import LruCache
from bot.call import Caller

log = structlog.get_logger("crossroads.slack")

_SEEN = 10_000  # deliveries that are remembered


class Interactions:
    """Takes whatever members do. Nothing that is acknowledged is lost when the process ends."""

    def __init__(
        self, app: App, web: Web, people: People, unanswered: Unanswered, bot: str
    ) -> None:
        self._app, self._web, self._bot = app, web, bot
        self._unanswered = unanswered
        self._answering, self._quiet = 0, asyncio.Event()  # answers under way, and that none is
        self._quiet.set()
        self._home = Home(app, web, self._quiet)
        self._answers = Answers(app, web, people, self._refresh, self._later)
        self._extras: set[asyncio.Task[None]] = set()
        self._seen = LruCache[str, str](_SEEN)  # and what went with a form's acknowledgement
        self._under_way: set[asyncio.Task[str]] = set()

    def at_once(self, body: Body) -> str | None:
        """Give an acknowledgement that nothing has to be waited for; else None.

        That is one with a settled answer, or one that holds no answer: a click's, a message's.
        """
        if "command" in body:
            return self._settled(body)
        return self._accepted(body) if may_wait(body) else None

    async def take(self, body: Body) -> str:
        """Take one delivery; give what goes with its acknowledgement, as JSON. Raises nothing.

        The acknowledgement waits for the answer, unless that takes long. What is delivered again
        is acknowledged again, and nothing else.
        """
        began = time.monotonic()
        given = await self._taken(body)
        self._app.metrics.acknowledged("slack", time.monotonic() - began)
        return given

    async def web_of(self, _: str) -> Web | None:
        """Give what a community is told things with: here there is but one."""
        return self._web

    async def drain(self, seconds: float) -> None:
        """Let answers under way end, and the Home tabs that they change."""
        self._home.hurry()
        latest = time.monotonic() + seconds
        for _ in range(2):  # not until nothing comes in any more, which it may never do
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=max(0, latest - time.monotonic()))
        for task in self._extras:
            task.cancel()
        await asyncio.gather(*self._extras, return_exceptions=True)

    def _settled(self, body: Body) -> str | None:
        known = self._answers.settled.get(typed(body))
        if known is None or known.until <= time.monotonic():
            return None
        self._app.record_repeat("slack", known.command)
        return known.given

    def _accepted(self, body: Body) -> str | None:
        """Take a question, to be answered later; None where that can't be noted, or for others."""
        began, name = time.monotonic(), key(body)
        if name and self._seen.get(name) is not None:
            return ""
        question = asked(body, self._web, self._bot)
        note = self._noted(question) if question else ""
        if question is None or not note:
            return None
        if name:
            self._seen.put(name, "")
        work = self._start(self._timed(question))
        work.add_done_callback(lambda _: self._unanswered.answered(note))
        self._app.metrics.acknowledged("slack", time.monotonic() - began)
        return ""

    async def _taken(self, body: Body) -> str:
        name = key(body)
        known = self._seen.get(name) if name else None
        if known is not None:
            return known if is_form(body) else ""
        question = asked(body, self._web, self._bot)
        work = self._start(self._timed(question) if question else self._other(body))
        if name:
            self._seen.put(name, "")
        await asyncio.wait({work}, timeout=ACK_AFTER)
        if not work.done():
            return self._put_off(question, work) if question else ""
        if name and is_form(body):
            self._seen.put(name, work.result())
        return work.result()

    def _start(self, work: Coroutine[Any, Any, str]) -> asyncio.Task[str]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work that the answer doesn't wait for."""
        task = asyncio.create_task(self._logged(work))
        self._extras.add(task)
        task.add_done_callback(self._extras.discard)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:  # the last boundary: nothing else would log it
            log.exception("bug", delivery="picture")

    async def _timed(self, question: Asked) -> str:
        began = time.monotonic()
        with self._busy():
            given = await self._answers.answer(question)
        self._app.metrics.delivered("slack", time.monotonic() - began)
        return given

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._answering += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._answering -= 1
            if not self._answering:
                self._quiet.set()

    def _put_off(self, question: Asked, work: asyncio.Task[str]) -> str:
        """Acknowledge now and answer later, with a note in case the process ends before that."""
        question.place.late = True
        note = self._noted(question)
        work.add_done_callback(lambda _: self._unanswered.answered(note))
        return question.place.holding()

    def _noted(self, question: Asked) -> str:
        press, community = self._answers.press(question), question.community
        return self._unanswered.note(question.place.address(), press, community)

    async def _other(self, body: Body) -> str:
        """Take what is no question: typing in a form, the Home tab, members and teams that go."""
        try:
            if body.get("type") == "block_suggestion":
                user, community = str(body["user"]["id"]), f"slack:{team(body)}"
                view, name = body.get("view") or {}, str(body.get("action_id"))
                typed = str(body.get("value") or "")
                found = await self._answers.suggested(view, name, typed, user, community)
                return json.dumps({"options": found})
            await self._event(body)
        except Exception:  # the last boundary: else the task would end in silence
            log.exception("bug", delivery=str(body.get("type")))
        return ""

    async def _event(self, body: Body) -> None:
        event, community = body.get("event") or {}, f"slack:{team(body)}"
        match event.get("type"):
            case "app_home_opened" if event.get("tab", "home") == "home":
                user = str(event.get("user"))
                who = Caller(f"{community}/{user}", community=community)
                await self._home.publish(user, who)
            case "app_uninstalled":
                self._web.lose("app_uninstalled")
                await self._forget(community)
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                self._web.lose("tokens_revoked")
                await self._forget(community)
            case "team_access_revoked":  # an organisation took it out of some of its workspaces
                for each in event.get("team_ids") or ():
                    await self._forget(f"slack:{each}")
            case "user_change" if (event.get("user") or {}).get("deleted"):
                await self._forget(community, f"{community}/{event['user'].get('id')}")

    async def _forget(self, community: str, who: str | None = None) -> None:
        if self._app.has_storage:
            await self._app.detach_community(community, who)

    def _refresh(self, user: str, who: Caller) -> None:
        self._start(self._refreshed(user, who))

    async def _refreshed(self, user: str, who: Caller) -> str:
        try:
            await self._home.refresh(user, who)
        except Exception:  # the last boundary: else the task would end in silence
            log.exception("bug", delivery="Home")
        return ""
