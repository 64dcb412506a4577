"""What the product asks of a platform beside answering; an adapter that is connected gives one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.reply import Reply


class DeliveryError(Exception):
    """A platform did not do what it was asked; *says* tells a moderator why, in plain words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(DeliveryError):
    """The channel, message or community does not exist any more: never try again."""


class PermissionDenied(DeliveryError):
    """The bot lacks a permission: try again when somebody has given it; *says* which."""


class LimitReached(DeliveryError):
    """A limit of the platform is reached, such as that of pins: somebody has to make room."""


class Retryable(DeliveryError):
    """The platform is busy or out of reach, and nothing happened: try again.

    *seconds* is how long the platform wants to be left alone, 0 where it does not say.
    """

    def __init__(self, message: str, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(DeliveryError):
    """The answer got lost: it may have happened or not."""


def needs_intervention(error: Exception) -> bool:
    """Return whether a person has to act; Retryable and OutcomeUnknown pass with time.

    A refusal that the adapter doesn't know counts too, since its fix is unknown.
    """
    return isinstance(error, DeliveryError) and not isinstance(error, Retryable | OutcomeUnknown)


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel as people know it."""

    id: str  # platform-tagged: "discord:123", "slack:T1/C2"
    name: str
    community: str


class Platform(Protocol):
    """A connected platform. Ids are platform-tagged.

    What a member asked for fails with Refusal or Outage; what nobody waits for, with DeliveryError.
    """

    deduplicates_for: float
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

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Find a post by its key; raises PermissionDenied if the bot may not read the history."""
        ...

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; doing so twice is doing so once."""
        ...

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; one that is not pinned, or gone, is as good."""
        ...

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Open a thread under a message; one that is open is as good."""
        ...

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return in plain words why the bot can't post there; raises NotFound and Retryable.

        *mention* is the role that posts notify.
        """
        ...

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Return a channel's name and community; raises NotFound, PermissionDenied, Retryable."""
        ...

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """List the channels the bot can see; raises NotFound, PermissionDenied and Retryable."""
        ...

    async def send_direct_message(self, member: str, reply: Reply) -> None:
        """Send somebody a direct message."""
        ...
