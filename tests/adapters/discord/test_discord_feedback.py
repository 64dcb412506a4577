"""Questions and reports to moderators on Discord, by buttons, menus and forms."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.errors import Json
from discord_server.message_rules import Upload
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import Channel

from bot.app import App
from bot.community.inbox import Inbox
from content import Content
from storage import Feedback, FeedbackKind, Store

MANAGE_GUILD = 1 << 5
QUESTION = "Do ML engineers get free lunch?"
LONG = "Wo finde ich, liebe Leute, " + "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(270))
ADA, BEN = User("ada"), User("ben")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crossroads.db"


@pytest.fixture
async def keeping(content: Content, file: Path) -> AsyncIterator[App]:
    """Yield an app that waits only briefly for a lock."""
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{file}", wait=0.2))
    yield app
    await app.close()


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


@pytest.fixture
async def room(discord: LoopbackDiscord) -> Channel:
    channel = discord.guild.add_channel("moderators")
    options = {"channel": str(channel.id)}
    by = discord.slash("settings notifications", options, permissions=MANAGE_GUILD)
    await (await by).answer()
    return channel


async def ask(discord: LoopbackDiscord, question: str = QUESTION) -> Message:
    return await (await discord.slash("ask", {"question": question}, user=ADA)).answer()


async def click(discord: LoopbackDiscord, message: Message, label: str) -> Message:
    return await (await discord.click(message, label, user=ADA)).answer()


async def stored(app: App, discord: LoopbackDiscord) -> tuple[Feedback, ...]:
    await app.inbox.drain()
    store = await app.store()
    queue = await store.queues.get_or_create(f"discord:{discord.guild.id}")
    return await store.feedback.list_for_queue(queue)


def values(modal: Json) -> dict[str, str]:
    """Return what the fields of a form open with."""
    parts = (each["component"] for each in modal["components"])
    return {each["custom_id"]: each.get("value", "") for each in parts}


async def test_one_click_keeps_a_question_in_vain(
    discord: LoopbackDiscord, keeping: App, room: Channel
) -> None:
    shown = await ask(discord)
    assert "Ask the moderators" in shown.labels
    sent = await click(discord, shown, "Ask the moderators")
    assert sent.ephemeral
    assert "Your question is stored for the moderators." in sent.text
    [found] = await stored(keeping, discord)
    assert (found.text, found.member) == (QUESTION, f"discord:{ADA.id}")
    assert "I got a question that I can't answer." in room.messages[-1].text
    assert QUESTION not in room.messages[-1].text
    withdrawn = await click(discord, sent, "Withdraw")
    assert "Withdrawn and deleted." in withdrawn.text
    assert await stored(keeping, discord) == ()


async def test_the_menu_asks_without_a_name(discord: LoopbackDiscord, keeping: App) -> None:
    shown = await ask(discord)
    [option] = [
        each
        for select in shown.selects
        for each in select["options"]
        if each["label"] == "Ask without my name"
    ]
    sent = await (await discord.choose(shown, [option["value"]], user=ADA)).answer()
    assert "It doesn't include your name" in sent.text
    [found] = await stored(keeping, discord)
    assert (found.text, found.member) == (QUESTION, None)


async def test_a_question_that_no_button_can_carry_opens_a_form_with_it(
    discord: LoopbackDiscord, keeping: App
) -> None:
    shown = await ask(discord, LONG)
    opened = await discord.click(shown, "Ask the moderators", user=ADA)
    assert values(await opened.modal())["question"] == LONG
    sent = await (await discord.submit_modal(opened, {})).answer()
    assert "It includes your name" in sent.text
    [found] = await stored(keeping, discord)
    assert found.text == LONG


async def test_after_a_restart_that_form_is_empty_and_says_so(
    discord: LoopbackDiscord, keeping: App
) -> None:
    shown = await ask(discord, LONG)
    keeping.inbox = Inbox()
    opened = await discord.click(shown, "Ask the moderators", user=ADA)
    modal = await opened.modal()
    assert values(modal)["question"] == ""
    assert "only keep a question for ten minutes" in modal["components"][0]["description"]
    sent = await (
        await discord.submit_modal(opened, {"question": "Where?", "name": ["no"]})
    ).answer()
    assert "It doesn't include your name" in sent.text
    assert [each.text for each in await stored(keeping, discord)] == ["Where?"]


async def test_an_answer_is_reported_in_a_form(
    discord: LoopbackDiscord, keeping: App, room: Channel
) -> None:
    shown = await (await discord.slash("salary", {"role": "ml-engineer"}, user=ADA)).answer()
    opened = await follow(discord, shown, "report-answer", user=ADA)
    texts = {"wrong": "It's old.\n@everyone", "right": "$1", "link": "http://x.org"}
    refused = await (await discord.submit_modal(opened, texts)).answer()
    assert "starts with https://" in refused.text
    assert await stored(keeping, discord) == ()
    again = await discord.click(refused, "Correct link", user=ADA)
    sent = await (await discord.submit_modal(again, {"link": "https://x.org/a"})).answer()
    assert "Your report is stored for the moderators." in sent.text
    assert sent.ephemeral
    [found] = await stored(keeping, discord)
    assert (found.kind, found.text, found.suggestion, found.link) == (
        FeedbackKind.REPORT,
        "It's old.\n@everyone",
        "$1",
        "https://x.org/a",
    )
    assert found.about == "salary ml-engineer"
    assert "A member reported" in room.messages[-1].text


async def test_what_others_asked_is_sent_in_the_name_of_the_member_who_clicks(
    discord: LoopbackDiscord, keeping: App
) -> None:
    said = await discord.say(QUESTION, guild=discord.guild, user=ADA)
    shown = await discord.reply_to(said)
    assert not shown.ephemeral
    assert "Ask the moderators" not in shown.labels
    private = await (await discord.click(shown, "Get this privately", user=BEN)).answer()
    sent = await (await discord.click(private, "Ask the moderators", user=BEN)).answer()
    assert sent.ephemeral
    [found] = await stored(keeping, discord)
    assert found.member == f"discord:{BEN.id}"


async def test_a_direct_message_offers_nothing_and_says_where_to_ask(
    discord: LoopbackDiscord, keeping: App
) -> None:
    asked = await discord.slash("ask", {"question": QUESTION}, user=ADA, guild=None)
    shown = await asked.answer()
    assert "Ask the moderators" not in shown.labels
    for code in ("r|moderators-ask|question=Where?", "r|report-answer|about=salary|wrong=x"):
        forged = await discord.send_component(shown, code, user=ADA, guild=None)
        says = "Every server has its own moderators. Use this in the server."
        assert says in (await forged.answer()).text
    assert await stored(keeping, discord) == ()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("r|report-answer|about=tips queue|wrong=x", "Open the answer first"),
        ("r|report-answer|about=tips queue", "Open the answer first"),  # before the form opens
        ("r|moderators-ask|question=x|name=maybe", "Pick from: With my name"),
        ("r|moderators-ask|question=x|member=discord:1", "no option"),
        ("r|withdraw-feedback|id=1", "no longer waiting"),
    ],
)
async def test_forged_clicks_store_nothing(
    discord: LoopbackDiscord, keeping: App, code: str, says: str
) -> None:
    shown = await ask(discord)
    answer = await (await discord.send_component(shown, code, user=ADA)).answer()
    assert says in answer.text
    assert await stored(keeping, discord) == ()


@pytest.mark.parametrize(
    ("code", "texts", "says"),
    [
        ("m|moderators-ask", {"question": "x" * 4_000}, "The limit is 300"),
        ("m|report-answer|about=salary", {"wrong": "x" * 4_000}, "The limit is 600"),
        ("m|report-answer|about=" + "x" * 80, {"wrong": "x"}, "Open the answer first"),
        ("m|report-answer", {"wrong": "x"}, "still missing"),
    ],
)
async def test_forged_forms_store_nothing(
    discord: LoopbackDiscord, keeping: App, code: str, texts: dict[str, str], says: str
) -> None:
    answer = await (await discord.send_modal(code, texts, user=ADA)).answer()
    assert says in answer.text
    assert await stored(keeping, discord) == ()


async def test_while_the_database_is_busy_the_question_isn_t_lost(
    discord: LoopbackDiscord, keeping: App, file: Path
) -> None:
    shown = await ask(discord)
    await keeping.inbox.drain()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        busy = await click(discord, shown, "Ask the moderators")
        assert "busy" in busy.text
        other.execute("rollback")
    sent = await click(discord, busy, "Try again")
    assert "Your question is stored" in sent.text
    assert len(await stored(keeping, discord)) == 1


async def test_a_click_that_discord_delivers_twice_stores_one_question(
    discord: LoopbackDiscord, keeping: App
) -> None:
    shown = await ask(discord)
    clicked = await discord.click(shown, "Ask the moderators", user=ADA)
    await clicked.answer()
    await discord.redeliver(clicked)
    assert len(await stored(keeping, discord)) == 1


async def test_a_flood_of_clicks_stores_five(discord: LoopbackDiscord, keeping: App) -> None:
    shown = await ask(discord)
    for number in range(8):
        code = f"r|moderators-ask|question=Question {number}?"
        answer = await (await discord.send_component(shown, code, user=ADA)).answer()
    assert "5 of your questions and reports are waiting" in answer.text
    assert len(await stored(keeping, discord)) == 5


async def test_privacy_exports_and_deletes_them(discord: LoopbackDiscord, keeping: App) -> None:
    await click(discord, await ask(discord), "Ask the moderators")
    shown = await (await discord.slash("privacy", user=ADA)).answer()
    exported = await click(discord, shown, "Export my data")
    texts = [exported.text, *(_content(each) for each in exported.attachments)]
    assert QUESTION in "\n".join(texts)
    shown = await click(discord, exported, "Back to privacy")
    asked = await click(discord, shown, "Delete my data")
    await click(discord, asked, "Delete everything")
    assert await stored(keeping, discord) == ()


def _content(file: Upload) -> str:
    return file.content.decode()
