"""Rendering of charts as PNG files with Pillow."""

import io
import time
from dataclasses import replace
from functools import lru_cache
from operator import sub
from pathlib import Path
from typing import assert_never

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.charts.layout import (
    BACKGROUNDS,
    BORDER,
    CARD,
    COLORS,
    INK,
    WIDTH,
    Box,
    Diamond,
    TextLine,
    layout_chart,
)
from bot.charts.model import Chart

_FONTS = Path(__file__).parent / "fonts"
_CACHE_SIZE = 64  # PNG files in memory, about 30 kB each
_SUPERSAMPLING = 4  # round corners are drawn this many times larger and scaled down
_BORDER_WIDTH = 2  # pixels around the card
_COMPRESSION_LEVEL = 1  # a third of the time of zlib's default, for a third more bytes
_MIN_COLOR_DISTANCE = 8  # two palette colors differ at least by this in one channel (0 to 255)
_SHADES_PER_COLOR = 12  # between each color and each background, for smooth edges


@lru_cache(maxsize=_CACHE_SIZE)
def render_png(chart: Chart) -> bytes:
    """Return *chart* as the bytes of a PNG file; equal charts give equal bytes."""
    page = layout_chart(chart, measure_text)
    # The background is opaque, so that the chart reads well on light and dark themes.
    image = Image.new("RGB", (WIDTH, page.y), CARD)
    ImageDraw.Draw(image).rectangle((0, 0, WIDTH - 1, page.y - 1), None, BORDER, _BORDER_WIDTH)
    for shape in page.shapes:
        time.sleep(0)  # lets the event loop's thread run
        match shape:
            case Box():
                _draw_box(image, shape)
            case Diamond():
                _draw_diamond(image, shape)
            case TextLine():
                _draw_text(image, shape)
            case _:
                assert_never(shape)
    image = image.quantize(palette=_palette(), dither=Image.Dither.NONE)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=_COMPRESSION_LEVEL)
    return file.getvalue()


@lru_cache
def _palette() -> Image.Image:
    """Return an image that holds the palette of all charts.

    With so few colors, compression takes a quarter of the time. Pillow rounds colors to steps of
    four levels to find the nearest in the palette. Shades that are too close to another color are
    left out, so that the colors of the layout don't change.
    """
    pairs = {(background, color) for background in BACKGROUNDS for color in COLORS}
    shades = [
        tuple(
            round(b + (c - b) * step / _SHADES_PER_COLOR)
            for b, c in zip(*map(_rgb, pair), strict=True)
        )
        for pair in sorted(pairs)
        for step in range(_SHADES_PER_COLOR + 1)
    ]
    known = sorted(map(_rgb, COLORS + BACKGROUNDS))
    for shade in shades:
        if all(max(map(abs, map(sub, shade, each))) >= _MIN_COLOR_DISTANCE for each in known):
            known.append(shade)
    image = Image.new("P", (1, 1))
    image.putpalette([part for shade in known for part in shade])
    return image


def _rgb(color: str) -> tuple[int, ...]:
    return ImageColor.getrgb(color)


def measure_text(text: str, size: int, bold: bool) -> float:  # noqa: FBT001  # a layout.Measure
    """Return the width of *text* in pixels."""
    return _font(size, bold=bold).getlength(text)


@lru_cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    name = "Roboto-Bold.ttf" if bold else "Roboto-Regular.ttf"
    return ImageFont.truetype(_FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _draw_text(image: Image.Image, line: TextLine) -> None:
    font = _font(line.size, bold=line.bold)
    position = (line.x, line.y)
    ImageDraw.Draw(image).text(position, line.text, line.color, font, anchor=f"{line.anchor}s")


def _draw_box(image: Image.Image, box: Box) -> None:
    """Draw a box; for an outline, draw a smaller box in the card's color on top of it."""
    _fill_box(image, box, box.fill)
    if box.outline:
        width = box.outline
        inner = replace(box, left=box.left + width, right=box.right - width)
        inner = replace(inner, top=box.top + width, bottom=box.bottom - width)
        _fill_box(image, replace(inner, radius=box.radius - width), CARD)


def _fill_box(image: Image.Image, box: Box, fill: str) -> None:
    """Draw a filled box from two crossed rectangles and four anti-aliased corners."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    radius = max(0, min(box.radius, (right - left) // 2, (bottom - top) // 2))
    if right <= left or bottom <= top:
        return
    draw = ImageDraw.Draw(image)
    if right - left > 2 * radius:
        draw.rectangle((left + radius, top, right - radius - 1, bottom - 1), fill)
    if not radius:
        return
    if bottom - top > 2 * radius:
        draw.rectangle((left, top + radius, right - 1, bottom - radius - 1), fill)
    for corner, x, y in zip(_corner_masks(radius), (0, 1, 0, 1), (0, 0, 1, 1), strict=True):
        place = (right - radius if x else left, bottom - radius if y else top)
        image.paste(fill, place, corner)


@lru_cache
def _corner_masks(radius: int) -> tuple[Image.Image, ...]:
    """Return masks for round corners: upper left, upper right, lower left, lower right."""
    side = 2 * radius * _SUPERSAMPLING
    large = Image.new("L", (side, side), 0)
    ImageDraw.Draw(large).ellipse((0, 0, side - 1, side - 1), 255)
    disc = large.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    places = ((0, 0), (radius, 0), (0, radius), (radius, radius))
    return tuple(disc.crop((x, y, x + radius, y + radius)) for x, y in places)


def _draw_diamond(image: Image.Image, shape: Diamond) -> None:
    """Draw a dark diamond with a light rim, so that it is visible on any background."""
    for half, fill in ((shape.half, CARD), (shape.half - 4, INK)):
        side = 2 * half * _SUPERSAMPLING
        large = Image.new("L", (side, side), 0)
        middle = side // 2
        corners = [(middle, 0), (side, middle), (middle, side), (0, middle)]
        ImageDraw.Draw(large).polygon(corners, 255)
        mask = large.resize((2 * half, 2 * half), Image.Resampling.BOX)
        image.paste(fill, (shape.x - half, shape.y - half), mask)
