"""Every type that the platforms document is rendered; anything else is shown as not rendered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from browser_page import PHONE, Chat, Visitor
from component_catalog import (
    DISCORD_FORM,
    DISCORD_MESSAGE,
    FILES,
    SLACK_BLOCKS,
    SLACK_FORM,
    SLACK_OPTIONS,
    element,
    mrkdwn,
    plain,
    text,
)
from playwright.async_api import Page, expect
from running_playground import Running, run_playground
from scripted_pane import ScriptedPane, message

from adapters.web import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's loop

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt;b&gt;'
RTL = "\u202eright to left\u202c שלום"
LONG = "w" * 3000


@dataclass(slots=True)
class Stage:
    """The page with a scripted pane for each platform."""

    visitor: Visitor
    discord: ScriptedPane
    slack: ScriptedPane
    running: Running

    @property
    def page(self) -> Page:
        return self.visitor.page

    def chat(self, name: str) -> Chat:
        return self.visitor.chat(name)

    async def does_nothing_odd(self) -> None:
        """Check that nothing on the page came from markup in a text."""
        assert await self.page.locator("#panes :is(script, iframe, b, [onerror])").count() == 0
        assert await self.page.title() == "Crossroads playground"


@asynccontextmanager
async def on_stage(visitor: Visitor, query: str = "") -> AsyncIterator[Stage]:
    discord, slack = ScriptedPane("discord"), ScriptedPane("slack")
    async with (
        run_playground(lambda _app, _clock: (discord, slack)) as running,
        visitor.visiting(running.address, query),
    ):
        yield Stage(visitor, discord, slack, running)


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds."""
    found = await Axe().run(page)
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


async def show_everything(stage: Stage) -> None:
    stage.discord.show(
        message(1, text="A member's *message*"),
        message(2, DISCORD_MESSAGE, files=FILES, used={"name": "Mia Member", "command": "/x"}),
        message(3, {"flags": 128, "components": []}, ephemeral=True),
        message(4, {"content": "A reply"}, reply_to="m1", pinned=True, edited=True, thread="12"),
        message(5, {"content": "With a file"}, files=[{"name": "a.csv", "url": "data:,a"}]),
    )
    stage.slack.show(
        message(1, text="A member's *message* &amp; more"),
        message(2, {"blocks": SLACK_BLOCKS}, files=FILES),
        message(3, {"text": "Only words"}, ephemeral=True, pinned=True, edited=True, thread="12"),
    )
    await expect(stage.page.locator(".discord article")).to_have_count(5)
    await expect(stage.page.locator(".slack article")).to_have_count(3)


async def test_every_component_of_a_message_is_rendered(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        await show_everything(stage)
        await expect(stage.page.get_by_text("Not rendered")).to_have_count(0)
        discord = stage.chat("Discord").messages.nth(1)
        for words in ("Big", "Middle", "Small"):
            await expect(discord.get_by_role("heading", name=words, level=4)).to_be_visible()
        for words in ("@Mia Member", "@study-group", "#tips", "/tips add", "nested"):
            await expect(discord.get_by_text(words, exact=True).first).to_be_visible()
        await expect(discord.get_by_text("fenced")).to_be_visible()
        await expect(discord.get_by_role("img", name="A picture")).to_be_visible()
        await expect(discord.get_by_role("link", name="a link")).to_have_attribute(
            "href", "https://example.com/x"
        )
        slack = stage.chat("Slack").messages.nth(1)
        await expect(slack.get_by_role("table").get_by_role("columnheader")).to_have_text(
            ["Role", "Pay"]
        )
        await expect(slack.get_by_text("1 < 2 & 3 a*b*c")).to_be_visible()
        for words in ("@Mia Member", "@study-group", "#tips", "@here", "🌱", "quoted"):
            await expect(slack.get_by_text(words).first).to_be_visible()


async def test_an_unknown_type_is_shown_as_not_rendered(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        stage.discord.show(message(1, {"components": [{"type": 99}, text("and text")]}))
        stage.slack.show(
            message(1, {"text": "x", "attachments": [{"text": "y"}]}),
            message(2, {"blocks": [{"type": "hologram"}, {"type": "section", "text": plain("x")}]}),
        )
        await expect(stage.chat("Discord").last).to_contain_text("Not rendered: component type 99")
        await expect(stage.chat("Discord").last).to_contain_text("and text")
        slack = stage.chat("Slack").messages
        await expect(slack.nth(0)).to_contain_text("Not rendered: attachments")
        await expect(slack.nth(1)).to_contain_text("Not rendered: hologram block")


async def test_a_form_on_discord_sends_every_field(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        stage.discord.more = {"modal": DISCORD_FORM}
        stage.discord.changed()
        form = stage.chat("Discord").form
        await expect(form.get_by_text("Not rendered")).to_have_count(0)
        await form.get_by_role("button", name="Submit").click()
        await expect(form.get_by_text("This field is required.")).to_have_count(4)
        assert stage.discord.actions == []
        await form.get_by_role("textbox", name="Short").fill(HOSTILE[:20])
        await stage.chat("Discord").choose("Select", "Second", form)
        await stage.chat("Discord").choose("Channel", "#tips", form)
        await stage.chat("Discord").choose("Role", "@everyone", form)
        await expect(form.get_by_role("button", name="Role: @everyone", exact=True)).to_be_visible()
        await form.get_by_label("Upload").set_input_files(
            {"name": "tips.csv", "mimeType": "text/csv", "buffer": b"a,b"}
        )
        await form.get_by_role("radio", name="No").check()
        await form.get_by_role("checkbox", name="Yes").check()
        await form.get_by_role("checkbox", name="Agree").check()
        stage.discord.answers["submit"] = {"errors": {"short": "Too odd."}}
        await form.get_by_role("button", name="Submit").click()
        await expect(form.get_by_text("Too odd.")).to_be_visible()
        stage.discord.answers["submit"] = None
        stage.discord.more = {}
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_have_count(0)
        _, action = stage.discord.actions[-1]
        assert action["values"] == {
            "short": HOSTILE[:20],
            "long": "",
            "select": ["2"],
            "user": [],
            "role": ["1"],
            "anyone": [],
            "channel": ["12"],
            "file": [{"name": "tips.csv", "type": "text/csv", "data": "YSxi"}],
            "radio": "n",
            "boxes": ["y"],
            "agree": True,
        }


async def test_a_form_on_slack_sends_every_field(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        slack = stage.chat("Slack")
        stage.slack.answers["suggest"] = {"choices": [{"name": "Found", "value": "f"}]}
        stage.slack.more = {"modal": SLACK_FORM}
        stage.slack.changed()
        await expect(slack.form.get_by_text("Not rendered")).to_have_count(0)
        await slack.form.get_by_role("button", name="Send it").click()
        await expect(slack.form.get_by_text("complete this required field")).to_be_visible()
        await slack.form.get_by_label("Field 0").fill("words")
        await slack.form.get_by_label("Field 5").fill("2026-11-21")
        await slack.form.get_by_role("group", name="Field 8").get_by_label("First").check()
        await slack.choose("Field 13", "Found", slack.form)
        await slack.choose("Field 14", "Mia Member", slack.form)
        stage.slack.answers["submit"] = {"errors": {"b0": "Say more."}}
        await slack.form.get_by_role("button", name="Send it").click()
        await expect(slack.form.get_by_text("Say more.")).to_be_visible()
        _, action = stage.slack.actions[-1]
        sent = {key: value for key, value in action["values"].items() if value}
        assert sent == {
            "b0": "words",
            "b5": "2026-11-21",
            "b8": ["first"],
            "b13": "f",
            "b14": "2",
        }


async def test_the_focus_stays_on_a_menu_after_its_choice(visitor: Visitor) -> None:
    def blocks(*elements: Json) -> Json:
        return {"blocks": [{"type": "actions", "elements": list(elements)}]}

    menu = element("static_select", placeholder=plain("More"), options=SLACK_OPTIONS)
    async with on_stage(visitor) as stage:
        stage.slack.show(message(1, blocks(menu)))
        more = stage.chat("Slack").last.get_by_role("button", name="More")
        await more.press("Enter")
        await stage.page.keyboard.type("sec")
        await stage.page.keyboard.press("Enter")
        await expect(more).to_have_text("Second")
        stage.slack.show(message(1, blocks(element("button", text=plain("Back")), menu)))
        await expect(stage.chat("Slack").last).to_contain_text("Back")
        await expect(more).to_be_focused()


async def test_what_the_server_finds_is_offered_whatever_its_name(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        form = {**SLACK_FORM, "blocks": SLACK_FORM["blocks"][15:16]}
        stage.slack.answers["suggest"] = {"choices": [{"name": "America/New_York", "value": "a"}]}
        stage.slack.more = {"modal": form}
        stage.slack.changed()
        await stage.chat("Slack").form.get_by_role("button", name="Field 13").click()
        await stage.page.keyboard.type("new york")
        await expect(stage.page.get_by_role("option")).to_have_text("America/New_York")
        await stage.page.keyboard.type(" city")
        await expect(stage.page.get_by_role("option")).to_have_text("America/New_York")
        typed = [each["value"] for _, each in stage.slack.actions if each["type"] == "suggest"]
        assert typed[-1] == "new york city"


async def test_dates_follow_the_reader_and_the_moved_clock(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        devtools = await stage.page.context.new_cdp_session(stage.page)
        await devtools.send("Emulation.setTimezoneOverride", {"timezoneId": "Pacific/Kiritimati"})
        await stage.running.playground.move_clock(7)
        now = stage.running.playground.now()
        dates = {
            "{ago}": now - timedelta(days=3, hours=1),
            "{date_short_pretty}": now + timedelta(days=1),
            "{date_num}": datetime(2026, 11, 21, 12, tzinfo=UTC),  # the next day, 14 hours ahead
        }
        tokens = [f"<!date^{int(at.timestamp())}^{form}|none>" for form, at in dates.items()]
        section = {"type": "section", "text": mrkdwn(" ".join(tokens))}
        stage.slack.show(message(1, {"blocks": [section]}))
        times = stage.chat("Slack").last.locator(".mrkdwn time")
        await expect(times).to_have_text(["3 days ago", "tomorrow", "2026-11-22"])
        await devtools.detach()  # resets the time zone


async def test_clicks_and_choices_are_sent(visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        await show_everything(stage)
        discord, slack = stage.chat("Discord"), stage.chat("Slack")
        await discord.press("Danger")
        await discord.choose("One of two", "Second")
        await discord.messages.get_by_role("button", name="Both").click()
        await stage.page.get_by_role("option", name="First").click()
        await stage.page.get_by_role("option", name="Second").click()
        await stage.page.keyboard.press("Escape")
        await slack.press("Danger")
        await slack.form.get_by_role("button", name="Do it").click()
        await slack.choose("users_select 3", "Mia Member")
        await slack.press("More options")
        await stage.page.get_by_role("option", name="First").click()
        await expect(slack.form).to_have_count(0)
        await slack.messages.get_by_role("radio", name="Second").check()
        sent = [(each["action"], each["values"]) for _, each in stage.discord.actions]
        assert [(action["custom_id"], values) for action, values in sent] == [
            ("Danger", []),
            ("s3", ["2"]),
            ("s3", ["1", "2"]),
        ]
        await expect(slack.messages.get_by_role("radio", name="Second")).to_be_checked()
        picked = [(each["action"]["action_id"], each["values"]) for _, each in stage.slack.actions]
        assert picked == [
            ("button", []),
            ("users_select", ["2"]),
            ("overflow", ["first"]),
            ("radio_buttons", ["second"]),
        ]
        assert stage.slack.actions[0][1]["action"]["block_id"] == "block-14"


@pytest.mark.parametrize("hostile", [HOSTILE, RTL, LONG, f"[x](javascript:alert(1)) {HOSTILE}"])
async def test_hostile_text_stays_text(hostile: str, visitor: Visitor) -> None:
    async with on_stage(visitor) as stage:
        stage.discord.show(
            message(1, text=hostile, author={"id": "4", "name": hostile[:80], "bot": False}),
            message(2, {"components": [text(hostile)]}),
        )
        rich_text: dict[str, Any] = {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": hostile},
                        {"type": "link", "url": "javascript:alert(1)", "text": "a trap"},
                    ],
                }
            ],
        }
        link = "<javascript:alert(1)|another trap>"
        stage.slack.show(
            message(1, text=hostile),
            message(2, {"blocks": [rich_text, {"type": "section", "text": mrkdwn(link)}]}),
            message(
                3,
                {
                    "blocks": [
                        {"type": "actions", "elements": [element("button", text=plain(hostile))]}
                    ]
                },
            ),
        )
        await expect(stage.chat("Slack").messages).to_have_count(3)
        await expect(stage.chat("Discord").last).to_contain_text(hostile[:30].strip())
        await stage.does_nothing_odd()
        assert await stage.page.locator("a[href^=javascript]").count() == 0
        fits = "() => document.documentElement.scrollWidth <= window.innerWidth"
        assert await stage.page.evaluate(fits)
        await stage.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert await stage.page.evaluate(fits)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_axe_finds_no_violation(theme: str, size: str, visitor: Visitor) -> None:
    if size == "phone":
        await visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    async with on_stage(visitor, f"?theme={theme}") as stage:
        await show_everything(stage)
        assert await violations(stage.page) == []
        platforms = ("Discord", "Slack")
        forms = (DISCORD_FORM, SLACK_FORM)
        for platform, pane, form in zip(
            platforms, (stage.discord, stage.slack), forms, strict=True
        ):
            if size == "phone":
                await stage.page.get_by_role("button", name=platform, exact=True).click()
                assert await violations(stage.page) == []
            chat = stage.chat(platform)
            await chat.composer.fill("@")
            await expect(chat.root.get_by_role("listbox")).to_be_visible()
            assert await violations(stage.page) == []
            await chat.composer.fill("")
            pane.more = {"modal": form}
            pane.changed()
            await expect(chat.form).to_be_visible()
            assert await violations(stage.page) == []
            pane.more = {}
            pane.changed()
            await expect(chat.form).to_have_count(0)
