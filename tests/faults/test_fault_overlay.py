"""An admin changes content while the bot runs."""

import signal
from pathlib import Path

import pytest
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe
from processes.bot_process import wait_for_end
from processes.discord_bot import discord_process

SOUND = (
    "- {{id: ours, roles: [ml-engineer], level: senior, median: {median}, currency: USD,"
    " source: kore1}}\n"
)


async def shows(discord: LoopbackDiscord, amount: str) -> bool:
    options = {"role": "ml-engineer", "level": "senior"}
    return amount in (await (await discord.slash("salary", options)).answer()).text


@pytest.mark.fault("broken overlay at a reload")
async def test_only_sound_content_is_taken_up(tmp_path: Path, observed: Observe) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    file = overlay / "pay.yaml"
    file.write_text(SOUND.format(median=123456), encoding="utf-8")
    settings = {"CROSSROADS_CONTENT_DIR": str(overlay)}
    async with LoopbackDiscord() as discord, discord_process(discord, tmp_path, **settings) as run:
        assert run.stderr
        await discord.ready(within=30)
        assert await shows(discord, "$123,456")
        file.write_text("- {id: ours}\n", encoding="utf-8")
        run.send_signal(signal.SIGHUP)
        async for line in run.stderr:
            if b"content not reloaded" in line:
                break
        assert b"pay.yaml:1: error: ours.roles: is missing" in line
        assert await shows(discord, "$123,456")
        file.write_text(SOUND.format(median=654321), encoding="utf-8")
        run.send_signal(signal.SIGHUP)
        await discord.until(lambda: discord.counters["identifies"] == 2, "a new start", 30)
        await discord.ready()
        assert await shows(discord, "$654,321")
        run.terminate()
        code, said = await wait_for_end(run)
    assert code == 0
    assert "Traceback" not in said
    observed(
        "the log named every mistake and the bot kept the old content; once fixed, the new "
        "content was loaded"
    )
