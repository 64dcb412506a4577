"""An interaction in, a Call to the App, and the answer out while Discord still waits for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import structlog

from adapters.discord.attachments import fetched
from adapters.discord.commands import choice
from adapters.discord.interaction import Asked, Event, asked
from adapters.discord.rendering.custom_id import Click, ClickKind
from adapters.discord.rendering.layout import File
from adapters.discord.rendering.limits import DEFER_AFTER, FIRST_RESPONSE, OPTIONS, TOKEN_LIFE
from adapters.discord.rendering.message_cache import Drawings, Drawn
from adapters.discord.rendering.modals import form
from adapters.discord.rendering.render import PRIVATE, Message, encoded, render
from adapters.discord.responses import Rejected, Responses, TooLate
from bot.app import App
from bot.call import Call
from bot.command import Visibility
from bot.ops.logging import bind_interaction_id as under_way
from bot.reply import Action, Actions, Outcome, Paragraph, Reply

log = structlog.get_logger("crossroads.discord")

_DRAWINGS = 200  # replies whose drawing is kept
_NOT_OURS = Reply(
    (
        Paragraph("This button or form is not one of ours, or it is too old. Nothing was changed."),
        Actions((Action("what you can ask", Call("help")),)),
    ),
    Outcome.REFUSED,
)


class _Kind(IntEnum):
    """The kinds of response: https://discord.com/developers/docs/interactions."""

    MESSAGE = 4
    MESSAGE_LATER = 5
    CHANGE_LATER = 6
    CHANGE = 7
    CHOICES = 8
    FORM = 9


@dataclass(slots=True)
class _Answering:
    """One interaction, and how it is going to be answered."""

    asked: Asked
    began: float  # on the monotonic clock
    press: Click
    private: bool
    in_place: bool

    def left(self) -> float:
        """Give the seconds until Discord gives up on the first response."""
        return self.began + FIRST_RESPONSE - time.monotonic()


class _Meanwhile:
    """Something that is done if a while passes before it is over."""

    def __init__(self, seconds: float, do: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._do = do
        self._begun: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin)

    def over(self) -> asyncio.Task[None] | None:
        """End the while; give what was begun."""
        self._timer.cancel()
        return self._begun

    def _begin(self) -> None:
        self._begun = asyncio.create_task(self._do())


class Interactions:
    """Answers every interaction; whatever happens, the member gets an answer in words."""

    def __init__(self, app: App, responses: Responses) -> None:
        self._app, self._responses = app, responses
        self._drawings = Drawings(_DRAWINGS)

    async def take(self, event: Event) -> None:
        """Answer an interaction. Raises nothing."""
        with under_way():
            try:
                await self._take(asked(event), time.monotonic())
            except TooLate as error:
                log.warning("too late", detail=str(error))
            except Exception:  # the last boundary: else the task would end in silence
                log.exception("bug")

    async def _take(self, asked: Asked, began: float) -> None:
        if asked.completes:
            await self._complete(asked)
            return
        await self._answer(asked, began)
        self._app.metrics.observe_answer("discord", time.monotonic() - began)

    async def _answer(self, asked: Asked, began: float) -> None:
        press = asked.press()
        command = self._app.commands.get(press.call.command) if press else None
        shared = bool(press and press.kind is ClickKind.SHARE)
        if press is None or (shared and not (command and command.is_shareable)):
            await self._send(self._answering(asked, began, Click(Call("help"))), _NOT_OURS)
            return
        it = self._answering(asked, began, press)
        complete = asked.submitted or asked.file() is not None
        asks_back = not complete and self._app.is_allowed(press.call, asked.who)
        blank = form(self._app, press.call) if asks_back else None
        if blank is not None:
            await self._respond(it, _Kind.FORM, encoded(blank))
            return
        await self._run(it)

    def _answering(self, asked: Asked, began: float, press: Click) -> _Answering:
        command = self._app.commands.get(press.call.command)
        public = press.kind is ClickKind.SHARE or (
            command and command.visibility is Visibility.PUBLIC
        )
        changes = press.kind is ClickKind.PAGE or (command is not None and command.updates_message)
        in_place = changes and asked.below_private
        return _Answering(asked, began, press, not public, in_place=in_place)

    async def _run(self, it: _Answering) -> None:
        """Run the Call; if that takes long, say so meanwhile, and give the answer in its place."""
        waits = _Meanwhile(DEFER_AFTER, lambda: self._announce(it))
        reply = await self._reply(it)
        announced = waits.over()
        if announced is None:
            await self._send(it, reply)
            return
        await announced
        await self._taken(it, self._drawn(it, reply), self._edit)

    async def _reply(self, it: _Answering) -> Reply:
        """Run the Call; read an attached file first, if its sender may make the Call."""
        call, who, file = it.press.call, it.asked.who, it.asked.file()
        command = self._app.commands.get(call.command)
        name = command.file_argument if command else None
        if file is None or name is None or not self._app.is_allowed(call, who):
            return await self._app.handle(call, who)

        async def made() -> Call:
            text = await fetched(self._responses.session, file)
            it.press = Click(Call(call.command, {**call.args, name: text}))
            return it.press.call

        return await self._app.handle(made, who)

    async def _announce(self, it: _Answering) -> None:
        """Say that the answer is on its way."""
        later = _Kind.CHANGE_LATER if it.in_place else _Kind.MESSAGE_LATER
        private = it.private and not it.in_place
        await self._respond(it, later, encoded({"flags": PRIVATE}) if private else "")

    async def _send(self, it: _Answering, reply: Reply) -> None:
        """Give *reply* as the first response."""
        if reply.outcome is not Outcome.DONE:
            it.private = True
        await self._taken(it, self._drawn(it, reply), self._first)

    async def _taken(
        self, it: _Answering, message: Drawn, send: Callable[[_Answering, Drawn], Awaitable[None]]
    ) -> None:
        """Send as much as Discord accepts: *message*, its text alone, or an error."""
        try:
            await send(it, message)
        except Rejected as error:
            words = message.described()
            if words is None:
                await send(it, _broken(it, error))
                return
            log.warning("pictures not shown", detail=str(error))
            await self._taken(it, words, send)

    async def _first(self, it: _Answering, message: Drawn) -> None:
        kind = _Kind.CHANGE if it.in_place else _Kind.MESSAGE
        data = message.encoded(private=it.private and not it.in_place)
        await self._respond(it, kind, data, message.files)

    def _drawn(self, it: _Answering, reply: Reply) -> Drawn:
        call = it.press.call
        command = self._app.commands.get(call.command)
        may_share = command is not None and command.is_shareable
        share = may_share and it.private and reply.outcome is Outcome.DONE
        pages = self._drawings.pages(reply, call, share=share)
        return pages[min(it.press.page, len(pages)) - 1]

    async def _complete(self, asked: Asked) -> None:
        """Offer what the focused option may become."""
        name, typed = asked.typing()
        found = await self._app.suggest(asked.call(), name, typed, asked.who, OPTIONS)
        choices = [choice(each.label, each.id) for each in found]
        body = _body(_Kind.CHOICES, encoded({"choices": choices}))
        await self._responses.respond(asked.id, asked.token, body, (), FIRST_RESPONSE)

    async def _respond(
        self, it: _Answering, kind: _Kind, data: str, files: tuple[File, ...] = ()
    ) -> None:
        body, asked = _body(kind, data), it.asked
        await self._responses.respond(asked.id, asked.token, body, files, it.left())
        self._app.metrics.observe_ack("discord", time.monotonic() - it.began)

    async def _edit(self, it: _Answering, message: Drawn) -> None:
        asked, body = it.asked, message.encoded()
        left = it.began + TOKEN_LIFE - time.monotonic()
        await self._responses.edit(asked.application, asked.token, body, message.files, left)


def _body(kind: _Kind, data: str) -> str:
    """Give a first response as JSON."""
    return f'{{"type":{kind:d},"data":{data}}}' if data else f'{{"type":{kind:d}}}'


def _broken(it: _Answering, error: Rejected) -> Message:
    """Say that the answer could not be shown, with a number for the log."""
    command = it.press.call.command
    with under_way() as incident:
        log.error("rejected", command=command, incident=incident, detail=str(error))
    says = f"The answer could not be shown here, which is our fault. Incident {incident}."
    return render(Reply((Paragraph(says),), Outcome.BUG)).messages[0]
