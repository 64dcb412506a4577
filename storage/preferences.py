"""Storage of settings that a community's moderators have made."""

from collections.abc import Mapping

from storage.engine.database import Repository, Session

MODERATOR_PREFIX = "moderator:"
"""The beginning of the name of a preference that lists a person, role or group as a moderator."""


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

    async def add(self, community: str, name: str, value: str) -> bool:
        """Set a community's preference *name* if it isn't set; return whether it was set now.

        Of several processes that add it at the same time, only one gets True.
        """
        place = {"community": community, "name": name}
        return await self._writes.execute(self._sql.add, **place, value=value) == 1

    async def remove(self, community: str, name: str) -> bool:
        """Remove a community's preference *name*; return whether there was one.

        Of several processes that remove it at the same time, only one gets True.
        """
        removed = await self._writes.execute(self._sql.remove, community=community, name=name)
        return removed == 1

    async def list_moderated(self, owner: str) -> tuple[str, ...]:
        """Return the communities that list the person *owner* as a moderator."""
        name = f"{MODERATOR_PREFIX}{owner}"
        return await self._reads.fetch_column(self._sql.list_communities, name=name)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove the person *owner* from all lists of moderators, in the session's transaction."""
        return await session.execute(self._sql.erase, name=f"{MODERATOR_PREFIX}{owner}")

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all preferences of a community in the transaction of *session*."""
        await session.execute(self._sql.erase_community, community=community)
