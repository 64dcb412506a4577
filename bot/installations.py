"""The workspaces that have installed the app themselves, each with a token of its own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.app import App
from bot.errors import Outage
from bot.vault import DecryptionError, TokenCipher
from storage import Installation, SchemaTooNew, StoreUnavailable

if TYPE_CHECKING:
    from storage.installations import Installations as Kept


class Installations:
    """What the database keeps of them; tokens leave this class open and reach the disk closed.

    Methods raise Outage where the database can't be used.
    """

    def __init__(self, app: App, client: str, vault: TokenCipher) -> None:
        """Take the client id of the app that is installed."""
        self._app, self._client, self._vault = app, client, vault

    async def save(self, installation: Installation) -> None:
        """Keep an installation in the place of the workspace's earlier ones."""
        with _outage_errors():
            closed = replace(installation, token=self._vault.encrypt(installation.token))
            await (await self._repository()).keep(self._client, closed)

    async def find(self, team: str) -> Installation | None:
        """Return a workspace's installation; raises Locked."""
        with _outage_errors():
            found = await (await self._repository()).of(self._client, team)
        return found and replace(found, token=self._vault.decrypt(found.token))

    async def delete(self, team: str) -> None:
        """Forget a workspace's token."""
        with _outage_errors():
            await (await self._repository()).drop(self._client, team)

    async def reencrypt(self) -> tuple[int, int]:
        """Count those that can be read and those that can't; encrypt with the first key again."""
        with _outage_errors():
            every = await (await self._repository()).every(self._client)
        readable = [each for each in every if self._can_decrypt(each)]
        for each in self._not_current(readable):
            await self.save(replace(each, token=self._vault.decrypt(each.token)))
        return len(readable), len(every) - len(readable)

    async def _repository(self) -> "Kept":
        return (await self._app.store()).installations

    def _not_current(self, kept: Iterable[Installation]) -> list[Installation]:
        return [each for each in kept if not self._vault.uses_current_key(each.token)]

    def _can_decrypt(self, kept: Installation) -> bool:
        try:
            self._vault.decrypt(kept.token)
        except DecryptionError:
            return False
        return True


@contextmanager
def _outage_errors() -> Iterator[None]:
    try:
        yield
    except (StoreUnavailable, SchemaTooNew) as error:
        raise Outage(error.message) from error


__all__ = ["Installation", "Installations"]
