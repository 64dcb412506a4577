"""Weekly tips: queues, schedules, what was due and what came of it, who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    _queues()
    _schedules()
    _occurrences()
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_queue", "audit", ["queue", "id"])
    op.create_table(
        "notices",
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("queue", "about", name="pk_notices"),
    )


def _queues() -> None:
    op.create_table(
        "queues",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("tips", sa.Integer, nullable=False),
        sa.Column("schedules", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queues"),
    )
    op.create_table(
        "queue_communities",
        sa.Column("community", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("community", name="pk_queue_communities"),
        sa.ForeignKeyConstraint(["queue"], ["queues.id"], name="fk_queue_communities_queue"),
    )
    op.create_index("ix_queue_communities_queue", "queue_communities", ["queue"])
    op.create_table(
        "link_codes",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("community", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_link_codes"),
    )
    op.create_table(
        "tips",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("topic", sa.Text),
        sa.Column("cites", sa.Text, nullable=False),
        sa.Column("seen", sa.Text),
        sa.Column("origin", sa.Text),
        sa.Column("suggested_by", sa.Text),
        sa.Column("suggested_in", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tips"),
        sa.ForeignKeyConstraint(["queue"], ["queues.id"], name="fk_tips_queue"),
    )
    op.create_index("ux_tips_number", "tips", ["queue", "number"], unique=True)
    op.create_index("ix_tips_suggested_by", "tips", ["suggested_by"])


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("community", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("minute", sa.Integer, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("weeks", sa.Integer, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("shuffled", sa.Boolean, nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("thread", sa.Boolean, nullable=False),
        sa.Column("pin", sa.Boolean, nullable=False),
        sa.Column("mention", sa.Text),
        sa.Column("missed", sa.Text, nullable=False),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sa.ForeignKeyConstraint(["queue"], ["queues.id"], name="fk_schedules_queue"),
    )
    op.create_index("ux_schedules_number", "schedules", ["queue", "number"], unique=True)
    op.create_index("ix_schedules_due", "schedules", ["state", "next_due"])


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tip", sa.Text),
        sa.Column("message", sa.Text),
        sa.Column("posted_at", sa.DateTime(timezone=True)),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("schedule", "due_at", name="pk_occurrences"),
        sa.ForeignKeyConstraint(
            ["schedule"], ["schedules.id"], name="fk_occurrences_schedule", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_occurrences_state", "occurrences", ["state"])
    op.create_index("ix_occurrences_channel", "occurrences", ["channel"])
    op.create_table(
        "receipts",
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("says", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "due_at", "step", name="pk_receipts"),
        sa.ForeignKeyConstraint(
            ["schedule", "due_at"],
            ["occurrences.schedule", "occurrences.due_at"],
            name="fk_receipts_occurrence",
            ondelete="CASCADE",
        ),
    )
