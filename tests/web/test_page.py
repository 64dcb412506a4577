"""The page itself: keys and focus, the JSON, the clock, resets and reloaded content."""

import re
from pathlib import Path

import pytest
from browser_page import PHONE, Visitor
from component_catalog import button, text
from playwright.async_api import expect
from running_playground import Running, run_playground
from scripted_pane import ScriptedPane, message

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's loop

SOURCE = """- id: ours
  short: {short}
  read: "2026-11-21"
  interest: our own
  evidence: practitioner's opinion
  about: Our own page.
"""


async def test_the_list_of_commands_by_keys(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    discord, slack = visitor.chat("Discord"), visitor.chat("Slack")
    await discord.composer.press_sequentially("/co")
    options = discord.root.get_by_role("option")
    await expect(options.first).to_contain_text("/community")
    await discord.composer.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    active = await options.nth(1).get_attribute("id")
    await expect(discord.composer).to_have_attribute("aria-activedescendant", str(active))
    await discord.composer.press("Escape")
    await expect(options).to_have_count(0)
    await expect(discord.composer).to_be_focused()
    await discord.composer.press("Backspace")
    await discord.composer.press("Enter")
    await expect(discord.root.get_by_role("form")).to_contain_text("/")
    await visitor.page.keyboard.press("Escape")  # closes the choices
    await visitor.page.keyboard.press("Escape")
    await expect(discord.composer).to_be_focused()
    await slack.composer.press_sequentially("/sal")
    await slack.composer.press("Tab")
    await expect(slack.composer).to_have_value("/salary ")
    await slack.composer.press_sequentially("ml")
    await slack.composer.press("Enter")
    await slack.reads("ML Engineers in the US")


async def test_unknown_commands_get_a_message(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    for platform in ("Discord", "Slack"):
        chat = visitor.chat(platform)
        await chat.say("/absurd command")
        await expect(chat.root.get_by_role("alert")).to_contain_text("Choose")
        await expect(chat.messages).to_have_count(0)
        await expect(chat.composer).to_have_value("/absurd command")


async def test_a_moderators_command_is_not_offered_to_a_member(
    running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address)
    discord = visitor.chat("Discord")
    await discord.composer.fill("/tips")
    await expect(discord.root.get_by_role("option")).to_have_count(0)
    await visitor.become("Max Moderator")
    await discord.composer.fill("/tips")
    await expect(discord.root.get_by_role("option").first).to_contain_text("/tips")


async def test_the_focus_stays_while_messages_change(visitor: Visitor) -> None:
    def asked(number: int) -> dict[str, object]:
        row = {"type": 1, "components": [button(1, "Next"), button(2, "Skip")]}
        return {"components": [text(f"Question {number}"), row]}

    discord, slack = ScriptedPane("discord", message(1, asked(1))), ScriptedPane("slack")
    async with (
        run_playground(lambda _app, _clock: (discord, slack)) as running,
        visitor.visiting(running.address),
    ):
        chat = visitor.chat("Discord")
        skip = chat.messages.get_by_role("button", name="Skip")
        await skip.focus()
        discord.show(message(0, text="before"), message(1, asked(2)), message(2, text="after"))
        await expect(chat.messages.nth(1)).to_contain_text("Question 2")
        await expect(skip).to_be_focused()


async def test_a_dialog_keeps_the_focus_and_gives_it_back(
    running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address)
    chat = visitor.chat("Discord")
    await chat.use("compare")
    show = chat.last.get_by_role("button", name=re.compile("JSON"))
    await show.focus()
    await visitor.page.keyboard.press("Enter")
    await expect(chat.form).to_contain_text('"custom_id"')
    for _ in range(6):
        await visitor.page.keyboard.press("Tab")
        inside = "() => document.querySelector('dialog').contains(document.activeElement)"
        outside = "() => document.activeElement === document.body"  # the browser's own controls
        assert await visitor.page.evaluate(inside) or await visitor.page.evaluate(outside)
    await visitor.page.keyboard.press("Escape")
    await expect(chat.form).to_have_count(0)
    await expect(show).to_be_focused()


async def test_an_absurd_address_shows_the_page_as_usual(
    running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address, "?theme=pink&pane=none&width=no&member=nobody")
    for platform in ("Discord", "Slack"):
        await expect(visitor.chat(platform).root).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_attribute(
        "data-theme", re.compile("^(dark|light)$")
    )
    await expect(visitor.page.get_by_role("button", name="Mia Member")).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_what_one_member_types_is_not_sent_by_another(
    running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address, "?member=moderator")
    discord, slack = visitor.chat("Discord"), visitor.chat("Slack")
    await discord.composer.fill("/tips add")
    await discord.root.get_by_role("option", name="/tips add").click()
    await slack.composer.fill("half a message")
    await visitor.become("Mia Member")
    await expect(discord.composer).to_have_value("")
    await expect(slack.composer).to_have_value("")


async def test_themes_and_widths(running: Running, visitor: Visitor) -> None:
    page = visitor.page
    await visitor.visit(running.address, "?theme=dark&pane=slack&width=phone")
    await expect(visitor.chat("Slack").root).to_be_visible()
    await expect(visitor.chat("Discord").root).to_be_hidden()
    box = await visitor.chat("Slack").root.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE[0]
    html = page.locator("html")
    await expect(html).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="Switch between dark and light").click()
    await expect(html).to_have_attribute("data-theme", "light")
    await page.get_by_role("button", name="Discord", exact=True).click()
    await expect(visitor.chat("Discord").root).to_be_visible()
    await visitor.visit(running.address)
    await expect(visitor.chat("Discord").root).to_be_visible()
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await expect(visitor.chat("Slack").root).to_be_hidden()


async def test_starting_over_forgets_everything(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    chat = visitor.chat("Slack")
    await chat.say("hello")
    await expect(chat.messages).to_have_count(1)
    await visitor.move_clock("+1 day")
    await visitor.page.get_by_role("button", name="Start over").click()
    await expect(chat.messages).to_have_count(0)


async def test_changed_content_shows_at_once_and_broken_content_is_explained(
    visitor: Visitor, tmp_path: Path
) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCE.format(short="Ours"), encoding="utf-8")
    async with run_playground(content=tmp_path) as running, visitor.visiting(running.address):
        chat = visitor.chat("Discord")
        await chat.use("sources")
        await chat.reads("Ours")
        sources.write_text("- id: ours\n  short: [broken\n", encoding="utf-8")
        alert = visitor.page.get_by_role("alert").filter(has_text="sources.yaml")
        await expect(alert).to_be_visible()
        await chat.use("sources")
        await chat.reads("Ours")
        sources.write_text(SOURCE.format(short="Renamed"), encoding="utf-8")
        await expect(visitor.page.get_by_text("Content reloaded.")).to_be_visible()
        await expect(chat.messages).to_have_count(2)
        for platform in ("Discord", "Slack"):
            chat = visitor.chat(platform)
            await chat.open("Crossroads")
            await chat.say("sources")
            await chat.reads("Renamed")


@pytest.mark.parametrize("platform", ["Discord", "Slack"])
async def test_a_lost_server_is_named(platform: str, visitor: Visitor) -> None:
    async with run_playground() as running:
        await visitor.visit(running.address)
    await expect(visitor.page.get_by_role("alert").first).to_contain_text("doesn't answer")
    await visitor.chat(platform).say("hello")
    await expect(visitor.chat(platform).root.get_by_role("alert")).to_contain_text("still running")
    visitor.problems.clear()
    await visitor.page.goto("about:blank")
