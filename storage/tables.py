"""The tables as the newest migration leaves them; a test holds the two together."""

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC: SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time of no known zone rather than guess one."""
        del dialect
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware time, whatever the session's zone is."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

editions = Table(
    "editions",
    metadata,
    Column("version", Text, nullable=False),
    Column("quiz", Text, nullable=False),
    Column("definition", Text, nullable=False),
    PrimaryKeyConstraint("version", name="pk_editions"),
)

takes = Table(
    "takes",
    metadata,
    Column("id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("community", Text),
    Column("quiz", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("doubled", Text),
    Column("started_at", UtcTime, nullable=False),
    Column("touched_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    PrimaryKeyConstraint("id", name="pk_takes"),
    ForeignKeyConstraint(["version"], ["editions.version"], name="fk_takes_version"),
    Index("ix_takes_owner", "owner"),
    Index("ix_takes_community", "community", "quiz"),
)
Index(
    "ux_takes_unfinished",
    takes.c.owner,
    takes.c.quiz,
    unique=True,
    sqlite_where=takes.c.finished_at.is_(None),
    postgresql_where=takes.c.finished_at.is_(None),
)

answers = Table(
    "answers",
    metadata,
    Column("take", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("option", Text),
    Column("answered_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("take", "item", name="pk_answers"),
    ForeignKeyConstraint(["take"], ["takes.id"], name="fk_answers_take", ondelete="CASCADE"),
)

totals = Table(
    "totals",
    metadata,
    Column("community", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("takes", Text, nullable=False),
    PrimaryKeyConstraint("community", "name", name="pk_totals"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("community", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("community", "name", name="pk_preferences"),
)
