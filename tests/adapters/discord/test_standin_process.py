"""The loopback Discord as a separate process, for benchmarks and experiments."""

from pathlib import Path

import aiohttp
from processes.bot_process import run_bot


async def test_it_prints_its_address_and_token_and_serves(tmp_path: Path) -> None:
    async with run_bot(tmp_path, {}, "discord_server.server") as process:
        assert process.stdout is not None
        base, token = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
        headers = {"Authorization": f"Bot {token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            answer = await session.get(f"{base}/gateway/bot")
            assert (await answer.json())["url"].startswith("ws://127.0.0.1:")
