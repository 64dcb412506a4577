"""Connections to either database, set up so that what is committed stays."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

_WANTED = "The database's address must look like sqlite:///data/results.db or postgresql://host/db"
CONNECTIONS = 5  # to PostgreSQL


@dataclass(frozen=True, slots=True)
class Engines:
    """Who connects: for reads, for writes, and for bringing the tables up to date."""

    reader: Engine
    writer: Engine
    migrator: Engine


def engines(address: str, wait: float) -> Engines:
    """Read an address as admins write it; raises ValueError, and OSError over the folder."""
    url, path = _read(address)
    if path is not None:
        return _sqlite(url, path, wait)
    return _postgres(url.set(drivername="postgresql+psycopg"), wait)


def file_of(address: str) -> Path | None:
    """Give SQLite's file, None for a server; raises ValueError."""
    return _read(address)[1]


def _read(address: str) -> tuple[URL, Path | None]:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ValueError(_WANTED) from error
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite" and url.database and url.database != ":memory:":
        return url, Path(url.database).absolute()
    if kind in {"postgresql", "postgres"}:
        return url, None
    raise ValueError(_WANTED)


def _sqlite(url: URL, path: Path, wait: float) -> Engines:
    """Connect to a file. Only the migrator may make one: elsewhere a missing file is a fault."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def engine(mode: str, begins: str, *pragmas: str) -> Engine:
        query = {"mode": mode, **url.query, "uri": "true"}
        made = create_engine(
            URL.create("sqlite+pysqlite", database=path.as_uri(), query=query),
            # Python must not begin transactions by itself: it would do so too late for a lock.
            connect_args={"timeout": wait, "isolation_level": None},
            execution_options={"begin": begins},  # what does, first thing in a transaction
            poolclass=NullPool,  # each lane keeps its one connection
        )
        _watch(made, path, wait, ("synchronous = FULL", *pragmas))
        return made

    keys = "foreign_keys = ON"
    # A migration may rebuild a table, which would delete all that refers to its rows.
    migrator = engine("rwc", "BEGIN", "foreign_keys = OFF")
    # The lanes begin by themselves: an engine with events looks for them at every statement.
    event.listen(migrator, "begin", begin)
    return Engines(
        reader=engine("rw", "BEGIN", "query_only = ON"),
        # What is erased is overwritten, not just unlinked.
        writer=engine("rw", "BEGIN IMMEDIATE", keys, "secure_delete = ON"),
        migrator=migrator,
    )


def begin(connection: Connection) -> None:
    """Begin a transaction in SQLite, with the lock that the engine is for."""
    connection.exec_driver_sql(connection.get_execution_options()["begin"])


def _watch(engine: Engine, path: Path, wait: float, pragmas: tuple[str, ...]) -> None:
    """Set up each connection, and remember which file it has."""

    def settle(connection: sqlite3.Connection, record: Any) -> None:
        try:
            _enter_wal(connection, time.monotonic() + wait)
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()  # the pool does not know it yet, and would leave it open
            raise
        record.info["path"], record.info["file"] = path, _identity(path)

    event.listen(engine, "connect", settle)


def _enter_wal(connection: sqlite3.Connection, latest: float) -> None:
    """Write ahead. SQLite does not wait for the lock that the change needs, so we do."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            time.sleep(0.02)
        else:
            return


def replaced(connection: Connection) -> bool:
    """Notice that a backup was put in the file's place: the old one is out of sight."""
    return bool(connection.info["file"] != _identity(connection.info["path"]))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgres(url: URL, wait: float) -> Engines:
    """Connect to a server, and notice within seconds that it is gone."""
    patience = str(max(2, round(wait)))
    alive = {"connect_timeout": patience, "keepalives_idle": patience, "tcp_user_timeout": "15000"}
    text = {"client_encoding": "utf8"}  # a database in SQL_ASCII would give bytes for text
    url = url.set(query={**alive, **text, **url.query})
    try:
        shared = create_engine(url, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ValueError("For PostgreSQL, install the extra: pip install '.[postgres]'") from error

    def settle(connection: Any, _record: object) -> None:
        connection.autocommit = True  # else the setting would go with the first rollback
        connection.execute(f"SET lock_timeout = {round(wait * 1000)}")
        connection.autocommit = False

    event.listen(shared, "connect", settle)
    return Engines(shared, shared, create_engine(url, poolclass=NullPool))
