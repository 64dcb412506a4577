"""The threads in which mentions of the bot are answered, and the bot's rights to answer there."""

import time

import structlog

from adapters.discord.permissions import PostingRights
from adapters.discord.platform import MessagePlatform
from adapters.shared.sanitize import sanitize
from bot.cache import LruCache
from bot.language.mentions import anonymize_mentions
from bot.platform import DeliveryError

log = structlog.get_logger("crossroads.discord")

_DEFAULT_NAME = "Question"
_MAX_CHANNELS, _LIFETIME = 10_000, 60.0  # whose rights are kept, and the seconds


class MentionPlaces:
    """Looks up the bot's rights in a channel, and opens threads there."""

    def __init__(self, platform: MessagePlatform) -> None:
        self._platform = platform
        self._rights = LruCache[str, tuple[float, PostingRights]](_MAX_CHANNELS)

    async def rights(self, channel: str) -> PostingRights:
        """Return the bot's rights in a channel, which are looked up once a minute.

        If that fails, the bot may try to answer, but not in a thread.
        """
        kept = self._rights.get(channel)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        place = f"discord:{channel}"
        try:
            found = await self._platform.posting_rights(place)
        except DeliveryError as error:
            log.info("permissions unknown", detail=error.message)
            return PostingRights(place)
        return self._rights.put(channel, (time.monotonic() + _LIFETIME, found))[1]

    def forget(self, channel: str) -> None:
        """Look up the rights in a channel again, because Discord has refused something there."""
        self._rights.discard(channel)

    async def open_thread(
        self, channel: str, message: str, rights: PostingRights, title: str
    ) -> str | None:
        """Return the thread of a message, which is opened with the name *title* if it has none.

        Return None if it is in a thread already, or can't have one.
        """
        if not rights.can_open_threads:
            return None
        name = sanitize(anonymize_mentions(title)).strip() or _DEFAULT_NAME
        try:
            await self._platform.create_thread(f"discord:{channel}", f"discord:{message}", name)
        except DeliveryError as error:
            self.forget(channel)
            log.info("thread not opened", detail=error.message)
            return None
        return message  # Discord gives a thread the id of the message that it is about
