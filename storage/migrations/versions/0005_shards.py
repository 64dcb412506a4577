"""Which instance serves which shard, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "instances",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_instances"),
    )
    op.create_table(
        "shards",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("number", name="pk_shards"),
    )
