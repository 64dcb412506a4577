"""What is kept of one person, or of one community, about weekly tips: to give, and to erase."""

from sqlalchemy import Connection, delete, select, update

from storage.database import Database
from storage.tip_records import Personal, TipState
from storage.tip_rows import deed_of, schedule_of, tip_of
from storage.tip_tables import (
    audit,
    link_codes,
    notices,
    occurrences,
    queue_communities,
    queues,
    receipts,
    schedules,
    tips,
)
from storage.tips import queue_of


class Persons:
    """What is kept of persons. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def personal(self, who: str) -> Personal:
        """Give all that is kept of somebody."""
        return await self._database.read(lambda connection: _personal(connection, who))


def _personal(connection: Connection, who: str) -> Personal:
    # What is of the same moment stands in the order of its numbers.
    tip, schedule = tips.c, schedules.c
    suggested = select(tips).where(tip.suggested_by == who).order_by(tip.added_at, tip.number)
    made = select(schedules).where(schedule.made_by == who)
    made = made.order_by(schedule.made_at, schedule.number)
    did = select(audit).where(audit.c.who == who).order_by(audit.c.id)
    return Personal(
        tuple(map(tip_of, connection.execute(suggested))),
        tuple(map(schedule_of, connection.execute(made))),
        tuple(map(deed_of, connection.execute(did))),
    )


def forget_person(connection: Connection, who: str) -> int:
    """Forget who somebody was. Gives how many of their undecided suggestions were deleted.

    What moderators have taken over is the community's, and stays without a name; so does the
    audit.
    """
    mine = tips.c.suggested_by == who
    undecided = tips.c.state.in_([TipState.SUGGESTED, TipState.DENIED])
    gone: int = connection.execute(delete(tips).where(mine, undecided)).rowcount
    nobody = {"suggested_by": None, "suggested_in": None}
    connection.execute(update(tips).where(mine).values(nobody))
    connection.execute(update(schedules).where(schedules.c.made_by == who).values(made_by=None))
    connection.execute(update(audit).where(audit.c.who == who).values(who=None))
    connection.execute(delete(link_codes).where(link_codes.c.made_by == who))
    return gone


def forget_tips_of(connection: Connection, community: str) -> None:
    """Delete a community's schedules, and its queue unless it shares that with others."""
    queue = queue_of(connection, community)
    connection.execute(delete(link_codes).where(link_codes.c.community == community))
    if queue is None:
        return
    here = queue_communities.c.community == community
    connection.execute(delete(queue_communities).where(here))
    others = select(queue_communities.c.community).where(queue_communities.c.queue == queue)
    shared = connection.execute(others.limit(1)).one_or_none() is not None
    its = schedules.c.community == community if shared else schedules.c.queue == queue
    ids = select(schedules.c.id).where(its).scalar_subquery()
    for table in (receipts, occurrences):
        connection.execute(delete(table).where(table.c.schedule.in_(ids)))
    connection.execute(delete(schedules).where(its))
    if not shared:
        for table in (tips, audit, notices):
            connection.execute(delete(table).where(table.c.queue == queue))
        connection.execute(delete(queues).where(queues.c.id == queue))
