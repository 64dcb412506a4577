"""Stores the workspaces that installed the Slack app; tokens arrive here encrypted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.app import App
from bot.errors import Outage
from storage import Installation, SchemaTooNew, StoreUnavailable

if TYPE_CHECKING:
    from storage.installations import Installations as Repository


class Installations:
    """The installations of one app. Methods raise Outage if the database can't be used."""

    def __init__(self, app: App, client_id: str) -> None:
        self._app, self._client_id = app, client_id

    async def save(self, installation: Installation) -> None:
        """Store an installation in place of the workspace's earlier ones."""
        with _outage_errors():
            await (await self._repository()).keep(self._client_id, installation)

    async def find(self, team: str) -> Installation | None:
        """Return a workspace's installation."""
        with _outage_errors():
            return await (await self._repository()).of(self._client_id, team)

    async def delete(self, team: str) -> None:
        """Delete a workspace's installation."""
        with _outage_errors():
            await (await self._repository()).drop(self._client_id, team)

    async def list(self) -> tuple[Installation, ...]:
        """Return all installations."""
        with _outage_errors():
            return tuple(await (await self._repository()).every(self._client_id))

    async def _repository(self) -> "Repository":
        return (await self._app.store()).installations


@contextmanager
def _outage_errors() -> Iterator[None]:
    try:
        yield
    except (StoreUnavailable, SchemaTooNew) as error:
        raise Outage(error.message) from error


__all__ = ["Installation", "Installations"]
