"""What the moderators of a community have set: names and values, as text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Database


class Preferences:
    """The preferences of all communities. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    async def of(self, community: str) -> Mapping[str, str]:
        """Give what is set for a community."""

        def work(connection: "Connection") -> dict[str, str]:
            from storage.statements import PREFERENCES  # noqa: PLC0415  # SQLAlchemy is slow to come

            rows = connection.execute(PREFERENCES, {"wanted": community})
            return {row.name: row.value for row in rows}

        return await self._database.read(work)

    async def put(self, community: str, name: str, value: str | None) -> None:
        """Set a preference, or with None take it back."""

        def work(connection: "Connection") -> None:
            from storage.statements import FORGET_PREFERENCE, INSERTS  # noqa: PLC0415

            place = {"community": community, "name": name}
            if value is None:
                where = {"wanted": community, "called": name}
                connection.execute(FORGET_PREFERENCE, where)
            else:
                insert = INSERTS[connection.dialect.name].preference
                connection.execute(insert, {**place, "value": value})

        await self._database.write(work)
