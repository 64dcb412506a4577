"""Totals of a community as they were last shown, so that two views never differ by one person."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "totals",
        sa.Column("community", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("takes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("community", "name", name="pk_totals"),
    )
