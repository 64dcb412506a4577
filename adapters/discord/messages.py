"""Answers to direct messages, and to mentions of the bot in servers.

Discord shows a bot the text of both without a privileged intent. In a server everybody sees the
answer, so it is as short as a shared one, and private commands are only named.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

import discord
import structlog

from adapters.discord.api_errors import call_once
from adapters.discord.internals import Route, request
from adapters.discord.platform import request_options
from adapters.discord.rendering.markdown import CommandIds
from adapters.discord.rendering.render import Message, render
from bot.app import App
from bot.cache import LruCache
from bot.call import Call, Caller
from bot.errors import Refusal
from bot.ops.logging import bind_interaction_id
from bot.platform import DeliveryError, NotFound, OutcomeUnknown, PermissionDenied, Retryable
from bot.presentation import Click, ClickKind, Presentation
from bot.reply import CommandLine, Outcome, Reply

log = structlog.get_logger("crossroads.discord")

Payload = Mapping[str, Any]

MAX_ANSWERS, COOLDOWN = 5, 30.0  # answers to one member, and the seconds in which they count
_MAX_MEMBERS = 10_000  # whose last answers are counted
_WRITTEN_BY_MEMBERS = frozenset({0, 19})  # types of messages: plain ones and replies
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")
_TOO_MANY = Reply(
    f"That's a lot of questions. Ask again in {COOLDOWN:.0f} seconds.", outcome=Outcome.REFUSED
)


@dataclass(frozen=True, slots=True)
class MessageToBot:
    """A member's direct message, or a message in a server that mentions the bot."""

    id: str
    channel: str
    caller: Caller
    line: str
    is_direct: bool

    @property
    def place(self) -> str:
        """The id of the chat, channel or thread, such as "discord:123"."""
        return f"discord:{self.channel}"


def parse_message(payload: Payload, bot_id: int) -> MessageToBot | None:
    """Return the message to the bot in *payload*, or None if it is none.

    Messages of bots and webhooks, and Discord's own, such as "somebody joined", are none.
    """
    author, guild = payload["author"], payload.get("guild_id")
    by_member = not (author.get("bot") or payload.get("webhook_id"))
    is_mention = any(str(each["id"]) == str(bot_id) for each in payload.get("mentions") or ())
    if not by_member or payload.get("type", 0) not in _WRITTEN_BY_MEMBERS:
        return None
    if guild is not None and not is_mention:
        return None
    return MessageToBot(
        id=str(payload["id"]),
        channel=str(payload["channel_id"]),
        caller=Caller(
            f"discord:{author['id']}", community=f"discord:{guild}" if guild is not None else None
        ),
        line=_to_line(str(payload.get("content") or ""), bot_id),
        is_direct=guild is None,
    )


def _to_line(content: str, bot_id: int) -> str:
    """Return the text without mentions of the bot; other mentions become ids: "discord:123"."""

    def to_id(found: re.Match[str]) -> str:
        if found[2] == str(bot_id) and found[1] in {"@", "@!"}:
            return " "
        return f"discord:{'role/' if found[1] == '@&' else ''}{found[2]}"

    return " ".join(_MENTION.sub(to_id, content).split()) or "help"


class Turn(Enum):
    """The reaction to a member's message: an answer, a warning after too many, or nothing."""

    ANSWER = auto()
    WARNING = auto()
    NOTHING = auto()


@dataclass(slots=True)
class _RecentAnswers:
    times: deque[float] = field(default_factory=deque)
    is_warned: bool = False


class Cooldown:
    """Limits how often each member gets an answer, so that nobody fills a channel with them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* returns seconds that never go back."""
        self._clock = clock
        self._recent = LruCache[str, _RecentAnswers](_MAX_MEMBERS)

    def take(self, member: str) -> Turn:
        """Return what the message that *member* has just written gets, and count it."""
        now = self._clock()
        recent = self._recent.get(member) or self._recent.put(member, _RecentAnswers())
        while recent.times and recent.times[0] <= now - COOLDOWN:
            recent.times.popleft()
        if len(recent.times) < MAX_ANSWERS:
            recent.times.append(now)
            recent.is_warned = False
            return Turn.ANSWER
        turn = Turn.NOTHING if recent.is_warned else Turn.WARNING
        recent.is_warned = True
        return turn


class MessageHandler:
    """Answers every message to the bot; failures are logged."""

    def __init__(
        self,
        app: App,
        client: discord.Client,
        command_ids: CommandIds,
        cooldown: Cooldown | None = None,
    ) -> None:
        self._app, self._client, self._command_ids = app, client, command_ids
        self._cooldown = cooldown or Cooldown()
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, payload: Payload) -> None:
        """Start a task that answers the message with this payload, if it is to the bot."""
        user = self._client.user
        message = parse_message(payload, user.id) if user else None
        if message is None:
            return
        turn = self._cooldown.take(message.caller.id)
        if turn is not Turn.NOTHING:
            task = asyncio.create_task(self._handle(message, turn))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for the answers in progress; those that take longer go on."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _handle(self, message: MessageToBot, turn: Turn) -> None:
        """Answer a message; log any exception instead of raising it."""
        started = time.monotonic()
        with bind_interaction_id():
            try:
                if turn is Turn.WARNING:
                    reply, shown = _TOO_MANY, Presentation()
                else:
                    reply, shown = await self._answer(message)
                await self._send(message, reply, shown)
                self._app.metrics.observe_answer("discord", time.monotonic() - started)
            except DeliveryError as error:
                log.info("message not answered", detail=error.message)
            except Exception:  # nothing awaits this task, so nothing else would log the error
                log.exception("bug")

    async def _answer(self, message: MessageToBot) -> tuple[Reply, Presentation]:
        """Return the reply to a message, and how to show it."""
        try:
            call = self._app.interpret(message.line, message.caller.id, message.place)
        except Refusal:  # the reply says what is wrong with the line
            reply = await self._app.handle_line(message.line, message.caller, message.place)
            return reply, Presentation().after(reply)
        command = self._app.commands.get(call.command)
        if not message.is_direct and command is not None and not command.is_shareable:
            return _answered_privately(self._app, call), Presentation()
        kind = ClickKind.RUN if message.is_direct else ClickKind.SHARE
        shown = replace(Presentation.of(Click(call, kind), command), is_shareable=False)
        reply = await self._app.handle(call, message.caller, message.place)
        return reply, shown.after(reply)

    async def _send(self, message: MessageToBot, reply: Reply, shown: Presentation) -> None:
        """Post *reply*; without a call, all its pages, since no button turns them."""
        pages = render(reply, shown, self._command_ids).messages
        for number, page in enumerate((shown.select(pages),) if shown.call else pages):
            await self._post_or_simplify(message, page, f"{message.id}-{number}")

    async def _post_or_simplify(self, message: MessageToBot, page: Message, key: str) -> None:
        """Post *page*, in a server as a reply.

        If Discord refuses that, post it as a plain message, with descriptions in place of images:
        a reply needs the permission Read Message History.
        """
        try:
            await self._post(message, page, key, is_reply=not message.is_direct)
        except (PermissionDenied, NotFound, Retryable, OutcomeUnknown):
            raise  # a simpler message would fail, too
        except DeliveryError:
            await self._post(message, page.without_images() or page, key, is_reply=False)

    async def _post(
        self, message: MessageToBot, page: Message, key: str, *, is_reply: bool
    ) -> None:
        """Post *page* once, however often Discord delivers *message*."""
        body = page.payload() | {"nonce": key, "enforce_nonce": True}
        if is_reply:
            body["message_reference"] = {"message_id": message.id, "fail_if_not_exists": False}
            body["allowed_mentions"] = {"parse": [], "replied_user": False}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=int(message.channel))
        options = await request_options(body, page)
        await call_once(request(self._client, route, **options))


def _answered_privately(app: App, call: Call) -> Reply:
    """Return the line that leads to a private command instead of its answer."""
    line = CommandLine(app.shortest_line(call))
    return Reply(("Only you should see the answer to that. Type ", line, "."))
