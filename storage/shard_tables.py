"""The tables of instances that share the shards of a gateway."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text

from storage.tables import UtcTime, metadata

instances = Table(
    "instances",
    metadata,
    Column("name", Text, nullable=False),
    Column("leased_until", UtcTime, nullable=False),
    PrimaryKeyConstraint("name", name="pk_instances"),
)

shards = Table(
    "shards",
    metadata,
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("owner", Text),
    Column("leased_until", UtcTime),
    Column("started_at", UtcTime),  # when somebody last began a session
    PrimaryKeyConstraint("number", name="pk_shards"),
)
