"""Members of the loopback Discord: they type commands, click, choose and submit."""

import asyncio
import secrets
import time
from typing import Any, TypedDict, Unpack

from discord_server.basics import User, snowflake
from discord_server.command_rules import (
    ATTACHMENT,
    GROUP,
    MENTIONABLE,
    ROLE,
    STRING,
    SUBCOMMAND,
)
from discord_server.errors import Json
from discord_server.filled_forms import FormFiller
from discord_server.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, Gateway
from discord_server.message_rules import MOST_FILE, Upload
from discord_server.platform_state import Platform
from discord_server.played_interaction import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    PlayedInteraction,
)
from discord_server.stored_message import Message, numbered, walk
from discord_server.world import ADMINISTRATOR, EVERYDAY, Channel, Guild

VALUE_TYPES: dict[int, tuple[type, ...]] = {4: (int,), 5: (bool,), 10: (int, float)}
"""The Python types of the values of option types; all others have text."""


class Invoker(TypedDict, total=False):
    """The member who does something, and the place; all fields have defaults."""

    user: User
    guild: Guild | None
    """None: in direct messages. Default: the first server.

    In a server without the bot, the user uses it through a user install.
    """
    channel: Channel
    permissions: int
    """The member's permissions in the channel, as bits."""
    app_permissions: int
    locale: str
    context: int
    """2 with guild=None: direct messages with somebody else, by a user install."""


class Members:
    """Actions of members. Each method sends an interaction and returns it as `PlayedInteraction`.

    It raises LookupError, TypeError or ValueError if Discord's client would prevent the action:
    for an undeclared command, a missing or disabled button, somebody else's ephemeral message, or a
    value that the declaration doesn't allow.
    """

    platform: Platform
    gateway: Gateway
    user: User
    """The member who acts by default."""

    async def slash(
        self, name: str, options: dict[str, Any] | None = None, **by: Unpack[Invoker]
    ) -> PlayedInteraction:
        """Type a slash command, such as "tips add" or "tips-add", with options by name."""
        command, leaf, path = self._declared(name, by)
        given = [option_value(leaf, key, value) for key, value in (options or {}).items()]
        for each in given:
            self._check_channel_type(leaf, each)
        for option in leaf.get("options") or []:
            if option.get("required") and option["name"] not in (options or {}):
                raise ValueError(f"/{name} asks for {option['name']}")
        data = spell_command(command, path, given)
        sent = [each for each in (options or {}).values() if isinstance(each, Upload)]
        if sent:
            data["resolved"] = {"attachments": dict(map(self._uploaded, sent))}
        picked = [int(each["value"]) for each in given if each["type"] in {ROLE, MENTIONABLE}]
        guild = by.get("guild", self.guild)
        roles = {str(n): guild.roles[n].payload() for n in picked if guild and n in guild.roles}
        if picked:
            data["resolved"] = data.get("resolved", {}) | {"roles": roles}
        return await self._send(COMMAND, data, by)

    async def send_command(
        self, name: str, options: dict[str, str] | None = None, **by: Unpack[Invoker]
    ) -> PlayedInteraction:
        """Send a slash command without checks, such as one sent just before it was replaced."""
        given = [
            {"name": key, "type": STRING, "value": each} for key, each in (options or {}).items()
        ]
        command = {"id": str(snowflake()), "name": name, "type": 1}
        return await self._send(COMMAND, spell_command(command, [], given), by)

    async def write(
        self, name: str, texts: dict[str, Any], options: dict[str, Any] | None = None,
        **by: Unpack[Invoker],
    ) -> PlayedInteraction:  # fmt: skip
        """Type a slash command that opens a form, and submit the form with these texts."""
        played = await self.slash(name, options, **by)
        return await self.submit_modal(played, texts, **by)

    def _uploaded(self, file: Upload) -> tuple[str, Json]:
        """Store an uploaded file; return its id and its JSON with its URL."""
        file.id = file.id or snowflake()
        self.platform.uploads[file.id] = file
        address = f"{self.platform.files_url}/attachments/{file.id}/{file.filename}"
        told = {"id": str(file.id), "filename": file.filename, "size": len(file.content)}
        return str(file.id), told | {"url": address, "proxy_url": address}

    async def autocomplete(
        self,
        name: str,
        options: dict[str, Any] | None = None,
        focused: str = "",
        **by: Unpack[Invoker],
    ) -> PlayedInteraction:
        """Type a command up to the option `focused` (default: the last); ask for its choices."""
        command, leaf, path = self._declared(name, by)
        focused = focused or list(options or {})[-1]
        given = []
        for key, value in (options or {}).items():
            option = declared_option(leaf, key)
            if key == focused and not option.get("autocomplete"):
                raise ValueError(f"{key} does not autocomplete")
            told = {"name": key, "type": option["type"], "value": value}
            given.append(told | ({"focused": True} if key == focused else {}))
        return await self._send(AUTOCOMPLETE, spell_command(command, path, given), by)

    async def click(
        self, message: Message, label: str = "", *, custom_id: str = "", **by: Unpack[Invoker]
    ) -> PlayedInteraction:
        """Click the button with this label or custom_id."""
        button = self._find_usable(message, by, {"type": 2, "label": label, "custom_id": custom_id})
        data = {"custom_id": button["custom_id"], "component_type": 2, "id": button["id"]}
        return await self._send(COMPONENT, data, by, message)

    async def choose(
        self, message: Message, values: list[str], *, custom_id: str = "", **by: Unpack[Invoker]
    ) -> PlayedInteraction:
        """Choose in the select with this custom_id (default: the first with options)."""
        select = self._find_usable(message, by, {"type": 3, "custom_id": custom_id})
        if not (select.get("min_values", 1) <= len(values) <= select.get("max_values", 1)):
            raise ValueError(f"{len(values)} values cannot be chosen in {select}")
        offered = {option["value"] for option in select["options"]}
        if not set(values) <= offered:
            raise LookupError(f"{set(values) - offered} are not among {offered}")
        data = {key: select[key] for key in ("custom_id", "id")}
        data |= {"component_type": 3, "values": values}
        return await self._send(COMPONENT, data, by, message)

    async def send_component(
        self,
        message: Message,
        custom_id: str,
        values: list[str] | None = None,
        **by: Unpack[Invoker],
    ) -> PlayedInteraction:
        """Send a component interaction without checks, such as a forged or outdated custom_id."""
        data: Json = {"custom_id": custom_id, "component_type": 2 if values is None else 3, "id": 1}
        if values is not None:
            data["values"] = values
        return await self._send(COMPONENT, data, by, message)

    async def submit_modal(
        self, played: PlayedInteraction, values: dict[str, Any], **by: Unpack[Invoker]
    ) -> PlayedInteraction:
        """Fill in the modal that an interaction opened, with values by custom_id, and submit it."""
        modal = await played.modal()
        filler = FormFiller(dict(values), played.guild, self._uploaded)
        filled_in = [filler.row(row) for row in numbered(modal["components"])]
        if filler.left:
            raise LookupError(f"the form has no {sorted(filler.left)}")
        data = {"custom_id": modal["custom_id"], "components": filled_in}
        data |= {"resolved": filler.resolved} if filler.resolved else {}
        place: Invoker = {"user": played.user, "guild": played.guild, "channel": played.channel}
        return await self._send(MODAL_SUBMIT, data, place | by, played.source)

    async def send_modal(
        self, custom_id: str, values: dict[str, str], **by: Unpack[Invoker]
    ) -> PlayedInteraction:
        """Submit a modal without checks, such as a forged one; *values* are texts by custom_id."""
        rows = [
            {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
            for name, value in values.items()
        ]
        return await self._send(MODAL_SUBMIT, {"custom_id": custom_id, "components": rows}, by)

    async def say(
        self,
        text: str,
        *,
        user: User | None = None,
        guild: Guild | None = None,
        channel: Channel | None = None,
        mention: bool = True,
        **fields: Any,
    ) -> Message:
        """Write a message: in a server, with a mention of the bot unless told otherwise, else to
        the bot; *fields* are of the event. As on Discord, the bot gets it only with the intent for
        it, and without a mention in a server it gets no text.
        """
        author = user or self.user
        place = channel or (guild.channel if guild else self.platform.conversation(author))
        mentioned = mention and place.guild_id is not None
        bot = self.platform.bot
        content = f"<@{bot.id}> {text}" if mentioned else text
        self.platform.authors[author.id] = author
        message = Message(snowflake(), place.id, author, content)
        self.platform.add(place, message, None)
        await self.send_message(message, place, mentioned=mentioned, **fields)
        return message

    async def send_message(
        self, message: Message, channel: Channel, *, mentioned: bool, **fields: Any
    ) -> int:
        """Send the event for a message, and return how many sessions received it."""
        direct = channel.guild_id is None
        payload = message.payload() | {"content": message.content if direct or mentioned else ""}
        payload["mentions"] = [self.platform.bot.payload()] if mentioned else []
        if not direct:
            payload["guild_id"] = str(channel.guild_id)
        intent = DIRECT_MESSAGES if direct else GUILD_MESSAGES
        event = payload | fields
        return await self.gateway.dispatch(
            "MESSAGE_CREATE", event, channel.guild_id, intents=intent
        )

    def replies_to(self, message: Message) -> list[Message]:
        """Return the bot's messages after *message* in its channel and its thread.

        The oldest of each is first. Answers to interactions don't count.
        """
        channel, thread = self.platform.channel(message.channel_id), self.thread_of(message)
        shown = [*channel.messages, *(thread.messages if thread else ())]
        bot, later = self.platform.bot, (each for each in shown if each.id > message.id)
        own = (each for each in later if each.author.id == bot.id and not each.deleted)
        return [each for each in own if each.origin is None]

    def thread_of(self, message: Message) -> Channel | None:
        """Return the thread about *message*, which has the message's id, or None."""
        guilds = self.platform.guilds.values()
        return next((g.channels[message.id] for g in guilds if message.id in g.channels), None)

    def chat(self, user: User | None = None) -> list[Message]:
        """Return the messages in a user's chat with the bot, oldest first."""
        return self.platform.conversation(user or self.user).messages

    async def reply_to(self, message: Message, number: int = 1, within: float = 10) -> Message:
        """Wait for the bot's message after *message* with this number, from 1."""

        def look() -> Message | None:
            found = self.replies_to(message)
            return found[number - 1] if len(found) >= number else None

        what = f"reply {number} to {message.content}"
        return await self.platform.bell.wait_until(look, what, within)

    async def redeliver(self, played: PlayedInteraction) -> None:
        """Send the same interaction once more, as Discord may."""
        await self._deliver(played)

    def _declared(self, name: str, by: Invoker) -> tuple[Json, Json, list[Json]]:
        """Return a typed command's declaration, its innermost part and the subcommands between."""
        guild = by.get("guild", self.guild)
        scopes = [None] if guild is None else [guild.id, None]
        known = {c["name"]: c for s in scopes[::-1] for c in self.platform.commands.get(s, [])}
        is_complete = " " in name or name in known
        words = name.split() if is_complete else name.split("-", 1)
        first, rest = words[0], words[1:]
        if first not in known:
            raise LookupError(f"no command /{first} is declared here")
        self._check_offered(known[first], by, guild)
        leaf, path = known[first], []
        for word in rest:
            leaf = declared_option(leaf, word)
            if leaf["type"] not in {SUBCOMMAND, GROUP}:
                raise LookupError(f"/{first} has no subcommand {word}")
            path.append(leaf)
        inner = [each for each in leaf.get("options") or [] if each["type"] in {SUBCOMMAND, GROUP}]
        if inner:
            raise LookupError(f"/{name} is no command: choose one of {[c['name'] for c in inner]}")
        return known[first], leaf, path

    def _check_offered(self, command: Json, by: Invoker, guild: Guild | None) -> None:
        """Raise LookupError if Discord's client doesn't offer *command* here or to this member."""
        name, contexts, here = command["name"], command.get("contexts"), context_of(by, guild)
        if contexts is not None and here not in contexts:
            raise LookupError(f"/{name} is not offered here, only in contexts {contexts}")
        if self._is_user_installed(here, guild) and 1 not in command["integration_types"]:
            raise LookupError(f"/{name} is not offered to those who install it for themselves")
        needed = int(command.get("default_member_permissions") or 0)
        held = by.get("permissions", EVERYDAY)
        if guild is None or held & ADMINISTRATOR or held & needed == needed:
            return
        if by.get("user", self.user).id not in guild.integrations.get(name, set()):
            raise LookupError(f"/{name} is not offered to members without permissions {needed}")

    def _check_channel_type(self, leaf: Json, given: Json) -> None:
        """Raise if *given* has a channel of a type that the client doesn't offer."""
        kinds: list[int] = declared_option(leaf, given["name"]).get("channel_types") or []
        for guild in self.platform.guilds.values() if kinds else ():
            channel = guild.channels.get(int(given["value"]))
            if channel is not None and channel.type not in kinds:
                raise ValueError(f"#{channel.name} is not offered: its kind is {channel.type}")

    def _is_user_installed(self, context: int, guild: Guild | None) -> bool:
        """Return True if the bot is available here only because this user installed it."""
        return context == 2 or (guild is not None and guild.id not in self.platform.guilds)

    def _find_usable(self, message: Message, by: Invoker, traits: Json) -> Json:
        """Return the component with these traits; raise if this user can't see or use it."""
        user = by.get("user", message.reader or self.user)
        if message.deleted or (message.reader is not None and message.reader.id != user.id):
            raise LookupError(f"{user.name} does not see message {message.id}")
        wanted = message.find(**{key: value for key, value in traits.items() if value})
        if wanted.get("disabled"):
            raise ValueError(f"{wanted} is disabled")
        told = walk(numbered(message.components))
        return next(new for old, new in zip(message.walk(), told, strict=True) if old is wanted)

    @property
    def guild(self) -> Guild:
        """Return the first server, where members are by default."""
        return next(iter(self.platform.guilds.values()))

    async def _send(
        self, kind: int, data: Json, by: Invoker, source: Message | None = None
    ) -> PlayedInteraction:
        played = self._create_interaction(kind, data, by, source)
        self.platform.interactions[played.token] = played
        loop = asyncio.get_running_loop()
        played.timer = loop.call_later(self.platform.deadline, self._expire, played)
        if not await self._deliver(played):
            played.timer.cancel()
            raise RuntimeError("no bot is connected to this server's shard")
        return played

    def _expire(self, played: PlayedInteraction) -> None:
        if played.response is None:
            self.platform.miss(played)

    async def _deliver(self, played: PlayedInteraction) -> int:
        guild_id = played.guild.id if played.guild else None
        return await self.gateway.dispatch("INTERACTION_CREATE", played.payload, guild_id)

    def _create_interaction(
        self, kind: int, data: Json, by: Invoker, source: Message | None
    ) -> PlayedInteraction:
        """Return a new interaction with all the fields of Discord's payload."""
        user = by.get("user", (source.reader if source else None) or self.user)
        guild, channel = self._place(by, source, user)
        self.platform.places[channel.id] = guild, channel
        context = context_of(by, guild)
        brought = self._is_user_installed(context, guild)
        owner = user.id if brought else guild.id if guild else 0
        payload: Json = {
            "id": str(snowflake()),
            "application_id": str(self.platform.application_id),
            "type": kind,
            "token": secrets.token_urlsafe(48),
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel.payload(),
            "app_permissions": str(by.get("app_permissions", EVERYDAY)),
            "locale": by.get("locale", user.locale),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": MOST_FILE,
            "context": context,
            "authorizing_integration_owners": {"1" if brought else "0": str(owner)},
        }
        if source is not None:
            payload["message"] = source.payload()
        if guild is None:
            payload["user"] = user.payload()
        else:
            member = self.platform.member(guild, user)
            permissions = by.get("permissions", EVERYDAY)
            payload["member"] = member | {"permissions": str(permissions)}
            payload |= {"guild_id": str(guild.id), "guild_locale": "en-US"}
            payload["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
        return PlayedInteraction(payload, user, channel, guild, source, born=time.monotonic())

    def _place(
        self, by: Invoker, source: Message | None, user: User
    ) -> tuple[Guild | None, Channel]:
        """Return the server and channel of an interaction; a component's are its message's."""
        if source is not None:
            if source.channel_id in self.platform.places:
                return self.platform.places[source.channel_id]
            channel = self.platform.channel(source.channel_id)
            return self.platform.guilds.get(channel.guild_id or 0), channel
        guild = by.get("guild", self.guild)
        if guild is None:
            return None, self.platform.conversation(user)
        return guild, by.get("channel", guild.channel)


def context_of(by: Invoker, guild: Guild | None) -> int:
    """Return 0 for a server, 1 for the bot's direct messages, 2 for other direct messages."""
    return by.get("context", 1 if guild is None else 0)


def declared_option(holder: Json, name: str) -> Json:
    for option in holder.get("options") or []:
        if option["name"] == name:
            return dict(option)
    known = [option["name"] for option in holder.get("options") or []]
    raise LookupError(f"{holder['name']} has no option {name}, only {known}")


def option_value(leaf: Json, name: str, value: Any) -> Json:
    """Return an option as Discord's client sends it; raise if the declaration forbids the value."""
    option = declared_option(leaf, name)
    if option["type"] == ATTACHMENT:
        return {"name": name, "type": ATTACHMENT, "value": str(value.id or _with_id(value))}
    if option["type"] == STRING and isinstance(value, str):
        value = " ".join(value.splitlines())  # a slash command is one line
    if not isinstance(value, VALUE_TYPES.get(option["type"], (str,))):
        raise TypeError(f"{value!r} is not of {name}'s type")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"{value!r} is not among {name}'s choices {choices}")
    size = len(value) if isinstance(value, str) else value
    kind = "length" if isinstance(value, str) else "value"
    low, high = option.get(f"min_{kind}"), option.get(f"max_{kind}")
    if (low is not None and size < low) or (high is not None and size > high):
        raise ValueError(f"{value!r} is out of {name}'s bounds")
    return {"name": name, "type": option["type"], "value": value}


def _with_id(file: Upload) -> int:
    file.id = snowflake()
    return file.id


def spell_command(command: Json, path: list[Json], given: list[Json]) -> Json:
    """Return a command's data with its options nested under the subcommands in *path*."""
    for part in reversed(path):
        given = [{"name": part["name"], "type": part["type"], "options": given}]
    data = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data | ({"options": given} if given else {})
