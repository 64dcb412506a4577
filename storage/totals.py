"""Storage of communities' quiz statistics as they were last published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.engine.database import Repository, Session


@dataclass(frozen=True, slots=True)
class Totals:
    """Published statistics of a community, with the ids of the quiz attempts behind them.

    *name* distinguishes several statistics of a community; *figures* are the numbers as JSON.
    """

    community: str
    name: str
    figures: str
    attempts: frozenset[str]


class CommunityTotals(Repository):
    """The published statistics of all communities."""

    async def get(self, community: str, name: str) -> Totals | None:
        """Return a community's statistics with this name, or None if there are none."""
        return await self._get(self._reads, community, name)

    async def save(self, totals: Totals, *, expected: Totals | None) -> Totals:
        """Store statistics unless another process has changed the stored statistics.

        *expected* are the stored statistics as the caller read them. Return the statistics that are
        stored afterward, which may be from the other process.
        """
        old = _changing_columns(expected) if expected else {"figures": None, "attempts": None}
        values = {
            **_changing_columns(totals),
            **{f"old_{name}": value for name, value in old.items()},
        }

        async def work(session: Session) -> Totals:
            place = {"community": totals.community, "name": totals.name}
            await session.execute(self._sql.save, **place, **values)
            return await self._get(session, **place) or totals

        return await self._transaction(work)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all statistics of a community in the transaction of *session*."""
        await session.execute(self._sql.erase_community, community=community)

    async def _get(self, session: Session, community: str, name: str) -> Totals | None:
        place = {"community": community, "name": name}
        return await session.fetch_one(self._sql.get, Totals, **place)


def _changing_columns(totals: Totals) -> Mapping[str, Any]:
    """Return the columns that an update changes, by name.

    The attempts are sorted, because the database compares them as text.
    """
    return {"figures": totals.figures, "attempts": tuple(sorted(totals.attempts))}
