"""Storage of settings that a community's moderators have made."""

from collections.abc import Mapping

from storage.engine.database import Repository, Session


class Preferences(Repository):
    """The preferences of all communities; each has a name and a text value."""

    async def get_all(self, community: str) -> Mapping[str, str]:
        """Return a dict from the name of each preference of a community to its value."""
        rows = await self._reads.fetch(self._sql.get_all, community=community)
        return {row["name"]: row["value"] for row in rows}

    async def set(self, community: str, name: str, value: str | None) -> None:
        """Set a community's preference *name* to *value*; None removes the preference."""
        if value is None:
            await self.remove(community, name)
        else:
            row = {"community": community, "name": name, "value": value}
            await self._writes.execute(self._sql.set, **row)

    async def remove(self, community: str, name: str) -> bool:
        """Remove a community's preference *name*; return whether there was one.

        Of several processes that remove it at the same time, only one gets True.
        """
        removed = await self._writes.execute(self._sql.remove, community=community, name=name)
        return removed == 1

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all preferences of a community in the transaction of *session*."""
        await session.execute(self._sql.erase_community, community=community)
