"""Charts as data, and rendering them as PNG files."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.charts.model import Chart

_executor = ThreadPoolExecutor(1, "charts")


async def render_in_thread(chart: Chart) -> bytes:
    """Return *chart* as the bytes of a PNG file. One thread draws all charts, one at a time."""
    return await asyncio.get_running_loop().run_in_executor(_executor, _render, chart)


def _render(chart: Chart) -> bytes:
    from bot.charts import png_renderer  # noqa: PLC0415  # loads Pillow only if it is needed

    return png_renderer.render_png(chart)
