"""The bare app that Crossroads is compared with: Bolt acknowledging with a constant."""

import asyncio
import json
import os
import re
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

ANSWER = json.loads(os.environ["BARE_ANSWER"])


def bare() -> AsyncApp:
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_BASE"])
    app = AsyncApp(
        client=client,
        signing_secret=os.environ.get("SLACK_SIGNING_SECRET", ""),
        process_before_response=True,
    )

    @app.command("/crossroads")
    async def constant(ack: Any) -> None:
        await ack(ANSWER)

    @app.action(re.compile(""))
    async def clicked(ack: Any) -> None:
        await ack()

    return app


async def main() -> None:
    app = bare()
    if "SLACK_APP_TOKEN" in os.environ:
        handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
        await handler.connect_async()  # type: ignore[no-untyped-call]
    else:
        await listen(app)
    await asyncio.Event().wait()


async def listen(app: AsyncApp) -> None:
    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.add_routes([web.post("/slack/events", events)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["CROSSROADS_HTTP_PORT"])).start()


if __name__ == "__main__":
    asyncio.run(main())
