"""Who people are: whether they moderate, and what they are called."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import structlog

from adapters.slack.trouble import Expired, NotSent, Rejected
from adapters.slack.web import Web
from bot.memo import Memo
from bot.reply import Person, Reply

log = structlog.get_logger("crossroads.slack")

FRESH = 300.0  # seconds for which what Slack says about somebody is relied on
_PEOPLE = 1_000
_GROUP = "S"  # what the ids of user groups begin with


@dataclass(slots=True)
class People:
    """Asks Slack about people, and remembers for a while."""

    web: Web
    moderators: tuple[str, ...] = ()  # ids of users (U…, W…) and user groups (S…)
    _known: Memo[str, tuple[float, Any]] = field(
        default_factory=lambda: Memo[str, tuple[float, Any]](_PEOPLE)
    )

    async def moderates(self, user: str) -> bool:
        """Tell whether *user* is an admin, an owner, or one of the moderators that were set."""
        if user in self.moderators:
            return True
        about = await self._about(user)
        if about.get("is_admin") or about.get("is_owner") or about.get("is_primary_owner"):
            return True
        groups = (each for each in self.moderators if each.startswith(_GROUP))
        return any([user in await self._members(group) for group in groups])

    async def names(self, reply: Reply) -> Mapping[str, str]:
        """Say what the people in *reply* are called, by their ids; unknown ones are left out."""
        found: dict[str, str] = {}
        for person in dict.fromkeys(_persons(reply.nodes)):
            platform, _, user = person.partition(":")
            inner = user.rpartition("/")[2] if platform == "slack" else ""
            if inner.startswith(_GROUP):
                found |= await self._group(person, inner)
                continue
            about = await self._about(inner) if inner else {}
            profile = about.get("profile") or {}
            name = profile.get("display_name") or about.get("real_name") or about.get("name")
            if name:
                found[person] = str(name)
        return found

    async def _group(self, person: str, group: str) -> Mapping[str, str]:
        """Give the handle of a user group, which as plain words notifies nobody."""
        answer = await self._asked("usergroups.list")
        for each in answer.get("usergroups") or ():
            if each.get("id") == group and each.get("handle"):
                return {person: f"@{each['handle']}"}
        return {}

    async def _about(self, user: str) -> Mapping[str, Any]:
        answer = await self._asked("users.info", user=user)
        about: Mapping[str, Any] = answer.get("user") or {}
        return about

    async def _members(self, group: str) -> frozenset[str]:
        answer = await self._asked("usergroups.users.list", usergroup=group)
        return frozenset(answer.get("users") or ())

    async def _asked(self, method: str, **args: str) -> Mapping[str, Any]:
        """Ask Slack, unless it was asked just now; nothing is known when it does not answer."""
        key = f"{method} {args}"
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            found: Mapping[str, Any] = known[1]
            return found
        try:
            answer = await self.web.call(method, **args)
        except (Expired, NotSent, Rejected) as trouble:
            log.warning("nothing known about somebody", method=method, detail=str(trouble))
            return {}
        self._known.keep(key, (time.monotonic() + FRESH, answer))
        return answer


def _persons(part: object) -> Iterator[str]:
    if isinstance(part, Person):
        yield part.id
    elif isinstance(part, tuple):
        for each in part:
            yield from _persons(each)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _persons(getattr(part, each.name))
