"""The workspaces that have installed a Slack app."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.database import Database
from storage.values import columns


@dataclass(frozen=True, slots=True)
class Installation:
    """What a workspace has given the app; *token* is kept as it is: encrypt it first."""

    app: str
    team: str
    token: str = field(repr=False)
    bot: str  # its id as a user
    scopes: tuple[str, ...]
    at: datetime
    enterprise: str | None = None  # the organization that the workspace belongs to


class Installations:
    """The installations of Slack apps, each app known by its client id."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("installations")

    async def keep(self, client: str, made: Installation) -> None:
        """Keep an installation in place of the workspace's earlier one."""
        await self._database.writes.run(self._sql.keep, client=client, **columns(made))

    async def of(self, client: str, team: str) -> Installation | None:
        """Return a workspace's installation; its id says which organization it belongs to."""
        reads = self._database.reads
        return await reads.one(self._sql.of, Installation, client=client, team=team)

    async def every(self, client: str) -> tuple[Installation, ...]:
        """Return all of them, the oldest first."""
        return await self._database.reads.all(self._sql.every, Installation, client=client)

    async def drop(self, client: str, team: str) -> None:
        """Delete a workspace's installation."""
        await self._database.writes.run(self._sql.drop, client=client, team=team)
