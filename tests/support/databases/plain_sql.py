"""Plain SQL on either database, without the store."""

import sqlite3
from contextlib import closing
from typing import Any

from databases.postgres_sql import run


def run_sql(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement by itself; return its rows."""
    if not url.startswith("sqlite"):
        return [tuple(row) for row in run(url, statement)]
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as plain:
        return plain.execute(statement).fetchall()
