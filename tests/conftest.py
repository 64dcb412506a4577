"""Options and fixtures for all tests."""

import asyncio
import gc
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from databases.migrated_file import create_migrated_file
from databases.postgres_sql import empty_database, run
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import Scheduling, WorkStealingScheduling  # type: ignore[import-untyped]

from bot.app import App
from content import Content, load
from storage import QuizVersion, Store

# Hypothesis has no deadline, because the time depends on the machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["fault_matrix", "system_browser"]
SERVER = os.environ.get("CROSSROADS_TEST_POSTGRES", "")
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest creates a folder in it that nobody else can read
TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the expected answers anew")


def pytest_configure(config: pytest.Config) -> None:
    """Keep temporary files in memory where there is room, since each commit waits for a disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        room = os.statvfs(MEMORY)
        if room.f_bavail * room.f_frsize > 2**30 and not room.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """Leave out of each garbage collection what stays until the end."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than processors, because tests wait a third of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Keep a module's tests in one worker where possible, since they share fixtures."""
    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture(scope="session")
def content() -> Content:
    return load()


@pytest.fixture(scope="session")
def app(content: Content) -> App:
    """Return an app without storage."""
    return App(content, clock=lambda: TODAY)


@pytest.fixture
async def keeping(content: Content, database: str) -> AsyncIterator[App]:
    """Yield an app with its own database."""
    seconds = count()
    app = App(
        content,
        clock=lambda: TODAY + timedelta(seconds=next(seconds)),
        open_store=lambda: Store.open(database),
    )
    yield app
    await app.close()


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Return the URL of a SQLite file with tables, but without rows."""
    return create_migrated_file(tmp_path / "crossroads.db")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the URL of a SQLite file that doesn't exist yet."""
    return f"sqlite:///{tmp_path}/data/results.db"


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def emptied_sqlite(file: Path) -> str:
    """Return the URL of the same file as `sqlite_url`, with tables, but without rows."""
    return create_migrated_file(file)


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a new database on the server; drop the database at the end."""
    if not SERVER:
        pytest.skip("set CROSSROADS_TEST_POSTGRES to a server's URL to test PostgreSQL")
    name = f"crossroads_{secrets.token_hex(6)}"
    run(
        SERVER,
        f"CREATE DATABASE {name}",
        f"ALTER DATABASE {name} SET synchronous_commit = off",  # nobody crashes this server
    )
    yield SERVER.rpartition("/")[0] + f"/{name}"
    run(SERVER, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Yield the URL of a database without tables."""
    with postgres() as made:
        yield made


@pytest.fixture(scope="session")
def kept_postgres() -> Iterator[str]:
    """Yield the URL of a database with tables, since creating them takes longer than most tests."""

    async def with_tables(made: str) -> None:
        await (await Store.open(made)).close()

    with postgres() as made, ThreadPoolExecutor(1) as thread:  # the test may be on an event loop
        thread.submit(asyncio.run, with_tables(made)).result()
        yield made


@pytest.fixture
def emptied_postgres(kept_postgres: str) -> str:
    empty_database(kept_postgres)
    return kept_postgres


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a database without tables."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["emptied_sqlite", "emptied_postgres"], ids=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a database without rows; tests must not change its tables."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with await Store.open(url, wait=1) as opened:
        await opened.attempts.save_version(QuizVersion("v1", "roles", "{}"))
        await opened.attempts.save_version(QuizVersion("v2", "roles", "{}"))
        await opened.attempts.save_version(QuizVersion("s1", "skills", "{}"))
        yield opened
