"""The interface to a platform besides answering: posts, pins, threads, channels and roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.reply import Reply


class DeliveryError(Exception):
    """A platform did not do what it was asked; *message* tells a moderator why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(DeliveryError):
    """The channel, message or community no longer exists: don't try again."""


class PermissionDenied(DeliveryError):
    """The bot lacks a permission, named in the message: try again once somebody has given it."""


class LimitReached(DeliveryError):
    """A limit of the platform is reached, such as its number of pins: somebody has to make room."""


class Retryable(DeliveryError):
    """The platform is busy or can't be reached, and nothing happened: try again.

    *retry_after* is how many seconds the platform asks to wait, 0 if it doesn't say.
    """

    def __init__(self, message: str, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(DeliveryError):
    """The platform's response was lost: what was asked may have happened or not."""


def needs_intervention(error: Exception) -> bool:
    """Return whether a person has to act; Retryable and OutcomeUnknown pass with time.

    A DeliveryError of no subclass counts too: the adapter doesn't know its cause.
    """
    return isinstance(error, DeliveryError) and not isinstance(error, Retryable | OutcomeUnknown)


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel's id, its name without #, and the community it belongs to."""

    id: str  # platform-tagged: "discord:123", "slack:T1/C2"
    name: str
    community: str


class Platform(Protocol):
    """A connected platform. Ids are platform-tagged.

    `give_role`, for which a member waits, raises Refusal or Outage; all others raise DeliveryError.
    """

    deduplicates_for: float
    """Seconds in which a second post with the same key returns the first message; 0: never."""

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Add a role to a member of the community, who may have it already."""
        ...

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply* and return the message's id.

        *key* (up to 25 letters and digits) identifies the post, see `deduplicates_for`. *mention*
        is the id of the only role that is notified.
        """
        ...

    def can_notify(self, mention: str) -> bool:
        """Return whether *mention* is a role that a post may notify."""
        ...

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Find a post by its key; raises PermissionDenied if the bot may not read the history."""
        ...

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; it may be pinned already."""
        ...

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; it may be unpinned or deleted already."""
        ...

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Open a thread under a message; it may be open already."""
        ...

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return the reasons why the bot can't post there; raises NotFound and Retryable.

        *mention* is the role that posts will notify.
        """
        ...

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Return a channel's name and community; raises NotFound, PermissionDenied, Retryable."""
        ...

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """List the channels the bot can see; raises NotFound, PermissionDenied and Retryable."""
        ...

    async def send_direct_message(self, member: str, reply: Reply) -> None:
        """Send *reply* to a member."""
        ...
