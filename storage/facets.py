"""The parts of the store beside quizzes, each with the tables of one matter."""

# They come late: SQLAlchemy takes half a second to import, and is there once a store opens.
# ruff: noqa: PLC0415

from functools import cached_property
from typing import TYPE_CHECKING

from storage.preferences import Preferences

if TYPE_CHECKING:
    from storage.audit import Audit
    from storage.database import Database
    from storage.installations import Installations
    from storage.links import Links
    from storage.occurrences import Occurrences
    from storage.schedules import Schedules
    from storage.shards import Shards
    from storage.tip_persons import Persons
    from storage.tips import Tips


class Facets:
    """What is kept of communities, tips, workspaces and shards."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self.preferences = Preferences(database)

    @cached_property
    def tips(self) -> "Tips":
        """The queues of weekly tips."""
        from storage.tips import Tips

        return Tips(self._database)

    @cached_property
    def schedules(self) -> "Schedules":
        """When which channel gets its tips."""
        from storage.schedules import Schedules

        return Schedules(self._database)

    @cached_property
    def occurrences(self) -> "Occurrences":
        """What was due, and what came of it."""
        from storage.occurrences import Occurrences

        return Occurrences(self._database)

    @cached_property
    def audit(self) -> "Audit":
        """Who did what to a queue."""
        from storage.audit import Audit

        return Audit(self._database)

    @cached_property
    def links(self) -> "Links":
        """Which communities share a queue."""
        from storage.links import Links

        return Links(self._database)

    @cached_property
    def persons(self) -> "Persons":
        """What is kept of somebody beside quizzes."""
        from storage.tip_persons import Persons

        return Persons(self._database)

    @cached_property
    def shards(self) -> "Shards":
        """Which instance serves which shard."""
        from storage.shards import Shards

        return Shards(self._database)

    def installations(self, client: str) -> "Installations":
        """The workspaces that have installed the Slack app with this client id."""
        from storage.installations import Installations

        return Installations(self._database, client)
