"""Handling of requests: run the command, and send the reply to the request's target."""

import json
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from adapters.shared.render_cache import RenderCache
from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import API_FAILURES, Expired, PayloadRejected, SendError
from adapters.slack.file_download import fetch_text
from adapters.slack.payload import (
    Payload,
    Request,
    caller_id_of,
    command_line,
    community_of,
    place_of,
)
from adapters.slack.rendering.forms import (
    arguments_form,
    asks_for_groups,
    channel_form,
    error_at_field,
    give_back_texts,
    parse_submission,
    to_options,
    without_files,
)
from adapters.slack.rendering.limits import OPTIONS
from adapters.slack.rendering.render import Message, Surface, render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.reply_targets import MessageToBot, OutgoingReply, ReplyTarget
from adapters.slack.users import Users
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.command import Command, Permission, Visibility
from bot.community.first_offer import offer_setup
from bot.community.public_answers import SENT_PRIVATELY, Permit, Turn
from bot.errors import Outage, Refusal
from bot.former_names import FORMER_NAMES
from bot.presentation import (
    ALREADY_SHARED,
    UNKNOWN_CLICK,
    Click,
    ClickKind,
    Presentation,
    is_valid,
)
from bot.reply import Action, Outcome, Progress, Reply

log = structlog.get_logger("crossroads.slack")

_MAX_CACHED, _MAX_SHARED = 200, 10_000
_NOT_SHOWN = "I couldn't show the answer because of a bug on our side."
_SENT_PRIVATELY = render(SENT_PRIVATELY).messages[0]
_TOO_LATE = "That took too long, so I couldn't send the answer. Ask again."


@dataclass(frozen=True, slots=True)
class CachedAck:
    """A stored acknowledgement with the reply to a slash command, so that a repeat is fast."""

    call: Call
    why: Call | None  # explains the reply
    body: str
    expires: float  # on the monotonic clock


@dataclass(frozen=True, slots=True)
class _Plan:
    """The click (or typed command) of a request, the command it runs, and how to show the reply."""

    click: Click
    command: Command | None
    presentation: Presentation
    privacy: str = ""  # why the answer to a mention is private, though the command isn't
    is_plain: bool = False  # whether another workspace would get the same answer


class RequestHandler:
    """Answers requests; if anything fails, the member gets an error message.

    *on_change* is called with the ids of user and workspace after their Home tab may have changed.
    *start_extra* runs a coroutine that may be cancelled at shutdown.
    """

    def __init__(
        self,
        app: App,
        api: SlackApi,
        users: Users,
        on_change: Callable[[str, str], None],
        start_extra: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._app, self._api, self._users = app, api, users
        self._on_change, self._start_extra = on_change, start_extra
        self._messages = RenderCache[Message](
            _MAX_CACHED, lambda message: json.dumps(message.blocks), Message.fill
        )
        self._shared = LruCache[str, bool](_MAX_SHARED)
        self._acks = LruCache[str, CachedAck](_MAX_CACHED)

    def cached_ack(self, payload: Payload) -> str | None:
        """Return the stored acknowledgement, as JSON, for a slash command, or None.

        Only replies that are the same for every member are stored, and a workspace gets them only
        if it has no answers of its own and hides nothing.
        """
        if not self._app.community_answers.is_plain(community_of(payload)):
            return None
        cached = self._acks.get(command_line(payload))
        if cached is None or cached.expires <= time.monotonic():
            return None
        self._app.record_repeat("slack", cached.call.command)
        self._app.remember(cached.call, cached.why, caller_id_of(payload), place_of(payload))
        return cached.body

    async def handle(self, request: Request) -> Json:
        """Reply to *request*; return the acknowledgement's body. Never raise an exception."""
        try:
            return await self._handle(request)
        except SendError as error:
            log.warning("answer not sent", detail=error.detail)
            return await self._send_error(request, error.message, click_of(self._app, request))
        except Expired as error:
            log.warning("answer expired", detail=str(error))
            return await self._send_error(request, _TOO_LATE, click_of(self._app, request))
        except PayloadRejected as error:
            incident = secrets.token_hex(4)
            log.error("message rejected", incident=incident, detail=str(error))  # noqa: TRY400  # Slack's message is enough
        except Exception:  # the member must get a reply
            incident = secrets.token_hex(4)
            log.exception("bug", incident=incident)
        return await self._send_error(
            request, f"{_NOT_SHOWN} Incident {incident}: give this number to an admin."
        )

    async def suggest_options(self, payload: Payload) -> list[Json]:
        """Return the options that match the text typed in a form's select menu."""
        community, text = community_of(payload), str(payload.get("value") or "")
        submission = parse_submission(payload.get("view") or {}, community)
        if submission is None:
            return []
        call = submission.click.call
        command = self._app.commands.get(call.command)
        try:
            caller = await self._caller(str(payload["user"]["id"]), community, command)
        except Outage:  # the reply to the form will report it
            return []
        argument = str(payload.get("action_id"))
        return to_options(await self._app.suggest(call, argument, text, caller, OPTIONS))

    async def _send_error(self, request: Request, message: str, click: Click | None = None) -> Json:
        """Send an error message, as a direct message if nothing else works.

        Return the acknowledgement's body. With *click*, the message has a button that repeats it.
        """
        retry = (retry_action(click.call),) if click else ()
        shares = click is not None and click.kind is ClickKind.SHARE
        shown = Presentation(call=click.call if click else None, shares_again=shares)
        reply = Reply(message, buttons=retry, outcome=Outcome.OUTAGE)
        rendered = render(reply, shown).messages[0]
        targets = [request.target]
        if request.target.prefers_dm_for_errors:
            targets.append(ReplyTarget(self._api, request.target.user_id))
        for target in targets:
            try:
                return await target.send(OutgoingReply(lambda _: rendered))
            except API_FAILURES as error:
                log.warning("member not notified", detail=str(error))
        return {}

    async def _handle(self, request: Request) -> Json:
        click, permit = request.click, await self._permit_for_mention(request)
        if permit is not None and permit.turn is not Turn.ANSWER:
            is_told = permit.turn is Turn.NOTHING
            return {} if is_told else await self._send(request, permit.refusal())
        if request.line is not None:
            line = expand_line(self._app, request.line)
            try:
                caller = _identity(request)
                click = Click(await self._app.interpret(line, caller, request.place))
            except Refusal:
                caller = await self._caller(request.target.user_id, request.community, None)
                reply = await self._app.handle_line(line, caller, request.place)
                return await self._send(request, reply)
        command = self._app.commands.get(click.call.command) if click else None
        if click is None or not is_valid(click, command):
            return await self._send(request, UNKNOWN_CLICK)
        return await self._carry_out(request, _plan(request, click, command, permit))

    async def _carry_out(self, request: Request, plan: _Plan) -> Json:
        """Open the form that the command needs, or run it; return the acknowledgement's body."""
        call, command = plan.click.call, plan.command
        try:
            form = await self._needed_form(request, plan)
            if form is not None and await self._open_form(request.target, form):
                return {}
            if form is not None and not request.target.has_channel:
                raise Expired("can't ask which channel to post in")
            if form is not None and command is not None and command.form is not None:
                return await self._send(request, _offer_form(form, call), plan)
            return await self._run(request, plan)
        except Refusal as refusal:
            return await self._send(request, await self._refuse(request, refusal), plan)
        except Outage as outage:
            reply = Reply(outage.message, buttons=(retry_action(call),), outcome=Outcome.OUTAGE)
            return await self._send(request, reply, plan)

    async def _permit_for_mention(self, request: Request) -> Permit | None:
        """Return whether the answer to a mention may be public, or None if there is no mention."""
        if not request.thread:
            return None
        return await self._app.public_answers.for_mention(_identity(request), request.channel)

    async def _needed_form(self, request: Request, plan: _Plan) -> Json | None:
        """Return the form that the member must fill in before the command can run, or None.

        A form asks for missing arguments, or for the channel in which to post.
        """
        if request.from_form:
            return None
        if plan.presentation.is_public and not request.target.has_channel:
            return channel_form(plan.click)
        if plan.command is None or not plan.command.needs_form(plan.click.call):
            return None
        target, community = request.target, request.community
        caller = await self._caller(target.user_id, community, plan.command)
        form = await self._app.form_for(plan.click.call, caller)
        if form is None:
            return None
        groups = await self._users.groups(community) if asks_for_groups(form) else ()
        return arguments_form(form, plan.click, target.response_url, target.message, groups)

    async def _open_form(self, target: ReplyTarget, form: Json) -> bool:
        """Open *form* and return True, or False if the request is too old for that.

        Where the app may not read files, the form opens without a field for one.
        """
        try:
            return await target.open_modal(form)
        except (PayloadRejected, SendError):
            reduced = without_files(form)
            if reduced is None:
                raise
            return await target.open_modal(reduced)

    async def _refuse(self, request: Request, refusal: Refusal) -> Reply:
        async def fail() -> Call:
            raise refusal

        caller = await self._caller(request.target.user_id, request.community, None)
        return await self._app.handle(fail, caller)

    async def _run(self, request: Request, plan: _Plan) -> Json:
        """Run the command, send its reply, and return the acknowledgement's body.

        A public reply is posted only once, even if its button is clicked again.
        """
        key = f"{request.caller_id} {request.container_id} {plan.click}"
        once = bool(request.container_id) and plan.presentation.is_public
        if once and self._shared.get(key):
            return await self._send(request, ALREADY_SHARED)
        if once:
            self._shared.put(key, value=True)
        posted = is_counted = False
        try:
            if plan.presentation.is_public and not request.thread:
                answers = self._app.public_answers
                permit = await answers.for_share(_identity(request), request.channel)
                if not permit.is_public:
                    return await self._send(request, permit.refusal())
                is_counted = True
            caller = await self._caller(request.target.user_id, request.community, plan.command)
            caller = replace(caller, message=request.target.public_message())
            reply = await self._answer(request, plan, caller)
            is_plain = self._app.community_answers.is_plain(request.community)
            plan = replace(plan, is_plain=is_plain)
            if request.from_form and reply.outcome is Outcome.REFUSED:
                ack = await self._refuse_form(request, reply, plan)
            else:
                ack = await self._send(request, reply, plan)
            posted = reply.outcome is Outcome.DONE
        finally:
            if once and not posted:
                self._shared.put(key, value=False)
            if is_counted and not posted:
                self._app.public_answers.give_back(_identity(request), request.channel)
        if plan.command is not None and _changes_home(plan.command):
            self._on_change(request.target.user_id, request.community)
        return ack

    async def _answer(self, request: Request, plan: _Plan, caller: Caller) -> Reply:
        """Run the command and return its reply.

        A mention's thread then continues the conversation. If the command is private, a line there
        says so.
        """
        call = partial(self._read_files, request, plan.click.call, caller)
        reply = await self._app.handle(
            call if request.files else plan.click.call, caller, request.place
        )
        is_private = not plan.presentation.is_public
        reply = await offer_setup(self._app, reply, caller, is_private=is_private)
        if not request.thread or reply.outcome is not Outcome.DONE:
            return reply
        self._app.remember(plan.click.call, reply.why, caller.id, request.thread)
        if plan.privacy:
            return reply.with_caution(plan.privacy)
        if not plan.presentation.is_public and isinstance(request.target, MessageToBot):
            try:
                await request.target.announce(_SENT_PRIVATELY)
            except API_FAILURES as error:  # the answer itself may still arrive
                log.info("line about a private answer not posted", detail=str(error))
        return reply

    async def _read_files(self, request: Request, call: Call, caller: Caller) -> Call:
        """Return *call* with the texts of submitted files, if *caller* may make it."""
        if not self._app.is_allowed(call, caller):
            return call
        texts = {name: await fetch_text(self._api, file) for name, file in request.files.items()}
        return Call(call.command, {**call.args, **texts})

    async def _refuse_form(self, request: Request, refusal: Reply, plan: _Plan) -> Json:
        """Show *refusal* in the submitted form, at its field, or send it with the form's texts.

        It is sent if it isn't about one field, or if the form is closed by now.
        """
        if isinstance(refusal.answer, str) and not request.target.acknowledged:
            ack = error_at_field(request.target.view, refusal.argument, refusal.answer)
            if ack is not None:
                return ack
        # Without the call, because another page would run it again.
        sent = replace(plan, presentation=replace(plan.presentation, call=None))
        return await self._send(request, give_back_texts(refusal, plan.click.call), sent)

    async def _send(self, request: Request, reply: Reply, plan: _Plan | None = None) -> Json:
        """Send *reply* and return the acknowledgement's body.

        *plan* is None if no command was run.
        """
        shown = plan.presentation.after(reply) if plan else Presentation()
        if not request.target.can_share:
            shown = replace(shown, is_shareable=False)
        template = reply.template.reply if reply.template else reply  # has the same mentions
        sharer = (request.caller_id,) if shown.is_shared and not request.thread else ()
        names = await self._users.display_names(template, *sharer)
        shown = replace(shown, shared_by=next((each for each in sharer if each in names), None))

        def render_for(surface: Surface) -> Message:
            def render_pages(reply: Reply) -> tuple[Message, ...]:
                return render(reply, shown, surface=surface, names=names).messages

            return shown.select(
                self._messages.pages(reply, (surface, shown.cache_key(reply)), render_pages)
            )

        outgoing = OutgoingReply(
            render_for,
            private=not shown.is_public,
            updates_message=shown.updates_message,
            is_step=any(isinstance(node, Progress) for node in template.nodes),
        )
        ack = await request.target.send(outgoing)
        if self._api.images.should_add_later(outgoing.rendered):
            self._start_extra(request.target.add_images(outgoing))
        if plan and request.line and ack and outgoing.private and reply.outcome is Outcome.DONE:
            self._cache_ack(request.line, plan, reply, ack, outgoing.rendered)
        return ack

    def _cache_ack(self, line: str, plan: _Plan, reply: Reply, ack: Json, message: Message) -> None:
        """Store the acknowledgement of a line that means the same after any other question."""
        call, command = plan.click.call, plan.command
        is_same = plan.is_plain and command is not None and command.cacheable
        if not is_same or not _means_always(self._app, line, call):
            return
        body = json.dumps(ack, ensure_ascii=False, separators=(",", ":"))
        expires = self._api.images.valid_until(message)
        self._acks.put(line, CachedAck(call, reply.why, body, expires))

    async def _caller(self, user_id: str, community: str, command: Command | None) -> Caller:
        """Return the member as a Caller; check for a moderator only if *command* asks for it.

        Raise Outage if Slack can't be asked who is a moderator.
        """
        if command is not None and command.permission is Permission.MODERATORS:
            return await self._users.identify(user_id, community, must_know=True)
        if command is not None and command.differs_for_moderators:
            return await self._users.identify(user_id, community, must_know=False)
        return Caller(f"{community}/{user_id}", community=community)


def _changes_home(command: Command) -> bool:
    """Return True if the Home tab may show something else after *command*."""
    moderates = command.permission is Permission.MODERATORS
    return moderates or command.visibility is Visibility.PRIVATE


def _offer_form(form: Json, call: Call) -> Reply:
    """Return a reply to a message, which can't open *form*, with a button that can."""
    title = str(form["title"]["text"])
    return Reply(
        f"{title}: fill in the form to continue.", buttons=(Action("Open the form", call),)
    )


def _plan(request: Request, click: Click, command: Command | None, permit: Permit | None) -> _Plan:
    """Return how to answer *request*; a mention as *permit* says, unless the command is private."""
    if permit is not None and permit.is_public and command is not None and command.is_shareable:
        click = replace(click, kind=ClickKind.SHARE)
    shown = Presentation.of(click, command)
    if permit is not None and not (permit.is_public and shown.is_shared):
        shown = replace(shown, is_public=False)
    if shown.is_public:
        shown = replace(shown, author=request.caller_id)
    is_private = command is None or not command.is_shareable
    return _Plan(click, command, shown, permit.reason if permit and not is_private else "")


def _identity(request: Request) -> Caller:
    """Return the member without rights, whom the rules for public answers ask about."""
    return Caller(request.caller_id, community=request.community)


def click_of(app: App, request: Request) -> Click | None:
    """Return a button click that would repeat *request*, or None if its line can't be parsed."""
    if request.line is None:
        return request.click
    try:
        line = expand_line(app, request.line)
        return Click(app.interpret_at_once(line, _identity(request), request.place))
    except Refusal:
        return None


def _means_always(app: App, typed: str, call: Call) -> bool:
    """Return True if a typed line makes *call* whatever the member asked before."""
    line = expand_line(app, typed)
    try:
        return not app.is_follow_up(line) and app.parse(line) == call
    except Refusal:
        return False


def expand_line(app: App, typed: str) -> str:
    """Return the typed line without the slash or the bot's name: "salary ml" for ``/salary ml``.

    ``/crossroads salary ml`` becomes "salary ml", too. A workspace may still have slash commands
    of former versions, such as ``/faq`` and ``/tips-add``.
    """
    name, _, rest = typed.removeprefix("/").partition(" ")
    is_command = name in app.commands or name in app.groups or name in FORMER_NAMES
    line = f"{name} {rest}" if is_command else rest
    return line.strip() or "help"


def retry_action(call: Call) -> Action:
    """Return a "Try again" button that runs *call*, a command with its arguments."""
    return Action("Try again", call)
