"""Storage of moderation cards: the messages that ask moderators to decide about a tip."""

from dataclasses import dataclass, field

from storage.engine.database import Repository
from storage.values import to_columns


@dataclass(frozen=True, slots=True)
class Card:
    """A message about the tip with the id *tip*, posted to the moderators of *community*.

    *channel* and *message* are the platform-tagged ids of where it is.
    """

    channel: str
    message: str
    tip: str
    community: str
    is_direct: bool = field(default=False, metadata={"column": "direct"})  # a direct message


class Cards(Repository):
    """The moderation cards of all tips. Deleting a tip deletes its cards."""

    async def add(self, card: Card) -> None:
        """Store a card, unless its tip was deleted meanwhile."""
        await self._writes.execute(self._sql.add, **to_columns(card))

    async def find_tip(self, card: Card) -> str | None:
        """Return the id of the tip that a card is about now, or None if the tip was deleted.

        It changes when queues are joined or copied.
        """
        place = {"channel": card.channel, "message": card.message}
        found: str | None = await self._reads.fetch_value(self._sql.find_tip, **place)
        return found

    async def list_for_tip(self, tip: str) -> tuple[Card, ...]:
        """Return the cards about a tip, by the tip's id."""
        return await self._reads.fetch_all(self._sql.list_for_tip, Card, tip=tip)

    async def list_by_suggester(self, owner: str) -> tuple[Card, ...]:
        """Return the cards about all tips that the person *owner* suggested."""
        return await self._reads.fetch_all(self._sql.list_by_suggester, Card, owner=owner)

    async def list_undecided(self, queue: str) -> tuple[Card, ...]:
        """Return the cards for a queue's tips that are waiting for a decision."""
        return await self._reads.fetch_all(self._sql.list_undecided, Card, queue=queue)

    async def remove(self, card: Card) -> None:
        """Delete a card, whose message is gone."""
        place = {"channel": card.channel, "message": card.message}
        await self._writes.execute(self._sql.remove, **place)
