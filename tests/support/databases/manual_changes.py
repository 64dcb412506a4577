"""Changes to a database by hand, or by another version of the bot."""

from storage import Store
from storage.queries import Query


async def change_by_hand(store: Store, statement: str) -> int:
    """Run a statement that changes rows; return how many."""
    query = Query("by hand", (statement,), ())
    return await store._database.writes.execute(query)  # noqa: SLF001 - nobody else may do so
