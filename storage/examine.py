"""A look at a database from outside: nothing is written, brought up to date or repaired."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine

from storage.engines import engines, file_of
from storage.failures import plainly
from storage.records import Examination
from storage.schema import REVISIONS, revision_of

_FAULTS = 5  # of a damaged file that are named


def examine(url: str, wait: float = 5.0) -> Examination:
    """Look at a database; raises StoreDown where it can't be reached or read at all."""
    path = file_of(url)
    with plainly():
        return _server(url, wait) if path is None else examine_file(path, wait)


def examine_file(path: Path, wait: float = 5.0) -> Examination:
    """Look at a file of SQLite's; raises what SQLAlchemy raises."""
    if not path.exists():
        return Examination("SQLite", sqlite3.sqlite_version, REVISIONS[-1], path, exists=False)
    engine = _reader(path, wait)
    with engine.connect() as connection:
        damage = _damage(connection)
        revision = None if damage else revision_of(connection)
        return Examination(
            "SQLite",
            sqlite3.sqlite_version,
            REVISIONS[-1],
            path,
            revision=revision,
            newer=_newer(revision),
            damage=damage,
            writable=_writable(path, wait),
        )


def _reader(path: Path, wait: float) -> Engine:
    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=wait)
        made.execute("PRAGMA query_only = ON")
        return made

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _damage(connection: Connection) -> tuple[str, ...]:
    said = connection.exec_driver_sql(f"PRAGMA integrity_check({_FAULTS})").scalars().all()
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return (
        *(line for line in said if line != "ok"),
        *(f"a row of {row[0]} refers to nothing" for row in dangling[:_FAULTS]),
    )


def _writable(path: Path, wait: float) -> bool:
    """Begin to write, and leave it at that."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=wait)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
            return False
        raise
    finally:
        connection.close()
    return True


def _server(url: str, wait: float) -> Examination:
    with engines(url, wait).migrator.connect() as connection:
        version = str(connection.exec_driver_sql("SHOW server_version").scalar_one())
        standby = connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
        may = connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "off"
        revision = revision_of(connection)
    return Examination(
        "PostgreSQL",
        version.split(maxsplit=1)[0],
        REVISIONS[-1],
        revision=revision,
        newer=_newer(revision),
        writable=may and not standby,
    )


def _newer(revision: str | None) -> bool:
    return revision is not None and revision not in REVISIONS
