"""The stand-in runs as a process of its own, for benchmarks and for trying things out."""

import asyncio
import sys

import aiohttp
import discord_server


async def test_it_prints_its_address_and_token_and_serves() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, discord_server.__file__, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    base, token = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
    headers = {"Authorization": f"Bot {token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.get(f"{base}/gateway/bot")
        assert (await answer.json())["url"].startswith("ws://127.0.0.1:")
    process.terminate()
    await process.wait()
