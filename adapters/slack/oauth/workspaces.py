"""Many workspaces: each is answered by parts of its own, which know its token and no other."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models import Bot

from adapters.shared.contract import ConfigurationError
from adapters.slack.answers import press_of, retry
from adapters.slack.api_client import Web, client
from adapters.slack.api_errors import Expired, NotSent, Rejected
from adapters.slack.oauth.install import Oauth, exchanged
from adapters.slack.oauth.installations import InstallationStore
from adapters.slack.payload import Body, asked, team
from adapters.slack.rendering.render import Message, render
from adapters.slack.request_handler import Interactions
from bot.app import App
from bot.errors import Outage
from bot.formatting import pluralize
from bot.installations import Installations
from bot.reply import Node, Outcome, Paragraph, Reply
from bot.vault import DecryptionError

log = structlog.get_logger("crossroads.slack")

_FRESH = 60.0  # seconds for which a token is relied on; another instance may have a newer one
_NOT_HERE = (
    "This workspace has not installed the app, or has removed it. An admin of the workspace can "
    "install it: ask whoever runs the bot for the address."
)
_NO_KEY = (
    "CROSSROADS_SECRET_KEYS can't decrypt the data of {count}: set the "
    "key that it was closed with too, after a comma, or have them install the app again."
)
_LOCKED = "The bot can't read what this workspace entrusted to it. Ask whoever runs the bot."


@dataclass(slots=True)
class _Workspace:
    """A workspace's parts, and until when its token is relied on."""

    token: str = field(repr=False)
    parts: Interactions
    until: float


@dataclass(slots=True)
class Workspaces:
    """Finds who answers for a workspace; *bare* is for answers that need no token."""

    app: App
    make: Callable[[Bot], Interactions]
    installations: AsyncInstallationStore
    bare: Web
    _known: dict[str, _Workspace] = field(default_factory=dict)

    def at_once(self, body: Body) -> str | None:
        """See Interactions."""
        known = self._known.get(team(body))
        return known.parts.at_once(body) if known and known.until > time.monotonic() else None

    async def take(self, body: Body) -> str:
        """See Interactions; who has not installed the app is told so where that can be done."""
        try:
            parts = await self._parts(team(body))
        except Outage as error:
            log.warning("outage", says=error.message)
            question = asked(body, self.bare, "")
            press = press_of(self.app, question) if question else None
            return await self._say(body, error.message, *([retry(press.call)] if press else []))
        except DecryptionError:
            log.error("token not readable", workspace=team(body))  # noqa: TRY400  # no more to tell
            return await self._say(body, _LOCKED)
        if parts is None:
            log.warning("workspace without an installation", workspace=team(body))
            return await self._say(body, _NOT_HERE)
        answer = await parts.take(body)
        if _is_end(body):
            await self._end(team(body))
        return answer

    async def web_of(self, community: str) -> Web | None:
        """Give what a community is told things with."""
        try:
            parts = await self._parts(community.removeprefix("slack:"))
        except (Outage, DecryptionError):
            return None
        return await parts.web_of(community) if parts else None

    async def drain(self, seconds: float) -> None:
        """Let answers under way end."""
        known = [each.parts.drain(seconds) for each in self._known.values()]
        await asyncio.gather(*known)

    async def _parts(self, name: str) -> Interactions | None:
        known, now = self._known.get(name), time.monotonic()
        if known is not None and known.until > now:
            return known.parts
        found = await self.installations.async_find_bot(enterprise_id=None, team_id=name)
        if found is None:
            self._known.pop(name, None)
            return None
        if known is None or known.token != found.bot_token:
            known = _Workspace(found.bot_token, self.make(found), 0.0)
        known.until = now + _FRESH
        self._known[name] = known
        return known.parts

    async def _end(self, name: str) -> None:
        """Forget the token of a workspace that has removed the app."""
        self._known.pop(name, None)
        try:
            await self.installations.async_delete_all(enterprise_id=None, team_id=name)
        except Outage as error:  # Slack takes the token no more, whoever has it
            log.warning("token not forgotten", says=error.message)
        else:
            log.info("workspace removed the app", workspace=name)

    async def _say(self, body: Body, says: str, *more: Node) -> str:
        """Say something without a token: in the acknowledgement, or by a response URL."""
        (message,) = render(Reply((Paragraph(says), *more), Outcome.REFUSED)).messages
        if "command" in body:
            return message.private
        if body.get("response_url"):
            await self._respond(str(body["response_url"]), message)
        return ""

    async def _respond(self, url: str, message: Message) -> None:
        try:
            await self.bare.respond(url, message.payload() | {"replace_original": False})
        except (Expired, NotSent, Rejected) as trouble:
            log.warning("not told", detail=str(trouble))


async def workspaces(
    app: App, oauth: Oauth, bare: Web, answering: Callable[[Web, str], Interactions]
) -> Workspaces:
    """Begin to answer all that have installed the app, and to take installations.

    *answering* makes what answers one of them, with its own token and the bot's id there. Raises
    ConfigurationError where none of what the database holds can be read.
    """
    kept = Installations(app, oauth.client, oauth.vault)
    await _looked_over(kept)
    installations = InstallationStore(kept)

    def make(installed: Bot) -> Interactions:
        api = client(installed.bot_token, bare.api.base_url, bare.session)
        return answering(Web(api, bare.session), installed.bot_user_id)

    async def finish(code: str) -> None:
        await installations.async_save(await exchanged(oauth, bare.api, code))

    oauth.finish = finish
    return Workspaces(app, make, installations, bare)


async def _looked_over(installations: Installations) -> None:
    try:
        readable, locked = await installations.reencrypt()
    except Outage as error:  # it is looked for again whenever a workspace asks
        log.warning("workspaces not looked over", says=error.message)
        return
    says = _NO_KEY.format(count=pluralize(locked, "workspace"))
    if locked and not readable:
        raise ConfigurationError(says)
    if locked:
        log.warning("tokens not readable", workspaces=locked, says=says)


def _is_end(body: Body) -> bool:
    """Tell whether the app's token is good for nothing any more."""
    event = body.get("event") or {}
    bots = (event.get("tokens") or {}).get("bot")
    revoked = event.get("type") == "tokens_revoked" and bool(bots)
    return revoked or event.get("type") == "app_uninstalled"
