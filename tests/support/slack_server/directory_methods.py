"""The methods about people and places: auth, team, users, user groups, channels."""

from slack_server.method_registry import (
    known_channel,
    method,
    parse_bool,
    parsed_arguments,
    require_scope,
)
from slack_server.world import APP, BOT, BOT_ID, ApiError, Channel, Json, User, World


@method("auth.test")
def auth_test(world: World, _args: Json) -> Json:
    named = {"team": "Loopback", "user": "crossroads", "url": "https://loopback.slack.com/"}
    return named | {"team_id": world.team, "user_id": BOT, "bot_id": BOT_ID}


@method("team.info", "team:read")
def team_info(world: World, _args: Json) -> Json:
    return {"team": {"id": world.team, "name": "Loopback", "domain": "loopback"}}


@method("bots.info", "users:read")
def bots_info(_world: World, args: Json) -> Json:
    if args.get("bot") not in {None, BOT_ID}:
        raise ApiError("bot_not_found")
    return {"bot": {"id": BOT_ID, "app_id": APP, "user_id": BOT, "name": "crossroads"}}


@method("users.info", "users:read")
def users_info(world: World, args: Json) -> Json:
    name = args.get("user")
    if name not in world.users:
        raise ApiError("user_not_found")
    user = world.users[name]
    locale = {"locale": user.locale} if parse_bool(args.get("include_locale")) else {}
    return {"user": _person(user, world.team) | locale}


def _person(user: User, team: str) -> Json:
    power = user.admin or user.owner
    roles = {"is_admin": power, "is_owner": user.owner, "is_bot": user.id == BOT}
    names = {"name": user.id.lower(), "real_name": user.id, "profile": {"display_name": user.id}}
    return {
        "id": user.id,
        "team_id": team,
        "deleted": user.deleted,
        "tz": user.tz,
        **roles,
        **names,
    }


@method("usergroups.list", "usergroups:read")
def usergroups(world: World, _args: Json) -> Json:
    groups = (
        {"id": name, "name": name, "handle": f"{name.lower()}-all"} for name in world.usergroups
    )
    return {"usergroups": list(groups)}


@method("usergroups.users.list", "usergroups:read")
def usergroup_users(world: World, args: Json) -> Json:
    (name,) = parsed_arguments(args, "usergroup")
    if name not in world.usergroups:
        raise ApiError("no_such_subteam")
    return {"users": sorted(world.usergroups[name])}


def _readable(world: World, args: Json) -> Channel:
    (name,) = parsed_arguments(args, "channel")
    channel = known_channel(world, name)
    kind = "im" if channel.person else "groups" if channel.private else "channels"
    require_scope(world, f"{kind}:read")
    if channel.private and BOT not in channel.members:
        raise ApiError("channel_not_found")
    return channel


@method("users.conversations")
def users_conversations(world: World, args: Json) -> Json:
    """Return the channels that the app is in."""
    wanted = str(args.get("types") or "public_channel").split(",")
    for kind, scope in (("public_channel", "channels:read"), ("private_channel", "groups:read")):
        require_scope(world, scope if kind in wanted else "")
    found = [
        _described(each, args)
        for each in world.channels.values()
        if BOT in each.members
        and not each.person
        and not (each.archived and parse_bool(args.get("exclude_archived")))
        and ("private_channel" if each.private else "public_channel") in wanted
    ]
    return {"channels": found, "response_metadata": {"next_cursor": ""}}


@method("conversations.info")
def conversation(world: World, args: Json) -> Json:
    return {"channel": _described(_readable(world, args), args)}


def _described(channel: Channel, args: Json) -> Json:
    kind: Json = {"is_im": bool(channel.person), "is_private": channel.private}
    kind |= {"is_channel": not (channel.person or channel.private), "user": channel.person or None}
    place = {"is_archived": channel.archived, "is_member": BOT in channel.members}
    place |= {"is_read_only": channel.read_only, "is_thread_only": channel.thread_only}
    counted = parse_bool(args.get("include_num_members"))
    size = {"num_members": len(channel.members)} if counted else {}
    name = channel.name or channel.id.lower()
    return {"id": channel.id, "name": name, **kind, **place, **size}


@method("conversations.members")
def members(world: World, args: Json) -> Json:
    return {"members": sorted(_readable(world, args).members)}


@method("conversations.open", "im:write", takes_json=True)
def open_direct(world: World, args: Json) -> Json:
    (users,) = parsed_arguments(args, "users")
    names = users if isinstance(users, list) else str(users).split(",")
    if len(names) != 1 or names[0] not in world.users:
        raise ApiError("user_not_found")
    return {"channel": {"id": world.direct(names[0]).id}}
