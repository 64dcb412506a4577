"""Stores the workspaces that installed the Slack app; tokens arrive here encrypted."""

from bot.app import App
from storage import Installation

__all__ = ["Installation", "Installations"]


class Installations:
    """The installations of one app. Methods raise Outage if the database can't be used."""

    def __init__(self, app: App, client_id: str) -> None:
        self._app, self._client_id = app, client_id

    async def save(self, installation: Installation) -> None:
        """Store an installation in place of the workspace's earlier ones."""
        async with self._app.storage() as store:
            await store.installations.save(self._client_id, installation)

    async def find(self, team: str) -> Installation | None:
        """Return a workspace's installation."""
        async with self._app.storage() as store:
            return await store.installations.get(self._client_id, team)

    async def delete(self, team: str) -> None:
        """Delete a workspace's installation."""
        async with self._app.storage() as store:
            await store.installations.delete(self._client_id, team)

    async def list(self) -> tuple[Installation, ...]:
        """Return all installations."""
        async with self._app.storage() as store:
            return tuple(await store.installations.list_all(self._client_id))
