"""The ways in which a database lets us down, each with a sentence for people."""


class StoreDown(Exception):
    """The database can't be used now; it can again as soon as the cause is gone."""

    def __init__(self, says: str, detail: str = "") -> None:
        """Take what is wrong and what to do next; *detail* is the driver's word, for the log."""
        super().__init__(f"{says} ({detail})" if detail else says)
        self.says, self.detail = says, detail


class StoreTooNew(Exception):
    """The database was written by a newer version of the bot, and is left as it is."""

    def __init__(self, revision: str) -> None:
        """Take the *revision* that the database is at."""
        self.says = (
            "The results were saved by a newer version of the bot, so this one leaves them alone:"
            " an admin has to start the newer version, or restore a backup."
        )
        super().__init__(f"{self.says} (revision {revision})")
        self.revision = revision


class AlreadyRunning(Exception):
    """Another bot runs on the same SQLite file."""

    def __init__(self, file: str, first: str) -> None:
        """Take the file's name, and what the *first* bot said of itself."""
        self.says = (
            f"Another bot already runs on {file} ({first}). Stop it first, or give this one a "
            "database of its own; several bots can share a PostgreSQL server."
        )
        super().__init__(self.says)


class BackupError(Exception):
    """A backup can't be made or put in place as asked; nothing was changed."""

    def __init__(self, says: str) -> None:
        """Take the reason, in words for an admin."""
        super().__init__(says)
        self.says = says
