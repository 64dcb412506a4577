"""What every test can ask for."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from bot.app import App
from content import Content, load
from storage import Edition, Store

pytest_plugins = ["faultmatrix"]
SERVER = os.environ.get("CROSSROADS_TEST_POSTGRES", "")
TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the expected answers anew")


@pytest.fixture(scope="session")
def content() -> Content:
    return load()


@pytest.fixture(scope="session")
def app(content: Content) -> App:
    """Give an app without a memory, for all that needs none."""
    return App(content, clock=lambda: TODAY)


@pytest.fixture
async def keeping(content: Content, database: str) -> AsyncIterator[App]:
    """Give an app that keeps what it is told, in a database of its own."""
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
    return f"sqlite:///{tmp_path / 'crossroads.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/results.db"


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def postgres_url() -> Iterator[str]:
    if not SERVER:
        pytest.skip("set CROSSROADS_TEST_POSTGRES to a server's URL to test PostgreSQL")
    name = f"crossroads_{secrets.token_hex(6)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield SERVER.rpartition("/")[0] + f"/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with await Store.open(url, wait=1) as opened:
        await opened.keep_edition(Edition("v1", "roles", "{}"))
        await opened.keep_edition(Edition("v2", "roles", "{}"))
        await opened.keep_edition(Edition("s1", "skills", "{}"))
        yield opened
