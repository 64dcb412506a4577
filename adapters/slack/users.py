"""Lookup of a workspace's members: whether they moderate, their names and time zones."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Any

import structlog

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import API_FAILURES
from bot.cache import LruCache
from bot.call import Caller
from bot.errors import Outage
from bot.language.mentions import split_mentions
from bot.language.name_index import NamedValue
from bot.reply import Mention, Reply

log = structlog.get_logger("crossroads.slack")

CACHE_SECONDS = 300.0
_MAX_CACHED = 1_000
GROUP_PREFIX = "S"  # the ids of user groups begin with it
_NOT_CHECKED = (
    "I can't check right now whether you're a moderator, so nothing was changed. Try again in a "
    "minute; if it keeps happening, ask the bot's admin to run “crossroads doctor”."
)


_NO_GROUPS = "I couldn't get the list of user groups from Slack. Try again in a minute."


async def _nobody(_: str) -> frozenset[str]:
    return frozenset()


@dataclass(slots=True)
class Users:
    """Looks up members in Slack and caches the responses for CACHE_SECONDS."""

    api: SlackApi
    moderators: tuple[str, ...] = ()  # ids of users (U…, W…) and user groups (S…)
    listed: Callable[[str], Awaitable[frozenset[str]]] = _nobody
    """Returns the moderators that the admins of a workspace have listed, such as "slack:T1/U2"."""
    _cache: LruCache[str, tuple[float, Any]] = field(  # when each answer expires, and the answer
        default_factory=lambda: LruCache[str, tuple[float, Any]](_MAX_CACHED)
    )

    async def identify(self, user: str, community: str, *, must_know: bool) -> Caller:
        """Return *user*, a member of the workspace *community*, as a Caller with their rights.

        Moderators are the workspace's admins and owners, the configured moderators, and those that
        the workspace's admins have listed. If a lookup fails and no other finds a moderator, raise
        Outage if *must_know*, because *user* may still be one; otherwise, *user* is none.
        """
        info: Mapping[str, Any] = {}
        failed: Exception | None = None
        try:
            info = await self._user_info(user)
        except API_FAILURES as error:
            log.warning("moderator lookup failed", detail=str(error))
            failed = error
        admin = any(info.get(each) for each in ("is_admin", "is_owner", "is_primary_owner"))
        moderator = admin
        if not moderator:
            try:
                moderator = await self._is_listed(user, community, unless=failed)
            except Outage:
                if must_know:
                    raise
        return Caller(
            f"{community}/{user}",
            moderator=moderator,
            community=community,
            admin=admin,
            time_zone=str(info.get("tz") or ""),
            locale=str(info.get("locale") or ""),
        )

    def knows(self, user: str) -> bool:
        """Return True if *user* was looked up within CACHE_SECONDS."""
        known = self._cache.get(_cache_key("users.info", _info_args(user)))
        return known is not None and known[0] > time.monotonic()

    async def _is_listed(self, user: str, community: str, unless: Exception | None) -> bool:
        """Return True if *user*, or a group that they are in, is configured or listed.

        Raise Outage if that isn't known, or if *user* isn't listed and the lookup of their rights
        has failed before (*unless*).
        """
        if user in self.moderators:
            return True
        outage: Exception | None = unless
        try:
            listed = {each.rpartition("/")[2] for each in await self.listed(community)}
        except Outage as error:
            listed, outage = set(), error
        if user in listed or await self._is_in_any_group(user, {*self.moderators, *listed}):
            return True
        if isinstance(outage, Outage):
            raise outage
        if outage is not None:
            raise Outage(_NOT_CHECKED) from outage
        return False

    async def _is_in_any_group(self, user: str, ids: Iterable[str]) -> bool:
        """Return True if *user* is in a user group of *ids*; raise Outage if that isn't known."""
        failed: Exception | None = None
        for group in sorted(each for each in ids if each.startswith(GROUP_PREFIX)):
            try:
                if await self._is_in_group(user, group):
                    return True
            except API_FAILURES as error:
                log.warning("moderator lookup failed", detail=str(error))
                failed = error
        if failed is not None:
            raise Outage(_NOT_CHECKED) from failed
        return False

    async def groups(self, community: str) -> tuple[NamedValue[str], ...]:
        """Return the workspace's user groups, by handle; raise Outage if they can't be looked up.

        Their ids are such as "slack:T1/S3". A workspace whose plan has no groups has none.
        """
        try:
            answer = await self._call_cached("usergroups.list")
        except API_FAILURES as error:
            raise Outage(_NO_GROUPS) from error
        found = (
            (str(each["handle"]), f"{community}/{each['id']}")
            for each in answer.get("usergroups") or ()
            if each.get("id") and each.get("handle")
        )
        return tuple(NamedValue(tagged, f"@{handle}", tagged) for handle, tagged in sorted(found))

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

    async def _is_in_group(self, user: str, group: str) -> bool:
        answer = await self._call_cached("usergroups.users.list", usergroup=group)
        return user in (answer.get("users") or ())

    async def _user_info(self, user: str) -> Mapping[str, Any]:
        answer = await self._call_cached("users.info", **_info_args(user))
        found: Mapping[str, Any] = answer.get("user") or {}
        return found

    async def _call_cached(self, method: str, **args: str) -> Mapping[str, Any]:
        """Return the response of a Web API method, from the cache if it is recent.

        Raise Expired, SendError or PayloadRejected if the request fails.
        """
        key = _cache_key(method, args)
        known = self._cache.get(key)
        if known is not None and known[0] > time.monotonic():
            found: Mapping[str, Any] = known[1]
            return found
        answer = await self.api.call(method, **args)
        self._cache.put(key, (time.monotonic() + CACHE_SECONDS, answer))
        return answer


def _info_args(user: str) -> dict[str, str]:
    return {"user": user, "include_locale": "true"}


def _cache_key(method: str, args: Mapping[str, str]) -> str:
    return f"{method} {dict(args)}"


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
