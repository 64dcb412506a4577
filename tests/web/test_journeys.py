"""Journeys of people in the playground, in a real browser, on both platforms."""

import re

import pytest
from browser_page import Chat, Visitor
from playwright.async_api import expect
from running_playground import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's loop

PLATFORMS = ("Discord", "Slack")


async def run(chat: Chat, platform: str, command: str) -> None:
    """Run a member's command without options."""
    if platform == "Discord":
        await chat.use(command)
    else:
        await chat.say(f"/crossroads {command}")


async def test_the_same_answer_on_both_platforms(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    await visitor.chat("Discord").use("compare")
    await visitor.chat("Slack").say("/compare")
    for platform in PLATFORMS:
        chat = visitor.chat(platform)
        await chat.reads("ML engineers make models; AI engineers build things with them")
        await chat.reads(re.compile("Only (you can see this|visible to you)"))
        await chat.press("Pay")
        await chat.reads("$")


async def test_autocomplete_and_a_chart(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    discord, slack = visitor.chat("Discord"), visitor.chat("Slack")
    await discord.composer.press_sequentially("/salary ml sen")
    # A command's name and a space open its options; what follows goes into the first.
    role = discord.root.get_by_role("combobox", name="role")
    await role.fill("ml")
    await expect(discord.root.get_by_role("option", name="ML Engineer").first).to_be_visible()
    await role.press("Enter")
    await expect(role).to_have_value("ML Engineer")
    await discord.root.get_by_role("button", name="Add level").click()
    level = discord.root.get_by_role("combobox", name="level")
    await level.press_sequentially("sen")
    await expect(discord.root.get_by_role("option", name="Senior")).to_be_visible()
    await level.press("Enter")
    await level.press("Enter")
    await slack.say("/salary ml senior")
    for chat in (discord, slack):
        await chat.reads("Senior ML Engineers in the US")
        await chat.press("Chart")
        picture = chat.last.get_by_role("img", name=re.compile("ML Engineer"))
        await expect(picture).to_be_visible()
        await expect(picture).not_to_have_js_property("naturalWidth", 0)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_whole_quiz_with_a_reload_in_between(
    platform: str, running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address)
    chat = visitor.chat(platform)
    await run(chat, platform, "quiz")
    await chat.last.get_by_role("button", name="Start").first.click()
    await chat.reads("0 of 14 done")
    done = 0
    while done < 14:
        answers = chat.last.get_by_role("button")
        await answers.first.click()
        done += 1
        await chat.reads(f"{done} of 14 done" if done < 14 else "Your result")
        if done == 7:
            await visitor.page.reload()
            await chat.reads("7 of 14 done")
    await chat.reads(re.compile("AI Engineer|ML Engineer"))


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_shared_answer_is_seen_by_others(
    platform: str, running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address)
    chat = visitor.chat(platform)
    await run(chat, platform, "compare")
    await visitor.become("Max Moderator")
    await expect(chat.messages).to_have_count(0)
    await visitor.become("Mia Member")
    await chat.press("Share")
    if platform == "Slack" and await chat.form.is_visible():
        await chat.form.get_by_role("button", name="Share").click()
    await visitor.become("Max Moderator")
    await chat.reads("ML engineers make models")


async def test_a_question_and_a_follow_up(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    for platform in PLATFORMS:
        chat = visitor.chat(platform)
        await chat.say("@Crossroads salary ml senior")
        await chat.messages.get_by_role("button", name=re.compile("Open thread|repl")).click()
        await chat.reads("Senior ML Engineers in the US")
        await chat.say("@Crossroads and in the UK?")
        await chat.reads(re.compile("UK|£"))


async def test_a_direct_message(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    for platform in PLATFORMS:
        chat = visitor.chat(platform)
        await chat.open("Crossroads")
        await chat.say("what does an ml engineer do?")
        await chat.reads(re.compile("model", re.IGNORECASE))


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_tips_from_the_suggestion_to_the_post(
    platform: str, running: Running, visitor: Visitor
) -> None:
    await visitor.visit(running.address, "?member=moderator")
    chat = visitor.chat(platform)
    if platform == "Discord":
        await chat.use("schedule new")
    else:
        await chat.say("/crossroads schedule new")
    await expect(chat.form).to_be_visible()
    await chat.choose("Channel", "#tips", chat.form)
    await chat.choose("Time zone", "Europe/Berlin", chat.form)
    await chat.form.locator("[type=submit]").click()
    await chat.press("Start")
    await chat.reads(re.compile("Monday|weekly", re.IGNORECASE))
    await visitor.become("Mia Member")
    await run(chat, platform, "suggest")
    await chat.form.get_by_role("textbox").first.fill("Read a paper a week, and write it down.")
    await chat.form.locator("[type=submit]").click()
    await expect(chat.last).to_contain_text(re.compile("moderators", re.IGNORECASE))
    await visitor.become("Max Moderator")
    await run_tips(chat, platform)
    await chat.press("Approve")
    await visitor.move_clock("+1 week")
    await chat.open("tips")
    await chat.reads("Tip of the week")


async def run_tips(chat: Chat, platform: str) -> None:
    """Show the suggested tips."""
    if platform == "Discord":
        await chat.use("tips review")
    else:
        await chat.say("/crossroads tips review")


async def test_slack_home(running: Running, visitor: Visitor) -> None:
    await visitor.visit(running.address)
    slack = visitor.chat("Slack")
    await slack.open("Home")
    home = slack.root.get_by_role("region", name="Home")
    await home.get_by_role("button", name="Compare two roles").click()
    await expect(visitor.page.get_by_text("ML engineers make models")).to_be_visible()
