"""Ranges as a page: one line of words and one bar for each span, on a common scale."""

from collections.abc import Callable

from bot.charts.layout import (
    BLUE,
    BLUE_PALE,
    CARD,
    EDGE,
    GREY,
    INK,
    MARGIN,
    PEWTER,
    RED,
    RED_PALE,
    SLATE,
    SMALL,
    TEXT,
    TITLE,
    TRACK,
    WIDTH,
    Box,
    Diamond,
    Measure,
    Scene,
    Words,
)
from bot.charts.model import Panel, Ranges, Span, Trait

_BAR, _THIN, _TICK = 30, 8, 6  # pixels
_GAP = 22  # between one span and the next
_AIR = 0.04  # of the scale left free at each end
_LOOKS = {Trait.FIRST: (BLUE, BLUE_PALE), Trait.SECOND: (RED, RED_PALE), Trait.CLAIM: (SLATE, CARD)}


def ranges(chart: Ranges, measure: Measure) -> Scene:
    """Lay *chart* out."""
    scene = Scene(measure)
    scene.paragraph(chart.title, TITLE, INK, bold=True)
    scene.paragraph(chart.subtitle, TEXT - 3, GREY)
    scene.y += 10
    scale = _scale(chart)
    for panel in chart.panels:
        _panel(scene, panel, chart, scale)
    _key(scene, chart)
    scene.y += 4
    scene.paragraph(chart.foot, SMALL - 2, GREY)
    scene.y += MARGIN - 12
    return scene


def _scale(chart: Ranges) -> Callable[[int], int]:
    """Give the function from an amount to its pixel."""
    amounts = [end for span in chart.spans for end in (span.low, span.high)]
    amounts += [chart.mark.value] if chart.mark else []
    low, high = min(amounts), max(amounts)
    air = max(1, round((high - low) * _AIR))
    low, high = low - air, high + air
    width = WIDTH - 2 * MARGIN
    return lambda amount: MARGIN + round(width * (amount - low) / (high - low))


def _panel(scene: Scene, panel: Panel, chart: Ranges, scale: Callable[[int], int]) -> None:
    if panel.title:
        scene.y += 14
        scene.add(Box(MARGIN, scene.y, WIDTH - MARGIN, scene.y + 2, EDGE))
        scene.y += 4
        scene.paragraph(panel.title, TEXT, INK, bold=True)
    for span in panel.spans:
        scene.y += 4
        _words(scene, span)
        _bar(scene, span, scale)
        if chart.mark:
            scene.add(Diamond(scale(chart.mark.value), scene.y + _BAR // 2, _BAR // 2 + 5))
        scene.y += _BAR + _GAP


def _words(scene: Scene, span: Span) -> None:
    """Set who and how much on one line, or on two where it is too long for one."""
    strong = scene.measure(span.strong, TEXT, True) if span.strong else 0  # noqa: FBT003
    figure = scene.measure(span.figure, SMALL, False) + 16  # noqa: FBT003
    label = scene.measure(span.label, TEXT, False)  # noqa: FBT003
    note = scene.measure(span.note, SMALL - 2, False) + 16  # noqa: FBT003
    right = WIDTH - MARGIN
    fits = label + note + strong + figure <= right - MARGIN - 16
    scene.y += 38
    base = scene.y - 8
    scene.add(Words(MARGIN, base, span.label, TEXT, INK))
    if span.strong:
        scene.add(Words(right, base, span.strong, TEXT, INK, bold=True, anchor="r"))
    if not fits:
        scene.y += 36
        base += 36
        label, strong = -16, 0
    scene.add(Words(MARGIN + round(label) + 16, base, span.note, SMALL - 2, GREY))
    shift = round(strong) + 16 if strong else 0
    scene.add(Words(right - shift, base, span.figure, SMALL, GREY, anchor="r"))
    scene.y += 5


def _bar(scene: Scene, span: Span, scale: Callable[[int], int]) -> None:
    top, middle = scene.y, scene.y + _BAR // 2
    strong, pale = _LOOKS[span.trait]
    scene.add(Box(MARGIN, top, WIDTH - MARGIN, top + _BAR, TRACK, 8))
    left, right = (scale(end) for end in span.thick)
    right = max(right, left + _TICK)  # a single figure is still to be seen
    if span.trait is Trait.CLAIM:
        scene.add(Box(left, top, right, top + _BAR, strong, 6, 4))
        return
    half = _THIN // 2
    scene.add(
        Box(scale(span.low), middle - half, scale(span.high), middle + half, pale, half),
        Box(left, top, right, top + _BAR, strong, 6),
    )
    if span.middle is not None:
        _tick(scene, scale(span.middle), top)


def _tick(scene: Scene, x: int, top: int) -> None:
    half = _TICK // 2
    scene.add(
        Box(x - half, top - 3, x + half, top + _BAR + 5, CARD),
        Box(x - half + 1, top - 3, x + half - 1, top + _BAR + 5, INK),
    )


def _key(scene: Scene, chart: Ranges) -> None:
    """Explain the signs, as many beside each other as fit."""
    if not chart.key:
        return
    scene.y += 2
    scene.add(Box(MARGIN, scene.y, WIDTH - MARGIN, scene.y + 2, EDGE))
    scene.y += 44
    x = MARGIN
    for sign, words in chart.key:
        width = 44 + round(scene.measure(words, SMALL, False)) + 26  # noqa: FBT003
        if x > MARGIN and x + width > WIDTH - MARGIN + 26:
            x, scene.y = MARGIN, scene.y + 42
        _sign(scene, sign, x, scene.y - 10)
        scene.add(Words(x + 44, scene.y, words, SMALL, INK))
        x += width
    scene.y += 14


def _sign(scene: Scene, sign: str, x: int, y: int) -> None:
    """Draw a sign in front of its meaning, around the height *y*; its colour is no one's."""
    match sign:
        case "thick":
            scene.add(Box(x, y - 11, x + 34, y + 11, SLATE, 5))
        case "thin":
            scene.add(Box(x, y - 4, x + 34, y + 4, PEWTER, 4))
        case "tick":
            scene.add(Box(x + 15, y - 15, x + 19, y + 15, INK))
        case "claim":
            scene.add(Box(x, y - 11, x + 34, y + 11, SLATE, 5, 4))
        case _:
            scene.add(Diamond(x + 17, y, 16))
