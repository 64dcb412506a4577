"""An interaction that a test has sent and whose responses it waits for."""

from dataclasses import dataclass, field
from typing import Any

from discord_server.basics import Notifier, User
from discord_server.errors import Json
from discord_server.stored_message import Message
from discord_server.world import Channel, Guild

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass
class PlayedInteraction:
    """An interaction that was sent to the bot, with all its responses.

    Each waiting method raises AssertionError after `within` seconds.
    """

    payload: Json
    user: User
    channel: Channel
    guild: Guild | None
    source: Message | None = None
    """The message whose component was used."""
    notifier: Notifier = field(default_factory=Notifier)
    response: Json | None = None
    """The body of the first response: its type, and its data."""
    original: Message | None = None
    """The message of the first response; for an update, it is `source`."""
    messages: list[Message] = field(default_factory=list)
    """The messages that this interaction created, oldest first, without `source`."""
    missed: bool = False
    """Whether the first response missed the deadline, so that the member saw an error."""
    expired: bool = False
    born: float = 0.0
    timer: Any = None

    @property
    def id(self) -> str:
        return str(self.payload["id"])

    @property
    def token(self) -> str:
        return str(self.payload["token"])

    @property
    def type(self) -> int:
        return int(self.payload["type"])

    @property
    def deferred(self) -> bool:
        """Return True if the first response was a defer."""
        return self.response is not None and self.response["type"] in {DEFER, DEFER_UPDATE}

    async def responded(self, within: float = 10) -> Json:
        """Wait for the first response; return it as sent: {"type": ..., "data": {...}}."""
        return await self.notifier.wait_until(
            lambda: self.response, f"a response to {self}", within
        )

    async def answer(self, within: float = 10) -> Message:
        """Wait for the message that answers, and return it once it has text.

        After a defer, this is the filled message; after an update, the message that was changed.
        """
        return await self.notifier.wait_until(self._answer, f"an answer to {self}", within)

    def _answer(self) -> Message | None:
        if self.original is None or self.original.loading:
            return None
        waits = self.response is not None and self.response["type"] == DEFER_UPDATE
        return None if waits and not self.touched else self.original

    touched: bool = False
    """Whether `source` was edited after a deferred update."""

    async def followup(self, number: int = 1, within: float = 10) -> Message:
        """Return the follow-up message with this number, from 1; the original doesn't count."""

        def look() -> Message | None:
            rest = [message for message in self.messages if message is not self.original]
            return rest[number - 1] if len(rest) >= number else None

        return await self.notifier.wait_until(look, f"follow-up {number} to {self}", within)

    async def edited(self, message: Message, times: int = 1, within: float = 10) -> Message:
        """Return the message after this many edits."""
        what = f"{times} edits of {message.id}"
        await self.notifier.wait_until(lambda: message.edits >= times, what, within)
        return message

    async def modal(self, within: float = 10) -> Json:
        """Return the modal that the bot opened: title, custom_id, components."""
        response = await self.responded(within)
        assert response["type"] == MODAL, f"no form, but {response}"
        return dict(response["data"])

    async def choices(self, within: float = 10) -> list[Json]:
        """Return the bot's autocomplete choices: the name and value of each."""
        response = await self.responded(within)
        assert response["type"] == CHOICES, f"no choices, but {response}"
        return list(response["data"].get("choices") or [])

    def __str__(self) -> str:
        data = self.payload["data"]
        return f"interaction {self.id} ({data.get('name') or data.get('custom_id')})"
