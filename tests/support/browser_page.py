"""The playground's page in a browser, used as people do: by roles, names and keys."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

DESKTOP, PHONE = (1440, 900), (390, 844)
TIMEOUT = 20_000  # milliseconds; the processors may be busy
expect.set_options(timeout=TIMEOUT)


@asynccontextmanager
async def open_page(browser: Browser) -> AsyncIterator[Page]:
    """Open a window with a page for all tests, since each window takes a second."""
    context = await browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, reduced_motion="reduce"
    )
    try:
        context.set_default_timeout(TIMEOUT)
        yield await context.new_page()
    finally:
        await context.close()


@dataclass(slots=True)
class Chat:
    """One platform's pane."""

    page: Page
    root: Locator

    @property
    def messages(self) -> Locator:
        """The messages of the chosen channel."""
        return self.root.get_by_role("article")

    @property
    def last(self) -> Locator:
        """The last message."""
        return self.messages.last

    @property
    def composer(self) -> Locator:
        return self.root.get_by_role("textbox", name="Message ")

    @property
    def form(self) -> Locator:
        """The open dialog."""
        return self.page.get_by_role("dialog")

    async def say(self, text: str) -> None:
        """Type a message or a whole command, and send it."""
        await self.composer.fill(text)
        if await self.root.get_by_role("listbox", name="Suggestions").is_visible():
            await self.composer.press("Escape")
        await self.composer.press("Enter")

    async def use(self, command: str, **options: str) -> None:
        """Choose a slash command on Discord, fill in its options and send it."""
        option = self.root.get_by_role("option", name=f"/{command}").first
        for _ in range(
            50
        ):  # right after a change of who you are, the list may still be the old one
            await self.composer.fill("")
            await self.composer.fill(f"/{command}")
            if await option.count():
                break
            await asyncio.sleep(0.1)
        await option.click()
        editor = self.root.get_by_role("form", name=f"Options of /{command}")
        for name, value in options.items():
            box = editor.get_by_role("combobox", name=name, exact=True)
            if not await box.count():
                await editor.get_by_role("button", name=f"Add {name}:").click()
            await box.fill(value)
            await box.press("Escape")
        await editor.get_by_role("button", name="Send /").click()
        await expect(editor).to_have_count(0)

    async def press(self, name: str | re.Pattern[str]) -> None:
        """Click the button *name* of the last message that has one."""
        await self.messages.get_by_role("button", name=name, exact=True).last.click()

    async def choose(self, menu: str, option: str, within: Locator | None = None) -> None:
        """Choose an option of the last menu whose label begins with *menu*."""
        button = (within or self.messages).get_by_role("button", name=menu)
        await button.last.click()
        await self.page.get_by_role("option", name=option).first.click()

    async def open(self, channel: str) -> None:
        """Open a channel."""
        nav = self.root.get_by_role("navigation")
        await nav.get_by_role("button", name=channel).first.click()

    async def reads(self, text: str | re.Pattern[str]) -> None:
        """Wait until the last message contains *text*."""
        await expect(self.last).to_contain_text(text)


@dataclass(slots=True)
class Visitor:
    """Somebody at the page; `problems` are errors of the page and requests to other hosts."""

    page: Page
    problems: list[str] = field(default_factory=list)
    host: str = ""

    @classmethod
    @asynccontextmanager
    async def at_page(cls, page: Page) -> AsyncIterator[Self]:
        """Use the page as if it were new, and check it at the end."""
        visitor = cls(page)
        listeners = visitor._listeners()
        for event, listener in listeners.items():
            page.on(event, listener)
        try:
            yield visitor
        finally:
            await page.goto("about:blank")
            await page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
            await page.context.clear_cookies()
            for event, listener in listeners.items():
                page.remove_listener(event, listener)
        assert not visitor.problems, "\n".join(visitor.problems)

    def _listeners(self) -> dict[Any, Callable[[Any], None]]:
        def on_console(said: ConsoleMessage) -> None:
            if said.type in {"error", "warning"}:
                self.problems.append(f"{said.type}: {said.text}")

        def on_request(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme not in {"data", "blob"} and url.netloc != self.host:
                self.problems.append(f"request to {request.url}")

        def on_response(response: Response) -> None:
            if response.status >= 400:
                self.problems.append(f"{response.status} of {response.url}")

        return {
            "console": on_console,
            "pageerror": lambda error: self.problems.append(str(error)),
            "request": on_request,
            "response": on_response,
        }

    async def visit(self, address: str, query: str = "") -> None:
        """Open the page and wait until it shows the panes."""
        self.host = urlsplit(address).netloc
        await self.page.goto(address + query)
        await expect(self.page.get_by_role("textbox", name="Message ").first).to_be_visible()

    @asynccontextmanager
    async def visiting(self, address: str, query: str = "") -> AsyncIterator[None]:
        """Have the page open during the block; leave it before its server ends."""
        await self.visit(address, query)
        try:
            yield
        finally:
            await self.page.goto("about:blank")

    def chat(self, name: str) -> Chat:
        """Return the pane of a platform."""
        return Chat(self.page, self.page.get_by_role("region", name=name))

    async def become(self, name: str) -> None:
        """Switch between member and moderator, and wait for the channels of the new one."""
        group = self.page.get_by_role("group", name="Who you are")
        button = group.get_by_role("button", name=name)
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(group).not_to_have_attribute("aria-busy", "true")

    async def move_clock(self, label: str) -> None:
        """Move the clock forward, and wait until that's done."""
        button = self.page.get_by_role("button", name=f"Move the clock: {label}")
        await button.click()
        await expect(button).not_to_have_attribute("aria-busy", "true")
