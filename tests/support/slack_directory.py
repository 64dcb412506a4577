"""Who and where: auth, team, users, user groups, channels."""

from slack_methods import given, known_channel, method, need, truth
from slack_world import APP, BOT, BOT_ID, Channel, Json, NotOk, User, World


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
        raise NotOk("bot_not_found")
    return {"bot": {"id": BOT_ID, "app_id": APP, "user_id": BOT, "name": "crossroads"}}


@method("users.info", "users:read")
def users_info(world: World, args: Json) -> Json:
    (name,) = given(args, "user")
    if name not in world.users:
        raise NotOk("user_not_found")
    return {"user": _person(world.users[name], world.team)}


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


@method("usergroups.users.list", "usergroups:read")
def usergroup_users(world: World, args: Json) -> Json:
    (name,) = given(args, "usergroup")
    if name not in world.usergroups:
        raise NotOk("no_such_subteam")
    return {"users": sorted(world.usergroups[name])}


def _readable(world: World, args: Json) -> Channel:
    (name,) = given(args, "channel")
    channel = known_channel(world, name)
    kind = "im" if channel.person else "groups" if channel.private else "channels"
    need(world, f"{kind}:read")
    if channel.private and BOT not in channel.members:
        raise NotOk("channel_not_found")
    return channel


@method("conversations.info")
def conversation(world: World, args: Json) -> Json:
    channel = _readable(world, args)
    kind: Json = {"is_im": bool(channel.person), "is_private": channel.private}
    kind |= {"is_channel": not (channel.person or channel.private), "user": channel.person or None}
    place = {"is_archived": channel.archived, "is_member": BOT in channel.members}
    counted = truth(args.get("include_num_members"))
    size = {"num_members": len(channel.members)} if counted else {}
    return {"channel": {"id": channel.id, "name": channel.id.lower(), **kind, **place, **size}}


@method("conversations.members")
def members(world: World, args: Json) -> Json:
    return {"members": sorted(_readable(world, args).members)}


@method("conversations.open", "im:write")
def open_direct(world: World, args: Json) -> Json:
    (users,) = given(args, "users")
    names = users if isinstance(users, list) else str(users).split(",")
    if len(names) != 1 or names[0] not in world.users:
        raise NotOk("user_not_found")
    return {"channel": {"id": world.direct(names[0]).id}}
