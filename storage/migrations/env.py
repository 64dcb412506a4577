"""Alembic reads this file; the connection and its transaction are storage.schema's."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
