"""Receiver of one workspace's payloads: each is acknowledged in time and answered once."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from adapters.slack.ack_journal import AckJournal
from adapters.slack.api_client import SlackApi
from adapters.slack.home import HomeTab
from adapters.slack.payload import (
    Payload,
    Request,
    community_of,
    delivery_id,
    is_view_submission,
    parse_request,
)
from adapters.slack.rendering.limits import ACK_AFTER
from adapters.slack.rendering.rich_text import Json
from adapters.slack.request_handler import RequestHandler, click_of
from adapters.slack.users import Users
from bot.app import App
from bot.cache import LruCache

log = structlog.get_logger("crossroads.slack")

_MAX_SEEN = 10_000  # payloads that are recognized if they come again


class Receiver:
    """Acknowledges one workspace's payloads and has them answered.

    If the bot restarts before it answers a request that it acknowledged, the journal lets it send
    the member a message.
    """

    def __init__(
        self, app: App, api: SlackApi, users: Users, journal: AckJournal, bot_user_id: str
    ) -> None:
        self._app, self._api, self._bot_user_id = app, api, bot_user_id
        self._journal = journal
        self._answering, self._idle = 0, asyncio.Event()
        self._idle.set()
        self._home = HomeTab(app, api, users, self._idle)
        self._handler = RequestHandler(app, api, users, self._refresh_home, self._start_extra)
        self._seen = LruCache[str, Json](_MAX_SEEN)  # acknowledgements by delivery id
        self._tasks: set[asyncio.Task[Json]] = set()
        self._extras: set[asyncio.Task[None]] = set()

    def ack_at_once(self, payload: Payload) -> str | None:
        """Return the acknowledgement as JSON, or None if it isn't known without waiting.

        The acknowledgement is a cached reply to a slash command, or "" for a click or a message,
        whose reply is sent later.
        """
        if "command" in payload:
            return self._handler.cached_ack(payload)
        return self._accept(payload) if payload.get("type") in _EMPTY_ACKS else None

    async def receive(self, payload: Payload) -> Json:
        """Answer *payload* and return the acknowledgement's body. Never raise an exception.

        The method waits up to ACK_AFTER seconds for the reply; after that, the reply is sent
        separately. A payload that Slack sends again is acknowledged but not answered again.
        """
        started, delivery = time.monotonic(), delivery_id(payload)
        seen = self._seen.get(delivery) if delivery else None
        ack = await self._answer(payload, delivery) if seen is None else seen
        self._app.metrics.observe_ack("slack", time.monotonic() - started)
        return ack

    async def api_for(self, _: str) -> SlackApi | None:
        """Return the API client, always the same one because there is only one workspace."""
        return self._api

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for requests in progress and the Home tab updates they cause."""
        self._home.stop_waiting()
        latest = time.monotonic() + seconds
        for _ in range(2):  # twice at most, because new requests may never stop coming in
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=max(0, latest - time.monotonic()))
        for task in self._extras:
            task.cancel()
        await asyncio.gather(*self._extras, return_exceptions=True)

    def _accept(self, payload: Payload) -> str | None:
        """Start to answer a click or a message, and return its empty acknowledgement.

        Return None if *payload* isn't a request, or if the journal can't be written.
        """
        started, delivery = time.monotonic(), delivery_id(payload)
        if delivery and self._seen.get(delivery) is not None:
            return ""
        request = parse_request(payload, self._api, self._bot_user_id)
        entry = self._note(request) if request else ""
        if request is None or not entry:
            return None
        if delivery:
            self._seen.put(delivery, {})
        task = self._start(self._handle(request))
        task.add_done_callback(lambda _: self._journal.remove(entry))
        self._app.metrics.observe_ack("slack", time.monotonic() - started)
        return ""

    async def _answer(self, payload: Payload, delivery: str) -> Json:
        request = parse_request(payload, self._api, self._bot_user_id)
        task = self._start(self._handle(request) if request else self._handle_other(payload))
        if delivery:
            self._seen.put(delivery, {})
        await asyncio.wait({task}, timeout=ACK_AFTER)
        if task.done():
            if delivery and is_view_submission(payload):
                self._seen.put(delivery, task.result())
            return task.result()
        if request is None:
            return {}
        request.target.acknowledged = True
        entry = self._note(request)
        task.add_done_callback(lambda _: self._journal.remove(entry))
        return request.target.interim_ack()

    def _note(self, request: Request) -> str:
        """Record in the journal that a reply is due; return the entry's id, or "" if that fails."""
        click = click_of(self._app, request)
        return self._journal.add(request.target.address(), click, request.community)

    def _start(self, work: Coroutine[Any, Any, Json]) -> asyncio.Task[Json]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _start_extra(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task that runs *work*, and is cancelled when the bot stops."""

        async def run() -> None:
            try:
                await work
            except Exception:  # nothing else would log it
                log.exception("bug", delivery="picture")

        task = asyncio.create_task(run())
        self._extras.add(task)
        task.add_done_callback(self._extras.discard)

    async def _handle(self, request: Request) -> Json:
        started = time.monotonic()
        self._answering += 1
        self._idle.clear()
        try:
            return await self._handler.handle(request)
        finally:
            self._app.metrics.observe_answer("slack", time.monotonic() - started)
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def _handle_other(self, payload: Payload) -> Json:
        """Handle a payload that isn't a member's request; return the acknowledgement's body.

        The body has suggestions for text typed in a form. It is empty for other events.
        """
        try:
            if payload.get("type") == "block_suggestion":
                return {"options": await self._handler.suggest_options(payload)}
            await self._handle_event(payload)
        except Exception:  # nothing else would log it
            log.exception("bug", delivery=str(payload.get("type")))
        return {}

    async def _handle_event(self, payload: Payload) -> None:
        event, community = payload.get("event") or {}, community_of(payload)
        match event.get("type"):
            case "app_home_opened" if event.get("tab", "home") == "home":
                await self._home.publish(str(event.get("user")), community)
            case "app_uninstalled":
                self._api.mark_revoked("app_uninstalled")
                await self._detach(community)
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                self._api.mark_revoked("tokens_revoked")
                await self._detach(community)
            case "team_access_revoked":  # an organization removed the app from some workspaces
                for team in event.get("team_ids") or ():
                    await self._detach(f"slack:{team}")
            case "user_change" if (event.get("user") or {}).get("deleted"):
                await self._detach(community, f"{community}/{event['user'].get('id')}")

    async def _detach(self, community: str, owner: str | None = None) -> None:
        if self._app.has_storage:
            await self._app.detach_community(community, owner)

    def _refresh_home(self, user_id: str, community: str) -> None:
        async def refresh() -> Json:
            try:
                await self._home.refresh(user_id, community)
            except Exception:  # nothing else would log it
                log.exception("bug", delivery="Home")
            return {}

        self._start(refresh())


_EMPTY_ACKS = frozenset({"block_actions", "event_callback"})
