"""Storage of the Slack workspaces that have installed the app."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.engine.database import Repository
from storage.values import to_columns


@dataclass(frozen=True, slots=True)
class Installation:
    """A Slack workspace's installation of the app.

    *token* is stored unchanged, so the caller has to encrypt it.
    """

    app: str
    team: str
    token: str = field(repr=False)
    bot: str  # the user id of the bot in the workspace
    scopes: tuple[str, ...]
    at: datetime
    enterprise: str | None = None  # the id of the workspace's organization


class Installations(Repository):
    """The installations of all Slack apps. *client* is an app's client id, *team* a workspace."""

    async def save(self, client: str, installation: Installation) -> None:
        """Store an installation; it replaces an earlier installation in the same workspace."""
        await self._writes.execute(self._sql.save, client=client, **to_columns(installation))

    async def get(self, client: str, team: str) -> Installation | None:
        """Return a workspace's installation of an app, or None if it hasn't installed the app."""
        reads = self._reads
        return await reads.fetch_one(self._sql.get, Installation, client=client, team=team)

    async def list_all(self, client: str) -> tuple[Installation, ...]:
        """Return all installations of an app, oldest first."""
        return await self._reads.fetch_all(self._sql.list_all, Installation, client=client)

    async def delete(self, client: str, team: str) -> None:
        """Delete a workspace's installation of an app, if there is one."""
        await self._writes.execute(self._sql.delete, client=client, team=team)
