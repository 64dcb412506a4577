"""Web pages on which admins of workspaces install the app (OAuth, version 2).

/slack/install         redirects the browser to Slack, with a state that Slack sends back
/slack/oauth_redirect  receives Slack's code and exchanges it for the workspace's token
"""

import html
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store.models import Installation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import REQUEST_ERRORS, error_code
from adapters.slack.oauth.encryption import DecryptionError, TokenCipher
from adapters.slack.setup.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.errors import Outage

log = structlog.get_logger("crossroads.slack")

FinishInstall = Callable[[str], Awaitable[None]]

STATE_SECONDS = 600  # an admin has to approve the installation within this time
_COOKIE = "crossroads-install"
_RETRY_LINK = f'Nothing was changed. <a href="{INSTALL_PATH}">Start again</a>.'
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the URL contains Slack's code
    "Cache-Control": "no-store",
}


class InstallError(Exception):
    """The app can't be installed; the message is for the admin who tried."""


@dataclass
class OAuthPages:
    """The two pages of the OAuth flow, and the app's credentials.

    The state is encrypted, so that any instance of the bot can check it. It is also set as a
    cookie, so that a link with somebody else's state and code installs nothing.
    """

    client_id: str
    client_secret: str = field(repr=False)
    cipher: TokenCipher
    authorize_url: str
    finish: FinishInstall | None = None  # gets Slack's code; None until the bot is ready

    @classmethod
    def create(cls, client: str, secret: str, keys: Iterable[str], base: str) -> Self:
        """Create the pages of the app with id *client* and client secret *secret*.

        *keys* encrypt the state. *base* is the URL of Slack's API, from which the URL of Slack's
        own page is derived.
        """
        page = base.removesuffix("api/") + "oauth/v2/authorize"
        return cls(client, secret, TokenCipher(keys), page)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of both pages for the HTTP server."""
        return [web.get(INSTALL_PATH, self.start), web.get(REDIRECT_PATH, self.redirect)]

    async def start(self, request: web.Request) -> web.Response:
        """Redirect the browser to Slack's page, where an admin approves the installation."""
        del request
        state = self.cipher.encrypt(f"install {secrets.token_urlsafe(16)}")
        page = AuthorizeUrlGenerator(
            client_id=self.client_id, scopes=list(SCOPES), authorization_url=self.authorize_url
        )
        answer = web.Response(
            status=302, headers={"Location": page.generate(state), **_SECURITY_HEADERS}
        )
        answer.set_cookie(
            _COOKIE, state, max_age=STATE_SECONDS, path=REDIRECT_PATH, secure=True, httponly=True,
            samesite="Lax",
        )  # fmt: skip
        return answer

    async def redirect(self, request: web.Request) -> web.Response:
        """Finish the installation after Slack's redirect; return a page with the outcome."""
        try:
            await self._complete(request)
        except InstallError as error:
            log.info("installation failed", detail=str(error))
            answer = _html_page(400, "Not installed", f"{html.escape(str(error))} {_RETRY_LINK}")
        except REQUEST_ERRORS as error:
            code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("installation failed", detail=code)
            text = f"Slack didn't confirm the installation ({html.escape(code)}). {_RETRY_LINK}"
            answer = _html_page(502, "Not installed", text)
        except Outage as error:
            log.warning("installation failed", detail=error.message)
            answer = _html_page(503, "Not installed", f"{html.escape(error.message)} {_RETRY_LINK}")
        else:
            text = "Crossroads is installed. Go back to Slack and type <b>/crossroads help</b>."
            answer = _html_page(200, "Installed", text)
        answer.del_cookie(_COOKIE, path=REDIRECT_PATH)
        return answer

    async def _complete(self, request: web.Request) -> None:
        query, cookie = request.query, request.cookies.get(_COOKIE, "")
        state = query.get("state", "")
        if not state or not secrets.compare_digest(state.encode(), cookie.encode()):
            raise InstallError("You didn't start this installation in this browser.")
        try:
            is_valid = self.cipher.decrypt(state, STATE_SECONDS).startswith("install ")
        except DecryptionError:
            is_valid = False
        if not is_valid:
            raise InstallError("The installation took too long, or it wasn't started here.")
        if query.get("error"):
            raise InstallError("The installation was canceled on Slack's page.")
        if not query.get("code"):
            raise InstallError("Slack didn't send an authorization code.")
        if self.finish is None:
            raise InstallError("The bot is still starting. Try again in a minute.")
        await self.finish(query["code"])


async def exchange_code(oauth: OAuthPages, api: AsyncWebClient, code: str) -> Installation:
    """Exchange Slack's *code* for an installation, and return the installation.

    Raise slack_sdk's error if the exchange fails.
    """
    # slack_sdk's oauth_v2_access isn't used, because it needs BasicAuth, which aiohttp will remove.
    form = {"client_id": oauth.client_id, "client_secret": oauth.client_secret, "code": code}
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


def _html_page(status: int, title: str, text: str) -> web.Response:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><h1>{title}</h1><p>{text}</p></html>\n"
    )
    return web.Response(
        status=status, text=body, content_type="text/html", headers=_SECURITY_HEADERS
    )
