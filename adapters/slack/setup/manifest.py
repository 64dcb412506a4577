"""Slack's app manifest: commands, permissions and events."""

from collections.abc import Iterator
from typing import Any

from adapters.slack.rendering.limits import COMMAND_DESCRIPTION, COMMAND_HINT
from bot.app import App
from bot.command import Command

MAIN_COMMAND = "crossroads"
COMMON_COMMANDS = ("salary", "compare", "quiz", "tools", "ask", "roadmap")
EVENTS_PATH = "/slack/events"
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
# Slack's own commands win over an app's: https://slack.com/help/articles/201259356.
RESERVED_COMMANDS = frozenset(
    "apps archive away call canvas collapse dm dnd expand feed feedback files help huddle invite"
    " join keys leave list me msg mute open prefs remind remove rename search shortcuts shrug star"
    " status topic unarchive who".split()
)
SCOPES = {  # the minimum, with the purpose of each
    "commands": "to offer slash commands",
    "chat:write": "to answer mentions and direct messages, and to post weekly tips in channels "
    "it was invited to; commands don't need this",
    "app_mentions:read": "to receive mentions such as “@Crossroads salary ml senior” in channels "
    "it was invited to",
    "im:history": "to receive direct messages to the bot",
    "files:read": "to read tip files that moderators upload; without this, they paste the text",
    "files:write": "to show charts; without this, members get text descriptions",
    "channels:read": "to look up channels' names and whether the bot was invited",
    "groups:read": "to look up private channels it was invited to, such as the moderators' channel",
    "pins:write": "to pin a weekly tip and unpin the previous one",
    "users:read": "to see who is an admin or owner and who is deactivated, to show names, and to "
    "suggest a moderator's own time zone",
    "usergroups:read": "to see who is in the moderators' user groups, and to notify groups",
}
# Not requested by default: the app could read all messages in its channels.
HISTORY_SCOPES = {
    "channels:history": "to check whether a tip was posted if Slack's response was lost; without "
    "this, the bot asks a moderator",
    "groups:history": "to check that in private channels",
}
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "team_access_revoked",
    "tokens_revoked",
    "user_change",
)
_SHORT_DESCRIPTION = (
    "Compare AI Engineers and ML Engineers: paths, pay, tools and hiring, with sources."
)
_LONG_DESCRIPTION = (
    "Crossroads helps you choose between AI Engineer and ML Engineer: which path to take, what it"
    " pays, what to learn and whom to hire. Every figure and statement names its source. Where"
    " sources disagree, it shows both. When none of them covers something, it says so."
)


def create_manifest(
    app: App,
    url: str | None = None,
    install: str | None = None,
    *,
    history: bool = False,
    every_command: bool = False,
) -> dict[str, Any]:
    """Return the app manifest: for HTTP if *url* (the bot's public URL) is given, else Socket Mode.

    Other workspaces can install the app at the URL *install*. With *history*, the manifest also
    requests HISTORY_SCOPES. With *every_command*, it declares all members' commands, and the groups
    of moderators' commands; otherwise only the commands that members use most.
    """
    redirects = {"redirect_urls": [install.rstrip("/") + REDIRECT_PATH]} if install else {}
    address = {"url": _events_url(url)} if url else {}
    umbrella = {
        "command": f"/{MAIN_COMMAND}",
        "description": _SHORT_DESCRIPTION,
        "usage_hint": "compare ai ml, salary ml senior, or a whole question",
    }
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Crossroads",
            "description": _SHORT_DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Crossroads", "always_online": True},
            "slash_commands": [
                {**each, "should_escape": True, **address}
                for each in (umbrella, *_slash_commands(app, every_command=every_command))
            ],
        },
        "oauth_config": {
            **redirects,
            "scopes": {"bot": [*SCOPES, *(HISTORY_SCOPES if history else ())]},
        },
        "settings": _settings(url),
    }


def _settings(url: str | None) -> dict[str, Any]:
    requests = {"request_url": _events_url(url)} if url else {}
    menus = {"message_menu_options_url": _events_url(url)} if url else {}
    return {
        "event_subscriptions": {**requests, "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True, **requests, **menus},
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }


def _slash_commands(app: App, *, every_command: bool) -> Iterator[dict[str, Any]]:
    """Yield the declarations of all slash commands but the first."""
    commands = {each.name: each for each in app.visible_on("slack") if each.group is None}
    if not every_command:
        yield from (_slash_command(commands[name]) for name in COMMON_COMMANDS if name in commands)
        return
    members = (each for name, each in commands.items() if name not in RESERVED_COMMANDS)
    yield from map(_slash_command, members)
    for group in app.groups.values():
        names = [each.local_name for each in app.visible_on("slack") if each.group == group]
        declared = {"command": f"/{group.name}", "description": group.summary[:COMMAND_DESCRIPTION]}
        yield {**declared, "usage_hint": ", ".join(names)[:COMMAND_HINT]}


def _slash_command(command: Command) -> dict[str, Any]:
    hint = command.usage().removeprefix(command.name).strip()
    declared = {"command": f"/{command.name}", "description": command.summary[:COMMAND_DESCRIPTION]}
    return {**declared, "usage_hint": hint[:COMMAND_HINT]} if hint else declared


def _events_url(url: str) -> str:
    return url.rstrip("/") + EVENTS_PATH
