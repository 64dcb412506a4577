"""Signed bars as a page: what spoke for one side, and what for the other."""

from bot.charts.layout import (
    BLUE,
    EDGE,
    GREY,
    INK,
    MARGIN,
    RED,
    SMALL,
    TEXT,
    TITLE,
    TRACK,
    WIDTH,
    Box,
    Measure,
    Scene,
    Words,
)
from bot.charts.model import Bars

_BAR, _GAP = 24, 18  # pixels
_LEAST = 6  # pixels of a bar that is nearly nothing


def bars(chart: Bars, measure: Measure) -> Scene:
    """Lay *chart* out."""
    scene = Scene(measure)
    scene.paragraph(chart.title, TITLE, INK, bold=True)
    scene.paragraph(chart.subtitle, TEXT - 3, GREY)
    scene.y += 20
    low = min(0.0, *(bar.value for bar in chart.bars))
    high = max(0.0, *(bar.value for bar in chart.bars))
    width = (WIDTH - 2 * MARGIN) / ((high - low) or 1)
    zero = MARGIN + round(-low * width)
    _sides(scene, chart)
    for bar in chart.bars:
        fill = BLUE if bar.value > 0 else RED
        _label(scene, bar.label, bar.shown, fill)
        end = zero + round(bar.value * width)
        least = _LEAST if bar.value > 0 else -_LEAST
        ends = sorted((zero, end if abs(end - zero) >= _LEAST else zero + least))
        bottom = scene.y + _BAR
        scene.add(Box(MARGIN, scene.y, WIDTH - MARGIN, bottom, TRACK, 7))
        scene.add(Box(ends[0], scene.y, ends[1], bottom, fill, 5))
        scene.add(Box(zero - 1, scene.y - 5, zero + 2, bottom + 5, INK))
        scene.y = bottom + _GAP
    scene.add(Box(MARGIN, scene.y, WIDTH - MARGIN, scene.y + 2, EDGE))
    scene.y += 10
    scene.paragraph(chart.foot, SMALL - 2, GREY)
    scene.y += MARGIN - 12
    return scene


def _sides(scene: Scene, chart: Bars) -> None:
    """Say what the two sides stand for, in their colours."""
    scene.y += 30
    scene.add(
        Words(MARGIN, scene.y, chart.left, SMALL, RED, bold=True),
        Words(WIDTH - MARGIN, scene.y, chart.right, SMALL, BLUE, bold=True, anchor="r"),
    )
    scene.y += 14


def _label(scene: Scene, label: str, shown: str, fill: str) -> None:
    width = WIDTH - 2 * MARGIN - 110
    first, *more = scene.wrapped(label, TEXT - 2, width)
    scene.y += 36
    scene.add(Words(MARGIN, scene.y, first, TEXT - 2, INK))
    scene.add(Words(WIDTH - MARGIN, scene.y, shown, TEXT, fill, bold=True, anchor="r"))
    for line in more:
        scene.y += 36
        scene.add(Words(MARGIN, scene.y, line, TEXT - 2, INK))
    scene.y += 10
