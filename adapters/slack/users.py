"""Who people are: whether they moderate, and what they are called."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import structlog

from adapters.slack.api_client import Web
from adapters.slack.api_errors import Expired, NotSent, Rejected
from bot.cache import LruCache
from bot.errors import Outage
from bot.language.mentions import mentioned
from bot.reply import Mention, Reply

log = structlog.get_logger("crossroads.slack")

FRESH = 300.0  # seconds for which what Slack says about somebody is relied on
_PEOPLE = 1_000
GROUP = "S"  # what the ids of user groups begin with
_TROUBLE = (Expired, NotSent, Rejected)
_NOT_CHECKED = (
    "I can't check right now whether you're a moderator, so nothing was changed. Try again in a "
    "minute; if it keeps happening, ask the bot's admin to run “crossroads doctor”."
)


@dataclass(slots=True)
class People:
    """Asks Slack about people, and remembers for a while."""

    web: Web
    moderators: tuple[str, ...] = ()  # ids of users (U…, W…) and user groups (S…)
    _known: LruCache[str, tuple[float, Any]] = field(
        default_factory=lambda: LruCache[str, tuple[float, Any]](_PEOPLE)
    )

    async def moderates(self, user: str) -> bool:
        """Return whether *user* is an admin, an owner, or one of the moderators that were set.

        Raise Outage if a lookup failed and no other says yes: *user* may still be a moderator.
        """
        if user in self.moderators:
            return True
        groups = (each for each in self.moderators if each.startswith(GROUP))
        failed: Exception | None = None
        for group in ("", *groups):
            try:
                if await (self._is_in(user, group) if group else self._has_power(user)):
                    return True
            except _TROUBLE as trouble:
                log.warning("moderator not checked", detail=str(trouble))
                failed = trouble
        if failed is not None:
            raise Outage(_NOT_CHECKED) from failed
        return False

    async def names(self, reply: Reply) -> Mapping[str, str]:
        """Return the names of the people in *reply* by id; leave out unknown ones."""
        found: dict[str, str] = {}
        for person in dict.fromkeys(_persons(reply.nodes)):
            platform, _, user = person.partition(":")
            inner = user.rpartition("/")[2] if platform == "slack" else ""
            try:
                name = await self._name(inner) if inner else ""
            except _TROUBLE as trouble:
                log.warning("name not looked up", detail=str(trouble))
                continue
            if name:
                found[person] = name
        return found

    async def _name(self, user: str) -> str:
        if user.startswith(GROUP):
            return await self._handle(user)
        about = await self._about(user)
        profile = about.get("profile") or {}
        return str(profile.get("display_name") or about.get("real_name") or about.get("name") or "")

    async def _handle(self, group: str) -> str:
        """Return the handle of a user group; as plain text it notifies nobody."""
        answer = await self._asked("usergroups.list")
        for each in answer.get("usergroups") or ():
            if each.get("id") == group and each.get("handle"):
                return f"@{each['handle']}"
        return ""

    async def _has_power(self, user: str) -> bool:
        about = await self._about(user)
        return any(about.get(each) for each in ("is_admin", "is_owner", "is_primary_owner"))

    async def _is_in(self, user: str, group: str) -> bool:
        answer = await self._asked("usergroups.users.list", usergroup=group)
        return user in (answer.get("users") or ())

    async def _about(self, user: str) -> Mapping[str, Any]:
        answer = await self._asked("users.info", user=user)
        about: Mapping[str, Any] = answer.get("user") or {}
        return about

    async def _asked(self, method: str, **args: str) -> Mapping[str, Any]:
        """Ask Slack, unless a recent answer is cached; raises the errors of the call."""
        key = f"{method} {args}"
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            found: Mapping[str, Any] = known[1]
            return found
        answer = await self.web.call(method, **args)
        self._known.put(key, (time.monotonic() + FRESH, answer))
        return answer


def _persons(part: object) -> Iterator[str]:
    if isinstance(part, Mention):
        yield part.id
    elif isinstance(part, str):
        yield from (each.id for each in mentioned(part) if isinstance(each, Mention))
    elif isinstance(part, tuple):
        for each in part:
            yield from _persons(each)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _persons(getattr(part, each.name))
