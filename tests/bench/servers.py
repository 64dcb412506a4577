"""A PostgreSQL database of a benchmark's own."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

SERVER = os.environ.get("CROSSROADS_TEST_POSTGRES", "")


@contextmanager
def database() -> Iterator[str]:
    """Give the address of a new database, or nothing where there is no server."""
    if not SERVER:
        yield ""
        return
    name = f"crossroads_bench_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield SERVER.rpartition("/")[0] + f"/{name}"
        finally:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
