"""Lookup of a workspace's members: whether they moderate, and their display names."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, is_dataclass
from typing import Any

import structlog

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import API_FAILURES
from bot.cache import LruCache
from bot.errors import Outage
from bot.language.mentions import split_mentions
from bot.reply import Mention, Reply

log = structlog.get_logger("crossroads.slack")

CACHE_SECONDS = 300.0
_MAX_CACHED = 1_000
GROUP_PREFIX = "S"  # the ids of user groups begin with it
_NOT_CHECKED = (
    "I can't check right now whether you're a moderator, so nothing was changed. Try again in a "
    "minute; if it keeps happening, ask the bot's admin to run “crossroads doctor”."
)


@dataclass(slots=True)
class Users:
    """Looks up members in Slack and caches the responses for CACHE_SECONDS."""

    api: SlackApi
    moderators: tuple[str, ...] = ()  # ids of users (U…, W…) and user groups (S…)
    _cache: LruCache[str, tuple[float, Any]] = field(  # when each answer expires, and the answer
        default_factory=lambda: LruCache[str, tuple[float, Any]](_MAX_CACHED)
    )

    async def is_moderator(self, user: str) -> bool:
        """Return True if *user* is an admin, an owner or a configured moderator.

        Raise Outage if a lookup fails and the other lookups don't find a moderator, because *user*
        may still be one.
        """
        if user in self.moderators:
            return True
        groups = (each for each in self.moderators if each.startswith(GROUP_PREFIX))
        failed: Exception | None = None
        for group in ("", *groups):
            try:
                if await (self._is_in_group(user, group) if group else self._is_admin(user)):
                    return True
            except API_FAILURES as error:
                log.warning("moderator lookup failed", detail=str(error))
                failed = error
        if failed is not None:
            raise Outage(_NOT_CHECKED) from failed
        return False

    async def is_known_moderator(self, user: str) -> bool:
        """Return True if *user* is a moderator, False also if Slack can't be asked."""
        with suppress(Outage):
            return await self.is_moderator(user)
        return False

    async def display_names(self, reply: Reply, *others: str) -> Mapping[str, str]:
        """Return the names of the members and groups in *reply*, and of *others*, by id.

        Members and groups that Slack doesn't find are left out.
        """
        found: dict[str, str] = {}
        for person in dict.fromkeys((*_mentioned_ids(reply), *others)):
            platform, _, user = person.partition(":")
            inner = user.rpartition("/")[2] if platform == "slack" else ""
            try:
                name = await self._display_name(inner) if inner else ""
            except API_FAILURES as error:
                log.warning("name lookup failed", detail=str(error))
                continue
            if name:
                found[person] = name
        return found

    async def _display_name(self, user: str) -> str:
        if user.startswith(GROUP_PREFIX):
            return await self._group_handle(user)
        found = await self._user_info(user)
        profile = found.get("profile") or {}
        return str(profile.get("display_name") or found.get("real_name") or found.get("name") or "")

    async def _group_handle(self, group: str) -> str:
        """Return a user group's handle, such as "@devs", or "" if it isn't found."""
        answer = await self._call_cached("usergroups.list")
        for each in answer.get("usergroups") or ():
            if each.get("id") == group and each.get("handle"):
                return f"@{each['handle']}"
        return ""

    async def _is_admin(self, user: str) -> bool:
        found = await self._user_info(user)
        return any(found.get(each) for each in ("is_admin", "is_owner", "is_primary_owner"))

    async def _is_in_group(self, user: str, group: str) -> bool:
        answer = await self._call_cached("usergroups.users.list", usergroup=group)
        return user in (answer.get("users") or ())

    async def _user_info(self, user: str) -> Mapping[str, Any]:
        answer = await self._call_cached("users.info", user=user)
        found: Mapping[str, Any] = answer.get("user") or {}
        return found

    async def _call_cached(self, method: str, **args: str) -> Mapping[str, Any]:
        """Return the response of a Web API method, from the cache if it is recent.

        Raise Expired, SendError or PayloadRejected if the request fails.
        """
        key = f"{method} {args}"
        known = self._cache.get(key)
        if known is not None and known[0] > time.monotonic():
            found: Mapping[str, Any] = known[1]
            return found
        answer = await self.api.call(method, **args)
        self._cache.put(key, (time.monotonic() + CACHE_SECONDS, answer))
        return answer


def _mentioned_ids(reply: Reply) -> list[str]:
    """Return the ids of all members and user groups that *reply* mentions."""
    found: list[str] = []
    parts: list[object] = [reply.answer, reply.nodes]
    while parts:
        part = parts.pop()
        if isinstance(part, Mention):
            found.append(part.id)
        elif isinstance(part, str):
            if "slack:" in part:
                found += (each.id for each in split_mentions(part) if isinstance(each, Mention))
        elif isinstance(part, tuple):
            parts += part
        elif is_dataclass(part):
            parts += (getattr(part, name) for name in part.__dataclass_fields__)
    return found
