"""The doctor, backups and the first run, as an admin runs them."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bot_monitoring import monitor_bot
from databases.store_files import damage_file, list_names
from discord_server.server import LoopbackDiscord
from processes.forked_command_line import run_forked
from slack_server.server import LoopbackSlack

from bot.app import App
from bot.ops.doctor import check_disk, check_file_system, checks
from bot.ops.health import DOCTOR_TIMEOUT, Finding, Findings, State, broken, run_checks, worst_state
from bot.ops.settings import Settings
from storage import Store

ROOT = Path(__file__).parents[3]
KEPT = {key: value for key, value in os.environ.items() if not key.startswith("CROSSROADS_")}


def crossroads(
    *args: str, folder: Path, before: str = "", typed: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the bot in *folder*; first run the shell line *before*, if any, in a mount namespace."""
    settings = {"CROSSROADS_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT), **settings}
    if not before:
        return run_forked(*args, typed=typed, folder=folder, env=KEPT | settings)
    line = ["unshare", "-m", "sh", "-c", f'{before} && exec "$@"', "sh"]
    line += [sys.executable, "-m", "bot", *args]
    return subprocess.run(
        line,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=KEPT | settings,
        timeout=60,
        check=False,
    )


def doctor(folder: Path, before: str = "", **settings: str) -> tuple[int, dict[str, Any]]:
    done = crossroads("doctor", "--json", folder=folder, before=before, **settings)
    assert "Traceback" not in done.stderr
    return done.returncode, {each["check"]: each for each in json.loads(done.stdout)}


async def looked(folder: Path, **settings: Any) -> Findings:
    settings["CROSSROADS_DATA_DIR"] = folder / "data"
    return await run_checks(checks(Settings(**settings)), DOCTOR_TIMEOUT)


async def made(folder: Path) -> Path:
    file = folder / "data" / "crossroads.db"
    await (await Store.open(f"sqlite:///{file}")).close()
    return file


def mounts() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


MOUNTING = pytest.mark.skipif(not mounts(), reason="mounts need root")


async def test_a_machine_that_is_well(tmp_path: Path) -> None:
    before = list_names(tmp_path)
    found = await looked(tmp_path)
    assert worst_state(found.values()) is State.OK
    assert "creates the database when it first starts" in found["database"].message
    assert list_names(tmp_path) == before
    await made(tmp_path)
    done = crossroads("doctor", folder=tmp_path)
    assert done.returncode == 0
    assert "ok       database           SQLite" in done.stdout
    assert "undamaged" in done.stdout


async def test_a_corrupt_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = await made(tmp_path)
    bad = damage_file(file, "torn")
    assert bad
    bad.replace(file)
    code, found = doctor(tmp_path)
    assert (code, found["database"]["state"]) == (1, "broken")
    assert "damaged" in found["database"]["says"]
    assert "restore" in found["database"]["mend"]


@pytest.mark.parametrize(
    ("revision", "state"), [("0001", State.WARNING), ("9999", State.BROKEN)], ids=["old", "new"]
)
async def test_a_database_of_another_version_is_named(
    tmp_path: Path, revision: str, state: State
) -> None:
    file = await made(tmp_path)
    with sqlite3.connect(file) as database:
        database.execute("delete from migrations")
        database.execute("insert into migrations (number) values (?)", (int(revision),))
    database.close()
    found = (await looked(tmp_path))["database"]
    assert (found.state, revision in found.message) == (state, True)


def test_a_broken_overlay_is_named_with_its_first_fault(tmp_path: Path) -> None:
    (tmp_path / "pay.yaml").write_text("- {id: ours}\n", encoding="utf-8")
    settings = {"CROSSROADS_CONTENT_DIR": str(tmp_path), "DISCORD_TOKEN": "x"}
    code, found = doctor(tmp_path, **settings, DISCORD_API_BASE="http://127.0.0.1:9/")
    assert code == 1
    assert "pay.yaml:1: error: ours." in found["content"]["says"]
    assert "content check" in found["content"]["mend"]
    assert found["discord token"]["state"] == "broken"


@MOUNTING
async def test_a_read_only_volume_is_named(tmp_path: Path) -> None:
    data = (await made(tmp_path)).parent
    code, found = doctor(tmp_path, f"mount --bind {data} {data} && mount -o remount,ro,bind {data}")
    assert code == 1
    assert "Read-only" in found["disk"]["says"]
    assert found["database"]["state"] == "broken"
    assert "writable" in found["disk"]["mend"]


@MOUNTING
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    fill = f"mount -t tmpfs -o size=64k none {data} && ! cat /dev/zero 2>&- > {data}/filler"
    code, found = doctor(tmp_path, fill)
    assert (code, found["disk"]["state"]) == (1, "broken")
    assert "No space" in found["disk"]["says"]
    assert "Free some space" in found["disk"]["mend"]


def test_a_disk_that_fills_up_is_told_in_time(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert check_disk(tmp_path, enough_bytes=1, low_bytes=1).state is State.OK
    assert check_disk(tmp_path, enough_bytes=2 * free, low_bytes=1).state is State.WARNING
    assert check_disk(tmp_path, enough_bytes=3 * free, low_bytes=2 * free).state is State.BROKEN


def test_a_shared_folder_is_no_place_for_the_file(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:9 / {tmp_path} rw shared:1 - fuse.grpcfuse a rw\n",
        encoding="utf-8",
    )
    assert "named volume" in check_file_system(tmp_path / "not" / "there", mounts).remedy
    assert check_file_system(tmp_path.parent, mounts).message == "ext4"
    assert check_file_system(tmp_path, tmp_path / "none").state is State.OK


async def test_a_running_bot_is_asked_whether_it_is_ready(keeping: App, tmp_path: Path) -> None:
    async with monitor_bot(keeping) as watcher:
        port = watcher.port
        live = ["doctor", "--live", "--json"]

        def ask() -> subprocess.CompletedProcess[str]:
            return crossroads(*live, folder=tmp_path, CROSSROADS_HTTP_PORT=str(port))

        done = await asyncio.to_thread(ask)
        assert (done.returncode, json.loads(done.stdout)[0]["state"]) == (0, "ok")
    done = await asyncio.to_thread(ask)
    assert (done.returncode, json.loads(done.stdout)[0]["state"]) == (1, "broken")
    unset = crossroads(*live, folder=tmp_path)
    assert (unset.returncode, "CROSSROADS_HTTP_PORT" in unset.stderr) == (78, True)


async def test_a_running_bot_says_what_to_do(keeping: App, tmp_path: Path) -> None:
    async def removed() -> Finding:
        return broken("the app was removed", "Install it again.")

    keeping.health.readiness_checks = {"slack": removed}
    async with monitor_bot(keeping) as watcher:
        port = str(watcher.port)
        asked = partial(
            crossroads, "doctor", "--live", folder=tmp_path, CROSSROADS_HTTP_PORT=port,
            HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9",
        )  # fmt: skip
        told = (await asyncio.to_thread(asked)).stdout
    assert "the app was removed" in told
    assert "→ Install it again." in told


def test_backing_up_and_restoring_by_hand(tmp_path: Path) -> None:
    first = crossroads("db", "migrate", folder=tmp_path)
    assert (first.returncode, "from revision none to" in first.stdout) == (0, True)
    file = tmp_path / "data" / "crossroads.db"
    done = crossroads("db", "backup", "copy.db", folder=tmp_path)
    assert (done.returncode, "tables at revision" in done.stdout) == (0, True)
    again = crossroads("db", "backup", "copy.db", folder=tmp_path)
    assert (again.returncode, "already exists" in again.stderr) == (1, True)
    back = crossroads("db", "restore", "copy.db", folder=tmp_path)
    assert (back.returncode, "The old database is in" in back.stdout) == (0, True)
    file.write_bytes(b"no database" * 1000)
    worse = crossroads("db", "restore", "data/crossroads.db", folder=tmp_path)
    assert (worse.returncode, "isn't a backup" in worse.stderr) == (1, True)
    down = crossroads("db", "migrate", folder=tmp_path)
    assert (down.returncode, "damaged" in down.stderr) == (69, True)
    server = crossroads("db", "backup", "x", folder=tmp_path, DATABASE_URL="postgresql://h/d")
    assert (server.returncode, "pg_dump" in server.stderr) == (1, True)


def passed_in(folder: Path) -> subprocess.CompletedProcess[str]:
    """Restore copy.db from standard input."""
    line = [sys.executable, "-m", "bot", "db", "restore", "-"]
    line = ["sh", "-c", 'exec "$@" < copy.db', "sh", *line]
    settings = {"CROSSROADS_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        line, capture_output=True, encoding="utf-8", cwd=folder, env=KEPT | settings, timeout=60,
        check=False,
    )  # fmt: skip


def test_a_backup_can_be_passed_in_on_standard_input(tmp_path: Path) -> None:
    crossroads("db", "migrate", folder=tmp_path)
    crossroads("db", "backup", "copy.db", folder=tmp_path)
    done = passed_in(tmp_path)
    assert (done.returncode, "restored the backup" in done.stdout) == (0, True), done.stderr
    assert (tmp_path / "data" / "crossroads.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "copy.db").write_bytes(b"no database" * 1000)
    worse = passed_in(tmp_path)
    assert (worse.returncode, "The input isn't a backup" in worse.stderr) == (1, True)
    (tmp_path / "copy.db").unlink()
    (tmp_path / "copy.db").symlink_to("/dev/zero")  # which never ends
    endless = passed_in(tmp_path)
    assert (endless.returncode, "The input isn't a backup" in endless.stderr) == (1, True)
    assert not list((tmp_path / "data").glob("*.received*"))


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root, setpriv")
def test_a_backup_of_another_user_is_refused_with_the_way_to_pass_it_in(tmp_path: Path) -> None:
    """`docker cp` leaves a file that only root can read, while the bot isn't root."""
    crossroads("db", "migrate", folder=tmp_path)
    crossroads("db", "backup", "copy.db", folder=tmp_path)
    os.chown(tmp_path / "copy.db", 65534, 65534)
    drop = "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all --"
    line = [*drop.split(), sys.executable, "-m", "bot", "db", "restore", "copy.db"]
    settings = {"CROSSROADS_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        line, capture_output=True, encoding="utf-8", cwd=tmp_path, env=KEPT | settings, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "crossroads db restore - < FILE" in done.stderr
    assert "Traceback" not in done.stderr


GOOD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.abc.def"  # "123456789012345678" is the application's id


async def setup(folder: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    async with LoopbackDiscord(token=GOOD) as discord, LoopbackSlack() as slack:
        return await asyncio.to_thread(
            crossroads,
            "setup",
            folder=folder,
            typed="\n".join([*typed, ""]),
            DISCORD_API_BASE=discord.api_base,
            SLACK_API_BASE=slack.api_base,
        )


async def test_the_first_run_writes_a_checked_token_and_ends_with_the_doctor(
    tmp_path: Path,
) -> None:
    env = tmp_path / ".env"
    env.write_text("# mine\nDISCORD_TOKEN=old\nCROSSROADS_KEEP_DAYS=30\n", encoding="utf-8")
    wrong = GOOD.replace("abc", "xyz")
    done = await setup(tmp_path, "12345", "two words", wrong, GOOD, "")
    assert done.returncode == 0
    for shown in (
        "three parts",
        "characters that aren't valid in a token",
        "rejected DISCORD_TOKEN",
        "client_id=123456789012345678",
    ):
        assert shown in done.stdout
    assert "discord token" in done.stdout
    assert GOOD not in done.stdout + done.stderr
    assert env.stat().st_mode & 0o777 == 0o600
    lines = env.read_text(encoding="utf-8").splitlines()
    assert lines == ["# mine", "CROSSROADS_KEEP_DAYS=30", f"DISCORD_TOKEN={GOOD}"]


async def test_a_first_run_without_a_token_changes_nothing(tmp_path: Path) -> None:
    for typed in (["", ""], ["123", "123", "123", ""], ["", "xoxb-1", ""]):
        done = await setup(tmp_path, *typed)
        assert done.returncode == 0
        assert "nothing was changed" in done.stdout
        assert not (tmp_path / ".env").exists()


def test_an_older_backup_is_migrated_at_the_next_start(tmp_path: Path) -> None:
    crossroads("db", "migrate", folder=tmp_path)
    again = crossroads("db", "migrate", folder=tmp_path)
    assert (again.returncode, "up to date" in again.stdout) == (0, True)
    file = tmp_path / "data" / "crossroads.db"
    file.rename(tmp_path / "old.db")
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.execute("delete from migrations where number > 1")
    database.close()
    back = crossroads("db", "restore", "old.db", folder=tmp_path)
    assert back.returncode == 0
    assert "The old database is in" not in back.stdout
    assert "older version" in back.stdout


async def test_the_first_run_takes_slacks_two_tokens_once_both_are_right(tmp_path: Path) -> None:
    wrong = ["xoxb-wrong-secret", "xapp-loopback"]
    done = await setup(tmp_path, "", "hello", "you", *wrong, "xoxb-loopback", "xapp-loopback")
    assert done.returncode == 0
    for shown in ("starts with xoxb-", "rejected SLACK_BOT_TOKEN", "slack manifest"):
        assert shown in done.stdout
    assert "/crossroads help" in done.stdout
    assert "slack scopes" in done.stdout
    assert "wrong-secret" not in done.stdout + done.stderr
    lines = (tmp_path / ".env").read_text(encoding="utf-8").splitlines()
    assert lines == ["SLACK_BOT_TOKEN=xoxb-loopback", "SLACK_APP_TOKEN=xapp-loopback"]
