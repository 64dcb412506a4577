"""Pictures: uploaded once, and shown as soon as Slack accepts them.

An uploaded picture can't be used in blocks for about a second, and a message that shows it earlier
is refused as a whole. So an answer goes out with a picture's description first, and with the
picture itself only if Slack has accepted it before.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import Expired, NotSent, Rejected, read
from adapters.slack.rendering.limits import ALT, SUMMARY
from adapters.slack.rendering.nodes import escaped
from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json
from bot.cache import LruCache
from bot.charts.painting import painted
from bot.reply import Image

log = structlog.get_logger("crossroads.slack")

PAUSES = (1.5, 2.0, 4.0)  # seconds before each attempt to show a new picture
GOOD_FOR = 12 * 3600.0  # seconds; a workspace may have its files deleted after a day
_KEPT = 100  # whose uploads are remembered
_AGAIN = 60.0  # seconds after which uploads are tried again when one has failed
_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError)


@dataclass(slots=True)
class _Upload:
    """A picture that Slack has, and whether a message with it was taken."""

    id: str
    until: float  # on the monotonic clock
    taken: bool = False


@dataclass(slots=True)
class Pictures:
    """The pictures that a workspace has been given."""

    api: AsyncWebClient
    _uploads: LruCache[Hashable, _Upload] = field(
        default_factory=lambda: LruCache[Hashable, _Upload](_KEPT)
    )
    _none_until: float = 0.0  # on the monotonic clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def shown(self, message: Message, *, untried: bool = False) -> Message:
        """Return *message* with its pictures, or with descriptions unless Slack accepts them all.

        With *untried*, uploaded pictures are enough. Descriptions replace all of the pictures.
        """
        found = [self._known(each) for each in message.pictures]
        uploads = [each for each in found if each and (each.taken or untried)]
        if len(uploads) < len(found):
            return _described(message)
        ids = iter(uploads)
        return _changed(message, lambda block: {**block, "slack_file": {"id": next(ids).id}})

    def wait(self, message: Message) -> bool:
        """Return whether to add pictures of *message* later; False while uploads fail."""
        lacks = any(not (known and known.taken) for known in map(self._known, message.pictures))
        return lacks and self._none_until <= time.monotonic()

    def good_until(self, message: Message) -> float:
        """Return the time until which *message* can be reused, on the monotonic clock."""
        known = [self._known(each) for each in message.pictures]
        if not all(each and each.taken for each in known):
            return 0.0
        return min((each.until for each in known if each), default=float("inf"))

    async def upload(self, message: Message) -> None:
        """Upload the pictures that Slack lacks; raise NotSent and Rejected."""
        async with self._turn:
            for picture in message.pictures:
                if self._known(picture) is None:
                    await self._upload(picture)

    async def follow(self, message: Message, add: Callable[[], Awaitable[bool]]) -> None:
        """Upload the pictures of *message*, and *add* them to its answer once Slack accepts them.

        *add* returns whether they could still be added. Expected failures are only logged: the
        member already has the answer, with descriptions instead of pictures.
        """
        try:
            await self.upload(message)
            for pause in PAUSES:
                await asyncio.sleep(pause)
                try:
                    shown = await add()
                except (Rejected, Expired) as trouble:
                    log.info("picture not ready", detail=str(trouble))
                    continue
                if shown:
                    self.taken(message)
                return
        except (NotSent, Rejected) as trouble:
            log.warning("pictures not shown", detail=str(trouble))
            return
        log.warning("pictures not shown", detail="Slack refuses messages with them")
        self.refused(message)

    async def ready(self, message: Message) -> Message:
        """Return *message* with its pictures (nobody waits for it), else with descriptions."""
        try:
            await self.upload(message)
        except (NotSent, Rejected) as trouble:
            log.warning("pictures not shown", detail=str(trouble))
            return _described(message)
        if self.shown(message).pictures != message.pictures:
            await asyncio.sleep(PAUSES[0])
        return self.shown(message, untried=True)

    def taken(self, message: Message) -> None:
        """Note that Slack accepted *message*: from now on its pictures show at once."""
        for known in map(self._known, message.pictures):
            if known is not None:
                known.taken = True

    def refused(self, message: Message) -> None:
        """Forget the pictures of *message*; they are uploaded again after a while."""
        self._none_until = time.monotonic() + _AGAIN
        for picture in message.pictures:
            self._uploads.discard(picture.data)

    def _known(self, picture: Image) -> _Upload | None:
        known = self._uploads.get(picture.data)
        return known if known is not None and known.until > time.monotonic() else None

    async def _upload(self, picture: Image) -> None:
        drawn = await painted(picture)
        try:
            done = await self.api.files_upload_v2(
                file=drawn, filename=picture.name, alt_txt=picture.alt[:ALT], title=picture.name
            )
        except _FAILURES as error:
            self._none_until = time.monotonic() + _AGAIN
            raise read(error) from error
        files: Any = done.get("files")
        upload = _Upload(str(files[0]["id"]), time.monotonic() + GOOD_FOR)
        self._uploads.put(picture.data, upload)


def alone(message: Message) -> Message:
    """Return the pictures of *message* as a separate message that follows it."""
    images = tuple(each for each in message.blocks if each["type"] == "image")
    about = escaped("\n".join(str(each["alt_text"]) for each in images))
    return replace(message, blocks=images, text=about[:SUMMARY])


def _described(message: Message) -> Message:
    """Replace pictures with their descriptions."""

    def words(block: Json) -> Json:
        text = {"type": "text", "text": f"[picture: {block['alt_text']}]"}
        section = {"type": "rich_text_section", "elements": [text]}
        return {"type": "rich_text", "elements": [section]}

    return replace(_changed(message, words), pictures=())


def _changed(message: Message, change: Callable[[Json], Json]) -> Message:
    blocks = (change(each) if each["type"] == "image" else each for each in message.blocks)
    return replace(message, blocks=tuple(blocks))
