"""Answering of interactions within Discord's three seconds, or later with a deferred response."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum

import structlog

from adapters.discord.commands import PLATFORM, option_choice
from adapters.discord.forms import OpensForm, ask_for_rest, modal_for, offer_correction
from adapters.discord.interaction import AUTOCOMPLETE, Interaction, Payload, parse_interaction
from adapters.discord.platform import MessagePlatform
from adapters.discord.rendering.layout import Attachment
from adapters.discord.rendering.limits import (
    DEFER_AFTER,
    FIRST_RESPONSE_TIMEOUT,
    FORM_TIMEOUT,
    OPTIONS,
    TOKEN_LIFETIME,
)
from adapters.discord.rendering.markdown import CommandIds
from adapters.discord.rendering.modals import Submission
from adapters.discord.rendering.render import EPHEMERAL, Message, compact_json, render
from adapters.discord.responses import PayloadRejected, Responses, TooLate
from adapters.discord.rights import Rights
from adapters.shared.render_cache import RenderCache
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, PublicMessage
from bot.command import Command
from bot.community.first_offer import offer_setup
from bot.errors import Outage, Refusal
from bot.ops.logging import bind_interaction_id
from bot.presentation import (
    ALREADY_SHARED,
    REMOVE,
    UNKNOWN_CLICK,
    Click,
    ClickKind,
    Presentation,
    is_valid,
)
from bot.reply import Action, Outcome, Reply

log = structlog.get_logger("crossroads.discord")

_CACHED_REPLIES, _REMEMBERED_POSTS = 200, 10_000


class _ResponseType(IntEnum):
    """Discord's interaction callback types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE_MESSAGE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(slots=True)
class _Request:
    """An interaction that is being answered: the command, and how to show its answer."""

    interaction: Interaction
    started: float  # on the monotonic clock
    call: Call
    presentation: Presentation
    updates_message: bool = False  # whether the answer replaces the message that was clicked
    deferral: asyncio.Task[None] | None = None


class RequestHandler:
    """Answers every interaction. If anything fails, the member gets an error message."""

    def __init__(
        self,
        app: App,
        responses: Responses,
        platform: MessagePlatform,
        command_ids: CommandIds,
    ) -> None:
        self._app, self._responses, self._command_ids = app, responses, command_ids
        self._platform = platform
        self._rights = Rights(app)
        self._messages = RenderCache[Message](
            _CACHED_REPLIES, lambda page: page.to_json(private=True), Message.fill
        )
        self._posts = LruCache[str, str](_REMEMBERED_POSTS)
        """The id of the click that posted a public reply, by message, caller and call."""
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, payload: Payload) -> None:
        """Start a task that answers the interaction with this payload."""
        task = asyncio.create_task(self._handle(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for the answers in progress; those that take longer continue."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _handle(self, payload: Payload) -> None:
        """Answer an interaction; log any exception instead of raising it."""
        started = time.monotonic()
        with bind_interaction_id():
            try:
                interaction = parse_interaction(payload)
                if interaction.kind == AUTOCOMPLETE:
                    await self._autocomplete(interaction)
                    return
                await self._answer(interaction, started)
                self._app.metrics.observe_answer(PLATFORM, time.monotonic() - started)
            except TooLate as error:
                log.warning("interaction expired", detail=str(error))
            except Exception:  # nothing awaits this task, so nothing else would log the error
                log.exception("bug")

    async def _answer(self, interaction: Interaction, started: float) -> None:
        """Run the requested command and send its answer, or open a modal for missing arguments."""
        click = await self._click(interaction)
        command = self._app.commands.get(click.call.command) if click else None
        if click is None or not is_valid(click, command):
            request = _Request(interaction, started, Call("help"), Presentation())
            await self._send(request, self._render(request, UNKNOWN_CLICK))
            return
        presentation = _present(interaction, click, command)
        updates = presentation.updates_message and interaction.from_private
        request = _Request(interaction, started, click.call, presentation, updates)
        if interaction.submission and await self._ask_for_rest(request, interaction.submission):
            return
        if not interaction.opens_no_form and await self._open_form(request, click):
            return
        await self._run_once(request)

    async def _open_form(self, request: _Request, click: Click) -> bool:
        """Open the form for the arguments that *click* lacks; return False if it needs none.

        A form must be the first response, so looking up its values has a time limit.
        """
        interaction, command = request.interaction, self._app.commands.get(click.call.command)
        is_rest = click.kind is ClickKind.FORM
        if command is None or not (is_rest or command.needs_form(click.call)):
            return False
        try:
            async with asyncio.timeout(FORM_TIMEOUT):
                caller = await self._rights.authorize(interaction, click.call)
                modal = await modal_for(self._app, click, caller)
        except TimeoutError:
            slow = Outage("The form took too long to open, so nothing was changed.")
            await self._explain(request, slow)
            return True
        except Exception as error:  # noqa: BLE001 - `handle` turns it into a reply
            await self._explain(request, error)
            return True
        if modal is None:
            return False
        if interaction.is_typed or is_rest:
            self._rights.remember_form(interaction, modal["custom_id"])
        try:
            await self._respond(request, _ResponseType.MODAL, compact_json(modal))
        except PayloadRejected as error:
            await self._deliver(request, self._render(request, _not_shown(request, error)))
        return True

    async def _explain(self, request: _Request, error: Exception) -> None:
        """Send the reply that explains *error*, with a button to try again after an outage."""
        reply = await self._app.handle(_raise(error), request.interaction.caller)
        if reply.outcome is Outcome.OUTAGE:
            reply = replace(reply, buttons=(Action("Try again", request.call),))
        await self._send(request, self._render(request, reply))

    async def _ask_for_rest(self, request: _Request, submission: Submission) -> bool:
        """Ask for the arguments that a submitted form lacks; return False if it lacks none."""
        interaction, reply = request.interaction, ask_for_rest(self._app, submission)
        if reply is None:
            return False
        try:
            caller = await self._rights.authorize(interaction, request.call)
        except Outage as error:
            await self._explain(request, error)
            return True
        if not self._app.is_allowed(request.call, caller):
            return False
        await self._send(request, self._render_form_reply(request, submission, reply))
        return True

    def _render_form_reply(
        self, request: _Request, submission: Submission, reply: Reply
    ) -> Message:
        """Return *reply* to a form as a message whose first button opens a form for the rest."""
        opens = tuple(each.call for each in reply.buttons[:1])
        shown = OpensForm(call=request.call, origin=submission.click.origin, opens=opens)
        for custom_id in shown.custom_ids(reply):
            self._rights.remember_form(request.interaction, custom_id)
        request.presentation = shown
        return self._render(request, reply)

    async def _click(self, interaction: Interaction) -> Click | None:
        """Return what the interaction asks for; a follow-up becomes the question that it means."""
        click = interaction.click()
        if click is not None and interaction.is_typed:
            with suppress(Refusal):  # `_run_command` raises it again, for the reply
                return replace(click, call=await self._resolve(click.call, interaction))
        return click

    async def _resolve(self, call: Call, interaction: Interaction) -> Call:
        return await self._app.resolve(call, interaction.caller, interaction.place)

    async def _run_command(self, request: _Request) -> Reply:
        interaction = request.interaction

        async def resolve() -> Call:
            return await self._resolve(request.call, interaction)

        call = resolve if interaction.is_typed else request.call
        return await self._handle_call(request, call)

    async def _handle_call(
        self, request: _Request, call: Call | Callable[[], Awaitable[Call]]
    ) -> Reply:
        """Run *call* with the rights of the member who makes it, and return the reply."""
        interaction = request.interaction
        try:
            caller = await self._rights.authorize(interaction, request.call)
        except Outage as error:
            return await self._app.handle(_raise(error), interaction.caller)
        if request.call.command == REMOVE:
            caller = replace(caller, message=self._public_message(interaction))
        return await self._app.handle(call, caller, interaction.place)

    def _public_message(self, interaction: Interaction) -> PublicMessage | None:
        """Return the message that was clicked, or None if it is private or the click is forged."""
        if interaction.from_private or not interaction.is_genuine:
            return None
        message = f"{PLATFORM}:{interaction.message_id}"
        return self._platform.public_message(interaction.place, message)

    async def _run_once(self, request: _Request) -> None:
        """Run the command and send its answer; a click posts a public reply only once.

        A click that Discord delivers twice has the same id, and its second response is refused.
        """
        interaction = request.interaction
        if not request.presentation.is_public:
            await self._run(request)
            return
        key = f"{interaction.message_id} {interaction.caller.id} {request.call.to_line()}"
        first = self._posts.get(key) if interaction.message_id else None
        if (first or self._posts.put(key, interaction.id)) != interaction.id:
            await self._refuse(request, ALREADY_SHARED)
            return
        outcome = None
        try:
            outcome = await self._post(request)
        finally:
            if outcome is not Outcome.DONE:
                self._posts.discard(key)

    async def _post(self, request: _Request) -> Outcome:
        """Run the command and post its answer, if the rules for public answers allow it."""
        interaction, answers = request.interaction, self._app.public_answers
        permit = await answers.for_share(interaction.caller, interaction.home)
        if not permit.is_public:
            await self._refuse(request, permit.refusal())
            return Outcome.REFUSED
        outcome = None
        try:
            outcome = await self._run(request)
        finally:
            if outcome is not Outcome.DONE:
                answers.give_back(interaction.caller, interaction.home)
        return outcome

    async def _refuse(self, request: _Request, refusal: Reply) -> None:
        """Send *refusal* privately in place of a public answer."""
        request.presentation = Presentation()
        await self._send(request, self._render(request, refusal))

    async def _run(self, request: _Request) -> Outcome:
        """Run the command, send its answer and return the outcome.

        If that takes longer than DEFER_AFTER seconds, send a deferred response first.
        """

        def defer() -> None:
            request.deferral = asyncio.create_task(self._defer(request))

        left = max(0.0, request.started + DEFER_AFTER - time.monotonic())
        timer = asyncio.get_running_loop().call_later(left, defer)
        interaction = request.interaction
        if interaction.attachment is None:
            reply = await self._run_command(request)
        else:
            reply = await self._run_with_file(request, interaction.attachment)
        is_private = not request.presentation.is_public
        reply = await offer_setup(self._app, reply, interaction.caller, is_private=is_private)
        timer.cancel()
        if request.deferral is not None:
            await request.deferral
        submission = interaction.submission
        if submission and reply.outcome is Outcome.REFUSED:
            corrected = offer_correction(self._app, submission, reply)
            if corrected.buttons != reply.buttons:
                message = self._render_form_reply(request, submission, corrected)
                await self._send(request, message)
                return reply.outcome
            reply = corrected
        await self._send(request, self._render(request, reply))
        return reply.outcome

    async def _run_with_file(self, request: _Request, attachment: Payload) -> Reply:
        """Run the command with the attached file's text as an argument; return its reply."""
        call = request.call
        command = self._app.commands.get(call.command)
        name = command.file_argument if command else None

        async def add_text() -> Call:
            caller = await self._rights.authorize(request.interaction, call)
            if name is None or not self._app.is_allowed(call, caller):
                return call
            text = await self._responses.fetch_text(attachment)
            request.call = Call(call.command, {**call.args, name: text})
            return request.call

        return await self._handle_call(request, add_text)

    async def _defer(self, request: _Request) -> None:
        """Send a deferred response, which allows the answer to follow within 15 minutes."""
        if request.updates_message:
            await self._respond(request, _ResponseType.DEFERRED_UPDATE, "")
            return
        private = not request.presentation.is_public
        data = compact_json({"flags": EPHEMERAL}) if private else ""
        await self._respond(request, _ResponseType.DEFERRED_MESSAGE, data)

    def _render(self, request: _Request, reply: Reply) -> Message:
        """Return the requested page of *reply* as a message, cached if it was rendered before."""
        request.presentation = request.presentation.after(reply)
        shown = request.presentation

        def render_pages(wanted: Reply) -> tuple[Message, ...]:
            return render(wanted, shown, self._command_ids).messages

        pages = self._messages.pages(reply, shown.cache_key(reply), render_pages)
        return shown.select(pages)

    async def _send(self, request: _Request, message: Message) -> None:
        """Send *message*; if Discord rejects it, send it without images, else an error message."""
        try:
            await self._deliver(request, message)
        except PayloadRejected as error:
            text_only = message.without_images()
            if text_only is None:
                if request.deferral is None:
                    request.updates_message = False  # so that the answer that was clicked stays
                await self._deliver(request, self._render(request, _not_shown(request, error)))
                return
            log.warning("pictures not shown", detail=str(error))
            await self._send(request, text_only)

    async def _deliver(self, request: _Request, message: Message) -> None:
        """Send *message* as the first response, or in place of the deferred response."""
        if request.deferral is not None:
            interaction = request.interaction
            path = f"/webhooks/{interaction.application_id}/{interaction.token}/messages/@original"
            left = request.started + TOKEN_LIFETIME - time.monotonic()
            await self._responses.send("PATCH", path, message.to_json(), message.files, left)
            return
        updates = request.updates_message
        kind = _ResponseType.UPDATE_MESSAGE if updates else _ResponseType.MESSAGE
        data = message.to_json(private=not (request.presentation.is_public or updates))
        await self._respond(request, kind, data, message.files)

    async def _respond(
        self, request: _Request, kind: _ResponseType, data: str, files: tuple[Attachment, ...] = ()
    ) -> None:
        """Send the first response of type *kind* to an interaction, with *files*.

        *data* is the response's data as JSON, or "" if it has none.
        """
        interaction = request.interaction
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        body = f'{{"type":{kind:d},"data":{data}}}' if data else f'{{"type":{kind:d}}}'
        left = request.started + FIRST_RESPONSE_TIMEOUT - time.monotonic()
        await self._responses.send("POST", path, body, files, left)
        self._app.metrics.observe_ack(PLATFORM, time.monotonic() - request.started)

    async def _autocomplete(self, interaction: Interaction) -> None:
        """Respond with suggested values for the option that the member is typing."""
        name, text = interaction.focused_option()
        call = interaction.command_call()
        caller = await self._rights.authorize(interaction, call)
        found = await self._app.suggest(call, name, text, caller, OPTIONS)
        choices = [option_choice(each.label, each.id) for each in found]
        body = compact_json({"type": _ResponseType.AUTOCOMPLETE, "data": {"choices": choices}})
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        await self._responses.send("POST", path, body, (), FIRST_RESPONSE_TIMEOUT)


def _raise(error: Exception) -> Callable[[], Awaitable[Call]]:
    """Return a function that raises *error*, to have it turned into a reply."""

    async def raise_error() -> Call:
        raise error

    return raise_error


def _present(interaction: Interaction, click: Click, command: Command | None) -> Presentation:
    """Return how to show the reply to *click*; in direct messages there is nobody to share with."""
    shown = Presentation.of(click, command)
    shared_by = interaction.caller.id if shown.is_shared else None
    can_share = shown.is_shareable and not interaction.is_direct
    is_removable = shown.is_public and interaction.caller.community is not None
    author = interaction.caller.id if is_removable else ""
    return replace(shown, shared_by=shared_by, author=author, is_shareable=can_share)


def _not_shown(request: _Request, error: PayloadRejected) -> Reply:
    """Log *error*, Discord's rejection of the answer, and return a reply for the member.

    The reply and the log have the same incident id.
    """
    with bind_interaction_id() as incident:
        log.error(
            "message rejected",
            command=request.call.command,
            incident=incident,
            detail=str(error),
        )
    text = (
        f"I couldn't show the answer because of a bug on our side. Incident {incident}: give this "
        "number to an admin."
    )
    return Reply(text, outcome=Outcome.BUG)
