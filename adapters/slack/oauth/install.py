"""Where workspaces install the app themselves: OAuth, version 2.

/slack/install         sends an admin's browser to Slack, with a state that comes back
/slack/oauth_redirect  takes Slack's code and has it exchanged for the workspace's token
"""

import html
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store.models import Installation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import code_of
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.errors import Outage
from bot.vault import DecryptionError, TokenCipher

log = structlog.get_logger("crossroads.slack")

Finish = Callable[[str], Awaitable[None]]

FRESH = 600  # seconds that somebody may take on Slack's page
_COOKIE = "crossroads-install"
_AGAIN = f'Nothing was changed. <a href="{INSTALL_PATH}">Begin again</a>.'
_TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError)
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds a code
    "Cache-Control": "no-store",
}


class NotInstalled(Exception):
    """An installation can't be taken; the message is for whoever tried."""


@dataclass
class Oauth:
    """What the app is known to Slack by, and the two pages.

    The state is encrypted, so that any instance can check another's. It also stands in a cookie: a
    link with somebody else's state and code installs nothing.
    """

    client: str
    secret: str = field(repr=False)
    vault: TokenCipher
    authorize: str  # the address of Slack's page
    finish: Finish | None = None  # takes a code; nobody does before the bot serves

    @classmethod
    def of(cls, client: str, secret: str, keys: Iterable[str], base: str) -> Self:
        """Take what an admin has set; Slack's page lies beside its API, at *base*."""
        page = base.removesuffix("api/") + "oauth/v2/authorize"
        return cls(client, secret, TokenCipher(keys), page)

    def routes(self) -> list[web.RouteDef]:
        """Give what the server has to listen for."""
        return [web.get(INSTALL_PATH, self.begin), web.get(REDIRECT_PATH, self.end)]

    async def begin(self, request: web.Request) -> web.Response:
        """Send the browser to Slack."""
        del request
        state = self.vault.encrypt(f"install {secrets.token_urlsafe(16)}")
        page = AuthorizeUrlGenerator(
            client_id=self.client, scopes=list(SCOPES), authorization_url=self.authorize
        )
        answer = web.Response(status=302, headers={"Location": page.generate(state), **_SAFE})
        answer.set_cookie(
            _COOKIE, state, max_age=FRESH, path=REDIRECT_PATH, secure=True, httponly=True,
            samesite="Lax",
        )  # fmt: skip
        return answer

    async def end(self, request: web.Request) -> web.Response:
        """Take what Slack's page sent the browser back with."""
        try:
            await self._finished(request)
        except NotInstalled as error:
            log.info("not installed", why=str(error))
            answer = _page(400, "Not installed", f"{html.escape(str(error))} {_AGAIN}")
        except _TROUBLE as error:
            why = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("not installed", detail=why)
            says = f"Slack did not confirm it ({html.escape(why)}). {_AGAIN}"
            answer = _page(502, "Not installed", says)
        except Outage as error:
            log.warning("not installed", detail=error.message)
            answer = _page(503, "Not installed", f"{html.escape(error.message)} {_AGAIN}")
        else:
            says = "Crossroads is installed. Go back to Slack and type <b>/crossroads help</b>."
            answer = _page(200, "Installed", says)
        answer.del_cookie(_COOKIE, path=REDIRECT_PATH)
        return answer

    async def _finished(self, request: web.Request) -> None:
        query, cookie = request.query, request.cookies.get(_COOKIE, "")
        state = query.get("state", "")
        if not state or not secrets.compare_digest(state.encode(), cookie.encode()):
            raise NotInstalled("This did not begin in this browser.")
        try:
            begun = self.vault.decrypt(state, FRESH).startswith("install ")
        except DecryptionError:
            begun = False
        if not begun:
            raise NotInstalled("That took too long, or it did not begin here.")
        if query.get("error"):
            raise NotInstalled("It was called off on Slack's page.")
        if not query.get("code"):
            raise NotInstalled("Slack sent no code along.")
        if self.finish is None:
            raise NotInstalled("The bot is only just starting. Try again in a minute.")
        await self.finish(query["code"])


async def exchanged(oauth: Oauth, api: AsyncWebClient, code: str) -> Installation:
    """Have Slack exchange a code for an installation; raises what slack_sdk raises."""
    # Not by oauth_v2_access: its BasicAuth is going away in aiohttp.
    form = {"client_id": oauth.client, "client_secret": oauth.secret, "code": code}
    found: Any = await api.api_call("oauth.v2.access", data=form)
    is_bot = found.get("token_type") == "bot"
    return Installation(
        app_id=found.get("app_id"),
        enterprise_id=(found.get("enterprise") or {}).get("id"),
        team_id=(found.get("team") or {}).get("id"),
        bot_token=found.get("access_token") if is_bot else None,
        bot_user_id=found.get("bot_user_id"),
        bot_scopes=found.get("scope") or "",
        user_id=(found.get("authed_user") or {}).get("id") or "",
        is_enterprise_install=found.get("is_enterprise_install"),
    )


def _page(status: int, title: str, says: str) -> web.Response:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><h1>{title}</h1><p>{says}</p></html>\n"
    )
    return web.Response(status=status, text=body, content_type="text/html", headers=_SAFE)
