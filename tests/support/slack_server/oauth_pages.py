"""Installation with OAuth: the page where an admin approves, and the exchange of codes.

Source: docs.slack.dev, authentication/installing-with-oauth and methods/oauth.v2.access.
"""

import secrets
from typing import Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from slack_server.world import APP, BOT, Json, World

CLIENT, SECRET = "111.222", "loopback-client-secret"


class Oauth:
    """Issues codes and tokens; a workspace's new token replaces its last one."""

    def __init__(self, worlds: list[World]) -> None:
        self._worlds = worlds
        self._codes: dict[str, World] = {}
        self.whole_organisation = False
        """Whether the next installation is for a whole organization."""
        self.refused: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/oauth/v2/authorize", self._page)]

    async def _page(self, request: web.Request) -> web.Response:
        """Approve at once, as an admin of the workspace in the request's X-Team header would."""
        query = request.query
        if query.get("client_id") != CLIENT or not query.get("scope") or not query.get("state"):
            return web.Response(status=400, text="invalid")
        team = request.headers.get("X-Team", "")
        [world] = [each for each in self._worlds if each.team == team]
        world.scopes = set(query["scope"].split(","))
        code = f"{secrets.token_hex(6)}.code"
        self._codes[code] = world
        return web.json_response({"code": code, "state": query["state"]})

    async def access(self, request: web.Request) -> web.Response:
        """Exchange a code for a token (``oauth.v2.access``); each code is accepted once."""
        form = await request.post()
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return self._no("bad_client_secret")
        world = self._codes.pop(str(form.get("code")), None)
        if world is None:
            return self._no("invalid_code")
        world.bot_token, world.token_error = f"xoxb-{world.team}-{secrets.token_hex(24)}", ""
        return web.json_response(self._granted(world))

    def _no(self, error: str) -> web.Response:
        self.refused.append(error)
        return web.json_response({"ok": False, "error": error})

    def _granted(self, world: World) -> Json:
        whole = self.whole_organisation
        return {
            "ok": True,
            "access_token": world.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(world.scopes)),
            "bot_user_id": BOT,
            "app_id": APP,
            "team": None if whole else {"id": world.team, "name": "A name that nobody keeps"},
            "enterprise": {"id": "E1", "name": "Another name"} if whole else None,
            "is_enterprise_install": whole,
            "authed_user": {"id": "UADMIN"},
        }


class Browser:
    """An admin's browser, with its cookies, on the app's pages and on Slack's."""

    def __init__(self, app: str) -> None:
        """Start without cookies; *app* is the URL of the app's HTTP server."""
        self.app = app
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=app)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def begin(self, team: str) -> Json:
        """Open the app's page and approve on Slack's; return the parameters of Slack's redirect."""
        begun = await self._session.get(f"{self.app}/slack/install", allow_redirects=False)
        assert begun.status == 302, await begun.text()
        page = await self._session.get(begun.headers["Location"], headers={"X-Team": team})
        assert page.status == 200, begun.headers["Location"]
        found: Json = await page.json()
        return found

    async def end(self, back: Json) -> tuple[int, str]:
        """Follow Slack's redirect with the parameters *back*; return the page's status and text."""
        url = f"{self.app}/slack/oauth_redirect?{urlencode(back)}"
        page = await self._session.get(url)
        return page.status, await page.text()

    async def install(self, team: str) -> tuple[int, str]:
        """Install the app in a workspace; return the last page's status and text."""
        return await self.end(await self.begin(team))
