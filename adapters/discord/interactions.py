"""An interaction in, a Call to the App, and the answer out while Discord still waits for it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import discord
import structlog

from adapters.discord.choices import SELECT
from adapters.discord.commands import asked_for, choice, given
from adapters.discord.custom_id import Deed, Press, decode
from adapters.discord.forms import filled_in, form
from adapters.discord.limits import DEFER_AFTER, FIRST_RESPONSE, OPTIONS, TOKEN_LIFE
from adapters.discord.render import PRIVATE, Message, render
from adapters.discord.responses import Rejected, Responses, TooLate
from bot.app import App
from bot.call import Call, Who
from bot.command import Audience
from bot.log import interaction as under_way
from bot.memo import Memo
from bot.reply import Choice, Choices, Outcome, Paragraph, Reply
from bot.suggest import suggestions

log = structlog.get_logger("crossroads.discord")

_DRAWINGS = 200  # replies whose drawing is kept
_NOT_OURS = Reply(
    (
        Paragraph("This button or form is not one of ours, or it is too old. Nothing was changed."),
        Choices((Choice("what you can ask", Call("help")),)),
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
class _Asked:
    """One interaction, and how it is going to be answered."""

    interaction: discord.Interaction
    began: float  # on the monotonic clock
    press: Press
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
        self._drawings = Memo[tuple[int, bool], tuple[Reply, tuple[Message, ...]]](_DRAWINGS)

    async def take(self, interaction: discord.Interaction) -> None:
        """Answer *interaction*. Raises nothing."""
        with under_way():
            try:
                await self._take(interaction, time.monotonic())
            except TooLate as error:
                log.warning("too late", detail=str(error))
            except Exception:  # the last boundary: else the task would end in silence
                log.exception("bug")

    async def _take(self, interaction: discord.Interaction, began: float) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            await self._complete(interaction)
            return
        await self._answer(interaction, began)
        self._app.metrics.delivered("discord", time.monotonic() - began)

    async def _answer(self, interaction: discord.Interaction, began: float) -> None:
        press = _press(interaction)
        command = self._app.commands.get(press.call.command) if press else None
        shared = bool(press and press.deed is Deed.SHARE)
        if press is None or (shared and not (command and command.audience is Audience.ASKER)):
            await self._send(self._asked(interaction, began, Press(Call("help"))), _NOT_OURS)
            return
        asked = self._asked(interaction, began, press)
        asks_back = not _submitted(interaction) and self._app.may(press.call, _who(interaction))
        blank = form(self._app, press.call) if asks_back else None
        if blank is not None:
            await self._respond(asked, _Kind.FORM, blank)
            return
        await self._run(asked)

    def _asked(self, interaction: discord.Interaction, began: float, press: Press) -> _Asked:
        command = self._app.commands.get(press.call.command)
        public = press.deed is Deed.SHARE or (command and command.audience is Audience.CHANNEL)
        changes = press.deed is Deed.PAGE or (command is not None and command.in_place)
        ours = interaction.message is not None and interaction.message.flags.ephemeral
        return _Asked(interaction, began, press, not public, in_place=changes and ours)

    async def _run(self, asked: _Asked) -> None:
        """Run the Call; if that takes long, say so meanwhile, and give the answer in its place."""
        waits = _Meanwhile(DEFER_AFTER, lambda: self._announce(asked))
        reply = await self._app.handle(asked.press.call, _who(asked.interaction))
        announced = waits.over()
        if announced is None:
            await self._send(asked, reply)
            return
        await announced
        try:
            await self._edit(asked, self._drawn(asked, reply))
        except Rejected as error:
            await self._edit(asked, _broken(asked, error))

    async def _announce(self, asked: _Asked) -> None:
        """Say that the answer is on its way."""
        later = _Kind.CHANGE_LATER if asked.in_place else _Kind.MESSAGE_LATER
        private = asked.private and not asked.in_place
        await self._respond(asked, later, {"flags": PRIVATE} if private else {})

    async def _send(self, asked: _Asked, reply: Reply) -> None:
        """Give *reply* as the first response."""
        if reply.outcome is not Outcome.DONE:
            asked.private = True
        try:
            await self._first(asked, self._drawn(asked, reply))
        except Rejected as error:
            await self._first(asked, _broken(asked, error))

    async def _first(self, asked: _Asked, message: Message) -> None:
        kind = _Kind.CHANGE if asked.in_place else _Kind.MESSAGE
        body = message.payload(private=asked.private and not asked.in_place)
        await self._respond(asked, kind, body, message)

    def _drawn(self, asked: _Asked, reply: Reply) -> Message:
        call = asked.press.call
        command = self._app.commands.get(call.command)
        may_share = command is not None and command.audience is Audience.ASKER
        share = may_share and asked.private and reply.outcome is Outcome.DONE
        pages = self._pages(reply, call, share=share)
        return pages[min(asked.press.page, len(pages)) - 1]

    def _pages(self, reply: Reply, call: Call, *, share: bool) -> tuple[Message, ...]:
        """Draw *reply*; the App gives a settled one again as the same object."""
        known = self._drawings.get((id(reply), share))
        if known is not None and known[0] is reply:
            return known[1]
        drawn = (reply, render(reply, call, share=share).messages)
        return self._drawings.keep((id(reply), share), drawn)[1]

    async def _complete(self, interaction: discord.Interaction) -> None:
        """Offer what the focused option may become."""
        data: Any = interaction.data
        options: list[dict[str, Any]] = data.get("options", [])
        option = next((each for each in options if each.get("focused")), {})
        names = asked_for(self._app, data["name"], str(option.get("name")))
        found = suggestions(names, str(option.get("value", "")), OPTIONS) if names else ()
        choices = [choice(each.label, each.id) for each in found]
        body = {"type": _Kind.CHOICES, "data": {"choices": choices}}
        await self._responses.respond(interaction.id, interaction.token, body, (), FIRST_RESPONSE)

    async def _respond(
        self, asked: _Asked, kind: _Kind, data: dict[str, Any], message: Message | None = None
    ) -> None:
        body = {"type": kind, **({"data": data} if data else {})}
        files = message.files if message else ()
        it = asked.interaction
        await self._responses.respond(it.id, it.token, body, files, asked.left())
        self._app.metrics.acknowledged("discord", time.monotonic() - asked.began)

    async def _edit(self, asked: _Asked, message: Message) -> None:
        it = asked.interaction
        left = asked.began + TOKEN_LIFE - time.monotonic()
        body = message.payload()
        await self._responses.edit(it.application_id, it.token, body, message.files, left)


def _press(interaction: discord.Interaction) -> Press | None:
    """Read what was asked; None for what is not ours."""
    data: Any = interaction.data
    if interaction.type is discord.InteractionType.application_command:
        args = {each["name"]: given(each) for each in data.get("options", ())}
        return Press(Call(data["name"], args))
    if _submitted(interaction):
        call = filled_in(data)
        return Press(call) if call else None
    code = str(data.get("custom_id", ""))
    press = decode(str((data.get("values") or [""])[0]) if code.startswith(SELECT) else code)
    return press if press and press.deed is not Deed.FORM else None


def _submitted(interaction: discord.Interaction) -> bool:
    return interaction.type is discord.InteractionType.modal_submit


def _who(interaction: discord.Interaction) -> Who:
    """Tell who asks; a community is where the bot is installed, not where a user brings it."""
    may = interaction.permissions
    there = interaction.is_guild_integration()
    return Who(
        f"discord:{interaction.user.id}",
        moderator=there and (may.manage_guild or may.administrator),
        community=f"discord:{interaction.guild_id}" if there else None,
    )


def _broken(asked: _Asked, error: Rejected) -> Message:
    """Say that the answer could not be shown, with a number for the log."""
    command = asked.press.call.command
    with under_way() as incident:
        log.error("rejected", command=command, incident=incident, detail=str(error))
    says = f"The answer could not be shown here, which is our fault. Incident {incident}."
    return render(Reply((Paragraph(says),), Outcome.BUG)).messages[0]
