"""The table of Slack workspaces that have installed the app, in the shape that slack_sdk reads."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.tables import metadata

slack_bots = Table(
    "slack_bots",
    metadata,
    Column("id", Integer, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("enterprise_id", Text),
    Column("enterprise_name", Text),  # left empty, as all names are
    Column("team_id", Text),
    Column("team_name", Text),
    Column("bot_token", Text),  # encrypted, and so longer than slack_sdk's own 200 characters
    Column("bot_id", Text),
    Column("bot_user_id", Text),
    Column("bot_scopes", Text),
    Column("bot_refresh_token", Text),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),  # UTC, as slack_sdk keeps it
    PrimaryKeyConstraint("id", name="pk_slack_bots"),
    Index("ix_slack_bots_team", "client_id", "enterprise_id", "team_id"),
)
