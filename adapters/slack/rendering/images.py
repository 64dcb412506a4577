"""Upload of images to Slack, and messages with or without them.

An uploaded image can't be used in blocks for about a second, and Slack refuses a whole message that
shows it earlier. So a reply has descriptions at first, and images only if Slack has accepted them
before. After a click, the images then take the place of the descriptions in the message or modal
that was clicked, unless the member has clicked again: Back leaves no picture behind. The reply to a
slash command or a mention can't be edited, so its images follow in a second message.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import (
    REQUEST_ERRORS,
    Expired,
    PayloadRejected,
    SendError,
    to_send_error,
)
from adapters.slack.rendering.limits import ALT_TEXT, SUMMARY
from adapters.slack.rendering.menu_values import decode_choice
from adapters.slack.rendering.mrkdwn import escape
from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json
from bot.cache import LruCache
from bot.presentation import REMOVE
from bot.reply import Image

log = structlog.get_logger("crossroads.slack")

RETRY_PAUSES = (1.5, 2.0, 4.0)  # seconds before each attempt to show a new image
UPLOAD_LIFETIME = 12 * 3600.0  # seconds; a workspace may have its files deleted after a day
_MAX_UPLOADS = 100  # images
_FAILURE_PAUSE = 60.0  # seconds without uploads after one has failed


@dataclass(slots=True)
class _Upload:
    """An uploaded image, and whether Slack has accepted a message that shows it."""

    id: str
    expires: float  # on the monotonic clock
    accepted: bool = False


@dataclass(slots=True)
class ImageUploads:
    """Uploads a workspace's images and remembers which of them Slack has accepted."""

    client: AsyncWebClient
    _uploads: LruCache[Hashable, _Upload] = field(
        default_factory=lambda: LruCache[Hashable, _Upload](_MAX_UPLOADS)
    )
    _paused_until: float = 0.0  # on the monotonic clock
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def with_images(self, message: Message, *, include_new: bool = False) -> Message:
        """Return *message* with its images if Slack accepted all of them before.

        Otherwise return it with descriptions. With *include_new*, it is enough that all images have
        been uploaded.
        """
        found = [self._find(each) for each in message.images]
        uploads = [each for each in found if each and (each.accepted or include_new)]
        if len(uploads) < len(found):
            return _with_descriptions(message)
        ids = iter(uploads)
        return _replace_images(message, lambda block: {**block, "slack_file": {"id": next(ids).id}})

    def should_add_later(self, message: Message) -> bool:
        """Return True if *message* has images that must be added later.

        Return False while uploads are paused because one has failed.
        """
        is_new = any(not (each and each.accepted) for each in map(self._find, message.images))
        return is_new and self._paused_until <= time.monotonic()

    def valid_until(self, message: Message) -> float:
        """Return the monotonic time until which *message* may be sent with its uploaded images.

        Return 0 if Slack hasn't accepted all of them yet.
        """
        uploads = [self._find(each) for each in message.images]
        if not all(each and each.accepted for each in uploads):
            return 0.0
        return min((each.expires for each in uploads if each), default=float("inf"))

    async def upload(self, message: Message) -> None:
        """Upload the new images of *message*; raise SendError or PayloadRejected on failure."""
        async with self._lock:
            for image in message.images:
                if self._find(image) is None:
                    await self._upload(image)

    async def add_when_accepted(self, message: Message, add: Callable[[], Awaitable[bool]]) -> None:
        """Upload the images of *message*, then call *add* until Slack accepts them.

        *add* sends the images and returns True, or returns False if it is too late. Expected
        failures are only logged, because the member already has the reply with descriptions.
        """
        try:
            await self.upload(message)
            for pause in RETRY_PAUSES:
                await asyncio.sleep(pause)
                try:
                    shown = await add()
                except (PayloadRejected, Expired) as error:
                    log.info("picture not ready", detail=str(error))
                    continue
                if shown:
                    self.mark_accepted(message)
                return
        except (SendError, PayloadRejected) as error:
            log.warning("pictures not shown", detail=str(error))
            return
        log.warning("pictures not shown", detail="Slack rejects messages that contain them")
        self.mark_refused(message)

    async def prepare(self, message: Message) -> Message:
        """Upload the images of *message* and return it with them, or with descriptions on failure.

        This waits until Slack can show the images, so use it only for posts that nobody waits for.
        """
        try:
            await self.upload(message)
        except (SendError, PayloadRejected) as error:
            log.warning("pictures not shown", detail=str(error))
            return _with_descriptions(message)
        if self.with_images(message).images != message.images:
            await asyncio.sleep(RETRY_PAUSES[0])
        return self.with_images(message, include_new=True)

    def mark_accepted(self, message: Message) -> None:
        """Remember that Slack accepted the images of *message*, to send them at once next time."""
        for upload in map(self._find, message.images):
            if upload is not None:
                upload.accepted = True

    def mark_refused(self, message: Message) -> None:
        """Forget the uploads of *message*, and pause uploads for _FAILURE_PAUSE seconds."""
        self._paused_until = time.monotonic() + _FAILURE_PAUSE
        for image in message.images:
            self._uploads.discard(image.data)

    def _find(self, image: Image) -> _Upload | None:
        upload = self._uploads.get(image.data)
        return upload if upload is not None and upload.expires > time.monotonic() else None

    async def _upload(self, image: Image) -> None:
        png = await image.png()
        try:
            response = await self.client.files_upload_v2(
                file=png,
                filename=image.name,
                alt_txt=image.alt[:ALT_TEXT],
                title=image.name,
            )
        except REQUEST_ERRORS as error:
            self._paused_until = time.monotonic() + _FAILURE_PAUSE
            raise to_send_error(error) from error
        files: Any = response.get("files")
        upload = _Upload(str(files[0]["id"]), time.monotonic() + UPLOAD_LIFETIME)
        self._uploads.put(image.data, upload)


def images_only(message: Message) -> Message:
    """Return a message with only the images of *message*, to be sent as an addition to it.

    If *message* can be removed by a button, so can the images.
    """
    images = tuple(each for each in message.blocks if each["type"] == "image")
    text = escape("\n".join(str(each["alt_text"]) for each in images))
    return replace(message, blocks=(*images, *_remove_buttons(message)), text=text[:SUMMARY])


def _remove_buttons(message: Message) -> Iterator[Json]:
    for block in message.blocks:
        elements = block["elements"] if block["type"] == "actions" else ()
        for each in elements:
            click = decode_choice(each["action_id"], each.get("value", ""))
            if click is not None and click.call.command == REMOVE:
                yield {"type": "actions", "elements": [each]}


def _with_descriptions(message: Message) -> Message:
    """Return *message* with descriptions in place of its images."""

    def describe(block: Json) -> Json:
        text = {"type": "text", "text": f"[picture: {block['alt_text']}]"}
        section = {"type": "rich_text_section", "elements": [text]}
        return {"type": "rich_text", "elements": [section]}

    return replace(_replace_images(message, describe), images=())


def _replace_images(message: Message, change: Callable[[Json], Json]) -> Message:
    blocks = (change(each) if each["type"] == "image" else each for each in message.blocks)
    return replace(message, blocks=tuple(blocks))
