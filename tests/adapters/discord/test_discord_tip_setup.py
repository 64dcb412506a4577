"""A moderator's first ten minutes with weekly tips on Discord, and what members can't do."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.members import Invoker
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.stored_message import Message
from discord_server.world import FORUM, PIN_MESSAGES, THREAD

from bot.app import App
from bot.tips.scheduler import TipScheduler

MANAGE_GUILD = 1 << 5
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 09:00 in Berlin


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        platform.guild.bot_permissions |= PIN_MESSAGES
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def moderate(discord: LoopbackDiscord, command: str, **options: str) -> Message:
    played = await discord.slash(command, options, permissions=MANAGE_GUILD)
    return await press_start(discord, await played.answer(), permissions=MANAGE_GUILD)


async def begun(discord: LoopbackDiscord) -> str:
    channel = str(discord.guild.add_channel("tips").id)
    assert "52 tips" in (await moderate(discord, "tips-starter")).text
    options = {"day": "0", "time": "09:00", "zone": "Europe/Berlin"}
    options |= {"day": "Monday", "pin": "yes", "thread": "yes"}
    made = await moderate(discord, "schedule-new", channel=channel, **options)
    assert "Started. " in made.text
    return channel


async def test_the_first_tip_is_posted_pinned_and_threaded_just_as_it_was_shown(
    discord: LoopbackDiscord, keeping: App
) -> None:
    channel = discord.guild.channels[int(await begun(discord))]
    preview = (await moderate(discord, "tips-preview")).text
    for _ in range(2):  # two instances
        await TipScheduler(keeping, lambda: MONDAY).run_once()
    [posted] = channel.messages
    assert preview.startswith(posted.text)
    assert posted.pinned
    threads = [each for each in discord.guild.channels.values() if each.type == THREAD]
    assert len(threads) == 1


async def test_a_channel_that_is_gone_stops_the_schedule(
    discord: LoopbackDiscord, keeping: App
) -> None:
    channel = int(await begun(discord))
    del discord.guild.channels[channel]
    await TipScheduler(keeping, lambda: MONDAY).run_once()
    assert "stopped" in (await moderate(discord, "schedule-list")).text


async def test_a_stopped_schedule_leads_back_to_no_page_of_it(discord: LoopbackDiscord) -> None:
    await begun(discord)
    shown = await moderate(discord, "schedule list")
    for label in ("Open", "Stop", "Stop it"):
        asked = await press(discord, shown, label)
        shown = await asked.answer()
    assert shown.text.startswith("### Stopped.")
    assert "Back" not in shown.labels
    again = await (await press(discord, shown, "Show all schedules")).answer()
    assert "Set up weekly tips" in again.labels


async def press(discord: LoopbackDiscord, message: Message, label: str) -> PlayedInteraction:
    """Click the button or the line of a menu with *label*."""
    lines = [(each["custom_id"], line) for each in message.selects for line in each["options"]]
    for name, line in lines:
        if line["label"] == label:
            by: Invoker = {"permissions": MANAGE_GUILD}
            return await discord.choose(message, [line["value"]], custom_id=name, **by)
    return await discord.click(message, label, permissions=MANAGE_GUILD)


async def test_a_suggestion_is_denied_with_a_reason(discord: LoopbackDiscord) -> None:
    room = discord.guild.add_channel("moderators")
    await moderate(discord, "settings-notifications", channel=str(room.id))
    asked = await (await discord.write("suggest", {"text": "Buy my course."})).answer()
    assert "Thank you" in asked.text
    told = room.messages[-1]
    assert "Buy my course." in told.text
    refused = await (await discord.click(told, "Approve")).answer()
    assert "for moderators" in refused.text
    played = await discord.click(told, "Deny", permissions=MANAGE_GUILD)
    forged = await discord.submit_modal(played, {"because": ["advertising"]})
    assert "for moderators" in (await forged.answer()).text
    done = await discord.submit_modal(
        played, {"because": ["advertising"]}, permissions=MANAGE_GUILD
    )
    assert "Denied: Advertising." in (await done.answer()).text
    audit = (await moderate(discord, "settings-audit")).text
    for deed in ("suggested", "wasn't allowed", "denied"):
        assert deed in audit


async def test_a_panel_is_edited_in_place_and_leads_back(discord: LoopbackDiscord) -> None:
    panel = await moderate(discord, "tips-panel")
    before = panel.text
    opened = await discord.click(panel, "Add tip", permissions=MANAGE_GUILD)
    text = {"text": "Read the posting twice."}
    added = await discord.submit_modal(opened, text, permissions=MANAGE_GUILD)
    assert await added.answer() is panel
    assert "Added: “Read the posting twice" in panel.text
    assert "Add tip" in panel.labels
    assert panel.text != before
    assert discord.messages() == []


async def test_a_forged_button_moderates_nothing(discord: LoopbackDiscord) -> None:
    shown = await moderate(discord, "tips-panel")
    for code in ("r|tips-starter", "r|tips-share-code", "r|tips-remove|tip=1"):
        assert "for moderators" in (await (await discord.send_component(shown, code)).answer()).text
    assert "aren't set up" in (await moderate(discord, "tips-panel")).text


async def test_a_channel_is_picked_in_a_form(discord: LoopbackDiscord) -> None:
    channel, forum = (
        discord.guild.add_channel(name, kind) for name, kind in (("tips", 0), ("ideas", FORUM))
    )
    shown = await moderate(discord, "tips-panel")
    asked = await discord.send_component(shown, "r|schedule-new", permissions=MANAGE_GUILD)
    given = {"channel": [forum.id], "day": ["Monday"], "time": "09:00", "zone": ["UTC"]}
    with pytest.raises(LookupError, match="not offered"):
        await discord.submit_modal(asked, given, permissions=MANAGE_GUILD)
    given["channel"] = [channel.id]
    done = await discord.submit_modal(asked, given, permissions=MANAGE_GUILD)
    assert f"<#{channel.id}>" in (await done.answer()).text
