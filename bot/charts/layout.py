"""A page to draw: boxes and words at their places in pixels, before anything is painted."""

from collections.abc import Callable
from dataclasses import dataclass, field

WIDTH, MARGIN = 960, 48  # pixels; on a phone a third of that
TITLE, TEXT, SMALL = 44, 32, 27  # heights of type in pixels; on a phone 27 is read as 9 or 10

# Dark and light enough on the card for any theme around it (WCAG 2.2 contrast of text 5.7 or more),
# and told apart by every kind of colour vision (hues after Okabe and Ito, 2008).
CARD, EDGE, TRACK = "#FBFAF7", "#D5D1C7", "#ECE9E1"
INK, GREY = "#1B1F27", "#565C69"
BLUE, BLUE_PALE = "#0072B2", "#8FBFDD"
RED, RED_PALE = "#D55E00", "#EDB48C"
SLATE, PEWTER = "#565C69", "#A9ADB5"
GROUNDS = (CARD, TRACK)
COLOURS = (CARD, EDGE, INK, GREY, BLUE, BLUE_PALE, RED, RED_PALE, SLATE, PEWTER)


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with round corners, or only its outline of *line* pixels."""

    left: int
    top: int
    right: int
    bottom: int
    fill: str
    radius: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Diamond:
    """A square on its corner, around a point; *half* is half its diagonal."""

    x: int
    y: int
    half: int


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text by its baseline; *anchor* is "l" or "r"."""

    x: int
    y: int
    text: str
    size: int
    fill: str
    bold: bool = False
    anchor: str = "l"


Measure = Callable[[str, int, bool], float]  # text, size, bold to width in pixels
Shape = Box | Diamond | Words


@dataclass(slots=True)
class Scene:
    """Shapes from the top down; *y* is how far the page has come."""

    measure: Measure
    y: int = MARGIN
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *shapes: Shape) -> None:
        """Put shapes on the page."""
        self.shapes += shapes

    def paragraph(self, text: str, size: int, fill: str, *, bold: bool = False) -> None:
        """Set *text* in as many lines as it needs."""
        for line in self.wrapped(text, size, WIDTH - 2 * MARGIN, bold=bold):
            self.y += round(size * 1.3)
            self.add(Words(MARGIN, self.y - round(size * 0.3), line, size, fill, bold))

    def wrapped(self, text: str, size: int, width: int, *, bold: bool = False) -> list[str]:
        """Break *text* into lines of at most *width* pixels, between words only."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.measure(longer, size, bold) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines
