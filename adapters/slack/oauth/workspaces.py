"""Receiver of payloads from many workspaces, each with its own token."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models import Bot

from adapters.shared.contract import ConfigurationError
from adapters.slack.api_client import HttpApi, SlackApi, create_client
from adapters.slack.api_errors import API_FAILURES
from adapters.slack.oauth.encryption import DecryptionError
from adapters.slack.oauth.install import OAuthPages, exchange_code
from adapters.slack.oauth.installations import DatabaseInstallationStore
from adapters.slack.payload import Payload, community_of, parse_request
from adapters.slack.receiver import Receiver
from adapters.slack.rendering.render import render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.request_handler import click_of, retry_action
from bot.app import App
from bot.community.installations import Installations
from bot.errors import Outage
from bot.formatting import pluralize
from bot.reply import Action, Outcome, Reply

log = structlog.get_logger("crossroads.slack")

_TOKEN_CACHE_SECONDS = 60.0  # because another process may store a newer token
_NOT_INSTALLED = (
    "The app isn't installed in this workspace. A workspace admin can install it with a link "
    "from the people who run the bot."
)
_NO_KEY = (
    "CROSSROADS_SECRET_KEYS can't decrypt the tokens of {count}. Add the key that encrypted "
    "them, after a comma, or ask those workspaces to install the app again."
)
_UNREADABLE = "The bot can't read this workspace's token. Tell the people who run the bot."


@dataclass(slots=True)
class _Workspace:
    """The receiver of one workspace, cached together with the workspace's token until *expires*."""

    token: str = field(repr=False)
    receiver: Receiver
    expires: float  # on the monotonic clock


@dataclass(slots=True)
class Workspaces:
    """Passes each payload to the receiver of its workspace; has the same methods as `Receiver`."""

    app: App
    create_receiver: Callable[[Bot], Receiver]
    installations: AsyncInstallationStore
    anonymous_api: SlackApi
    _cache: dict[str, _Workspace] = field(default_factory=dict)

    def ack_at_once(self, payload: Payload) -> str | None:
        """Return the acknowledgement as JSON, or None if it isn't known without waiting."""
        cached = self._cache.get(community_of(payload))
        if cached is None or cached.expires <= time.monotonic():
            return None
        return cached.receiver.ack_at_once(payload)

    async def receive(self, payload: Payload) -> Json:
        """Answer *payload* and return the acknowledgement's body.

        If the bot has no usable token for the payload's workspace, the reply says so.
        """
        community = community_of(payload)
        try:
            receiver = await self._receiver_for(community)
        except Outage as error:
            log.warning("outage", reason=error.message)
            request = parse_request(payload, self.anonymous_api, "")
            click = click_of(self.app, request) if request else None
            retry = (retry_action(click.call),) if click else ()
            return await self._reply_without_token(payload, error.message, *retry)
        except DecryptionError:
            log.error("workspace token can't be decrypted", workspace=_team(community))  # noqa: TRY400  # a traceback wouldn't help
            return await self._reply_without_token(payload, _UNREADABLE)
        if receiver is None:
            log.warning("workspace without an installation", workspace=_team(community))
            return await self._reply_without_token(payload, _NOT_INSTALLED)
        ack = await receiver.receive(payload)
        if _is_removal(payload):
            await self._forget(community)
        return ack

    async def api_for(self, community: str) -> SlackApi | None:
        """Return a workspace's API client, or None if its token can't be read."""
        try:
            receiver = await self._receiver_for(community)
        except (Outage, DecryptionError):
            return None
        return await receiver.api_for(community) if receiver else None

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for requests in progress."""
        await asyncio.gather(*(each.receiver.drain(seconds) for each in self._cache.values()))

    async def _receiver_for(self, community: str) -> Receiver | None:
        cached, now = self._cache.get(community), time.monotonic()
        if cached is not None and cached.expires > now:
            return cached.receiver
        team = _team(community)
        found = await self.installations.async_find_bot(enterprise_id=None, team_id=team)
        if found is None:
            self._cache.pop(community, None)
            return None
        if cached is None or cached.token != found.bot_token:
            cached = _Workspace(found.bot_token, self.create_receiver(found), 0.0)
        cached.expires = now + _TOKEN_CACHE_SECONDS
        self._cache[community] = cached
        return cached.receiver

    async def _forget(self, community: str) -> None:
        """Delete the stored token of a workspace that has removed the app."""
        self._cache.pop(community, None)
        team = _team(community)
        try:
            await self.installations.async_delete_all(enterprise_id=None, team_id=team)
        except Outage as error:  # Slack no longer accepts the token anyway
            log.warning("workspace token not deleted", reason=error.message)
        else:
            log.info("workspace removed the app", workspace=team)

    async def _reply_without_token(self, payload: Payload, text: str, *buttons: Action) -> Json:
        """Send *text* and *buttons* to the member whose request can't be answered.

        Return them as the acknowledgement's body, or send them to the response URL; neither needs a
        token.
        """
        (message,) = render(Reply(text, buttons=buttons, outcome=Outcome.REFUSED)).messages
        if "command" in payload:
            return message.payload()
        if payload.get("response_url"):
            body = message.payload() | {"replace_original": False}
            try:
                await self.anonymous_api.respond(str(payload["response_url"]), body)
            except API_FAILURES as error:
                log.warning("member not notified", detail=str(error))
        return {}


async def create_workspaces(
    app: App,
    oauth: OAuthPages,
    anonymous_api: HttpApi,
    create_receiver: Callable[[SlackApi, str], Receiver],
) -> Workspaces:
    """Create the receiver for all workspaces with the app, and accept installations.

    *create_receiver* creates a workspace's receiver from its API client and the bot's user id.
    *anonymous_api* has no token. Raise ConfigurationError if none of the stored tokens can be
    decrypted.
    """
    installations = DatabaseInstallationStore(Installations(app, oauth.client_id), oauth.cipher)
    await _rotate_keys(installations)
    client, session = anonymous_api.client, anonymous_api.session

    def create(bot: Bot) -> Receiver:
        own = create_client(bot.bot_token, client.base_url, session)
        return create_receiver(HttpApi(own, session=session), bot.bot_user_id)

    async def finish(code: str) -> None:
        await installations.async_save(await exchange_code(oauth, client, code))

    oauth.finish = finish
    return Workspaces(app, create, installations, anonymous_api)


async def _rotate_keys(installations: DatabaseInstallationStore) -> None:
    try:
        readable, unreadable = await installations.rotate_keys()
    except Outage as error:  # each request will read its token again
        log.warning("workspace tokens not checked", reason=error.message)
        return
    message = _NO_KEY.format(count=pluralize(unreadable, "workspace"))
    if unreadable and not readable:
        raise ConfigurationError(message)
    if unreadable:
        log.warning("workspace tokens can't be decrypted", workspaces=unreadable, detail=message)


def _team(community: str) -> str:
    return community.removeprefix("slack:")


def _is_removal(payload: Payload) -> bool:
    """Return True if *payload* reports that a workspace removed the app or revoked its token."""
    event = payload.get("event") or {}
    bots = (event.get("tokens") or {}).get("bot")
    revoked = event.get("type") == "tokens_revoked" and bool(bots)
    return revoked or event.get("type") == "app_uninstalled"
