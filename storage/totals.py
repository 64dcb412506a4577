"""Community statistics as they were last published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.database import Database, Session


@dataclass(frozen=True, slots=True)
class Totals:
    """Published statistics of a community, and the ids of the attempts they were computed from."""

    community: str
    name: str
    figures: str
    attempts: frozenset[str]


class CommunityTotals:
    """The statistics of all communities; each has a name within its community."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("totals")

    async def one(self, community: str, name: str) -> Totals | None:
        """Return the statistics stored under a name."""
        return await self._one(self._database.reads, community, name)

    async def keep(self, kept: Totals, *, instead_of: Totals | None) -> Totals:
        """Store statistics if the stored ones are still *instead_of*, or gone.

        Returns the stored statistics, which another process may have written first.
        """
        old = _figures(instead_of) if instead_of else {"figures": None, "attempts": None}
        values = {**_figures(kept), **{f"old_{name}": value for name, value in old.items()}}

        async def work(session: Session) -> Totals:
            place = {"community": kept.community, "name": kept.name}
            await session.run(self._sql.keep, **place, **values)
            return await self._one(session, **place) or kept

        return await self._database.write(work)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all statistics of a community."""
        await session.run(self._sql.erase_community, community=community)

    async def _one(self, session: Session, community: str, name: str) -> Totals | None:
        place = {"community": community, "name": name}
        return await session.one(self._sql.one, Totals, **place)


def _figures(totals: Totals) -> Mapping[str, Any]:
    """Return the changing columns, with sorted attempts so that they compare as text."""
    return {"figures": totals.figures, "attempts": tuple(sorted(totals.attempts))}
