"""The database fails under the running bot: members get a message, and nothing is lost."""

import asyncio
import resource
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from databases.postgres_sql import disconnect_clients
from databases.postgres_sql import run as run_sql
from databases.private_postgres import postgres_programs, private_postgres
from databases.store_files import backup, damage_file, replace_file
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from fault_matrix import Observe
from processes.bot_process import wait_for_end
from processes.discord_bot import discord_process

SERVED = "KORE1"


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform:
        yield platform
        assert not platform.missed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crossroads.db"


class QuizTaker:
    """A member who takes a quiz of ten questions, and starts again after the last one."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self._discord = discord
        self.done = 0  # acknowledged answers of this round

    async def look(self) -> Message:
        return await (await self._discord.slash("quiz", {"name": "hire"})).answer()

    async def answer(self) -> Message:
        """Answer the question that is shown."""
        shown = await self.look()
        assert f"{self.done} of 10" in shown.text, shown.text
        option = shown.buttons[0]["custom_id"]
        answered = await (await self._discord.click(shown, custom_id=option)).answer()
        self.done = (self.done + 1) % 10
        return answered

    async def refused(self, says: str) -> None:
        """Expect that the quiz can't store anything, while commands without storage still work."""
        assert says in (await self.look()).text
        assert SERVED in (await (await self._discord.slash("salary")).answer()).text


async def over(run: asyncio.subprocess.Process) -> None:
    run.terminate()
    code, said = await wait_for_end(run)
    assert code == 0
    assert "Traceback" not in said


@pytest.mark.fault("disk full")
async def test_a_disk_that_fills_up(
    discord: LoopbackDiscord, tmp_path: Path, file: Path, observed: Observe
) -> None:
    async with discord_process(discord, tmp_path) as run:
        await discord.ready(within=30)
        taker = QuizTaker(discord)
        await taker.answer()
        shown = await taker.look()
        room = file.with_name("crossroads.db-wal").stat().st_size
        resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        option = shown.buttons[0]["custom_id"]
        refused = await (await discord.click(shown, custom_id=option)).answer()
        assert "the disk" in refused.text
        assert SERVED in (await (await discord.slash("salary")).answer()).text
        resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await taker.answer()
        await over(run)
    observed(
        "members got a clear message, and other commands worked; saving worked again as soon as "
        "there was room"
    )


@pytest.mark.long
@pytest.mark.fault("database locked")
async def test_a_file_that_is_locked_for_ten_seconds(
    discord: LoopbackDiscord, tmp_path: Path, file: Path, observed: Observe
) -> None:
    async with discord_process(discord, tmp_path) as run:
        await discord.ready(within=30)
        taker = QuizTaker(discord)
        await taker.answer()
        shown = await taker.look()
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        held = asyncio.create_task(asyncio.sleep(10))
        option = shown.buttons[0]["custom_id"]
        refused = await (await discord.click(shown, custom_id=option)).answer()
        assert "busy" in refused.text
        assert "Try again" in str(refused.buttons)
        assert "of 10 done" in refused.text or "of 14 done" in refused.text
        assert SERVED in (await (await discord.slash("salary")).answer()).text
        await held
        other.close()
        await taker.answer()
        await over(run)
    observed(
        "members got a clear message after 5 s, and other commands worked; saving worked again "
        "once the lock was free"
    )


async def gone(
    discord: LoopbackDiscord, folder: Path, says: str, harm: Callable[[Path], Any]
) -> None:
    file, copy = folder / "crossroads.db", folder / "copy.db"
    async with discord_process(discord, folder) as run:
        await discord.ready(within=30)
        taker = QuizTaker(discord)
        for _ in range(2):
            await taker.answer()
        backup(file, copy)
        harm(file)
        await taker.refused(says)
        await taker.refused(says)
        replace_file(copy, file)
        await taker.answer()
        await over(run)


@pytest.mark.fault("database removed")
async def test_a_file_that_is_removed_is_not_made_anew(
    discord: LoopbackDiscord, tmp_path: Path, observed: Observe
) -> None:
    await gone(discord, tmp_path, "can't be reached", lambda file: replace_file(None, file))
    observed(
        "members got a clear message, and no empty file was created; the bot continued from the "
        "backup without a restart"
    )


@pytest.mark.fault("database corrupted")
async def test_a_file_that_is_noise_is_left_alone(
    discord: LoopbackDiscord, tmp_path: Path, observed: Observe
) -> None:
    def harm(file: Path) -> None:
        replace_file(damage_file(file, "garbage"), file)

    await gone(discord, tmp_path, "damaged", harm)
    observed("members got a clear message; the bot continued from the backup without a restart")


PROGRAMS = postgres_programs()


@pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL's server is not installed")
@pytest.mark.fault("PostgreSQL restarted")
async def test_a_server_that_crashes_and_comes_back(
    discord: LoopbackDiscord, tmp_path: Path, observed: Observe
) -> None:
    assert PROGRAMS is not None
    with private_postgres(PROGRAMS) as server:
        async with discord_process(discord, tmp_path, DATABASE_URL=server.url) as run:
            await discord.ready(within=30)
            taker = QuizTaker(discord)
            for _ in range(2):
                await taker.answer()
            await asyncio.to_thread(server.stop)
            await taker.refused("can't be reached")
            await asyncio.to_thread(server.start)
            await taker.answer()
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            await taker.answer()
            await over(run)
    observed(
        "members got a clear message while it was down; the bot recovered by itself, and nothing "
        "acknowledged was lost"
    )


@pytest.mark.fault("write-ahead log removed")
async def test_a_deleted_log_loses_no_answer(
    discord: LoopbackDiscord, tmp_path: Path, file: Path, observed: Observe
) -> None:
    taker = QuizTaker(discord)
    async with discord_process(discord, tmp_path) as run:
        await discord.ready(within=30)
        await taker.answer()
        file.with_name(file.name + "-wal").unlink()
        await taker.answer()
        run.kill()
        await run.wait()
    async with discord_process(discord, tmp_path) as run:
        await discord.ready(within=30)
        assert "2 of 10" in (await taker.look()).text
        await over(run)
    observed(
        "the bot noticed at the next write and saved the log's contents in the file; 0 answers "
        "were lost after a kill -9"
    )


@pytest.mark.fault("second bot")
async def test_a_second_bot_on_a_file_ends_with_words_and_tools_work_beside_the_first(
    discord: LoopbackDiscord, tmp_path: Path, observed: Observe
) -> None:
    async with discord_process(discord, tmp_path) as first:
        await discord.ready(within=30)
        async with discord_process(discord, tmp_path) as second:
            code, said = await wait_for_end(second)
        assert code == 78
        assert f"process {first.pid} on " in said
        assert "Traceback" not in said
        for line in (("ask", "privacy export"), ("db", "backup", "copy.db"), ("db", "migrate")):
            async with discord_process(discord, tmp_path, "bot", *line) as beside:
                code, said = await wait_for_end(beside)
            assert code == 0, said
        assert (tmp_path / "copy.db").exists()
        await over(first)
    async with discord_process(discord, tmp_path) as again:
        await discord.ready(within=30)
        await over(again)
    observed(
        "the second bot stopped with exit code 78 and named the first; ask, db backup and db "
        "migrate worked next to a running bot"
    )


@pytest.mark.fault("server read-only")
async def test_a_server_that_takes_no_writes_is_not_ready(
    discord: LoopbackDiscord, tmp_path: Path, postgres_url: str, observed: Observe
) -> None:
    taker, port = QuizTaker(discord), free_port()
    name = postgres_url.rpartition("/")[2]
    settings = {"DATABASE_URL": postgres_url, "CROSSROADS_HTTP_PORT": str(port)}
    async with discord_process(discord, tmp_path, **settings) as run:
        await discord.ready(within=30)
        await taker.answer()
        await ready(port, 200)
        run_sql(postgres_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        disconnect_clients(postgres_url)
        await ready(port, 503)
        await taker.refused("is read-only")
        run_sql(postgres_url, "SET default_transaction_read_only = off",
                f"ALTER DATABASE {name} RESET default_transaction_read_only")  # fmt: skip
        disconnect_clients(postgres_url)
        await ready(port, 200)
        await taker.answer()
        await over(run)
    observed("/readyz was red and members got a clear message; the bot recovered by itself")


@pytest.mark.fault("database missing")
@pytest.mark.parametrize("missing", ["database", "role"])
async def test_a_missing_database_or_role_is_one_line_in_the_log(
    discord: LoopbackDiscord, tmp_path: Path, postgres_url: str, missing: str, observed: Observe
) -> None:
    server = urlsplit(postgres_url)
    netloc = f"no-such-role:a-secret@{server.hostname}:{server.port or 5432}"
    url = f"postgresql://{netloc}{server.path}" if missing == "role" else f"{postgres_url}_not"
    async with discord_process(discord, tmp_path, DATABASE_URL=url) as run:
        await discord.ready(within=30)
        await QuizTaker(discord).refused("can't be reached")
        await asyncio.sleep(1)  # other start-up tasks also use the database
        run.terminate()
        code, said = await wait_for_end(run)
    assert code == 0
    assert "Traceback" not in said
    assert said.count("] outage ") == 2  # one at start-up, one for the question above
    assert "a-secret" not in said
    observed("the log said once which one was missing; commands that need no storage worked")


async def ready(port: int, status: int) -> None:
    """Wait until /readyz returns *status*; it checks once a second."""
    async with asyncio.timeout(20), ClientSession() as http:
        while True:
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == status:
                    return
            await asyncio.sleep(0.1)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
