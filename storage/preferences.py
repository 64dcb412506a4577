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
        writes, place = self._writes, {"community": community, "name": name}
        if value is None:
            await writes.execute(self._sql.remove, **place)
        else:
            await writes.execute(self._sql.set, **place, value=value)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all preferences of a community in the transaction of *session*."""
        await session.execute(self._sql.erase_community, community=community)
