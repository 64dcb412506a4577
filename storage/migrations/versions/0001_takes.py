"""Editions of quizzes, people's takes of them, and the answers that they gave."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "editions",
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("quiz", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_editions"),
    )
    op.create_table(
        "takes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("community", sa.Text),
        sa.Column("quiz", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("doubled", sa.Text),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_takes"),
        sa.ForeignKeyConstraint(["version"], ["editions.version"], name="fk_takes_version"),
    )
    op.create_index("ix_takes_owner", "takes", ["owner"])
    op.create_index("ix_takes_community", "takes", ["community", "quiz"])
    unfinished = sa.text("finished_at IS NULL")
    op.create_index(
        "ux_takes_unfinished",
        "takes",
        ["owner", "quiz"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "answers",
        sa.Column("take", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("option", sa.Text),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("take", "item", name="pk_answers"),
        sa.ForeignKeyConstraint(["take"], ["takes.id"], name="fk_answers_take", ondelete="CASCADE"),
    )
