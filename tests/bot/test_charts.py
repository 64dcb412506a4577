"""Charts: their texts, their layout, and drawing them as PNG files."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from PIL import ImageColor
from random_replies import strings_in

from bot.app import App
from bot.call import Caller
from bot.charts.layout import (
    BLUE,
    CARD,
    COLORS,
    GRAY,
    INK,
    MARGIN,
    RED,
    SLATE,
    WIDTH,
    Box,
    TextLine,
    layout_chart,
)
from bot.charts.model import (
    Bar,
    BarChart,
    Chart,
    Mark,
    Panel,
    RangeChart,
    SeriesKind,
    Span,
    alt_text,
)
from bot.charts.png_renderer import measure_text, render_png
from bot.reply import Image, Reply

WHO = Caller("test:1")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PAY_LINES = (
    "salary ml senior", "salary ai senior us 180k", "salary ai ml", "salary ml mid £95k",
    "salary mid", "salary", "salary ml", "salary data engineer", "salary ai ml trend",
    "salary ml uk", "salary ml trend", "salary mle senior 18 lakh",
    "salary research scientist canada 150k", "salary swe ds senior",
)  # fmt: skip
OTHER_LINES = (
    "quiz-explain chart name:which-path answers:1,2,1,1,3,1,1,2,1,1,2,1,1,2",
    "quiz-explain chart name:hire answers:1,2,1,2,1,2,1,2,1,2",
)  # fmt: skip
LINES = (*PAY_LINES, *OTHER_LINES)
SPAN = Span("reports", "n 9", "$1K–$2K", "$2K", 1, 9, (2, 6), 4, SeriesKind.FIRST)
CLAIM = Span("KORE1", "base", "$3K–$5K", "", 3, 5, (3, 5), None, SeriesKind.CLAIM)
RANGES = RangeChart("Pay", "a year", (Panel("Mid", (SPAN, CLAIM)),), Mark(5, "$5K"), "Sources: us.")
BARS = BarChart(
    "Yes", "points", "for no", "for yes", (Bar("A", 2.0, "+2"), Bar("B", -1, "−1")), "So."
)


def pictures(reply: Reply) -> list[Image]:
    return [node for node in reply.nodes if isinstance(node, Image)]


async def chart_page(app: App, line: str) -> tuple[Reply, list[Reply]]:
    """Return the reply with the chart, and the replies whose words must have its numbers.

    A chart of pay is behind a button; its numbers are in the first answer or on a page of pay that
    is a click behind it.
    """
    first = await app.handle_line(line, WHO)
    if line not in PAY_LINES:
        return first, [first]
    [call] = [each.call for each in first.buttons if each.label == "Chart"]
    page = await app.handle(call, WHO)
    calls = [each.call for each in first.actions() if each.call.command == "salary"]
    return page, [first, *[await app.handle(each, WHO) for each in calls]]


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def drawn(chart: Chart) -> Iterator[str]:
    """Yield every text that is drawn."""
    shapes = layout_chart(chart, measure_text).shapes
    yield from (shape.text for shape in shapes if isinstance(shape, TextLine))


@pytest.mark.parametrize("line", LINES)
async def test_every_number_in_a_chart_is_in_its_alt_text_and_in_the_answer_or_a_page_behind_it(
    keeping: App, line: str
) -> None:
    reply, replies = await chart_page(keeping, line)
    [picture] = pictures(reply)
    assert not isinstance(picture.data, bytes)
    texts = {number for text in drawn(picture.data) for number in numbers(text)}
    assert len(texts) > 3
    words = " ".join(
        word
        for each in replies
        for word in strings_in((each.answer, *(node for node in each.nodes if node != picture)))
    )
    assert texts <= numbers(picture.alt)
    assert texts <= numbers(words)


@pytest.mark.parametrize("line", LINES)
async def test_alt_text_fits_every_platform(keeping: App, line: str) -> None:
    [picture] = pictures((await chart_page(keeping, line))[0])
    assert len(picture.alt) <= 1_024  # Discord's description of an attachment; Slack takes more


def test_every_text_of_a_chart_is_drawn_and_in_its_alt_text() -> None:
    for chart in (RANGES, BARS):
        texts = " ".join(drawn(chart))
        for text in strings_in(chart):
            assert text in texts
            assert text in alt_text(chart)


@pytest.mark.parametrize("chart", [RANGES, BARS], ids=["ranges", "bars"])
def test_shapes_stay_on_the_page_and_texts_do_not_overlap(chart: Chart) -> None:
    page = layout_chart(chart, measure_text)
    boxes = []
    for shape in page.shapes:
        if isinstance(shape, Box):
            assert MARGIN <= shape.left <= shape.right <= WIDTH - MARGIN
        if isinstance(shape, TextLine):
            width = round(page.measure(shape.text, shape.size, shape.bold))
            left = shape.x - width if shape.anchor == "r" else shape.x
            boxes.append((left, shape.y, left + width))
            assert left >= MARGIN
            assert left + width <= WIDTH - MARGIN
            assert shape.y < page.y
    for at, (left, y, right) in enumerate(boxes):
        assert all(o[1] != y or o[0] >= right or o[2] <= left for o in boxes[at + 1 :])


def test_long_texts_go_on_separate_lines() -> None:
    long = replace(
        SPAN, label="Machine Learning Engineer in the public sector", sample_note="n 9, " * 6
    )
    chart = replace(RANGES, panels=(Panel("", (long,)),))
    test_shapes_stay_on_the_page_and_texts_do_not_overlap(chart)


def test_png_is_cached_and_reproducible() -> None:
    first = render_png(RANGES)
    assert render_png(replace(RANGES)) is first
    render_png.cache_clear()
    assert render_png(RANGES) == first
    with PillowImage.open(io.BytesIO(first)) as image:
        assert image.format == "PNG"
        assert image.width == WIDTH
        assert image.convert("RGB").getpixel((WIDTH // 2, 10)) == ImageColor.getrgb(CARD)


def test_equal_ends_and_zero_can_be_drawn() -> None:
    point = replace(CLAIM, low=5, high=5, iqr=(5, 5))
    assert render_png(replace(RANGES, panels=(Panel("", (point,)),), mark=None))
    assert render_png(replace(BARS, bars=(Bar("A", 0.0, "0"),)))


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it, 0 to 1."""
    parts = (part / 255 for part in ImageColor.getrgb(colour)[:3])
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_and_bars_have_enough_contrast() -> None:
    assert min(contrast(INK, CARD), contrast(GRAY, CARD)) >= 4.5
    assert min(contrast(colour, CARD) for colour in (BLUE, RED, SLATE)) >= 3
    assert set(COLORS) >= {INK, GRAY, BLUE, RED, SLATE}


def test_pillow_is_not_loaded_if_no_chart_is_drawn() -> None:
    code = (
        "import asyncio, sys; from bot.app import App; from bot.call import Caller;"
        "from content import load; from adapters.terminal import render, to_text;"
        "reply = asyncio.run(App(load()).handle_line('salary ml senior', Caller('test:1')));"
        "[to_text(each, 80) for each in render(reply, 80).messages];"
        "sys.exit('PIL' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent.parent, check=False
    )
    assert done.returncode == 0
