"""Former names of commands and arguments, so that posted buttons and typed lines keep working."""

from collections.abc import Mapping
from dataclasses import replace

from bot.call import Call

FORMER_NAMES: Mapping[str, str] = {
    "badges": "settings-badges",
    "doctor": "settings-doctor",
    "faq": "ask",
    "tip-suggest": "suggest",
    "tips-audit": "settings-audit",
    "tips-calendar": "schedule-calendar",
    "tips-change": "schedule-edit",
    "tips-join": "tips-share",
    "tips-link": "tips-share-code",
    "tips-notify": "schedule-notify",
    "tips-now": "schedule-post-now",
    "tips-pause": "schedule-pause",
    "tips-post": "schedule-post-confirmed",
    "tips-posts": "schedule-history",
    "tips-resume": "schedule-resume",
    "tips-schedule": "schedule-new",
    "tips-schedules": "schedule-list",
    "tips-settle": "schedule-settle",
    "tips-skip": "schedule-skip",
    "tips-stop": "schedule-stop",
    "tips-swap": "schedule-swap",
    "tips-tell": "settings-notifications",
    "tips-unlink": "tips-stop-sharing",
}
"""The current names of commands, by their names up to version 0.1."""

_FORMER_ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "privacy": {"deed": "action"},
    "schedule-settle": {"deed": "decision"},
}
"""The current names of each command's arguments, by their former names."""


def current_call(call: Call) -> Call:
    """Return *call* with the current names of its command and arguments."""
    name = FORMER_NAMES.get(call.command, call.command)
    if call.command == "tips":  # once the list of tips, whose pages had arguments
        name = "tips-queue" if call.args else "tips-panel"
    renamed = _FORMER_ARGUMENTS.get(name, {})
    if name == call.command and not renamed.keys() & call.args.keys():
        return call
    args = {renamed.get(key, key): value for key, value in call.args.items()}
    return replace(call, command=name, args=args)
