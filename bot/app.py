"""The product's front door: a Call in, a Reply out, whatever happens."""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError

import bot.commands
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.catalog import Catalog, ContentContext
from bot.command import Command, Permission, discover, truncate
from bot.errors import Outage, Refusal
from bot.language.argument_parser import help_on, missing
from bot.language.completion import matching, suggestions
from bot.language.name_index import Name
from bot.ops.health import Finding, Health, broken, ok
from bot.ops.logging import interaction
from bot.ops.metrics import Metrics
from bot.platform import Platform
from bot.reply import Action, Actions, Node, Outcome, Paragraph, Reply
from content import Content
from storage import SchemaTooNew, Store, StoreUnavailable

log = structlog.get_logger("crossroads")

_MAX_CHANNEL_NAMES = 1_000  # most channels whose names are cached
_MAX_CACHED_REPLIES = 500  # answers: half of them would be every table of the content in every cut


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a command may draw on: who asks what, and all that is known."""

    app: "App"
    caller: Caller
    call: Call
    now: datetime

    @property
    def content(self) -> Content:
        """Everything that is known."""
        return self.app.content

    async def store(self) -> Store:
        """Give what is kept about members; raises Outage where nothing can be kept."""
        return await self.app.store()


class App(Catalog):
    """The running bot: commands over the content, with a clock, storage and platforms."""

    def __init__(
        self,
        content: Content,
        commands: Mapping[str, Command] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        open_store: Callable[[], Awaitable[Store]] | None = None,
        keep_days: int = 90,
    ) -> None:
        """Take the content, and every command of ``bot.commands`` unless told otherwise.

        *open_store* is called when something is first to be kept or looked up; without it, what
        needs a memory is refused. Unfinished quizzes are kept for *keep_days*.
        """
        super().__init__(content, discover(bot.commands) if commands is None else commands)
        self._clock = clock
        self._open_store = open_store
        self._store: Store | None = None
        self._opening_lock = asyncio.Lock()
        self._content_context = ContentContext(Catalog(content, self.commands))
        self._reply_cache = LruCache[tuple[object, ...], Reply](_MAX_CACHED_REPLIES)
        self._last_pruned = date.min
        self._last_outage = ""  # what was last logged to be wrong with the database
        self.keep_days = keep_days
        self.instance = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        """The name under which leases are held in the database, one for each process."""
        self.platforms: dict[str, Platform] = {}  # that are connected, by their tag
        self.channel_names = LruCache[str, tuple[float, str]](
            _MAX_CHANNEL_NAMES
        )  # names and when they expire
        self.metrics, self.health = Metrics(), Health()
        if open_store is not None:
            self.health.ready["database"] = self._check_database

    def is_allowed(self, call: Call, who: Caller) -> bool:
        """Tell whether *who* has the right to a Call: nobody shall fill in a form in vain."""
        command = self.commands.get(call.command)
        return command is None or command.permission is not Permission.MODERATORS or who.moderator

    async def suggest(
        self, call: Call, argument: str, text: str, who: Caller, limit: int
    ) -> list[Name[Any]]:
        """Return what the argument *name* of *call* may become while somebody types it.

        Return nothing if the member may not make the call, or if the lookup fails: the answer to
        the call will say so.
        """
        command = self.commands.get(call.command)
        arg = command.args.get(argument) if command else None
        if arg is None or not self.is_allowed(call, who):
            return []
        if arg.autocomplete is None:
            return (
                suggestions(self.name_registry.names(arg.names), text, limit) if arg.names else []
            )
        try:
            found = await arg.autocomplete(CommandContext(self, who, call, self._clock()), text)
        except (Refusal, Outage, StoreUnavailable, SchemaTooNew) as failure:
            log.info("nothing to suggest", command=call.command, detail=failure.message)
            return []
        return matching(list(found), text, limit)

    @property
    def has_storage(self) -> bool:
        """Tell whether there is a memory."""
        return self._open_store is not None

    async def store(self) -> Store:
        """Open the store, once; raises Outage where there is none."""
        if self._open_store is None:
            raise Outage("I can't store anything here, so this isn't available.")
        async with self._opening_lock:
            if self._store is None:
                self._store = await self._open_store()
                self._store.observe(self.metrics.committed)
                self._last_outage = ""
        return self._store

    def report_outage(self, error: Outage | StoreUnavailable | SchemaTooNew) -> None:
        """Log that the database can't be used: once, until it could be or the reason changes."""
        if error.message != self._last_outage:
            self._last_outage = error.message
            log.warning("outage", says=error.message, detail=getattr(error, "detail", ""))

    def report_recovery(self) -> None:
        """Take note that the database could be used."""
        self._last_outage = ""

    async def prune_unfinished(self) -> None:
        """Once a day, delete unfinished quizzes that were untouched for `keep_days`."""
        now = self._clock()
        if self.has_storage and self._last_pruned < now.date():
            store = await self.store()
            await store.attempts.prune(now - timedelta(days=self.keep_days))
            self._last_pruned = now.date()

    async def detach_community(self, community: str, owner: str | None = None) -> None:
        """Detach results from a community that is gone, or that *who* has left.

        They stay their owners', who can see and delete them from anywhere on the platform.
        """
        store = await self.store()
        if owner is None:
            await store.erase_community(community)
        else:
            await store.attempts.detach(owner, community)

    async def detach_absent_communities(
        self,
        platform: str,
        present: Collection[str],
        is_ours: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Detach results from the communities of *platform* that the bot was removed from.

        *present* are all that it is in; what happened while it was away is seen that way. Those
        that are not *ours* are another instance's to look after.
        """
        if not self.has_storage:
            return
        try:
            kept = await (await self.store()).communities()
            for community in kept - set(present):
                if community.partition(":")[0] == platform and is_ours(community):
                    await self.detach_community(community)
        except (StoreUnavailable, SchemaTooNew) as error:  # the next start makes up for it
            self.report_outage(error)

    async def _check_database(self) -> Finding:
        """Write to the database; what it says is what members are told meanwhile."""
        try:
            await (await self.store()).probe()
        except (StoreUnavailable, SchemaTooNew) as error:
            return broken(error.message, "crossroads doctor says more of the database.")
        return ok("what is to be kept is written to the disk")

    async def close(self) -> None:
        """Close the store if it was opened."""
        if self._store is not None:
            await self._store.close()

    async def handle_line(self, line: str, who: Caller) -> Reply:
        """Answer a typed line."""
        return await self._handle_safely(lambda: self.parse(line), who)

    async def handle(self, call: Call, who: Caller) -> Reply:
        """Answer a Call. Every failure comes back as a Reply; nothing is raised."""
        return await self._handle_safely(lambda: call, who)

    async def handle_deferred(
        self, build_call: Callable[[], Awaitable[Call]], who: Caller
    ) -> Reply:
        """Answer a Call that has to be built first, which may fail; see handle."""
        return await self._handle_safely(build_call, who)

    async def run(self, call: Call, who: Caller) -> Reply:
        """Find, validate, authorise, run; raises what goes wrong. For what is under way already."""
        command = self.commands.get(call.command)
        if command is None:
            says = f"There is no command “{truncate(call.command)}”, or not any more."
            raise Refusal(says, Action("what you can ask", Call("help")))
        if not self.is_allowed(call, who):
            await self._audit_refusal(command, who)
            raise Refusal(f"{command.name} is for moderators. Ask one of them.")
        if not command.cacheable:
            args = self._validate(command, call)
            return await command(CommandContext(self, who, call, self._clock()), args)
        key = (call.command, *sorted(call.args.items()))
        known = self._reply_cache.get(key)
        if known is None:
            reply = await command(self._content_context, self._validate(command, call))
            known = self._reply_cache.put(key, reply)
        return known

    async def _audit_refusal(self, command: Command, who: Caller) -> None:
        """Write down who tried what only moderators may, where they can read it."""
        if who.community is None or not self.has_storage:
            return
        try:
            store = await self.store()
            queue = await store.queues.of(who.community)
            await store.audit.refused(queue, self._clock(), who.id, command.name)
        except (Outage, StoreUnavailable, SchemaTooNew) as outage:  # it is refused all the same
            log.warning("refusal not written down", says=outage.message)

    def _validate(self, command: Command, call: Call) -> BaseModel:
        try:
            return command.args_model.model_validate(
                dict(call.args), context={"known": self.name_registry}
            )
        except ValidationError as error:
            detail = error.errors()[0]
            name = str(detail["loc"][0])
            if detail["type"] == "missing":
                raise missing(command, name, call, self.name_registry) from error
            says = f"{command.name} has no option “{truncate(name)}”. Type: {command.usage()}"
            raise Refusal(says, help_on(command)) from error

    async def _handle_safely(
        self, get_call: Callable[[], Call | Awaitable[Call]], who: Caller
    ) -> Reply:
        """Turn every failure into a Reply, the one error boundary, and note how it went."""
        began, command, call = time.perf_counter(), "unknown", None
        with interaction() as number:
            try:
                found = get_call()
                call = found if isinstance(found, Call) else await found
                command = call.command if call.command in self.commands else command
                reply = await self.run(call, who)
            except Exception as error:  # noqa: BLE001 - the boundary
                reply = _error_reply(error, command, number, call)
            platform = who.id.partition(":")[0]
            self._record(platform, command, reply.outcome, time.perf_counter() - began)
        return reply

    def record_repeat(self, platform: str, command: str) -> None:
        """Note an answer that a platform gave once more by itself, as it notes all others."""
        with interaction():
            self._record(platform, command, Outcome.DONE, 0.0)

    def _record(self, platform: str, command: str, outcome: Outcome, seconds: float) -> None:
        """Count an answer and log it: not who asked, nor what was typed."""
        self.metrics.answered(platform, command, outcome)
        milliseconds = round(seconds * 1000, 1)
        log.info("answered", platform=platform, command=command, outcome=outcome, ms=milliseconds)


def _error_reply(error: Exception, command: str, number: str, call: Call | None) -> Reply:
    """Return what went wrong; a bug gets an incident number, logged with its traceback.

    After an outage the same *call* can be made again.
    """
    if isinstance(error, Refusal):
        return _message_reply(Outcome.REFUSED, error.message, error.actions)
    if isinstance(error, Outage | StoreUnavailable | SchemaTooNew):
        detail = getattr(error, "detail", "")
        log.warning("outage", command=command, says=error.message, detail=detail)
        again = (Action("Try again", call),) if call else ()
        reply = _message_reply(Outcome.OUTAGE, error.message, again)
        return replace(reply, nodes=(*reply.nodes, *getattr(error, "nodes", ())))
    log.error("bug", command=command, incident=number, exc_info=error)
    says = f"Something broke on our side, and it is not your fault. Incident {number}: "
    return _message_reply(Outcome.BUG, says + "give this number to an admin, who can look it up.")


def _message_reply(outcome: Outcome, message: str, actions: tuple[Action, ...] = ()) -> Reply:
    nodes: tuple[Node, ...] = (Paragraph(message),)
    return Reply((*nodes, Actions(actions)) if actions else nodes, outcome)
