"""Painting in one thread off the event loop, so that painters don't compete with the loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.reply import Image

_painter = ThreadPoolExecutor(1, "paint")


async def painted(picture: Image) -> bytes:
    """Return the PNG of *picture*; a chart is drawn in a thread."""
    if isinstance(picture.data, bytes):
        return picture.data
    return await asyncio.get_running_loop().run_in_executor(_painter, lambda: picture.png)
