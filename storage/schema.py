"""The tables are brought up to date at the start, by one process at a time."""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)

import storage.installation_tables  # it adds to the tables
import storage.shard_tables  # likewise
import storage.tip_tables  # noqa: F401  # likewise
from storage.errors import StoreTooNew
from storage.tables import metadata

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x43726F7373  # any number will do, if every process takes the same

# As Alembic makes it.
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
REVISIONS = tuple(sorted(file.name[:4] for file in (_FOLDER / "versions").glob("[0-9]*.py")))


def prepare(engine: Engine) -> None:
    """Bring the tables to the newest revision; raises StoreTooNew."""
    with engine.begin() as connection:
        due = _due(connection)
    if due:
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            _upgrade(connection)


def _due(connection: Connection) -> bool:
    """Look with plain SQL: most starts find nothing to do, and need no Alembic."""
    revision = revision_of(connection)
    if revision is not None and revision not in REVISIONS:
        raise StoreTooNew(revision)
    return revision != REVISIONS[-1]


def revision_of(connection: Connection) -> str | None:
    """Give the revision of the tables, None where there are none."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found = connection.scalar(select(_VERSION.c.version_num))
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    """Migrate in one transaction that holds the lock: after a crash nothing has happened."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if not _due(connection):  # somebody else did it while we waited
        return
    if inspect(connection).has_table(_VERSION.name):
        upgrade(connection)
    else:
        _create(connection)
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if dangling:
            raise RuntimeError(f"a migration left rows that refer to nothing: {dangling[:3]}")


def _create(connection: Connection) -> None:
    """Make the newest tables at once: a first start need not wait for Alembic, nor hold it."""
    metadata.create_all(connection, checkfirst=False)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=REVISIONS[-1]))


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to a revision within the transaction of *connection*."""
    # Alembic takes a while to import: only a start that migrates shall wait for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
