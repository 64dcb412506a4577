"""Storage of the workspaces that installed the Slack app, with tokens already encrypted."""

from bot.app import App
from storage import Installation

__all__ = ["Installation", "Installations"]


class Installations:
    """The stored installations of one Slack app.

    Every method raises Outage if the database can't be used.
    """

    def __init__(self, app: App, client_id: str) -> None:
        self._app, self._client_id = app, client_id

    async def save(self, installation: Installation) -> None:
        """Store *installation* in place of earlier installations in the same workspace."""
        async with self._app.storage() as store:
            await store.installations.save(self._client_id, installation)

    async def find(self, team: str) -> Installation | None:
        """Return the installation in the workspace with the id *team*, or None."""
        async with self._app.storage() as store:
            return await store.installations.get(self._client_id, team)

    async def delete(self, team: str) -> None:
        """Delete the installation in the workspace with the id *team*, if there is one."""
        async with self._app.storage() as store:
            await store.installations.delete(self._client_id, team)

    async def list(self) -> tuple[Installation, ...]:
        """Return the app's installations in all workspaces."""
        async with self._app.storage() as store:
            return tuple(await store.installations.list_all(self._client_id))
