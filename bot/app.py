"""The App, which runs the command of each call and turns errors into replies."""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import BaseModel, ValidationError

import bot.commands
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.command import Command, Permission, truncate
from bot.community.answers import CommunityAnswers
from bot.community.inbox import ASKER_DAYS, REPORT, Inbox, report_action
from bot.community.moderators import moderators_only
from bot.community.public_answers import PublicAnswers
from bot.community.renaming import announce_renaming
from bot.conversation import Conversations, LastCall
from bot.errors import NotAnswerable, Outage, Refusal, storage_outages
from bot.forms import MAX_CHOICES, Form, asked_arguments, build_form, form_layout
from bot.language import small_talk
from bot.language.argument_parser import help_action, missing_argument
from bot.language.asides import find_cautions, handle_missing_places
from bot.language.completion import complete, rank_completions
from bot.language.follow_up import FollowUp
from bot.language.name_index import NamedValue
from bot.language.parser import question_call
from bot.language.tokens import clean_line
from bot.ops.health import Finding, Health, broken, ok
from bot.ops.logging import bind_interaction_id
from bot.platform import Platform
from bot.registry import CommandRegistry, ContentContext, discover_commands
from bot.reply import Action, Outcome, Reply
from content import Content
from storage import SchemaTooNew, Store, StoreUnavailable

if TYPE_CHECKING:
    from bot.ops.metrics import Metrics

log = structlog.get_logger("crossroads")

_MAX_CHANNEL_NAMES, _MAX_COMMUNITIES = 1_000, 10_000
_MAX_CACHED_REPLIES = 500  # half as many hold every table of the content with every filter


@dataclass(frozen=True, slots=True)
class Operator:
    """The people who run this bot: how to reach them, and the URL of their privacy policy."""

    contact: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The first argument of a command function: the app, the caller, the call and the time."""

    app: "App"
    caller: Caller
    call: Call
    now: datetime

    @property
    def content(self) -> Content:
        """The content that the app has loaded: roles, pay figures, FAQ, quizzes and tips."""
        return self.app.content

    async def store(self) -> Store:
        """Return the app's open database; raise Outage if the app has none."""
        return await self.app.store()


Previews = Mapping[str, Callable[[Reply], str]]
"""By platform, such as "slack": a function that returns the text of a reply in its markup."""

_UNKNOWN_OPERATOR = Operator()


class App(CommandRegistry):
    """The running bot: its commands, content, database, clock and connected platforms."""

    def __init__(  # noqa: PLR0913  # by keyword
        self,
        content: Content,
        commands: Mapping[str, Command] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        open_store: Callable[[], Awaitable[Store]] | None = None,
        keep_days: int = 90,
        *,
        operator: Operator = _UNKNOWN_OPERATOR,
        record_answers: bool = True,
        conversations: Conversations | None = None,
        previews: Previews | None = None,
    ) -> None:
        """*commands* maps names to commands; the default is every command of ``bot.commands``.

        *open_store* opens the database when it is first needed. Without it, commands that need
        storage raise Outage. Unfinished quizzes are deleted *keep_days* after their last use.
        `privacy` names the *operator*.
        Without *record_answers*, answers are neither counted nor logged. *conversations* remembers
        members' last questions. Moderators see their answers as *previews* shows them.
        """
        super().__init__(content, discover_commands(bot.commands) if commands is None else commands)
        self._clock = clock
        self._open_store = open_store
        self._store: Store | None = None
        self._opening_lock = asyncio.Lock()
        self._content_context = ContentContext(CommandRegistry(content, self.commands))
        self._reply_cache = LruCache[tuple[object, ...], Reply](_MAX_CACHED_REPLIES)
        self._reportable = LruCache[int, tuple[Reply, Reply]](_MAX_CACHED_REPLIES)
        """Each reply, and the same reply with a menu line that reports it, by the reply's id."""
        self._record_answers = record_answers
        self._conversations = Conversations() if conversations is None else conversations
        self._last_pruned = date.min
        self._last_outage = ""  # the message of the outage that was logged last
        self.keep_days, self.operator, self.previews = keep_days, operator, previews or {}
        self.instance = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        """The unique name under which this process holds leases in the database."""
        self.platforms: dict[str, Platform] = {}  # connected platforms by tag, such as "slack"
        self.configured_moderators: dict[str, tuple[str, ...]] = {}
        """The ids of people and groups that the operator lets moderate anywhere, by platform."""
        self.channel_names = LruCache[str, tuple[float, str]](_MAX_CHANNEL_NAMES)
        """The names of people and communities, and when they expire (monotonic clock), by id."""
        self.offered_setup = LruCache[str, bool](_MAX_COMMUNITIES)
        """The communities that don't need an offer to set up weekly tips, or no longer do."""
        self.wake_scheduler: Callable[[], None] | None = None
        """Makes the tip scheduler look for due posts at once; None if it doesn't run here."""
        storage = self.storage if self.has_storage else None
        self.public_answers = PublicAnswers(storage)
        self.community_answers = CommunityAnswers(content, storage)
        self.inbox = Inbox()
        self.health = Health()
        if open_store is not None:
            self.health.readiness_checks["database"] = self._check_database

    async def interpret(self, line: str, caller: Caller, place: str) -> Call:
        """Return the call for a line that *caller* typed in *place*.

        The line may be a question that the caller's community answers itself, or change the
        caller's last question there ("and in the UK?"). *place* is the platform-tagged id of a
        chat, channel or thread; if it is empty, nothing is remembered.

        Raises:
            Refusal: if the line is unclear, has a typo, or changes a question that is forgotten.

        """
        await self.community_answers.for_caller(caller)
        return self.interpret_at_once(line, caller, place)

    def interpret_at_once(self, line: str, caller: Caller, place: str) -> Call:
        """Return the same as `interpret`, but use only what is already known of the community."""
        text, own = clean_line(line), self.community_answers.known(caller)
        if own.has_question(text):  # also one that begins like a follow-up or a command
            try:
                return self.parse(text, own.index)
            except Refusal:
                return question_call(text, self.commands) or self.parse(text)
        last = self._conversations.recall(caller.id, place)
        follow_up = FollowUp(text, self.name_registry, self.commands)
        is_talk = small_talk.find_small_talk(text) is not None  # such as "ok thanks"
        if not is_talk and (follow_up.asks_why or follow_up.has_opening):
            call = self._change_or_ask(follow_up, last)
            return self._parse_and_resolve(text, caller, place) if call is None else call
        changed = follow_up.change(last) if last else None
        try:
            call = self._parse_and_resolve(text, caller, place)
        except Refusal:
            if changed is None:
                raise
            return changed
        return changed if changed and self._is_question(call) else call

    def _parse_and_resolve(self, text: str, caller: Caller, place: str) -> Call:
        own = self.community_answers.known(caller)
        return self._resolve(self.parse(text, own.index), caller, place)

    async def resolve(self, call: Call, caller: Caller, place: str) -> Call:
        """Return *call*, or the call that it means if the question in it is a follow-up.

        Raise Refusal if the question that it changes is forgotten.
        """
        await self.community_answers.for_caller(caller)
        return self._resolve(call, caller, place)

    def _resolve(self, call: Call, caller: Caller, place: str) -> Call:
        if not self._is_question(call):
            return call
        text = clean_line(next(iter(call.args.values())))
        if self.community_answers.known(caller).has_question(text):
            return call
        last = self._conversations.recall(caller.id, place)
        follow_up = FollowUp(text, self.name_registry, self.commands)
        if follow_up.asks_why or follow_up.has_opening:
            return self._change_or_ask(follow_up, last) or call
        return (follow_up.change(last) if last else None) or call

    def _is_question(self, call: Call) -> bool:
        """Return True if *call* is a question in a member's own words, without more arguments."""
        command = self.commands.get(call.command)
        return command is not None and command.answers_questions and len(call.args) == 1

    def is_follow_up(self, line: str) -> bool:
        """Return True if the meaning of *line* may depend on the last question."""
        follow_up = FollowUp(clean_line(line), self.name_registry, self.commands)
        return follow_up.asks_why or follow_up.has_opening

    @staticmethod
    def _change_or_ask(follow_up: FollowUp, last: LastCall | None) -> Call | None:
        """Return the call to which *follow_up* changes *last*, or None if it isn't a follow-up.

        Raise Refusal if it is one, but of another question.
        """
        call = follow_up.change(last) if last else None
        question = follow_up.ask_back() if call is None else None
        if question is not None:
            raise question
        return call

    async def handle_line(self, line: str, caller: Caller, place: str = "") -> Reply:
        """Parse a typed line into a call, run it and return the reply; errors become replies."""

        async def parse() -> Call:
            try:
                return await self.interpret(line, caller, place)
            except NotAnswerable as refusal:
                raise self._offer_moderators(refusal, clean_line(line), caller) from refusal

        return await self.handle(parse, caller, place)

    def _offer_moderators(self, refusal: Refusal, line: str, caller: Caller) -> Refusal:
        """Return *refusal* with buttons that send *line* to the moderators; count it as asked."""
        from bot.community.questions import (  # noqa: PLC0415  # it imports this module
            count_question,
            moderator_actions,
        )

        context = CommandContext(self, caller, Call("ask"), self._clock())
        count_question(context, line)
        row, menu = (found := moderator_actions(context, line))[:1], found[1:]
        return Refusal(refusal.message, *refusal.actions, *row, more=menu)

    async def handle(
        self, call: Call | Callable[[], Awaitable[Call]], caller: Caller, place: str = ""
    ) -> Reply:
        """Run *call*, then return the reply; count and log the outcome.

        *call* may be a function that builds the call. Every Exception, also one in building the
        call, becomes a reply to the caller, so nothing is raised. The call is remembered as the
        caller's last question in *place*, unless that is empty.
        """
        began, command = time.perf_counter(), "unknown"
        with bind_interaction_id() as incident:
            try:
                if not isinstance(call, Call):
                    call = await call()
                command = call.command if call.command in self.commands else command
                with storage_outages():
                    reply = self._with_report(await self.run(call, caller), command, caller)
                self.remember(call, reply.why, caller.id, place)
            except Exception as error:  # noqa: BLE001 - the boundary
                repeatable = call if isinstance(call, Call) else None
                reply = _error_reply(error, command, incident, repeatable)
            platform = caller.id.partition(":")[0]
            self._record(platform, command, reply.outcome, time.perf_counter() - began)
        return reply

    async def run(self, call: Call, caller: Caller) -> Reply:
        """Run *call* and return the reply, with a caution if it doesn't answer all that was asked.

        What the moderators of the caller's community have hidden is left out. Their own commands
        show it, and the command for questions leaves it out itself, because it shows answers of
        the moderators, too.

        Raise Refusal if the command is unknown, *caller* may not run it or an argument is invalid.
        Errors of the command itself are raised, too.
        """
        command = self.commands.get(call.command)
        if command is None:
            message = f"I don't have a command “{truncate(call.command)}”."
            raise Refusal(message, Action("What you can ask", Call("help")))
        if not command.allows(caller):
            await self._audit_refusal(command, caller)
            raise moderators_only(caller)
        command.require_offered(call, caller)
        answered, missing = handle_missing_places(command, call, self.name_registry)
        reply = await self._run_command(command, answered, caller)
        if command.permission is Permission.MODERATORS:
            reply = await announce_renaming(self, reply, caller)
        elif not command.answers_questions:
            known = await self.community_answers.for_caller(caller)
            reply = known.hiding.apply(reply)
        reply = reply.with_lead(missing) if missing else reply
        cautions = list(find_cautions(command, answered, self.name_registry))
        return reply.with_caution(" ".join(cautions)) if cautions else reply

    async def _run_command(self, command: Command, call: Call, caller: Caller) -> Reply:
        """Return the reply of *command*, which may come from the cache."""
        if not command.cacheable:
            args = self._validate(command, call)
            reply = await command(CommandContext(self, caller, call, self._clock()), args)
            return _with_subject(reply, command, call)
        key = (call.command, *sorted(call.args.items()))
        cached = self._reply_cache.get(key)
        if cached is None:
            reply = await command(self._content_context, self._validate(command, call))
            cached = self._reply_cache.put(key, _with_subject(reply, command, call))
        return cached

    def _with_report(self, reply: Reply, command: str, caller: Caller) -> Reply:
        """Return *reply* with a menu line for reporting it, if it is an answer.

        The same reply gets the same result, so that adapters can reuse what they have rendered.
        """
        is_member = caller.acting_community is not None and self.has_storage
        is_answer = command != small_talk.COMMAND and REPORT in self.commands
        if reply.about is None or not (is_member and is_answer):
            return reply
        cached = self._reportable.get(id(reply))
        if cached is not None and cached[0] is reply:  # an id may be reused
            return cached[1]
        more = (*reply.more, report_action(self.shortest_line(reply.about)))
        return self._reportable.put(id(reply), (reply, replace(reply, more=more)))[1]

    async def form_for(self, call: Call, caller: Caller) -> Form | None:
        """Return the form to fill in before *call* can run.

        Return None if it needs none, or if *caller* may not run it. Raise Refusal if the caller's
        platform doesn't offer it, and Refusal or Outage if the values with which it opens can't be
        looked up.
        """
        command = self.commands.get(call.command)
        if command is None or not command.needs_form(call) or not command.allows(caller):
            return None
        command.require_offered(call, caller)
        context, layout = CommandContext(self, caller, call, self._clock()), form_layout(command)
        with storage_outages():
            values = await layout.prefill(context) if layout.prefill else {}
            hints = await layout.hints(context) if layout.hints else {}
        carried = {name: values[name] for name in layout.carries if name in values}
        call = replace(call, args={**carried, **call.args}) if carried else call
        options = {
            name: tuple(await self.suggest(call, name, "", caller, MAX_CHOICES))
            for name in asked_arguments(command, call, caller.id.partition(":")[0])
        }
        form = build_form(command, call, values, options, self.name_registry)
        return form.with_hints(hints)

    async def suggest(
        self, call: Call, argument: str, text: str, caller: Caller, limit: int
    ) -> list[NamedValue[Any]]:
        """Return up to *limit* values of an argument that match the *text* typed so far.

        Return an empty list if *caller* may not make *call*, or if the lookup fails. The reply to
        the call will then explain the error.
        """
        command = self.commands.get(call.command)
        arg = command.args.get(argument) if command else None
        if arg is None or not self.is_allowed(call, caller):
            return []
        if arg.autocomplete is None:
            names = self.name_registry.index_for(arg.names) if arg.names else None
            return complete(names, text, limit) if names else []
        context = CommandContext(self, caller, call, self._clock())
        try:
            with storage_outages():
                found = await arg.autocomplete(context, text)
        except (Refusal, Outage) as error:
            log.info("completion failed", command=call.command, detail=error.message)
            return []
        return rank_completions(list(found), text, limit)

    def _validate(self, command: Command, call: Call) -> BaseModel:
        try:
            context = {"names": self.name_registry}
            return command.args_model().model_validate(dict(call.args), context=context)
        except ValidationError as error:
            detail = error.errors()[0]
            name = str(detail["loc"][0])
            if detail["type"] == "missing":
                raise missing_argument(command, name, call, self.name_registry) from error
            message = f"{command.words} has no option “{truncate(name)}”. Type: {command.usage()}"
            raise Refusal(message, help_action(command)) from error

    async def _audit_refusal(self, command: Command, caller: Caller) -> None:
        """Record in the moderators' audit log that *caller* tried a command for moderators."""
        if caller.community is None or not self.has_storage:
            return
        try:
            async with self.storage() as store:
                queue = await store.queues.get_or_create(caller.community)
                await store.audit.add_refusal(queue, self._clock(), caller.id, command.name)
        except Outage as outage:  # not raised, because the call is refused anyway
            log.warning("refusal not recorded", detail=outage.message)

    def remember(self, call: Call, why: Call | None, member: str, place: str) -> None:
        """Keep *call* as the last question of *member* in *place*; *why* explains its answer.

        A private command can't be changed by a follow-up. Without *why* it ends the conversation.
        Small talk in between changes nothing.
        """
        if call.command == small_talk.COMMAND:
            return
        command = self.commands.get(call.command)
        is_question = command is not None and command.is_shareable
        if is_question or why is not None:
            last = LastCall(call if is_question else None, why)
            self._conversations.remember(member, place, last)
        else:
            self._conversations.forget(member, place)

    def record_repeat(self, platform: str, command: str) -> None:
        """Count and log a reply that an adapter sent from its own cache, without `handle`."""
        with bind_interaction_id():
            self._record(platform, command, Outcome.DONE, 0.0)

    def _record(self, platform: str, command: str, outcome: Outcome, seconds: float) -> None:
        """Count and log a reply. The log entry omits the caller and the arguments."""
        if not self._record_answers:
            return
        self.metrics.count_call(platform, command, outcome)
        milliseconds = round(seconds * 1000, 1)
        log.info("answered", platform=platform, command=command, outcome=outcome, ms=milliseconds)

    @cached_property
    def metrics(self) -> "Metrics":
        """The metrics; prometheus_client takes 20 ms, which single answers needn't wait for."""
        from bot.ops.metrics import Metrics  # noqa: PLC0415

        return Metrics()

    @property
    def has_storage(self) -> bool:
        """Whether the app has a database to store anything in."""
        return self._open_store is not None

    async def store(self) -> Store:
        """Return the database, which is opened at the first call; raise Outage if there is none.

        If opening it fails, raise StoreUnavailable or SchemaTooNew, which `storage` turns into
        Outage.
        """
        if self._open_store is None:
            raise Outage("I can't store anything here, so this isn't available.")
        async with self._opening_lock:
            if self._store is None:
                self._store = await self._open_store()
                self._store.observe_writes(self.metrics.observe_commit)
                self._last_outage = ""
        return self._store

    @asynccontextmanager
    async def storage(self) -> AsyncIterator[Store]:
        """Yield the open database. Raise Outage if it can't be opened or fails within the block."""
        with storage_outages():
            yield await self.store()

    async def close(self) -> None:
        """Finish the work in the background, then close the database if it was opened."""
        await self.community_answers.close()
        await self.inbox.drain()
        if self._store is not None:
            await self._store.close()

    def report_outage(self, error: Outage | StoreUnavailable | SchemaTooNew) -> None:
        """Log that the database can't be used, unless the same message was logged last."""
        if error.message != self._last_outage:
            self._last_outage = error.message
            log.warning("outage", reason=error.message, detail=getattr(error, "detail", ""))

    def report_recovery(self) -> None:
        """Remember that the database works, so that the next outage is logged again."""
        self._last_outage = ""

    async def _check_database(self) -> Finding:
        """Write to the database and return a finding: ok, or the error that the write caused."""
        try:
            async with self.storage() as store:
                await store.probe()
        except Outage as error:
            return broken(
                error.message, "To find out what's wrong with the database, run crossroads doctor."
            )
        return ok("saved data reaches the disk")

    async def prune_unfinished(self) -> None:
        """Delete quizzes left unfinished for `keep_days` days, at most once a day.

        Also delete who asked a question that isn't kept yet, and counts of questions, after
        ASKER_DAYS days.
        """
        now = self._clock()
        if self.has_storage and self._last_pruned < now.date():
            store = await self.store()
            await store.attempts.prune(now - timedelta(days=self.keep_days))
            await store.question_counts.prune(now - timedelta(days=ASKER_DAYS))
            self._last_pruned = now.date()

    async def detach_community(self, community: str, owner: str | None = None) -> None:
        """Delete the data of a community (server or workspace) that the bot is no longer in.

        With *owner*, a member who left the community, only detach this member's quiz results from
        the community. Either way, members keep their results and can delete them anywhere on the
        platform.
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
        """Call detach_community for communities that removed the bot while the bot wasn't running.

        *present* are the ids of all communities of *platform* that the bot is in. Communities for
        which *is_ours* returns False are skipped, because another instance serves them.
        """
        if not self.has_storage:
            return
        try:
            async with self.storage() as store:
                stored = await store.list_communities()
                for community in stored - set(present):
                    if community.partition(":")[0] == platform and is_ours(community):
                        await self.detach_community(community)
        except Outage as error:  # the next start tries again
            self.report_outage(error)


def _with_subject(reply: Reply, command: Command, call: Call) -> Reply:
    """Return *reply* with *call* as the call that shows it, unless it already names another.

    Only replies that can be shared are answers that somebody may ask for again.
    """
    is_answer = command.is_shareable and reply.template is None and reply.about is None
    return replace(reply, about=call) if is_answer else reply


def _error_reply(error: Exception, command: str, incident: str, call: Call | None) -> Reply:
    """Return the reply that explains *error* to the caller.

    If *error* is an Outage, the reply has a button that repeats *call*. Any error but Refusal and
    Outage is a bug, whose traceback is logged under the number *incident*.
    """
    if isinstance(error, Refusal):
        outcome = Outcome.REFUSED
        return Reply(
            error.message,
            buttons=error.actions,
            more=error.more,
            outcome=outcome,
            argument=error.argument,
        )
    if isinstance(error, Outage):
        log.warning("outage", command=command, reason=error.message, detail=error.detail)
        again = (Action("Try again", call),) if call else ()
        return Reply(error.message, error.nodes, buttons=again, outcome=Outcome.OUTAGE)
    log.error("bug", command=command, incident=incident, exc_info=error)
    return Reply(
        f"Something broke on our side; it's not your fault. Incident {incident}: give this number "
        "to an admin, who can look it up.",
        outcome=Outcome.BUG,
    )
