"""The people who moderate a community: those that its admins list, and each platform's words."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.call import Caller
from bot.errors import Refusal
from bot.language.argument_types import NONE_WORDS
from bot.language.mentions import split_mentions
from bot.reply import Link, Mention, Prose
from storage import MODERATOR_PREFIX

if TYPE_CHECKING:
    from bot.app import App

MODERATOR_CHANNEL = "tips-told-in"  # the preference that holds the channel for notices
_MAX_LISTED = 25  # the most that Discord's menu takes
_COMMAND_PERMISSIONS = (
    "https://support-apps.discord.com/hc/en-us/articles/26501869403159-Command-Permissions"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A platform's words for its communities, their admins, and who sees the commands."""

    community: str
    admins: str  # who always moderates
    admin: str  # "Ask {admin}", "Only {admin} can change this"
    listable: str  # who can be listed
    refusal_hint: str = ""
    visibility: Prose = ""  # who sees the commands
    after_renaming: Prose = ""  # what admins have to do since the commands have new names


_WORDINGS = {
    "discord": Wording(
        "server",
        "everyone with Manage Server",
        "someone with Manage Server",
        "people and roles",
        " The server's Integrations page controls who can see slash commands.",
        (
            "The server's Integrations page controls who can see and use the slash commands: ",
            Link("how to change it", _COMMAND_PERMISSIONS),
            ".",
        ),
        (
            "The Integrations page lost the settings for the old names. Set them again for ",
            "/tips, /schedule, /settings and /suggest: ",
            Link("how to do that", _COMMAND_PERMISSIONS),
            ".",
        ),
    ),
    "slack": Wording(
        "workspace",
        "workspace admins and owners",
        "a workspace admin",
        "people and user groups",
        after_renaming="/crossroads accepts the old names and the new ones.",
    ),
    "terminal": Wording("community", "everyone at this terminal", "an admin", "people and roles"),
}
_OTHER_WORDING = Wording("community", "admins", "an admin of this community", "people and roles")


def wording_for(tagged_id: str) -> Wording:
    """Return the words of the platform of an id such as "discord:123"."""
    return _WORDINGS.get(tagged_id.partition(":")[0], _OTHER_WORDING)


async def listed_moderators(app: "App", community: str) -> frozenset[str]:
    """Return the ids of the people, roles and user groups whom a community's admins have listed.

    They are such as "discord:123", "discord:role/456", "slack:T1/U2" and "slack:T1/S3". Without
    storage, nobody is listed. Raise Outage if the storage is down.
    """
    if not app.has_storage:
        return frozenset()
    async with app.storage() as store:
        names = await store.preferences.get_all(community)
    return frozenset(
        each.removeprefix(MODERATOR_PREFIX) for each in names if each.startswith(MODERATOR_PREFIX)
    )


async def change_moderators(
    app: "App", community: str, added: Collection[str], removed: Collection[str] = ()
) -> None:
    """Add ids to, and remove ids from, the list of a community's moderators.

    Each id is stored on its own, so that two admins at once don't undo each other's changes.
    """
    async with app.storage() as store:
        for each in added:
            await store.preferences.set(community, f"{MODERATOR_PREFIX}{each}", "listed")
        for each in removed:
            await store.preferences.set(community, f"{MODERATOR_PREFIX}{each}", None)


def parse_people(text: str, caller: Caller) -> frozenset[str]:
    """Return the ids in *text*, which has spaces between them; "none" means nobody.

    Raise Refusal unless they can moderate the caller's community: everybody at once, and members
    of another community or platform, can't.
    """
    if text.strip().casefold() in NONE_WORDS:
        return frozenset()
    people = frozenset(map(_find_id, text.split()))
    platform, _, community = (caller.community or caller.id).partition(":")
    local = f"{community}/[USW]" if "/" in caller.id else "(?:role/)?"
    pattern = re.compile(rf"{re.escape(platform)}:{local}[A-Za-z0-9]{{1,25}}")
    listable = wording_for(caller.id).listable
    if not people or not all(map(pattern.fullmatch, people)):
        raise Refusal(
            f"Pick {listable} of this {wording_for(caller.id).community} from the list.",
            argument="people",
        )
    if f"{platform}:role/{community}" in people:  # Discord's @everyone
        message = "That would make every member a moderator. Pick another role."
        raise Refusal(message, argument="people")
    if len(people) > _MAX_LISTED:
        message = f"Choose at most {_MAX_LISTED} {listable}. Nothing was changed."
        raise Refusal(message, argument="people")
    return people


def _find_id(word: str) -> str:
    """Return the id in a typed mention, or *word* itself if it isn't one."""
    parts = list(split_mentions(word))
    return parts[0].id if len(parts) == 1 and isinstance(parts[0], Mention) else word


def moderators_only(caller: Caller) -> Refusal:
    """Return the refusal of a command to *caller*, who isn't a moderator.

    It says whom the caller can ask.
    """
    wording = wording_for(caller.id)
    if caller.community is None:
        where = f"of a {wording.community}. Use it there, not in a direct message."
        return Refusal(f"This is for moderators {where}")
    return Refusal(f"This is for moderators. Ask {wording.admin}.{wording.refusal_hint}")
