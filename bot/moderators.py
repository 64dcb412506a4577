"""The people who moderate a community: those that its admins list, and each platform's words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.call import Caller
from bot.errors import Refusal

if TYPE_CHECKING:
    from bot.app import App

_LISTED = "moderators"  # the preference that holds their ids, between spaces


@dataclass(frozen=True, slots=True)
class _Wording:
    """A platform's words for its communities and for the people who can help."""

    community: str
    helper: str  # whom a member asks
    hint: str = ""  # added to a refusal


_WORDINGS = {
    "discord": _Wording(
        "server",
        "someone with Manage Server",
        " The server's Integrations page decides who sees slash commands.",
    ),
    "slack": _Wording("workspace", "a workspace admin"),
}
_OTHER_WORDING = _Wording("community", "an admin of this community")


async def listed_moderators(app: "App", community: str) -> frozenset[str]:
    """Return the ids of the people, roles and user groups whom a community's admins have listed.

    They are such as "discord:123", "discord:role/456", "slack:T1/U2" and "slack:T1/S3". Without
    storage, nobody is listed. Raise Outage if the storage is down.
    """
    if not app.has_storage:
        return frozenset()
    async with app.storage() as store:
        return frozenset((await store.preferences.get_all(community)).get(_LISTED, "").split())


async def list_moderators(app: "App", community: str, listed: Collection[str]) -> None:
    """Store *listed*, ids of people, roles and user groups, as a community's moderators."""
    async with app.storage() as store:
        await store.preferences.set(community, _LISTED, " ".join(sorted(listed)) or None)


def moderators_only(words: str, caller: Caller) -> Refusal:
    """Return the refusal of the command *words* to *caller*, who isn't a moderator.

    It says whom the caller can ask.
    """
    wording = _WORDINGS.get(caller.id.partition(":")[0], _OTHER_WORDING)
    if caller.community is None:
        where = f"of a {wording.community}. Use it there, not in a direct message."
        return Refusal(f"{words} is for moderators {where}")
    return Refusal(f"{words} is for moderators. Ask {wording.helper}.{wording.hint}")
