"""Discord's half of the playground: what its members see, and what they can do."""

import asyncio
import zlib
from collections.abc import Callable
from datetime import datetime

from adapters.discord.commands import PLATFORM, command_ids, command_payloads
from adapters.discord.messages import MessageHandler
from adapters.discord.playground.forms import form_data
from adapters.discord.playground.interactions import (
    click_data,
    command_data,
    completion_data,
    interaction,
    offered_commands,
)
from adapters.discord.playground.mentions import insert_mentions
from adapters.discord.playground.platform import PlaygroundPlatform
from adapters.discord.playground.resolved import FAILED, Impossible, Resolved, text_of
from adapters.discord.playground.responses import Played, PlaygroundResponses, ResponseType
from adapters.discord.playground.state import visible_state
from adapters.discord.playground.world import (
    BOT_ID,
    DIRECT,
    GUILD_ID,
    Channel,
    Json,
    Member,
    Message,
    World,
)
from adapters.discord.request_handler import RequestHandler
from bot.app import App

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL_SUBMIT = 2, 3, 4, 5  # types of interactions
_FIRST_COMMAND = 1_400_000_100_000_000_000  # the ids of the commands begin here
_DEADLINE = 3.0  # seconds for the first response
_DRAIN_TIMEOUT = 5.0  # seconds
_MAX_CONTENT = 2000  # characters of a member's message
_NO_RESPONSE = "The application did not respond."


class DiscordPane:
    """The bot on a Discord server in memory: the adapter's own handlers, without Discord."""

    platform = PLATFORM

    def __init__(self, app: App, clock: Callable[[], datetime]) -> None:
        """*clock* returns the time of new messages."""
        self._world = World(clock)
        self._responses = PlaygroundResponses(self._world)
        self._read: dict[tuple[int, int], int] = {}
        """The last message that each member has seen, by member and channel."""
        self.use(app)

    def use(self, app: App) -> None:
        """Answer from *app* from now on; the messages stay."""
        self._commands = [_stored(each) for each in command_payloads(app)]
        ids = command_ids(self._commands)
        platform = PlaygroundPlatform(self._world, ids)
        app.platforms[PLATFORM] = platform
        self._handler = RequestHandler(app, self._responses, platform, ids)
        self._messages = MessageHandler(app, platform, ids)
        self._world.changed()

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after every change of what a member sees."""
        self._world.listeners.append(callback)

    async def close(self) -> None:
        """Wait a few seconds for the answers in progress."""
        await self.drain(_DRAIN_TIMEOUT)

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for the answers in progress."""
        drains = (each.drain(seconds) for each in (self._handler, self._messages))
        await asyncio.gather(*drains)

    def state(self, member: str) -> Json:
        """Return all that *member* sees."""
        viewer = self._world.members[member]
        form = self._responses.forms.get(viewer.id)
        return visible_state(self._world, viewer, self._read) | {
            "platform": PLATFORM,
            "commands": offered_commands(self._commands, self._world, viewer),
            "home": None,
            "modal": form.modal if form else None,
        }

    async def act(self, member: str, action: Json) -> Json | None:
        """Carry out what *member* did; return what only they get, such as an error, or None."""
        person = self._world.members.get(member)
        if person is None:
            return {"error": "That member doesn't exist."}
        try:
            return await self._carry_out(person, action)
        except Impossible as error:
            if error.field:
                return {"errors": {error.field: error.message}}
            return {"error": error.message}

    async def _carry_out(self, member: Member, action: Json) -> Json | None:
        kind = text_of(action, "type")
        if kind == "close_modal":
            self._responses.forms.pop(member.id, None)
            self._world.changed()
            return None
        if kind == "submit":
            return await self._submit(member, action)
        actions = {
            "command": self._use_command,
            "autocomplete": self._complete,
            "click": self._click,
            "message": self._write,
            "read": self._mark_read,
        }
        act = actions.get(kind)
        if act is None:
            raise Impossible("Discord doesn't have that action.")
        return await act(member, self._find_channel(member, action), action)

    def _find_channel(self, member: Member, action: Json) -> Channel:
        seen = self._world.visible_channels(member)
        channel = next((each for each in seen if str(each.id) == action.get("channel")), None)
        if channel is None:
            raise Impossible("You don't have access to this channel.")
        return channel

    def _offered(self, member: Member, channel: Channel) -> list[Json]:
        return offered_commands(self._commands, self._world, member, channel)

    async def _use_command(self, member: Member, channel: Channel, action: Json) -> Json | None:
        resolved = Resolved(self._world, self._responses.uploads, member)
        data, name = command_data(self._offered(member, channel), action, resolved)
        return await self._play(_COMMAND, data, Played(member, channel, command=name))

    async def _complete(self, member: Member, channel: Channel, action: Json) -> Json | None:
        data = completion_data(self._offered(member, channel), action)
        return await self._play(_AUTOCOMPLETE, data, Played(member, channel))

    async def _click(self, member: Member, channel: Channel, action: Json) -> Json | None:
        message = channel.find(action.get("message"), member)
        if message is None and action.get("message") == str(channel.id) and channel.parent:
            channel = self._world.channels[channel.parent]  # of the message that a thread is about
            message = channel.find(action["message"], member)
        if message is None:
            raise Impossible(FAILED)
        data = click_data(message, action.get("action"), action.get("values"))
        return await self._play(_COMPONENT, data, Played(member, channel, message))

    async def _submit(self, member: Member, action: Json) -> Json | None:
        form, sent = self._responses.forms.get(member.id), action.get("modal")
        custom_id = sent.get("custom_id") if isinstance(sent, dict) else sent
        if form is None or form.modal["custom_id"] != custom_id:
            raise Impossible("This form is no longer open.")
        values = action.get("values") or {}
        if not isinstance(values, dict):
            raise Impossible(FAILED)
        resolved = Resolved(self._world, self._responses.uploads, member)
        data = form_data(form.modal, values, resolved)
        del self._responses.forms[member.id]
        self._world.changed()
        by = form.opened_by
        return await self._play(_MODAL_SUBMIT, data, Played(member, by.channel, by.source))

    async def _play(self, kind: int, data: Json, played: Played) -> Json | None:
        """Send an interaction to the bot, and wait for its first response."""
        member, channel, source = played.member, played.channel, played.source
        played.payload = interaction(self._world, member, channel, source, type=kind, data=data)
        self._responses.expect(played)
        self._handler.accept(played.payload)
        try:
            await asyncio.wait_for(played.answered.wait(), _DEADLINE)
        except TimeoutError:
            self._responses.give_up(played)
            raise Impossible(_NO_RESPONSE) from None
        self._see(member, channel)
        answer: Json = played.response.get("data") or {}
        match played.response["type"]:
            case ResponseType.CHOICES:
                return {"choices": answer["choices"]}
            case ResponseType.MODAL:
                return {"modal": answer}
        return None

    async def _write(self, member: Member, channel: Channel, action: Json) -> None:
        """Write a message, and send it to the bot as Discord does."""
        typed = text_of(action, "text").strip()
        if not typed:
            raise Impossible("You can't send an empty message.")
        text = insert_mentions(typed, self._world)
        text = f"<@{BOT_ID}> {text}" if action.get("mention") is True else text
        if len(text) > _MAX_CONTENT:
            raise Impossible(f"Your message is too long. The limit is {_MAX_CONTENT:,} characters.")
        replied = channel.find(action.get("reply_to"), member)
        if action.get("reply_to") and replied is None:
            raise Impossible("The message that you're replying to was deleted.")
        message = self._world.post(channel, member, text, reply_to=replied.id if replied else None)
        self._see(member, channel)
        self._messages.accept(self._event(channel, message, replied))

    def _event(self, channel: Channel, message: Message, replied: Message | None) -> Json:
        """Return the event for a new message; without a mention in a server it has no text."""
        world, is_direct = self._world, channel.type == DIRECT
        is_reply = replied is not None and replied.author is world.bot
        is_mention = is_reply or f"<@{BOT_ID}>" in message.content
        payload = message.json(channel.id)
        payload["mentions"] = [world.bot.user()] if is_mention else []
        if replied is not None:
            payload["referenced_message"] = replied.json(channel.id)
        if is_direct:
            return payload
        payload |= {"guild_id": str(GUILD_ID), "member": message.author.json()}
        return payload | ({} if is_mention else {"content": ""})

    async def _mark_read(self, member: Member, channel: Channel, _: Json) -> None:
        self._see(member, channel)
        self._world.changed()

    def _see(self, member: Member, channel: Channel) -> None:
        """Remember that a member has seen all messages of a channel."""
        if channel.messages:
            self._read[member.id, channel.id] = channel.messages[-1].id


def _stored(command: Json) -> Json:
    """Return a declared command as Discord stores it: with ids, which stay as long as its name."""
    number = _FIRST_COMMAND + zlib.crc32(command["name"].encode())
    return command | {"id": str(number), "application_id": str(BOT_ID), "version": str(number)}
