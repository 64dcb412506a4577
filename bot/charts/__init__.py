"""Charts as data, and their drawing as PNG files."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.charts.model import Chart

_executor = ThreadPoolExecutor(1, "charts")


async def render_in_thread(chart: Chart) -> bytes:
    """Return *chart* as a PNG; charts are drawn one at a time in one thread."""
    return await asyncio.get_running_loop().run_in_executor(_executor, _render, chart)


def _render(chart: Chart) -> bytes:
    from bot.charts import png_renderer  # noqa: PLC0415  # loads Pillow only if it is needed

    return png_renderer.render_png(chart)
