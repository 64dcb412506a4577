"""Draw the docs' pictures with the playground's page in Chromium.

With names, draw only those: `python docs/pictures.py salary tools`.
"""

import asyncio
import io
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pictured import NOW, README, THEMES, Pictured, picture_path, pictured_answers, write_manifest
from PIL import Image
from playwright.async_api import Browser, async_playwright

from adapters import web
from adapters.web import Json
from content import load

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, SCALE = 900, 1.25  # CSS pixels, and device pixels in each
README_WIDTH, README_SCALE = 1080, 1.5  # wide, so that it's low
HEIGHT = 520  # CSS pixels, of pictures with a form; others are as high as the answer
COLORS = 128  # enough to look the same as full color
STYLE = """
#bar, #notice, .side, .room-head, .composer, .beginning, .day, .message-actions, .thread-link {
  display: none !important;
}
html, body { height: auto; overflow: visible; }
body { background: #ffffff; }
[data-theme="dark"] body { background: #0d1117; }
#panes { padding: 1px; }
body:has(dialog) #panes { min-height: 100vh; }
dialog.discord-modal { left: 25%; }
dialog.slack-modal { left: 75%; }
dialog::backdrop { background: none !important; }
.pane { grid-template-columns: minmax(0, 1fr); }
.pane::before {
  padding: 10px 16px 0;
  color: var(--quiet);
  font-weight: 700;
  text-transform: capitalize;
  content: attr(data-pane);
}
.messages { overflow: visible; padding: 4px 0 10px; }
"""
"""Styles for pictures: parts of the page are hidden, and each pane gets its platform's name."""


@dataclass(slots=True)
class StillPane:
    """A pane that shows one state. Implements `adapters.web.Pane`."""

    platform: str
    shown: Json

    def state(self, _: str) -> Json:
        """Return the state, which is the same for all members."""
        return self.shown

    async def act(self, _: str, __: Json) -> Json | None:
        """Do nothing."""

    def on_change(self, callback: Callable[[], None]) -> None:
        """Do nothing, because nothing changes."""

    def use(self, app: object) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class StillPlayground:
    """A playground that shows one answer, for the page's server."""

    panes: Mapping[str, web.Pane]
    notice: None = None
    can_reset: bool = False

    def now(self) -> datetime:
        """Return the time of the answer."""
        return NOW

    def on_change(self, callback: Callable[[], None]) -> None:
        """Do nothing, because nothing changes."""

    async def move_clock(self, days: int) -> None:
        """Do nothing."""

    async def reset(self) -> None:
        """Do nothing."""


async def draw_all(answers: Sequence[Pictured]) -> None:
    """Write the pictures of *answers*."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        sys.exit("Pictures need Chromium: install it (Debian: chromium), then try again.")
    options = ["--no-sandbox"] * (os.geteuid() == 0)  # as root, Chromium starts only without it
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=options)
        for answer in answers:
            for theme, png in (await draw(browser, answer)).items():
                picture_path(answer.name, theme).write_bytes(compress(png))
        await browser.close()


async def draw(browser: Browser, answer: Pictured) -> dict[str, bytes]:
    """Return a screenshot of both panes in each theme."""
    panes: dict[str, web.Pane] = {
        name: StillPane(name, state) for name, state in answer.states.items()
    }
    width, scale = (README_WIDTH, README_SCALE) if answer.name == README else (WIDTH, SCALE)
    stop, pictures = asyncio.Event(), {}
    async with web.serve(StillPlayground(panes), "127.0.0.1", 0, stop) as address:
        page = await browser.new_page(
            viewport={"width": width, "height": HEIGHT},
            device_scale_factor=scale,
            timezone_id="UTC",
            locale="en-US",
            reduced_motion="reduce",
            bypass_csp=True,  # for the style
        )
        await page.goto(address)
        shown = page.get_by_role("article").or_(page.get_by_role("dialog"))
        await shown.nth(1).wait_for()
        await page.add_style_tag(content=STYLE)
        await page.evaluate("document.activeElement.blur()")
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            pictures[theme] = await page.locator("#panes").screenshot()
        stop.set()
        await page.close()
    return pictures


def compress(png: bytes) -> bytes:
    """Return a screenshot as a small WebP file."""
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLORS, kmeans=1)
    written = io.BytesIO()
    few.convert("RGB").save(written, "WEBP", lossless=True)
    return written.getvalue()


def main() -> None:
    """Draw the pictures whose names are given, or all."""
    names = sys.argv[1:]
    answers = pictured_answers(load())
    if unknown := {*names} - {each.name for each in answers}:
        sys.exit(f"No such picture: {', '.join(sorted(unknown))}.")
    drawn = [each for each in answers if not names or each.name in names]
    asyncio.run(draw_all(drawn))
    write_manifest(answers, drawn)
    print(f"pictures: {len(drawn)} drawn, light and dark")  # noqa: T201


if __name__ == "__main__":
    main()
