"""Moderation cards on Discord: edited for everyone once a suggestion is decided."""

from collections.abc import AsyncIterator

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import Channel
from slack_server.crossroads_bot import serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT

from adapters.slack import SCOPES
from bot.app import App
from bot.platform import NotFound, PermissionDenied, Platform
from bot.reply import Reply
from storage import TipState

MANAGE_GUILD = 1 << 5
NEW = Reply("New text")


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


@pytest.fixture
async def room(discord: LoopbackDiscord) -> Channel:
    channel = discord.guild.add_channel("moderators")
    await moderate(discord, "settings notifications", channel=str(channel.id))
    return channel


async def moderate(discord: LoopbackDiscord, command: str, **options: str) -> Message:
    played = await discord.slash(command, options, permissions=MANAGE_GUILD)
    return await played.answer()


async def suggest(discord: LoopbackDiscord, text: str) -> Message:
    return await (await discord.write("suggest", {"text": text})).answer()


async def press(discord: LoopbackDiscord, message: Message, label: str) -> Message:
    return await (await discord.click(message, label, permissions=MANAGE_GUILD)).answer()


async def test_a_decided_card_is_edited_for_everyone(
    discord: LoopbackDiscord, room: Channel
) -> None:
    await suggest(discord, "First line.\nSecond line.")
    [*_, card] = room.messages
    assert "First line.\nSecond line." in card.text
    assert card.labels == ["Approve", "Edit", "Deny"]
    answer = await press(discord, card, "Approve")
    assert "Approved. It's number 1 in the queue." in answer.text
    assert answer.ephemeral
    assert not card.ephemeral
    assert f"Approved by <@{discord.user.id}>, number 1 in the queue." in card.text
    assert card.labels == []
    assert card.selects == []
    assert "Your tip was approved" in discord.chat()[-1].text


async def test_the_author_is_told_the_channel_and_the_time(
    discord: LoopbackDiscord, room: Channel
) -> None:
    options = {"channel": str(room.id), "day": "Monday", "time": "09:00", "zone": "UTC"}
    made = await moderate(discord, "schedule new", **options)
    if "Start" in made.labels:
        await press(discord, made, "Start")
    await suggest(discord, "A tip.")
    await press(discord, room.messages[-1], "Approve")
    told = discord.chat()[-1].text
    assert "It's planned for <t:" in told
    assert f"in <#{room.id}>" in told


async def test_a_typed_decision_edits_the_card_and_restore_brings_its_buttons_back(
    discord: LoopbackDiscord, room: Channel
) -> None:
    await suggest(discord, "A tip.")
    card = room.messages[-1]
    await moderate(discord, "tips deny", tip="1", reason="We had it.")
    assert f"Denied by <@{discord.user.id}>: We had it." in card.text
    assert card.labels == ["Restore"]
    await press(discord, card, "Restore")
    assert card.labels == ["Approve", "Edit", "Deny"]


async def test_a_second_click_on_an_old_copy_says_who_decided(
    discord: LoopbackDiscord, room: Channel
) -> None:
    await suggest(discord, "A tip.")
    card = room.messages[-1]
    await press(discord, card, "Approve")
    late = await discord.send_component(
        card, "r|tips-deny|tip=1|because=unclear", permissions=MANAGE_GUILD
    )
    assert "You have already approved this tip." in (await late.answer()).text
    forged = await discord.send_component(card, "r|tips-deny|tip=1|because=unclear")
    assert "for moderators" in (await forged.answer()).text


async def test_a_deleted_card_is_no_error_for_the_moderator(
    discord: LoopbackDiscord, room: Channel, keeping: App
) -> None:
    await suggest(discord, "A tip.")
    discord.platform.delete(room.messages[-1])
    done = await moderate(discord, "tips approve", tip="1")
    assert "Approved. It's number 1 in the queue." in done.text
    store = await keeping.store()
    queue = await store.queues.get_or_create(f"discord:{discord.guild.id}")
    [tip] = await store.tips.list_for_queue(queue, TipState.QUEUED)
    assert await store.cards.list_for_tip(tip.id) == ()


async def test_what_waits_is_reviewed_in_place(discord: LoopbackDiscord, room: Channel) -> None:
    for text in ("One.", "Two."):
        await suggest(discord, text)
    shown = await moderate(discord, "tips review")
    assert shown.labels[:4] == ["Approve", "Edit", "Deny", "Next"]
    following = await press(discord, shown, "Approve")
    assert following.id == shown.id
    assert "Approved. It's number 1 in the queue. Next: Suggestion from" in following.text
    last = await press(discord, following, "Approve")
    assert "Nothing else is waiting for you." in last.text
    assert all("Approved by" in each.text for each in room.messages[-2:])


async def test_a_direct_message_to_a_moderator_leads_to_the_server(
    discord: LoopbackDiscord, keeping: App
) -> None:
    channel = discord.guild.add_channel("tips")
    options = {"channel": str(channel.id), "day": "Monday", "time": "09:00", "zone": "UTC"}
    made = await moderate(discord, "schedule new", **options)
    if "Start" in made.labels:
        await press(discord, made, "Start")
    await suggest(discord, "A tip.")
    card = discord.chat()[-1]
    assert "Suggestion from" in card.text
    assert "in the server" in card.text
    assert card.labels == []
    await moderate(discord, "tips deny", tip="1", reason="No.")
    assert "Denied by" in card.text
    assert card.labels == []


async def test_a_card_shows_no_id_of_another_platform(
    discord: LoopbackDiscord, room: Channel, keeping: App
) -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES)
        slack.add_channel("GSTAFF", "UADMIN", BOT, private=True, called="staff")
        async with serve_slack(keeping, slack):
            for line in ("settings notifications channel:<#GSTAFF|staff>", "tips share"):
                await (await slack.slash("/crossroads", line, user="UADMIN")).message()
            asked = await slack.slash("/crossroads", "tips share-code", user="UADMIN")
            code = visible_text((await asked.message()).blocks).split("tips share ")[1].split()[0]
            joined = await moderate(discord, "tips share", code=code)
            assert "now shares its queue with" in joined.text
            assert "T1" not in joined.text
            await suggest(discord, "A tip.")
            card = room.messages[-1]
            theirs = slack.messages("GSTAFF")[-1]
            assert "a member on Discord" in visible_text(theirs.blocks)
            await (await slack.click(theirs, text="Approve", user="UADMIN")).answered()
            await discord.until(lambda: "Approved by" in card.text, "the card is edited")
            assert "Approved by a moderator on Slack, number 1 in the queue." in card.text
            said = visible_text(slack.messages("GSTAFF")[-1].blocks)
            assert "Approved by @UADMIN" in said.replace("\n", "")
            assert "UADMIN" not in card.text


async def test_only_the_bots_own_message_is_edited(discord: LoopbackDiscord, keeping: App) -> None:
    platform: Platform = keeping.platforms["discord"]
    channel = f"discord:{discord.guild.channel.id}"
    made = await platform.post(channel, Reply("Old text"), "key1")
    await platform.edit_post(channel, made, NEW)
    [message] = discord.messages()
    assert (message.text.strip("# \n"), message.edits) == ("New text", 1)
    theirs = await discord.say("Hello", channel=discord.guild.channel)
    with pytest.raises(PermissionDenied, match="isn't mine"):
        await platform.edit_post(channel, f"discord:{theirs.id}", NEW)
    discord.platform.delete(message)
    with pytest.raises(NotFound):
        await platform.edit_post(channel, made, NEW)
    discord.guild.channel.denied = 50001
    with pytest.raises(PermissionDenied):
        await platform.edit_post(channel, made, NEW)
    assert await platform.community_name(f"discord:{discord.guild.id}") == discord.guild.name


async def test_a_denial_by_form_in_the_review_shows_the_next_one_in_place(
    discord: LoopbackDiscord, room: Channel
) -> None:
    for text in ("One.", "Two."):
        await suggest(discord, text)
    shown = await moderate(discord, "tips review")
    opened = await discord.click(shown, "Deny", permissions=MANAGE_GUILD)
    values = {"because": ["off-topic"], "reason": "It's about cooking."}
    sent = await discord.submit_modal(opened, values, permissions=MANAGE_GUILD)
    following = await sent.answer()
    assert following.id == shown.id
    assert "Denied: Off topic. It's about cooking. Next: Suggestion from" in following.text
    assert "Two." in following.text
    assert "Off topic. It's about cooking." in room.messages[-2].text
    assert "Off topic. It's about cooking." in discord.chat()[-1].text


async def test_a_blocked_member_gets_an_answer_instead_of_a_form(
    discord: LoopbackDiscord, room: Channel
) -> None:
    await suggest(discord, "A tip.")
    card = room.messages[-1]
    [menu] = card.selects
    [block] = [each for each in menu["options"] if each["label"].startswith("Block")]
    refused = await (await discord.choose(card, [block["value"]])).answer()
    assert "for moderators" in refused.text
    boss = User("boss")
    chosen = await discord.choose(card, [block["value"]], user=boss, permissions=MANAGE_GUILD)
    asked = await chosen.answer()
    assert f"Block suggestions from <@{discord.user.id}>?" in asked.text
    clicked = await discord.click(asked, "Block suggestions", user=boss, permissions=MANAGE_GUILD)
    assert "are blocked" in (await clicked.answer()).text
    answer = await (await discord.slash("suggest")).answer()
    assert "aren't taking suggestions from you" in answer.text
    assert "blocked your tip suggestions" in (await (await discord.slash("privacy")).answer()).text
