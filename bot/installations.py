"""The workspaces that have installed the app themselves, each with a token of its own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.app import App
from bot.errors import Outage
from bot.vault import Locked, Vault
from storage import Installation, StoreDown, StoreTooNew

if TYPE_CHECKING:
    from storage.installations import Installations as Kept


class Installations:
    """What the database keeps of them; tokens leave this class open and reach the disk closed.

    Methods raise Outage where the database can't be used.
    """

    def __init__(self, app: App, client: str, vault: Vault) -> None:
        """Take the client id of the app that is installed."""
        self._app, self._client, self._vault = app, client, vault

    async def keep(self, made: Installation) -> None:
        """Keep an installation in the place of the workspace's earlier ones."""
        with _plainly():
            closed = replace(made, token=self._vault.closed(made.token))
            await (await self._kept()).keep(self._client, closed)

    async def of(self, team: str) -> Installation | None:
        """Return a workspace's installation; raises Locked."""
        with _plainly():
            found = await (await self._kept()).of(self._client, team)
        return found and replace(found, token=self._vault.opened(found.token))

    async def drop(self, team: str) -> None:
        """Forget a workspace's token."""
        with _plainly():
            await (await self._kept()).drop(self._client, team)

    async def looked_over(self) -> tuple[int, int]:
        """Count those that can be read and those that can't; encrypt with the first key again."""
        with _plainly():
            every = await (await self._kept()).every(self._client)
        readable = [each for each in every if self._opens(each)]
        for each in self._outdated(readable):
            await self.keep(replace(each, token=self._vault.opened(each.token)))
        return len(readable), len(every) - len(readable)

    async def _kept(self) -> "Kept":
        return (await self._app.store()).installations

    def _outdated(self, kept: Iterable[Installation]) -> list[Installation]:
        return [each for each in kept if not self._vault.is_current(each.token)]

    def _opens(self, kept: Installation) -> bool:
        try:
            self._vault.opened(kept.token)
        except Locked:
            return False
        return True


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (StoreDown, StoreTooNew) as error:
        raise Outage(error.says) from error


__all__ = ["Installation", "Installations"]
