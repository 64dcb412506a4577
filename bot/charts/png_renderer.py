"""A page to a PNG, with Pillow: imported when the first picture is asked for, not before."""

import io
import time
from dataclasses import replace
from functools import lru_cache
from operator import sub
from pathlib import Path
from typing import assert_never

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.charts.bars import bars
from bot.charts.layout import CARD, COLOURS, EDGE, GROUNDS, INK, WIDTH, Box, Diamond, Scene, Words
from bot.charts.model import Chart, Ranges
from bot.charts.ranges import ranges

_FONTS = Path(__file__).parent / "fonts"
_KEPT = 64  # pictures in memory, some 30 kB each
_SMOOTH = 4  # times larger that a round corner is drawn before it is scaled down
_BORDER = 2  # pixels around the card
_PACKING = 1  # of zlib: a third of the time of its default, for a third more bytes
_APART = 8  # levels of a channel between two colours that are kept apart
_SHADES = 12  # of each colour on each ground, for smooth edges


@lru_cache(maxsize=_KEPT)
def png(chart: Chart) -> bytes:
    """Draw *chart*; the same chart gives the same bytes."""
    page = scene(chart)
    # a ground of its own, so that it reads alike on a light and on a dark theme
    image = Image.new("RGB", (WIDTH, page.y), CARD)
    ImageDraw.Draw(image).rectangle((0, 0, WIDTH - 1, page.y - 1), None, EDGE, _BORDER)
    for shape in page.shapes:
        time.sleep(0)  # yields to the event loop's thread, where others wait for answers
        match shape:
            case Box():
                _box(image, shape)
            case Diamond():
                _diamond(image, shape)
            case Words():
                _words(image, shape)
            case _:
                assert_never(shape)
    packed = io.BytesIO()
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(
        packed, "PNG", compress_level=_PACKING
    )
    return packed.getvalue()


@lru_cache
def _palette() -> Image.Image:
    """Give every colour that a page can have; packing so few takes a quarter of the time.

    Pillow finds the nearest colour by cells of four levels: shades next to a page's own colours
    are left out, so that these come out as they are.
    """
    pairs = {(ground, colour) for ground in GROUNDS for colour in COLOURS}
    shades = [
        tuple(round(b + (c - b) * step / _SHADES) for b, c in zip(*map(_rgb, pair), strict=True))
        for pair in sorted(pairs)
        for step in range(_SHADES + 1)
    ]
    known = sorted(map(_rgb, COLOURS + GROUNDS))
    for shade in shades:
        if all(max(map(abs, map(sub, shade, each))) >= _APART for each in known):
            known.append(shade)
    image = Image.new("P", (1, 1))
    image.putpalette([part for shade in known for part in shade])
    return image


def _rgb(colour: str) -> tuple[int, ...]:
    return ImageColor.getrgb(colour)


def scene(chart: Chart) -> Scene:
    """Lay *chart* out as it will be drawn."""
    return ranges(chart, measure) if isinstance(chart, Ranges) else bars(chart, measure)


def measure(text: str, size: int, bold: bool) -> float:  # noqa: FBT001  # a layout's own words
    """Give the width of *text* in pixels."""
    return _font(size, bold=bold).getlength(text)


@lru_cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    name = "Roboto-Bold.ttf" if bold else "Roboto-Regular.ttf"
    return ImageFont.truetype(_FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _words(image: Image.Image, words: Words) -> None:
    font = _font(words.size, bold=words.bold)
    place = (words.x, words.y)
    ImageDraw.Draw(image).text(place, words.text, words.fill, font, anchor=f"{words.anchor}s")


def _box(image: Image.Image, box: Box) -> None:
    """Draw a box; where it is an outline, what lies inside it is the ground again."""
    _filled(image, box, box.fill)
    if box.line:
        line = box.line
        inner = replace(box, left=box.left + line, right=box.right - line)
        inner = replace(inner, top=box.top + line, bottom=box.bottom - line)
        _filled(image, replace(inner, radius=box.radius - line), CARD)


def _filled(image: Image.Image, box: Box, fill: str) -> None:
    """Fill a box: a cross of two rectangles, and its four smooth corners."""
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
    for corner, x, y in zip(_corners(radius), (0, 1, 0, 1), (0, 0, 1, 1), strict=True):
        place = (right - radius if x else left, bottom - radius if y else top)
        image.paste(fill, place, corner)


@lru_cache
def _corners(radius: int) -> tuple[Image.Image, ...]:
    """Draw the quarters of a disc as masks of *radius* pixels: upper two, then lower two."""
    side = 2 * radius * _SMOOTH
    large = Image.new("L", (side, side), 0)
    ImageDraw.Draw(large).ellipse((0, 0, side - 1, side - 1), 255)
    disc = large.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    places = ((0, 0), (radius, 0), (0, radius), (radius, radius))
    return tuple(disc.crop((x, y, x + radius, y + radius)) for x, y in places)


def _diamond(image: Image.Image, shape: Diamond) -> None:
    """Draw the mark: dark, with a light rim that parts it from whatever it lies on."""
    for half, fill in ((shape.half, CARD), (shape.half - 4, INK)):
        side = 2 * half * _SMOOTH
        large = Image.new("L", (side, side), 0)
        middle = side // 2
        corners = [(middle, 0), (side, middle), (middle, side), (0, middle)]
        ImageDraw.Draw(large).polygon(corners, 255)
        mask = large.resize((2 * half, 2 * half), Image.Resampling.BOX)
        image.paste(fill, (shape.x - half, shape.y - half), mask)
