"""`crossroads playground`: its database, its clock, its content and its end."""

import asyncio
import os
import re
import signal
import sys
import urllib.request
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from running_playground import run_playground
from scripted_pane import ScriptedPane

from adapters.discord.playground import DiscordPane
from bot.app import App
from bot.call import Caller
from bot.cli.playground import Clock
from bot.reply import Outcome

ROOT = Path(__file__).parents[3]
MIA = Caller("discord:2")
SOURCE = """- id: ours
  short: Ours
  read: "2026-11-21"
  interest: our own
  evidence: practitioner's opinion
  about: Our own page.
"""


async def start(*options: str, folder: Path) -> asyncio.subprocess.Process:
    env = {key: value for key, value in os.environ.items() if "TOKEN" not in key}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "playground", "--no-open", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=env | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
    )


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", line)
    assert found is not None, line
    return found[0]


def files_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_it_serves_until_ctrl_c_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await start(folder=tmp_path)
    try:
        address = await address_of(process)
        page = await asyncio.to_thread(urllib.request.urlopen, address)
        assert b"Crossroads playground" in page.read()
        assert files_in(tmp_path)[0].startswith("crossroads-playground-")
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(20):
            _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    assert files_in(tmp_path) == []


async def test_bad_options_are_explained(tmp_path: Path) -> None:
    for options, code, says in (
        (("--host", "0.0.0.0"), 2, "--allow-remote"),  # noqa: S104  # refused
        (("--host", "192.0.2.1", "--allow-remote"), 78, "Can't use port"),
        (("--content", "missing"), 2, "missing"),
        (("--port", "70000"), 2, "70000"),
    ):
        process = await start(*options, folder=tmp_path)
        _, errors = await process.communicate()
        assert (process.returncode, says in errors.decode()) == (code, True), errors


async def test_broken_content_is_explained_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("- id: x\n  short: [\n", encoding="utf-8")
    process = await start("--content", str(tmp_path), folder=tmp_path)
    _, errors = await process.communicate()
    assert process.returncode == 78
    assert b"sources.yaml" in errors


class Apps:
    """Keeps the apps for which panes were created."""

    def __init__(self) -> None:
        self.made: list[App] = []
        self.pane = ScriptedPane("discord")

    def create_panes(self, app: App, _: Clock) -> list[ScriptedPane]:
        self.made.append(app)
        self.pane.use(app)
        return [self.pane]

    async def say(self, line: str, who: Caller = MIA) -> str:
        """Return the answer of the current app as text."""
        return str(await self.pane.app.handle_line(line, who))


async def test_a_kept_database_is_never_deleted(tmp_path: Path) -> None:
    file, apps = tmp_path / "kept.db", Apps()
    async with run_playground(apps.create_panes, database=file) as running:
        await apps.say("quiz which-path")
        status, answer = await running.post("reset", {})
        assert (status, "your own database" in answer["error"]) == (400, True)
        await running.playground.reset()
    assert len(apps.made) == 1
    async with run_playground(apps.create_panes, database=file):
        assert "done=0, total=14" in await apps.say("quiz")


async def test_a_reset_empties_the_database_and_sets_the_clock_back() -> None:
    apps = Apps()
    async with run_playground(apps.create_panes) as running:
        await apps.say("quiz which-path")
        before = running.playground.now()
        await running.playground.move_clock(7)
        assert running.playground.now() - before >= timedelta(days=7)
        await running.playground.reset()
        assert len(apps.made) == 2
        assert running.playground.now() - before < timedelta(hours=1)
        assert "done=0, total=14" not in await apps.say("quiz")


async def test_tips_are_posted_at_their_time_while_the_clock_moves() -> None:
    apps: list[App] = []

    def create_panes(app: App, clock: Clock) -> list[DiscordPane]:
        apps.append(app)
        return [DiscordPane(app, clock)]

    async with run_playground(create_panes) as running:
        pane = running.playground.panes["discord"]
        state = pane.state("moderator")
        channel = next(each["id"] for each in state["channels"] if each["name"] == "tips")
        community = f"discord:{state['server']['id']}"
        max_ = Caller(f"discord:{state['me']}", moderator=True, community=community)
        for line in ("tips-starter", f"schedule-start channel:discord:{channel} monday 9:00 UTC"):
            reply = await apps[0].handle_line(line, max_)
            assert reply.outcome is Outcome.DONE, reply.answer
        await running.post("clock", {"days": 14})
        (tips,) = (each for each in pane.state("member")["channels"] if each["name"] == "tips")
        times = [datetime.fromisoformat(each["at"]) for each in tips["messages"]]
    assert len(times) == 2
    assert all((each.weekday(), each.hour, each.minute) == (0, 9, 0) for each in times)


async def test_reloaded_content_keeps_the_database_and_the_conversations(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(SOURCE, encoding="utf-8")
    apps = Apps()
    async with run_playground(apps.create_panes, content=tmp_path) as running:
        await apps.say("quiz which-path")
        before = apps.pane.app
        (tmp_path / "sources.yaml").write_text(SOURCE.replace("Ours", "New"), encoding="utf-8")
        async with asyncio.timeout(60):
            while apps.pane.app is before:  # noqa: ASYNC110  # the pane isn't told
                await asyncio.sleep(0.05)
            while running.playground.notice is None:  # noqa: ASYNC110  # likewise
                await asyncio.sleep(0.05)
        assert running.playground.notice.text == "Content reloaded."
        assert "New" in await apps.say("sources")
        assert "done=0, total=14" in await apps.say("quiz")


async def test_a_database_in_a_missing_folder_is_refused_at_once(tmp_path: Path) -> None:
    process = await start("--database", "missing/own.db", folder=tmp_path)
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert f"The folder {tmp_path / 'missing'} doesn't exist." in errors.decode()
    assert files_in(tmp_path) == []
