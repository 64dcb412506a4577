"""What the product asks of a platform beside answering; an adapter that is connected gives one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.reply import Reply


class Undelivered(Exception):
    """A platform did not do what it was asked; *says* tells a moderator why, in plain words."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class Gone(Undelivered):
    """The channel, message or community does not exist any more: never try again."""


class Forbidden(Undelivered):
    """The bot lacks a permission: try again when somebody has given it; *says* which."""


class Full(Undelivered):
    """A limit of the platform is reached, such as that of pins: somebody has to make room."""


class Later(Undelivered):
    """The platform is busy or out of reach, and nothing happened: try again.

    *seconds* is how long the platform wants to be left alone, 0 where it does not say.
    """

    def __init__(self, says: str, seconds: float = 0) -> None:
        super().__init__(says)
        self.seconds = seconds


class Unsure(Undelivered):
    """The answer got lost: it may have happened or not."""


def needs_help(error: Exception) -> bool:
    """Return whether a person has to act; Later and Unsure resolve themselves with time.

    A refusal that the adapter doesn't know counts too, since its fix is unknown.
    """
    return isinstance(error, Undelivered) and not isinstance(error, Later | Unsure)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as people know it."""

    id: str  # platform-tagged: "discord:123", "slack:T1/C2"
    name: str
    community: str


class Platform(Protocol):
    """A connected platform. Ids are platform-tagged.

    What a member asked for fails with Refusal or Outage; what nobody waits for, with Undelivered.
    """

    repeats_for: float
    """For how many seconds a post with the same key gives the first message again; 0: never."""

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Give a member a role of the community; doing so twice is doing so once."""
        ...

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply* and give the message's id.

        *key* (up to 25 letters and digits) names the post: to post it again within a few minutes
        gives the first message where the platform can do so. *mention* is a role to notify, by
        its id; nobody else is.
        """
        ...

    def can_notify(self, mention: str) -> bool:
        """Tell whether *mention* names a role that a post may notify."""
        ...

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Look for a post by its key; raises Forbidden where the platform does not let us look."""
        ...

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; doing so twice is doing so once."""
        ...

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; one that is not pinned, or gone, is as good."""
        ...

    async def thread(self, channel: str, message: str, name: str) -> None:
        """Open a thread under a message; one that is open is as good."""
        ...

    async def lacks(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return in plain words why the bot can't post there; raises Gone and Later.

        *mention* is the role that posts notify.
        """
        ...

    async def place(self, channel: str) -> Place:
        """Tell what a channel is called and where it is; raises Gone, Forbidden and Later."""
        ...

    async def channels(self, community: str) -> tuple[Place, ...]:
        """List the channels that the bot can see; raises Gone, Forbidden and Later."""
        ...

    async def tell(self, member: str, reply: Reply) -> None:
        """Send somebody a direct message."""
        ...
