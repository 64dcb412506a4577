"""The HTTP routes that a bot calls with its token."""

from discord_server.basics import snowflake
from discord_server.command_rules import SLASH, check_commands
from discord_server.errors import (
    ApiError,
    Json,
    Validator,
    missing_access,
    missing_permissions,
    unknown,
)
from discord_server.platform_state import Platform
from discord_server.received_request import ReceivedRequest
from discord_server.stored_message import Message
from discord_server.world import (
    MANAGE_ROLES,
    PIN_MESSAGES,
    READ_HISTORY,
    THREAD,
    THREADS,
    VIEW,
    WITH_THREADS,
    Channel,
    Guild,
)

DAY = 86_400_000
MOST_PINS = 250


async def gateway(platform: Platform, _: ReceivedRequest) -> Json:
    return {"url": platform.gateway_url}


async def gateway_bot(platform: Platform, _: ReceivedRequest) -> Json:
    limit = {
        "total": 1000,
        "remaining": max(0, platform.identifies_left()),
        "reset_after": DAY,
        "max_concurrency": platform.concurrency,
    }
    return {"url": platform.gateway_url, "shards": platform.shards, "session_start_limit": limit}


async def me(platform: Platform, _: ReceivedRequest) -> Json:
    return platform.bot.payload() | {"verified": True, "mfa_enabled": True, "email": None}


async def application(platform: Platform, _: ReceivedRequest) -> Json:
    return {
        "id": str(platform.application_id),
        "name": "Crossroads",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": platform.bot.payload() | {"bot": False},
        "team": None,
        "verify_key": "00" * 32,
        "flags": 0,
        "bot": platform.bot.payload(),
        "approximate_guild_count": len(platform.guilds),
        "integration_types_config": {"0": {}, "1": {}},
        **platform.portal,
    }


async def application_edit(platform: Platform, received: ReceivedRequest) -> Json:
    form = Validator()
    form.text(received.json, "description", 0, 400, required=False)
    form.refuse_if_wrong()
    platform.portal |= received.json
    return await application(platform, received)


def command_scope(platform: Platform, received: ReceivedRequest) -> int | None:
    """Return the server id in the path of a command route, or None for global commands."""
    if received.match["application"] != str(platform.application_id):
        raise missing_access()
    if "guild" not in received.match:
        return None
    return platform.guild(received.number("guild")).id


async def commands_get(platform: Platform, received: ReceivedRequest) -> list[Json]:
    return platform.commands.get(command_scope(platform, received), [])


async def commands_put(platform: Platform, received: ReceivedRequest) -> list[Json]:
    """Replace all commands; a command with the same name and kind keeps its id."""
    scope = command_scope(platform, received)
    declared = check_commands(received.json)
    before = {(old["type"], old["name"]): old for old in platform.commands.get(scope, [])}
    stored = [as_stored(platform, command, scope) for command in declared]
    for command in stored:
        old = before.get((command["type"], command["name"]))
        platform.command_creates += old is None
        command["id"] = old["id"] if old else command["id"]
    platform.commands[scope] = stored
    platform.bell.notify()
    return stored


def as_stored(platform: Platform, command: Json, scope: int | None) -> Json:
    """Return a command as Discord does: with defaults, without false or empty fields."""
    stored = {
        "id": str(snowflake()),
        "application_id": str(platform.application_id),
        "version": str(snowflake()),
        "type": command.get("type") or SLASH,
        "name": command["name"],
        "name_localizations": command.get("name_localizations"),
        "description": command.get("description") or "",
        "description_localizations": command.get("description_localizations"),
        "default_member_permissions": command.get("default_member_permissions"),
        "dm_permission": command.get("dm_permission", True),
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "nsfw": bool(command.get("nsfw")),
    }
    if command.get("options"):
        stored["options"] = [option_as_stored(option) for option in command["options"]]
    return stored | ({} if scope is None else {"guild_id": str(scope)})


def option_as_stored(option: Json) -> Json:
    """Return an option without false, null or empty fields."""
    kept = {key: value for key, value in option.items() if value or value == 0}
    kept = {key: value for key, value in kept.items() if value is not False}
    for key in ("options", "choices"):
        if key in kept:
            kept[key] = [option_as_stored(part) for part in kept[key]]
    return kept


async def channel_get(platform: Platform, received: ReceivedRequest) -> Json:
    channel = platform.channel(received.number("channel"))
    platform.demand(channel, VIEW)
    return channel.payload()


async def dm_create(platform: Platform, received: ReceivedRequest) -> Json:
    """Open the chat with a user whom the bot has met; it opens even if they take no messages."""
    met = platform.people | platform.authors
    for user_id, user in met.items():
        if str(user_id) == str(received.json.get("recipient_id")):
            return platform.conversation(user).payload()
    for user_id, conversation in platform.conversations.items():
        if str(user_id) == str(received.json.get("recipient_id")):
            return conversation.payload()
    raise unknown("Member")


async def guild_get(platform: Platform, received: ReceivedRequest) -> Json:
    return platform.guild(received.number("guild")).payload(platform.bot)


async def channels_get(platform: Platform, received: ReceivedRequest) -> list[Json]:
    guild = platform.guild(received.number("guild"))
    return [each.payload() for each in guild.channels.values() if each.type != THREAD]


async def guilds_get(platform: Platform, _: ReceivedRequest) -> list[Json]:
    keys = ("id", "name", "icon", "features")
    told = [guild.payload(platform.bot) for guild in platform.guilds.values()]
    return [{key: guild[key] for key in keys} | {"owner": False} for guild in told]


async def guild_leave(platform: Platform, received: ReceivedRequest) -> None:
    guild = platform.guilds.pop(platform.guild(received.number("guild")).id)
    platform.lost[guild.id] = guild


async def roles_get(platform: Platform, received: ReceivedRequest) -> list[Json]:
    guild = platform.guild(received.number("guild"))
    return list(guild.payload(platform.bot)["roles"])


async def member_get(platform: Platform, received: ReceivedRequest) -> Json:
    guild = platform.guild(received.number("guild"))
    who = received.match["user"]
    user_id = platform.bot.id if who == "@me" else received.number("user")
    if user_id == platform.bot.id:
        return platform.member(guild, platform.bot)
    if user_id not in guild.members:
        raise unknown("Member")
    return platform.member(guild, platform.people[user_id])


def find_assignable_role(platform: Platform, received: ReceivedRequest) -> tuple[Guild, int, int]:
    """Return a request's server, user and role; raise ApiError if the bot can't assign it."""
    guild = platform.guild(received.number("guild"))
    user_id, role = received.number("user"), guild.roles.get(received.number("role"))
    if user_id not in guild.members:
        raise unknown("Member")
    if role is None:
        raise unknown("Role")
    if not guild.bot_permissions & MANAGE_ROLES:
        raise missing_permissions()
    if role.position >= guild.bot_position or role.managed or role.id == guild.id:
        raise missing_permissions()
    return guild, user_id, role.id


async def role_add(platform: Platform, received: ReceivedRequest) -> None:
    guild, user_id, role_id = find_assignable_role(platform, received)
    guild.members[user_id].add(role_id)
    platform.bell.notify()


async def role_remove(platform: Platform, received: ReceivedRequest) -> None:
    guild, user_id, role_id = find_assignable_role(platform, received)
    guild.members[user_id].discard(role_id)
    platform.bell.notify()


async def message_create(platform: Platform, received: ReceivedRequest) -> Json:
    channel = platform.sendable(received.number("channel"))
    if received.json.get("message_reference") and not (
        platform.permissions(channel) & READ_HISTORY
    ):
        raise ApiError(400, 160002, "Cannot reply without permission to read message history")
    return platform.post(channel, received.body).payload()


def find_message(platform: Platform, received: ReceivedRequest) -> tuple[Channel, Message]:
    """Return the channel and message of a path; raise ApiError if there is none."""
    channel = platform.writable(received.number("channel"))
    return channel, platform.find(channel, received.number("message"))


async def message_get(platform: Platform, received: ReceivedRequest) -> Json:
    return find_message(platform, received)[1].payload()


async def messages_get(platform: Platform, received: ReceivedRequest) -> list[Json]:
    channel = platform.writable(received.number("channel"))
    shown = [m for m in channel.messages if not m.deleted and not m.ephemeral]
    limit = int(received.query.get("limit") or 50)
    if "after" in received.query:  # the oldest *limit* messages after that id, newest first
        later = [m for m in shown if m.id > int(received.query["after"])]
        return [message.payload() for message in reversed(later[:limit])]
    return [message.payload() for message in reversed(shown[-limit:])]


async def message_edit(platform: Platform, received: ReceivedRequest) -> Json:
    _, message = find_message(platform, received)
    if message.author.id != platform.bot.id:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    return platform.edit(message, received.body).payload()


async def message_delete(platform: Platform, received: ReceivedRequest) -> None:
    platform.delete(find_message(platform, received)[1])


def find_message_to_pin(platform: Platform, received: ReceivedRequest) -> tuple[Channel, Message]:
    """Return the channel and message of a pin request; raise ApiError if the bot may not pin."""
    channel, message = find_message(platform, received)
    platform.demand(channel, PIN_MESSAGES)
    return channel, message


async def pin(platform: Platform, received: ReceivedRequest) -> None:
    channel, message = find_message_to_pin(platform, received)
    if sum(other.pinned for other in channel.messages) >= MOST_PINS:
        raise ApiError(400, 30003, f"Maximum number of pins reached ({MOST_PINS}).")
    message.pinned = True
    platform.bell.notify()


async def unpin(platform: Platform, received: ReceivedRequest) -> None:
    find_message_to_pin(platform, received)[1].pinned = False
    platform.bell.notify()


async def pins_get(platform: Platform, received: ReceivedRequest) -> Json:
    channel = platform.writable(received.number("channel"))
    pinned = [m for m in channel.messages if m.pinned and not m.deleted]
    stamped = [(message.payload(), message) for message in reversed(pinned)]
    items = [{"pinned_at": told["timestamp"], "message": told} for told, _ in stamped]
    return {"items": items, "has_more": False}


async def thread_create(platform: Platform, received: ReceivedRequest) -> Json:
    """Create a thread in a channel, or under one of its messages; return its JSON."""
    channel = platform.writable(received.number("channel"))
    form = Validator()
    name = form.text(received.json, "name", 1, 100)
    form.refuse_if_wrong()
    if channel.guild_id is None:
        raise missing_access()
    if channel.type not in WITH_THREADS:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    platform.demand(channel, THREADS)
    guild = platform.guild(channel.guild_id)
    if "message" in received.match and received.number("message") in guild.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = guild.add_channel(str(name), THREAD, channel.id)
    if "message" in received.match:
        guild.channels.pop(thread.id)
        thread.id = platform.find(channel, received.number("message")).id
        guild.channels[thread.id] = thread
    platform.bell.notify()
    return thread.payload() | {"member_count": 1, "message_count": 0}


async def typing(platform: Platform, received: ReceivedRequest) -> None:
    platform.writable(received.number("channel"))
