"""Answers to direct messages, and to mentions of the bot in servers.

Discord shows a bot the text of both without a privileged intent. In a server everybody sees the
answer, so it is as short as a shared one. Answers that only the writer may see are sent as direct
messages, because a message can't be answered ephemerally.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from adapters.discord.commands import PLATFORM
from adapters.discord.mention_places import MentionPlaces
from adapters.discord.permissions import PostingRights
from adapters.discord.platform import MessagePlatform
from adapters.discord.rendering.markdown import CommandIds
from adapters.discord.rendering.render import Message, render
from bot.app import App
from bot.call import Call, Caller
from bot.command import Permission
from bot.community.public_answers import SENT_PRIVATELY, Permit, Turn
from bot.errors import Refusal
from bot.ops.logging import bind_interaction_id
from bot.platform import DeliveryError, NotFound, OutcomeUnknown, PermissionDenied, Retryable
from bot.presentation import Click, ClickKind, Presentation
from bot.reply import CommandLine, Outcome, Reply

log = structlog.get_logger("crossroads.discord")

Payload = Mapping[str, Any]

_WRITTEN_BY_MEMBERS = frozenset({0, 19})  # types of messages: plain ones and replies
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")
_UNPROMPTED = Presentation()  # of a reply that no call is behind
_TOO_MANY = Reply(
    "That's a lot of questions. Ask again in half a minute.",
    outcome=Outcome.REFUSED,
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


@dataclass(frozen=True, slots=True)
class Destination:
    """The channel, thread or chat to which an answer is sent; *reply_to* is a message there."""

    channel: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer, how to show it, the call that it answers, and the name of a thread for it."""

    reply: Reply
    shown: Presentation = _UNPROMPTED
    call: Call | None = None
    title: str = ""


def parse_message(payload: Payload, bot_id: int) -> MessageToBot | None:
    """Return the message to the bot in *payload*, or None if there is none.

    Messages from bots and webhooks, and Discord's own, such as "somebody joined", don't count.
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


class MessageHandler:
    """Answers every message to the bot; failures are logged."""

    def __init__(self, app: App, platform: MessagePlatform, command_ids: CommandIds) -> None:
        self._app, self._platform, self._command_ids = app, platform, command_ids
        self._places = MentionPlaces(platform)
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, payload: Payload) -> None:
        """Start a task that answers the message with this payload, if it is to the bot."""
        bot = self._platform.bot_id
        message = parse_message(payload, bot) if bot else None
        if message is not None:
            task = asyncio.create_task(self._handle(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for the answers in progress; those that take longer continue."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _handle(self, message: MessageToBot) -> None:
        """Answer a message; log any exception instead of raising it."""
        started = time.monotonic()
        with bind_interaction_id():
            try:
                answer = self._answer_chat if message.is_direct else self._answer_mention
                if await answer(message):
                    self._app.metrics.observe_answer(PLATFORM, time.monotonic() - started)
            except DeliveryError as error:
                log.info("message not answered", detail=error.message)
            except Exception:  # nothing awaits this task, so nothing else would log the error
                log.exception("bug")

    async def _answer_chat(self, message: MessageToBot) -> bool:
        """Answer a direct message; return False if it gets no answer, after too many."""
        turn = self._app.public_answers.cooldown.take(message.caller.id, message.place)
        here = Destination(message.channel)
        if turn is Turn.WARNING:
            await self._send(message, here, _TOO_MANY, _UNPROMPTED)
        elif turn is Turn.ANSWER:
            answer = await self._run(message, await self._interpret(message))
            await self._send(message, here, answer.reply, answer.shown)
        return turn is not Turn.NOTHING

    async def _answer_mention(self, message: MessageToBot) -> bool:
        """Answer a mention; return False if it gets no answer."""
        rights = await self._places.rights(message.channel)
        permit = await self._app.public_answers.for_mention(message.caller, rights.home)
        if permit.turn is Turn.NOTHING:
            return False
        if permit.turn is Turn.WARNING:
            if rights.can_post:
                await self._send(message, _below(message, rights), permit.refusal(), _UNPROMPTED)
            return rights.can_post
        call = await self._interpret(message)
        command = self._app.commands.get(call.command) if call else None
        if call and command and command.permission is Permission.MODERATORS:
            line = CommandLine(self._app.shortest_line(call))
            said = ("That's for moderators. Type ", line, ": only you'll see it.")
            answer = _Answer(Reply(said))
        elif permit.is_public and (command is None or command.is_shareable):
            answer = await self._run(message, call, is_public=True)
        else:
            return await self._answer_privately(message, rights, call, permit)
        if rights.can_post:
            await self._send_in_thread(message, rights, answer)
        return rights.can_post

    async def _answer_privately(
        self, message: MessageToBot, rights: PostingRights, call: Call | None, permit: Permit
    ) -> bool:
        """Answer a mention with a direct message; a line in public says so if it is needed.

        It is if the command is always private, or if the member takes no direct messages.
        """
        command = self._app.commands.get(call.command) if call else None
        is_private_command = command is not None and not command.is_shareable
        answer = await self._run(message, call)
        if not is_private_command:
            answer = replace(answer, reply=answer.reply.with_caution(permit.reason))
        try:
            chat = await self._platform.open_direct_messages(message.caller.id)
            to = Destination(chat.partition(":")[2])
            await self._send(message, to, answer.reply, answer.shown)
        except DeliveryError as error:
            log.info("direct message not sent", detail=error.message)
            line = CommandLine(self._app.shortest_line(call) if call else "help")
            said = ("I can't send you direct messages. Type ", line, ": only you'll see it.")
            told = Reply(said)
        else:
            self._remember(message, answer, chat)
            told = SENT_PRIVATELY
            if not is_private_command:
                return True
        if rights.can_post:
            await self._send_in_thread(message, rights, _Answer(told, title=answer.title))
        return True

    async def _interpret(self, message: MessageToBot) -> Call | None:
        """Return the call that a message makes, or None if that isn't clear."""
        try:
            return await self._app.interpret(message.line, message.caller, message.place)
        except Refusal:
            return None

    async def _run(
        self, message: MessageToBot, call: Call | None, *, is_public: bool = False
    ) -> _Answer:
        """Return the answer to *call*, or to a line that made none."""
        caller = message.caller
        if call is None:  # the reply says what is wrong with the line
            reply = await self._app.handle_line(message.line, caller, message.place)
            return _Answer(reply, _UNPROMPTED.after(reply))
        command = self._app.commands.get(call.command)
        click = Click(call, ClickKind.SHARE if is_public else ClickKind.RUN)
        author = caller.id if is_public else ""
        shown = Presentation.of(click, command)
        shown = replace(shown, is_shareable=False, is_public=is_public, author=author)
        reply = await self._app.handle(call, caller, message.place)
        return _Answer(reply, shown.after(reply), call, self._title(call, is_public=is_public))

    def _title(self, call: Call, *, is_public: bool) -> str:
        """Return the name of a thread about *call*, without its arguments if it isn't public."""
        command = self._app.commands.get(call.command)
        if command is None:
            return ""
        return self._app.action_for(call).label if is_public else command.words.capitalize()

    def _remember(self, message: MessageToBot, answer: _Answer, place: str) -> None:
        """Continue the conversation in *place*, where the answer was sent."""
        if answer.call is not None and answer.reply.outcome is Outcome.DONE:
            self._app.remember(answer.call, answer.reply.why, message.caller.id, place)

    async def _send_in_thread(
        self, message: MessageToBot, rights: PostingRights, answer: _Answer
    ) -> None:
        """Send an answer in the thread of a mention, or in its channel if there can be none."""
        thread = await self._places.open_thread(message.channel, message.id, rights, answer.title)
        if thread is not None:
            try:
                await self._send(message, Destination(thread), answer.reply, answer.shown)
            except (PermissionDenied, NotFound) as error:
                self._places.forget(message.channel)
                log.info("answer not posted in the thread", detail=error.message)
            else:
                self._remember(message, answer, f"discord:{thread}")
                return
        await self._send(message, _below(message, rights), answer.reply, answer.shown)

    async def _send(
        self, message: MessageToBot, to: Destination, reply: Reply, shown: Presentation
    ) -> None:
        """Post *reply*; without a call, all its pages, since no button turns them."""
        pages = render(reply, shown, self._command_ids).messages
        for number, page in enumerate((shown.select(pages),) if shown.call else pages):
            await self._post_or_simplify(to, page, f"{message.id}-{number}")

    async def _post_or_simplify(self, to: Destination, page: Message, key: str) -> None:
        """Post *page*.

        If Discord refuses that, post it as a plain message, with descriptions in place of images:
        a reply needs the permission Read Message History.
        """
        try:
            await self._post(to, page, key)
        except (PermissionDenied, NotFound, Retryable, OutcomeUnknown):
            raise  # a simpler message would fail, too
        except DeliveryError:
            await self._post(Destination(to.channel), page.without_images() or page, key)

    async def _post(self, to: Destination, page: Message, key: str) -> None:
        """Post *page* once, however often Discord delivers the message that it answers."""
        body = page.payload() | {"nonce": key, "enforce_nonce": True}
        if to.reply_to:
            body["message_reference"] = {"message_id": to.reply_to, "fail_if_not_exists": False}
            body["allowed_mentions"] = {"parse": [], "replied_user": False}
        await self._platform.send(f"{PLATFORM}:{to.channel}", body, page)


def _below(message: MessageToBot, rights: PostingRights) -> Destination:
    """Return the place below a mention: a reply to it, if the bot may reply there."""
    return Destination(message.channel, reply_to=message.id if rights.can_reply else "")
