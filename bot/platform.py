"""The interface to a chat platform for all but replies: posts, pins, threads, roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.reply import Reply


class DeliveryError(Exception):
    """A platform didn't carry out a request; *message* explains the reason to a moderator."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(DeliveryError):
    """The channel, message or community no longer exists, so another attempt is useless."""


class PermissionDenied(DeliveryError):
    """The bot lacks a permission, which the message names; an admin has to grant it first."""


class LimitReached(DeliveryError):
    """A platform's limit is reached, such as pins in a channel; somebody has to make room first."""


class Retryable(DeliveryError):
    """The platform is busy or can't be reached; it did nothing, so the request can be repeated.

    *retry_after* is the number of seconds that the platform asks to wait, 0 if it doesn't say.
    """

    def __init__(self, message: str, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(DeliveryError):
    """The platform's response was lost, so the request may have been carried out or not."""


def needs_intervention(error: Exception) -> bool:
    """Return True if a person has to act before the request can succeed.

    This includes every DeliveryError except Retryable and OutcomeUnknown, which pass with time. A
    plain DeliveryError is included because its cause is unknown.
    """
    return isinstance(error, DeliveryError) and not isinstance(error, Retryable | OutcomeUnknown)


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """The platform-tagged ids of a message and of the channel or direct messages that it is in."""

    channel: str
    message: str
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel's id, its name without #, and the community it belongs to."""

    id: str  # platform-tagged: "discord:123", "slack:T1/C2"
    name: str
    community: str  # id of its Discord server or Slack workspace


class Platform(Protocol):
    """A connected platform, such as Discord. All ids are platform-tagged ("discord:123").

    `give_role` raises Refusal or Outage, because a member waits for the result. All other methods
    raise a DeliveryError if the platform doesn't carry out the request.
    """

    deduplicates_for: float
    """How many seconds a repeated post with the same key only returns the first message.

    0 if the platform would post a second message.
    """

    moderates_in_direct_messages: bool
    """Whether a click in a direct message names the community, so that moderators can act there."""

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Assign a role to a member of the community; do nothing if the member already has it."""
        ...

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply* in a channel and return the new message's id.

        *key* (up to 25 letters and digits) identifies the post, so that it isn't sent twice: see
        `deduplicates_for` and `find_post`. *mention* is the id of the only role to notify.
        """
        ...

    async def edit_post(self, channel: str, message: str, reply: Reply) -> None:
        """Replace the content of a message, which the bot posted, by the first page of *reply*."""
        ...

    def can_notify(self, mention: str) -> bool:
        """Return True if *mention* is the id of a role that a post can notify."""
        ...

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Return the id of the message posted with *key* after *since*, or None.

        Raise PermissionDenied if the bot may not read the channel's history.
        """
        ...

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; do nothing if it is already pinned."""
        ...

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; do nothing if it isn't pinned or no longer exists."""
        ...

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Open a thread called *name* under a message; do nothing if it already has a thread."""
        ...

    async def message_link(self, channel: str, message: str) -> str:
        """Return the URL of a message."""
        ...

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return the reasons, as text, why the bot can't post in a channel; empty if it can.

        *pins* and *threads* are True if posts will be pinned and get threads. *mention* is the role
        that they will notify. Raise NotFound or Retryable if the check fails.
        """
        ...

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Return a channel's name and community.

        Raise NotFound, PermissionDenied or Retryable if the platform doesn't return them.
        """
        ...

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """Return the channels of a community that the bot can see.

        Raise NotFound, PermissionDenied or Retryable if the platform doesn't return them.
        """
        ...

    async def community_name(self, community: str) -> str:
        """Return the name of a Discord server or Slack workspace."""
        ...

    async def send_direct_message(self, member: str, reply: Reply) -> PostedMessage:
        """Send *reply* to a member as a direct message, and return where its first page is."""
        ...
