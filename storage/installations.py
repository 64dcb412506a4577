"""The workspaces that have installed the Slack app, by slack_sdk's store over SQLAlchemy.

That store wants an engine of its own, which would be a second writer to SQLite's file and a
transaction for each step. Here it runs on our connection, in our transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import ColumnElement, Connection, select

from storage.database import Database
from storage.installation_records import Installation
from storage.installation_tables import slack_bots


class _Engine:
    """Stands where slack_sdk wants an engine: what it begins is part of our transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        yield self._connection

    connect = begin


class Installations:
    """The installations of one Slack app. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database, client: str) -> None:
        """Take the app's client id."""
        self._database, self._client = database, client

    async def keep(self, made: Installation) -> None:
        """Keep an installation in the place of the workspace's earlier ones."""
        bot = Bot(
            app_id=made.app,
            enterprise_id=made.enterprise,
            team_id=made.team,
            bot_token=made.token,
            bot_id="",
            bot_user_id=made.bot,
            bot_scopes=list(made.scopes),
            installed_at=made.at.timestamp(),
        )

        def work(on: Connection) -> None:
            for each in self._rows(on, slack_bots.c.team_id == made.team):
                self._store(on).delete_bot(enterprise_id=each.enterprise, team_id=made.team)
            self._store(on).save_bot(bot)

        await self._database.write(work)

    async def of(self, team: str) -> Installation | None:
        """Give a workspace's installation; its id says which organisation it belongs to."""
        found = await self._database.read(lambda on: self._rows(on, slack_bots.c.team_id == team))
        return found[-1] if found else None

    async def every(self) -> tuple[Installation, ...]:
        """Give all of them, the oldest first."""
        return await self._database.read(self._rows)

    async def drop(self, team: str) -> None:
        """Forget a workspace."""

        def work(on: Connection) -> None:
            for each in self._rows(on, slack_bots.c.team_id == team):
                self._store(on).delete_bot(enterprise_id=each.enterprise, team_id=team)

        await self._database.write(work)

    def _rows(self, on: Connection, *here: ColumnElement[bool]) -> tuple[Installation, ...]:
        wanted = select(slack_bots).where(slack_bots.c.client_id == self._client, *here)
        rows = on.execute(wanted.order_by(slack_bots.c.id)).mappings()
        return tuple(_read(SQLAlchemyInstallationStore.build_bot_entity(row)) for row in rows)

    def _store(self, on: Connection) -> SQLAlchemyInstallationStore:
        return SQLAlchemyInstallationStore(self._client, cast("Any", _Engine(on)))


def _read(bot: Bot) -> Installation:
    return Installation(
        app=bot.app_id or "",
        team=bot.team_id or "",
        token=bot.bot_token,
        bot=bot.bot_user_id,
        scopes=tuple(bot.bot_scopes),
        at=datetime.fromtimestamp(bot.installed_at, UTC),
        enterprise=bot.enterprise_id,
    )
