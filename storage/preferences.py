"""Settings made by a community's moderators, as names and text values."""

from collections.abc import Mapping

from storage.database import Database, Session


class Preferences:
    """The preferences of all communities."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.load_queries("preferences")

    async def get_all(self, community: str) -> Mapping[str, str]:
        """Return a community's preferences by name."""
        rows = await self._database.reads.fetch(self._sql.get_all, community=community)
        return {row["name"]: row["value"] for row in rows}

    async def set(self, community: str, name: str, value: str | None) -> None:
        """Set a preference; None removes it."""
        writes, place = self._database.writes, {"community": community, "name": name}
        if value is None:
            await writes.execute(self._sql.remove, **place)
        else:
            await writes.execute(self._sql.set, **place, value=value)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete a community's preferences."""
        await session.execute(self._sql.erase_community, community=community)
