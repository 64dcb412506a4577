"""The tables of the weekly tips."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from storage.tables import UtcTime, metadata

queues = Table(
    "queues",
    metadata,
    Column("id", Text, nullable=False),
    Column("tips", Integer, nullable=False),  # the highest number that was given out
    Column("schedules", Integer, nullable=False),
    PrimaryKeyConstraint("id", name="pk_queues"),
)

queue_communities = Table(
    "queue_communities",
    metadata,
    Column("community", Text, nullable=False),
    Column("queue", Text, nullable=False),
    PrimaryKeyConstraint("community", name="pk_queue_communities"),
    ForeignKeyConstraint(["queue"], ["queues.id"], name="fk_queue_communities_queue"),
    Index("ix_queue_communities_queue", "queue"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code", Text, nullable=False),
    Column("community", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("code", name="pk_link_codes"),
)

tips = Table(
    "tips",
    metadata,
    Column("id", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", Text),
    Column("role", Text),
    Column("topic", Text),
    Column("cites", Text, nullable=False),
    Column("seen", Text),
    Column("origin", Text),
    Column("suggested_by", Text),
    Column("suggested_in", Text),
    Column("reason", Text),
    Column("added_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_tips"),
    ForeignKeyConstraint(["queue"], ["queues.id"], name="fk_tips_queue"),
    Index("ux_tips_number", "queue", "number", unique=True),
    Index("ix_tips_suggested_by", "suggested_by"),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("community", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("weeks", Integer, nullable=False),
    Column("first", Date, nullable=False),
    Column("shuffled", Boolean, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("thread", Boolean, nullable=False),
    Column("pin", Boolean, nullable=False),
    Column("mention", Text),
    Column("missed", Text, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("next_due", UtcTime, nullable=False),
    Column("made_by", Text),
    Column("made_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_schedules"),
    ForeignKeyConstraint(["queue"], ["queues.id"], name="fk_schedules_queue"),
    Index("ux_schedules_number", "queue", "number", unique=True),
    Index("ix_schedules_due", "state", "next_due"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("schedule", Text, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tip", Text),
    Column("message", Text),
    Column("posted_at", UtcTime),
    Column("since", UtcTime, nullable=False),  # from when on it is tried, and patience counts
    Column("owner", Text),
    Column("leased_until", UtcTime),
    Column("retry_at", UtcTime),
    PrimaryKeyConstraint("schedule", "due_at", name="pk_occurrences"),
    ForeignKeyConstraint(
        ["schedule"], ["schedules.id"], name="fk_occurrences_schedule", ondelete="CASCADE"
    ),
    Index("ix_occurrences_state", "state"),
    Index("ix_occurrences_channel", "channel"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("schedule", Text, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("step", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("says", Text),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("schedule", "due_at", "step", name="pk_receipts"),
    ForeignKeyConstraint(
        ["schedule", "due_at"],
        ["occurrences.schedule", "occurrences.due_at"],
        name="fk_receipts_occurrence",
        ondelete="CASCADE",
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, nullable=False),
    Column("queue", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("who", Text),  # None: the bot itself, or somebody who had their data erased
    Column("deed", Text, nullable=False),
    Column("about", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_audit"),
    Index("ix_audit_queue", "queue", "id"),
)

notices = Table(
    "notices",
    metadata,
    Column("queue", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("queue", "about", name="pk_notices"),
)
