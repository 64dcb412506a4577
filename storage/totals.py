"""Figures about a community as they were last shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.database import Database, Session


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures about a community as they were last shown, and the attempts behind them."""

    community: str
    name: str
    figures: str
    attempts: frozenset[str]


class CommunityTotals:
    """The figures of all communities, each under a name."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("totals")

    async def one(self, community: str, name: str) -> Totals | None:
        """Return the figures that were last kept under a name."""
        return await self._one(self._database.reads, community, name)

    async def keep(self, kept: Totals, *, instead_of: Totals | None) -> Totals:
        """Keep figures if those under the same name are still *instead_of*, or gone.

        Returns the figures that are kept now.
        """
        old = _figures(instead_of) if instead_of else {"figures": None, "attempts": None}
        values = {**_figures(kept), **{f"old_{name}": value for name, value in old.items()}}

        async def work(session: Session) -> Totals:
            place = {"community": kept.community, "name": kept.name}
            await session.run(self._sql.keep, **place, **values)
            return await self._one(session, **place) or kept

        return await self._database.write(work)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete every figure about a community."""
        await session.run(self._sql.erase_community, community=community)

    async def _one(self, session: Session, community: str, name: str) -> Totals | None:
        place = {"community": community, "name": name}
        return await session.one(self._sql.one, Totals, **place)


def _figures(totals: Totals) -> Mapping[str, Any]:
    """Return the columns that change; attempts have an order there, so that they compare."""
    return {"figures": totals.figures, "attempts": tuple(sorted(totals.attempts))}
