"""Checks of the machine, the content and the database, which work without the running bot."""

import asyncio
import os
import platform
import shutil
import tempfile
import zoneinfo
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bot.formatting import pluralize
from bot.ops.health import Check, Finding, broken, ok, warning
from bot.ops.settings import Settings
from content import ContentError, Diagnostic, Severity
from storage import Inspection, StoreUnavailable, inspect

_MIB = 1 << 20
_ENOUGH_BYTES, _LOW_BYTES = 500 * _MIB, 50 * _MIB
# The first version without the bug https://sqlite.org/wal.html#walresetbug.
_WAL_FIX_VERSION = (3, 51, 3)
# Shared with other machines or a desktop host, so SQLite's write-ahead log doesn't work on them.
_UNSAFE_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse", "virtiofs", "fakeowner", "osxfs")
# How far the clock may be off; Slack refuses 300 seconds.
_CLOCK_WARNING_SECONDS, _CLOCK_BROKEN_SECONDS = 30, 240
_RESTORE_REMEDY = "Stop the bot, then run crossroads db restore FILE with your latest backup."
_MOUNT_INFO = Path("/proc/self/mountinfo")


def checks(settings: Settings) -> dict[str, Check]:
    """Return a dict from names to checks: of the machine, the content and the database."""
    return {
        **machine_checks(settings),
        "content": _in_thread(partial(check_content, settings.content_dir)),
        "database": partial(check_database, settings.database_address()),
    }


def machine_checks(settings: Settings) -> dict[str, Check]:
    """Return a dict from names to the quick checks of the machine.

    Moderators may see the results of these checks, which contain no paths or addresses.
    """
    return {
        "version": _in_thread(check_version),
        "time zones": _in_thread(check_time_zones),
        "disk": _in_thread(partial(check_disk, settings.data_dir)),
        "file system": _in_thread(partial(check_file_system, settings.data_dir)),
    }


def check_version() -> Finding:
    """Return a finding that names the versions of the bot and of Python."""
    return ok(f"Crossroads {version('crossroads')} on Python {platform.python_version()}")


def check_time_zones() -> Finding:
    """Return a finding: broken if no time zone data is installed."""
    known = len(zoneinfo.available_timezones())
    if known == 0:
        return broken(
            "no time zone data is installed, so schedules can only use UTC",
            "Install the package tzdata with the system's package manager or with pip.",
        )
    return ok(f"{known} time zones are available")


def check_disk(
    folder: Path, enough_bytes: int = _ENOUGH_BYTES, low_bytes: int = _LOW_BYTES
) -> Finding:
    """Return a finding: broken if the data folder isn't writable or its disk is nearly full.

    Less free space than *enough_bytes* is a warning, less than *low_bytes* is broken.
    """
    there = _existing_folder(folder)
    try:
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(os.urandom(4096))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return broken(
            f"the bot can't write to CROSSROADS_DATA_DIR: {error.strerror}",
            "Free some space, mount the folder as writable, or make the bot's user its owner.",
        )
    free = shutil.disk_usage(there).free
    says = f"{free // _MIB} MiB are free"
    if free < low_bytes:
        return broken(f"the disk is almost full: {says}", "Free some space.")
    return ok(says) if free >= enough_bytes else warning(says, "Free some space soon.")


def check_file_system(folder: Path, mount_info: Path = _MOUNT_INFO) -> Finding:
    """Return a finding: a warning if the data folder isn't on a local disk, which SQLite needs.

    *mount_info* is Linux's list of mounts.
    """
    kind = _file_system_type(_existing_folder(folder).resolve(), mount_info)
    if kind is None:
        return ok("unknown on this system")
    if kind.startswith(_UNSAFE_FILE_SYSTEMS):
        return warning(
            f"CROSSROADS_DATA_DIR is on {kind}, where the SQLite file can get damaged",
            "Use a local disk (with Docker: a named volume), or PostgreSQL.",
        )
    return ok(kind)


def check_clock(platform_name: str, platform_time: datetime | None) -> Finding:
    """Return a finding about the difference between this machine's clock and *platform_time*.

    More than 30 seconds are a warning, more than 240 are broken.
    """
    if platform_time is None:
        return ok("the platform didn't send a time to compare with")
    off = abs((datetime.now(UTC) - platform_time).total_seconds())
    says = f"this machine's clock is {pluralize(round(off), 'second')} off from {platform_name}'s"
    mend = "Synchronize this machine's clock: timedatectl set-ntp true."
    if off > _CLOCK_BROKEN_SECONDS:
        return broken(says, mend)
    return warning(says, mend) if off > _CLOCK_WARNING_SECONDS else ok(says)


def check_content(overlay: Path | None) -> Finding:
    """Return a finding about the content with the admin's folder *overlay* over it.

    It is broken if the content has errors, and a warning if the content has only warnings.
    """
    from bot.ops.content_lint import load_checked  # noqa: PLC0415  # it reads YAML; a start needn't

    try:
        found = load_checked(overlay)
    except ContentError as error:
        errors = [each for each in error.diagnostics if each.severity is Severity.ERROR]
        return broken(
            _first_fault(errors),
            "Fix the files. To list all mistakes, run crossroads content check.",
        )
    if found.warnings:
        return warning(
            _first_fault(found.warnings), "Run crossroads content check to see all of them."
        )
    entries = pluralize(found.content.count_entries(), "entry", "entries")
    return ok(f"{entries}, {'with' if overlay else 'no'} overlay")


def _first_fault(faults: Sequence[Diagnostic]) -> str:
    return f"{pluralize(len(faults), faults[0].severity)}, the first: {faults[0]}"


async def check_database(url: str) -> Finding:
    """Return a finding about the database's access, damage and version, without changing it."""
    try:
        found = await inspect(url)
    except StoreUnavailable as error:
        server = url.startswith("postgres")
        remedy = "Start the server, or correct DATABASE_URL." if server else _RESTORE_REMEDY
        return broken(f"{error.message} ({error.detail})", remedy)
    name = f"{found.kind} {found.version}{_sqlite_caution(found)}"
    if not found.exists and found.writable:
        return ok(f"{name}; the bot creates the database when it first starts")
    return _database_problem(found) or _migration_state(found, name)


def _database_problem(found: Inspection) -> Finding | None:
    if found.damage:
        return broken(f"the database is damaged: {found.damage[0]}", _RESTORE_REMEDY)
    if found.newer:
        return broken(
            f"a newer version of the bot wrote the database (revision {found.revision})",
            "Start that version, or restore a backup from before the upgrade.",
        )
    if not found.writable:
        return broken(
            "the database is read-only",
            "Mount it as writable, or make the bot's user the file's owner.",
        )
    return None


def _migration_state(found: Inspection, name: str) -> Finding:
    if found.revision != found.expected_revision:
        revisions = (
            f"the tables are at revision {found.revision or 'none'}, but this version needs "
            f"{found.expected_revision}"
        )
        says = f"{name}; {revisions}"
        return warning(says, "Make a backup, then start the bot: it updates the tables.")
    return ok(f"{name}; the database is undamaged, with tables at revision {found.revision}")


def _sqlite_caution(found: Inspection) -> str:
    parts = tuple(int(each) for each in found.version.split(".") if each.isdigit())
    if found.kind != "SQLite" or parts >= _WAL_FIX_VERSION:
        return ""
    return (
        " (before 3.51.3, two writers can damage the file, so run only one bot, without Litestream)"
    )


def _existing_folder(folder: Path) -> Path:
    """Return *folder*, or its nearest parent that exists."""
    whole = folder.absolute()
    return next(each for each in (whole, *whole.parents) if each.exists())


def _file_system_type(folder: Path, mount_info: Path) -> str | None:
    """Return the type of the file system that *folder* is on, or None if it isn't known.

    *mount_info* is Linux's list of mounts; the longest mount point that contains *folder* counts.
    """
    try:
        lines = mount_info.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kinds = {line.split()[4]: line.partition(" - ")[2].split()[0] for line in lines}
    return next((kinds[str(at)] for at in (folder, *folder.parents) if str(at) in kinds), None)


def _in_thread(check: Callable[[], Finding]) -> Check:
    async def asked() -> Finding:
        return await asyncio.to_thread(check)

    return asked
