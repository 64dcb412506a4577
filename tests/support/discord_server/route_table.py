"""The table of HTTP routes. Planned faults and counters use the routes' names."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from discord_server import bot_routes as routes
from discord_server import interaction_routes as tokens
from discord_server.platform_state import Platform
from discord_server.received_request import ReceivedRequest

Handler: TypeAlias = Callable[[Platform, ReceivedRequest], Awaitable[Any]]

INTERACTION = "/webhooks/{application}/{token}"
MESSAGES = "/channels/{channel}/messages"
ROLE = "/guilds/{guild}/members/{user}/roles/{role}"
COMMANDS = "/applications/{application}/commands"
GUILD_COMMANDS = "/applications/{application}/guilds/{guild}/commands"

TABLE: list[tuple[str, str, str, Handler]] = [
    ("gateway", "GET", "/gateway", routes.gateway),
    ("gateway_bot", "GET", "/gateway/bot", routes.gateway_bot),
    ("me", "GET", "/users/@me", routes.me),
    ("guilds_get", "GET", "/users/@me/guilds", routes.guilds_get),
    ("guild_leave", "DELETE", "/users/@me/guilds/{guild}", routes.guild_leave),
    ("dm_create", "POST", "/users/@me/channels", routes.dm_create),
    ("application", "GET", "/oauth2/applications/@me", routes.application),
    ("application", "GET", "/applications/@me", routes.application),
    ("application_edit", "PATCH", "/applications/@me", routes.application_edit),
    ("commands_get", "GET", COMMANDS, routes.commands_get),
    ("commands_put", "PUT", COMMANDS, routes.commands_put),
    ("commands_get", "GET", GUILD_COMMANDS, routes.commands_get),
    ("commands_put", "PUT", GUILD_COMMANDS, routes.commands_put),
    ("callback", "POST", "/interactions/{interaction}/{token}/callback", tokens.callback),
    ("followup", "POST", INTERACTION, tokens.follow_up),
    ("original_get", "GET", f"{INTERACTION}/messages/@original", tokens.original_get),
    ("original_edit", "PATCH", f"{INTERACTION}/messages/@original", tokens.original_edit),
    ("original_delete", "DELETE", f"{INTERACTION}/messages/@original", tokens.original_delete),
    ("followup_get", "GET", f"{INTERACTION}/messages/{{message}}", tokens.followup_get),
    ("followup_edit", "PATCH", f"{INTERACTION}/messages/{{message}}", tokens.followup_edit),
    ("followup_delete", "DELETE", f"{INTERACTION}/messages/{{message}}", tokens.followup_delete),
    ("channel_get", "GET", "/channels/{channel}", routes.channel_get),
    ("message_create", "POST", MESSAGES, routes.message_create),
    ("messages_get", "GET", MESSAGES, routes.messages_get),
    ("pins_get", "GET", f"{MESSAGES}/pins", routes.pins_get),
    ("pin", "PUT", f"{MESSAGES}/pins/{{message}}", routes.pin),
    ("unpin", "DELETE", f"{MESSAGES}/pins/{{message}}", routes.unpin),
    ("pin", "PUT", "/channels/{channel}/pins/{message}", routes.pin),
    ("unpin", "DELETE", "/channels/{channel}/pins/{message}", routes.unpin),
    ("message_get", "GET", f"{MESSAGES}/{{message}}", routes.message_get),
    ("message_edit", "PATCH", f"{MESSAGES}/{{message}}", routes.message_edit),
    ("message_delete", "DELETE", f"{MESSAGES}/{{message}}", routes.message_delete),
    ("thread_create", "POST", "/channels/{channel}/threads", routes.thread_create),
    ("thread_create", "POST", f"{MESSAGES}/{{message}}/threads", routes.thread_create),
    ("typing", "POST", "/channels/{channel}/typing", routes.typing),
    ("guild_get", "GET", "/guilds/{guild}", routes.guild_get),
    ("channels_get", "GET", "/guilds/{guild}/channels", routes.channels_get),
    ("roles_get", "GET", "/guilds/{guild}/roles", routes.roles_get),
    ("member_get", "GET", "/guilds/{guild}/members/{user}", routes.member_get),
    ("role_add", "PUT", ROLE, routes.role_add),
    ("role_remove", "DELETE", ROLE, routes.role_remove),
]
TOKEN_IN_PATH = {name for name, _, path, _ in TABLE if "{token}" in path}
"""Routes without Authorization, because the interaction's token is in the path."""
