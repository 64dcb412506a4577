"""The text of a file that a member sends along with a command."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot import attachment
from bot.errors import Outage

_TIMEOUT = aiohttp.ClientTimeout(total=30)


async def fetched(session: aiohttp.ClientSession, file: Mapping[str, Any]) -> str:
    """Return a file's text; raise Refusal if it can't be read, Outage if Discord fails."""
    name = str(file["filename"])
    if int(file["size"]) > attachment.MAX_BYTES:
        raise attachment.too_large_refusal(name)
    data = bytearray()
    try:
        async with session.get(file["url"], timeout=_TIMEOUT, raise_for_status=True) as answer:
            async for chunk in answer.content.iter_any():
                data += chunk
                if len(data) > attachment.MAX_BYTES:
                    break
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Outage("I couldn't get the file from Discord. Send it again in a minute.") from error
    return attachment.decode_file(name, bytes(data))
