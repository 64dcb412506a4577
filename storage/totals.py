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
        self._database, self._sql = database, database.load_queries("totals")

    async def get(self, community: str, name: str) -> Totals | None:
        """Return the statistics stored under a name."""
        return await self._get(self._database.reads, community, name)

    async def save(self, totals: Totals, *, replaces: Totals | None) -> Totals:
        """Store statistics if the stored ones are still *replaces*, or gone.

        Returns the stored statistics, which another process may have written first.
        """
        old = _changing_columns(replaces) if replaces else {"figures": None, "attempts": None}
        values = {
            **_changing_columns(totals),
            **{f"old_{name}": value for name, value in old.items()},
        }

        async def work(session: Session) -> Totals:
            place = {"community": totals.community, "name": totals.name}
            await session.execute(self._sql.save, **place, **values)
            return await self._get(session, **place) or totals

        return await self._database.transaction(work)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all statistics of a community."""
        await session.execute(self._sql.erase_community, community=community)

    async def _get(self, session: Session, community: str, name: str) -> Totals | None:
        place = {"community": community, "name": name}
        return await session.fetch_one(self._sql.get, Totals, **place)


def _changing_columns(totals: Totals) -> Mapping[str, Any]:
    """Return the changing columns, with sorted attempts so that they compare as text."""
    return {"figures": totals.figures, "attempts": tuple(sorted(totals.attempts))}
