"""A small slack-bolt app, and two ways to connect it to the loopback Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from slack_server.block_builders import buttons, field, modal, option, plain
from slack_server.server import LoopbackSlack
from slack_server.world import Json

FORM = modal(
    field("role", {"type": "external_select", "min_query_length": 0}),
    field("note", {"type": "plain_text_input", "max_length": 20}, optional=True),
)
ROLES = [option("AI Engineer", "ai"), option("ML Engineer", "ml")]


def bolt(slack: LoopbackSlack) -> AsyncApp:
    """Return an app with one handler for each kind of request."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_base)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)
    _commands(app)
    _actions(app)
    _events(app)
    return app


def _commands(app: AsyncApp) -> None:
    @app.command("/crossroads")
    async def command(ack: Any, command: Json, client: AsyncWebClient, respond: Any) -> None:
        if command["text"] == "form":
            await client.views_open(trigger_id=command["trigger_id"], view=FORM)
            await ack()
        elif command["text"] == "later":
            await ack()
            await respond("later", response_type="in_channel")
        elif command["text"] != "never":
            text = f"you said {command['text']}"
            await ack(text=text, blocks=[buttons("More", "Gone"), _roles()])


def _roles() -> Json:
    menu = {"type": "static_select", "action_id": "pick", "options": ROLES}
    return {"type": "actions", "elements": [menu]}


def _actions(app: AsyncApp) -> None:
    @app.action("do-more")
    async def more(ack: Any, respond: Any, action: Json) -> None:
        await ack()
        await respond(f"more {action['value']}", replace_original=True, response_type="ephemeral")

    @app.action("do-gone")
    async def gone(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True, response_type="ephemeral")

    @app.action("pick")
    async def pick(ack: Any, respond: Any, action: Json) -> None:
        await ack()
        await respond(action["selected_option"]["value"], response_type="ephemeral")

    @app.options("role")
    async def roles(ack: Any, payload: Json) -> None:
        await ack(options=[each for each in ROLES if payload["value"] in each["value"]])

    @app.view("form")
    async def form(ack: Any, view: Json, client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        if values["note"]["note"]["value"] == "wrong":
            await ack(response_action="errors", errors={"note": "say something else"})
            return
        await ack()
        chosen = values["role"]["role"]["selected_option"]["value"]
        await client.chat_postMessage(channel="C1", text=f"chosen {chosen}")


def _events(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "section", "text": plain("Welcome home")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("app_mention")
    async def mention(event: Json, say: Any) -> None:
        await say(f"heard {event['text']}")


@asynccontextmanager
async def socket_mode(slack: LoopbackSlack, ping: float = 5) -> AsyncIterator[AsyncApp]:
    """Run the sample app in Socket Mode, with a ping every *ping* seconds."""
    app = bolt(slack)
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def http_mode(slack: LoopbackSlack) -> AsyncIterator[AsyncApp]:
    """Run the sample app as an HTTP server."""
    app = bolt(slack)

    async def events(request: web.Request) -> web.Response:
        response = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    server = web.Application()
    server.add_routes([web.post("/slack/events", events)])
    runner = web.AppRunner(server, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield app
    finally:
        await runner.cleanup()
