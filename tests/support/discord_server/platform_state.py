"""The state of the loopback Discord, and how posting and editing change it."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from discord_server.basics import Notifier, User, snowflake
from discord_server.errors import (
    ApiError,
    Json,
    Validator,
    missing_access,
    missing_permissions,
    unknown,
)
from discord_server.message_rules import (
    EPHEMERAL,
    LOADING,
    SILENT,
    SUPPRESS_EMBEDS,
    V2,
    Body,
    Upload,
    check_flags,
    check_message,
    may_ping,
    resolve_attachments,
)  # fmt: skip
from discord_server.planned_faults import Faults
from discord_server.played_interaction import PlayedInteraction
from discord_server.received_request import ReceivedRequest
from discord_server.stored_message import Message
from discord_server.world import (
    ADMINISTRATOR,
    DM,
    MANAGE_THREADS,
    NO_MESSAGES,
    SEND,
    SEND_IN_THREADS,
    THREAD,
    VIEW,
    Channel,
    Guild,
)


@dataclass
class Platform:
    """All servers, channels and messages, and the recorded requests. Times are in seconds."""

    token: str
    deadline: float
    token_life: float
    shards: int = 1
    strict: bool = True
    """Check messages against the limits. Benchmarks don't, since that takes time."""
    concurrency: int = 1
    """max_concurrency: of shards with the same number modulo this, one may identify per
    `gateway.pause`."""
    application_id: int = field(default_factory=snowflake)
    guilds: dict[int, Guild] = field(default_factory=dict)
    lost: dict[int, Guild] = field(default_factory=dict)
    """Servers that removed the bot."""
    conversations: dict[int, Channel] = field(default_factory=dict)
    """Direct message channels by the user's id."""
    commands: dict[int | None, list[Json]] = field(default_factory=dict)
    """Declared commands by server id; None for global commands."""
    command_creates: int = 0
    """The number of new commands in bulk overwrites; Discord allows 200 a day."""
    places: dict[int, tuple[Guild | None, Channel]] = field(default_factory=dict)
    """The server and channel of each interaction, by the channel's id, even without the bot."""
    nonces: dict[tuple[int, str], Message] = field(default_factory=dict)
    interactions: dict[str, PlayedInteraction] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    bell: Notifier = field(default_factory=Notifier)
    counters: Counter[str] = field(default_factory=Counter)
    requests: deque[ReceivedRequest] = field(default_factory=lambda: deque(maxlen=10_000))
    errors: list[str] = field(default_factory=list)
    """Unexpected errors: unknown routes, bugs in here, bodies that violate the schema."""
    unsafe_mentions: list[Json] = field(default_factory=list)
    missed: list[PlayedInteraction] = field(default_factory=list)
    people: dict[int, User] = field(default_factory=dict)
    authors: dict[int, User] = field(default_factory=dict)
    """Users who have written a message where the bot is."""
    portal: Json = field(default_factory=dict)
    """The application's settings in the developer portal."""
    identifies_left: Callable[[], int] = lambda: 1000
    gateway_url: str = ""
    files_url: str = ""
    uploads: dict[int, Upload] = field(default_factory=dict)
    """Files that members uploaded with commands, by their ids."""
    ahead: float = 0  # seconds by which messages' times are ahead of the machine's clock

    def __post_init__(self) -> None:
        self.bot = User("crossroads", id=self.application_id, bot=True)

    def ready_payload(self, shard: list[int]) -> Json:
        """Return the data of READY, except for the session's fields."""
        guilds = [g for g in self.guilds.values() if (g.id >> 22) % shard[1] == shard[0]]
        return {
            "v": 10,
            "user": self.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "application": {"id": str(self.application_id), "flags": 0},
        }

    def guild_payloads(self, shard: list[int]) -> list[Json]:
        """Return the servers of a shard as in GUILD_CREATE."""
        mine = [g for g in self.guilds.values() if (g.id >> 22) % shard[1] == shard[0]]
        return [self.guild_payload(guild) | {"unavailable": False} for guild in mine]

    def guild_payload(self, guild: Guild) -> Json:
        """Return a server with its channels; the bot is its only listed member."""
        return guild.payload(self.bot) | {
            "channels": [c.payload() for c in guild.channels.values() if c.type != THREAD],
            "threads": [],
            "members": [self.member(guild, self.bot)],
            "member_count": len(guild.members) + 1,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "large": False,
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
        }

    def forget(self) -> None:
        """Delete messages and records; keep servers, people and commands."""
        for channel in [
            *(c for guild in self.guilds.values() for c in guild.channels.values()),
            *self.conversations.values(),
        ]:
            channel.messages.clear()
        for kept in (self.interactions, self.nonces, self.requests, self.missed):
            kept.clear()
        self.unsafe_mentions.clear()

    def member(self, guild: Guild, user: User) -> Json:
        """Return a user as a member of a server; the bot has the role of its own installation."""
        self.people[user.id] = user
        roles = guild.members.setdefault(user.id, set())
        roles = roles | {self.bot.id} if user.id == self.bot.id else roles
        return {
            "user": user.payload(),
            "roles": [str(role) for role in sorted(roles)],
            "nick": None,
            "avatar": None,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "communication_disabled_until": None,
        }

    def channel(self, channel_id: int) -> Channel:
        """Return a channel that the bot can see; raise ApiError if it can't."""
        for guild in self.guilds.values():
            if channel_id in guild.channels:
                return guild.channels[channel_id]
        if any(channel_id in guild.channels for guild in self.lost.values()):
            raise missing_access()
        for conversation in self.conversations.values():
            if conversation.id == channel_id:
                return conversation
        raise unknown("Channel")

    def guild(self, guild_id: int) -> Guild:
        if guild_id not in self.guilds:
            raise unknown("Guild")
        return self.guilds[guild_id]

    def writable(self, channel_id: int) -> Channel:
        """Return a channel that the bot may view and write to; raise ApiError if it may not."""
        channel = self.channel(channel_id)
        self.demand(channel, VIEW)
        self.demand(channel, SEND_IN_THREADS if channel.type == THREAD else SEND)
        return channel

    def sendable(self, channel_id: int) -> Channel:
        """Return a channel that the bot may post to; a post reopens an archived thread."""
        channel = self.channel(channel_id)
        self.demand(channel, VIEW)
        if channel.type in NO_MESSAGES:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.refuses is not None:
            raise channel.refuses
        if channel.locked and not self.permissions(channel) & MANAGE_THREADS:
            raise ApiError(400, 160005, "Thread is locked")
        self.writable(channel_id)
        channel.archived = False
        return channel

    def permissions(self, channel: Channel) -> int:
        """Return the bot's permissions in a channel; a thread has its parent's overwrites."""
        guild = self.guilds.get(channel.guild_id or 0)
        if guild is None:
            return ~0
        bits = guild.bot_permissions | guild.roles[guild.id].permissions
        home = guild.channels.get(channel.parent_id or 0) if channel.type == THREAD else channel
        return ~0 if bits & ADMINISTRATOR else bits & ~(home.denies if home else 0)

    def demand(self, channel: Channel, permission: int) -> None:
        """Raise ApiError if the bot lacks *permission*; direct messages don't require any."""
        if not self.permissions(channel) & permission:
            raise missing_access() if permission == VIEW else missing_permissions()

    def conversation(self, user: User) -> Channel:
        """Return the bot's direct message channel with a user."""
        if user.id not in self.conversations:
            self.conversations[user.id] = Channel(type=DM, name=user.name)
        return self.conversations[user.id]

    def find(self, channel: Channel, message_id: int) -> Message:
        """Return a message that is neither deleted nor ephemeral; raise ApiError without one."""
        for message in reversed(channel.messages):
            if message.id == message_id and not message.deleted and not message.ephemeral:
                return message
        raise unknown("Message")

    def post(
        self,
        channel: Channel,
        body: Body,
        at: tuple[str, ...] = (),
        played: PlayedInteraction | None = None,
    ) -> Message:
        """Check a body and post it; an interaction's message may be visible to one reader only."""
        nonce = body.json.get("nonce")
        earlier = self.nonces.get((channel.id, str(nonce)))
        if earlier is not None and body.json.get("enforce_nonce"):
            return earlier
        form = Validator(at)
        check_flags(form, body.json)
        if nonce is not None and len(str(nonce)) > 25:
            form.at("nonce").wrong("NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")
        uploads = resolve_attachments(form, body, [])
        if self.strict:
            check_message(form, body.json, {upload.filename for upload in uploads})
        self._note_mentions(body.json)
        message = Message(snowflake(self.ahead), channel.id, self.bot)
        message.flags = int(body.json.get("flags") or 0)
        message.nonce = None if nonce is None else str(nonce)
        message.reference = self._referenced(channel, form, body.json.get("message_reference"))
        if not message.ephemeral or played is None:
            message.flags &= ~EPHEMERAL
        message.attachments = uploads
        for upload in uploads:
            upload.id = snowflake()
        _write(message, body.json)
        self.add(channel, message, played)
        if message.nonce and body.json.get("enforce_nonce"):
            self.nonces[channel.id, message.nonce] = message
        return message

    def _referenced(self, channel: Channel, form: Validator, reference: Json | None) -> int | None:
        """Return the id of the message that a body replies to; a deleted one may be an error."""
        if reference is None:
            return None
        found = [each for each in channel.messages if str(each.id) == reference["message_id"]]
        if found and not found[0].deleted:
            return found[0].id
        if reference.get("fail_if_not_exists", True):
            form.at("message_reference").wrong("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            form.refuse_if_wrong()
        return None

    def add(self, channel: Channel, message: Message, played: PlayedInteraction | None) -> None:
        """Add a message to its channel or interaction, and wake waiting tests."""
        channel.messages.append(message)
        if played is not None:
            message.reader = played.user if message.ephemeral else None
            message.origin = {
                "id": played.id,
                "type": played.type,
                "user": played.user.payload(),
                "authorizing_integration_owners": {},
                "webhook_id": str(self.application_id),
            }
            played.messages.append(message)
            played.notifier.notify()
        self.bell.notify()

    def edit(self, message: Message, body: Body, at: tuple[str, ...] = ()) -> Message:
        """Check a body against the message's new state, and edit the message."""
        form, changes = Validator(at), body.json
        check_flags(form, changes)
        given = changes.get("flags")
        if message.v2 and given is not None and not int(given) & V2:
            form.at("flags").wrong(
                "MESSAGE_COMPONENTS_V2_FLAG", "IS_COMPONENTS_V2 cannot be removed"
            )
        uploads = resolve_attachments(form, body, message.attachments)
        flags = message.flags & ~LOADING | int(given or 0) & (V2 | SUPPRESS_EMBEDS | SILENT)
        after = {
            "content": message.content,
            "embeds": message.embeds,
            "components": message.components,
        } | changes
        if self.strict:
            check_message(form, after | {"flags": flags}, {upload.filename for upload in uploads})
        self._note_mentions(changes)
        message.attachments = uploads
        for upload in uploads:
            upload.id = upload.id or snowflake()
        message.edits += not message.loading
        message.flags = flags
        _write(message, changes)
        self.bell.notify()
        return message

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.bell.notify()

    def live(self, token: str, application: str) -> PlayedInteraction:
        """Return the acknowledged interaction of a token; raise ApiError if the token expired."""
        played = self.interactions.get(token)
        if played is None or application != str(self.application_id) or played.response is None:
            raise unknown("Webhook")
        if played.expired or time.monotonic() - played.born > self.token_life:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return played

    def miss(self, played: PlayedInteraction) -> None:
        """Record that the bot missed the deadline for its first response."""
        played.missed = True
        self.missed.append(played)
        played.notifier.notify()
        self.bell.notify()

    def _note_mentions(self, body: Json) -> None:
        if may_ping(body):
            self.unsafe_mentions.append(body)


def _write(message: Message, body: Json) -> None:
    """Apply a body to a message; null empties a field."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = body["components"] or []
