"""A PostgreSQL database for one benchmark."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from databases.postgres_sql import run

SERVER = os.environ.get("CROSSROADS_TEST_POSTGRES", "")


@contextmanager
def database() -> Iterator[str]:
    """Yield the URL of a new database, or nothing if there is no server."""
    if not SERVER:
        yield ""
        return
    name = f"crossroads_bench_{secrets.token_hex(4)}"
    run(SERVER, f"CREATE DATABASE {name}")
    try:
        yield SERVER.rpartition("/")[0] + f"/{name}"
    finally:
        run(SERVER, f"DROP DATABASE {name} WITH (FORCE)")
