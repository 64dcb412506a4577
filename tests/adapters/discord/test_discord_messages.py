"""Direct messages, and mentions of the bot in servers, on the loopback Discord."""

from collections.abc import AsyncIterator

import pytest
from discord_server.basics import User, snowflake
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.errors import ApiError
from discord_server.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, PRIVILEGED
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from follow_up_talk import ASKED_BACK, FOLLOW_UP_TALK

from adapters.discord.messages import parse_message
from bot.app import App
from bot.community.public_answers import DEFAULT_LIMIT
from content import Content

BOT, MAX_ANSWERS = 77, DEFAULT_LIMIT.answers


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.unsafe_mentions


def text_of(message: Message) -> str:
    return " ".join(message.text.replace("*", "").split())


async def ask(discord: LoopbackDiscord, text: str, user: User | None = None) -> Message:
    """Send a direct message and return the reply."""
    return await discord.reply_to(await discord.say(text, user=user))


async def mention(discord: LoopbackDiscord, text: str, user: User | None = None) -> Message:
    """Mention the bot in the server's first channel and return the reply."""
    return await discord.reply_to(await discord.say(text, user=user, guild=discord.guild))


async def nothing_comes(discord: LoopbackDiscord, message: Message) -> None:
    """Check that *message* gets no reply, though a later one of somebody else gets one."""
    channel = discord.platform.channel(message.channel_id)
    later = await discord.say("salary ml", user=User("grace"), channel=channel)
    await discord.reply_to(later)
    assert not discord.replies_to(message)


async def test_only_intents_that_need_no_consent_are_asked_for(discord: LoopbackDiscord) -> None:
    (identify,) = discord.gateway.identifies
    assert identify["intents"] == GUILD_MESSAGES | DIRECT_MESSAGES
    assert not identify["intents"] & PRIVILEGED


async def test_a_direct_message_is_a_chat(discord: LoopbackDiscord) -> None:
    answer = await ask(discord, "salary ml senior")
    assert "Senior ML Engineers in the US" in text_of(answer)
    assert "Share" not in answer.labels  # nobody else is here
    chart = await (await discord.click(answer, "Chart", guild=None)).answer()
    assert chart is answer
    assert "Back" in chart.labels


async def test_a_talk_of_follow_ups_in_direct_messages(discord: LoopbackDiscord) -> None:
    members = (User("a"), User("b"))  # two, so that nobody asks too often
    for number, (line, says) in enumerate(FOLLOW_UP_TALK.items()):
        if number == MAX_ANSWERS:
            await ask(discord, "salary ai senior", members[1])
        answer = await ask(discord, line, members[number >= MAX_ANSWERS])
        assert says in text_of(answer), line


async def test_a_quiz_runs_in_direct_messages(discord: LoopbackDiscord) -> None:
    question = await ask(discord, "quiz hire")
    code = question.buttons[0]["custom_id"]
    clicked = await discord.click(question, custom_id=code, guild=None)
    assert "1 of 10" in (await clicked.answer()).text


async def test_a_click_below_a_mentions_answer_is_remembered_for_its_member(
    discord: LoopbackDiscord,
) -> None:
    bea = User("bea")
    await mention(discord, "salary ai")
    answer = await mention(discord, "salary ml senior")
    thread = discord.platform.channel(answer.channel_id)
    clicked = await discord.click(answer, "Get this privately", user=bea, channel=thread)
    await clicked.answer()
    theirs = await discord.reply_to(await discord.say("and in the UK?", user=bea, channel=thread))
    assert "Senior ML Engineers in the UK" in text_of(theirs)


async def test_two_people_in_a_channel_do_not_mix(discord: LoopbackDiscord) -> None:
    ada, bea = User("ada"), User("bea")
    await mention(discord, "salary ml senior", ada)
    await mention(discord, "tools ai", bea)
    assert "Staff ML Engineers" in text_of(await mention(discord, "what about staff?", ada))
    assert "a must for ML Engineers" in text_of(await mention(discord, "and ML?", bea))


async def test_a_forgotten_question_is_asked_back_with_buttons(discord: LoopbackDiscord) -> None:
    asked = await mention(discord, "and in the UK?")
    assert ASKED_BACK in text_of(asked)
    chosen = await follow(discord, asked, "salary")
    answer = await chosen.answer()
    assert answer.ephemeral
    assert "AI Engineers in the UK" in text_of(answer)


async def test_messages_that_are_not_to_the_bot_get_no_answer(discord: LoopbackDiscord) -> None:
    general = discord.guild.channel
    said = await discord.say("salary ml senior", channel=general, mention=False)
    await nothing_comes(discord, said)


async def test_bots_and_webhooks_get_no_answer(discord: LoopbackDiscord) -> None:
    robot = User("robot", bot=True)
    await nothing_comes(discord, await discord.say("salary ml", user=robot, guild=discord.guild))
    hooked = await discord.say("salary ml", guild=discord.guild, webhook_id=str(snowflake()))
    await nothing_comes(discord, hooked)


async def test_a_message_that_is_delivered_twice_is_answered_once(discord: LoopbackDiscord) -> None:
    said = await discord.say("salary ml senior", guild=discord.guild)
    await discord.reply_to(said)
    await discord.send_message(said, discord.guild.channel, mentioned=True)
    await mention(discord, "tools ml", User("grace"))
    assert len(discord.replies_to(said)) == 1


async def test_who_asks_too_often_is_told_once_and_then_ignored(discord: LoopbackDiscord) -> None:
    for _ in range(MAX_ANSWERS):
        assert "AI Engineers" in text_of(await mention(discord, "salary ai"))
    assert "a lot of questions" in text_of(await mention(discord, "salary ai"))
    silent = await discord.say("salary ai", guild=discord.guild)
    await nothing_comes(discord, silent)  # somebody else is still answered


async def test_a_refused_picture_takes_no_answer_with_it(discord: LoopbackDiscord) -> None:
    discord.faults.refuse("message_create", ApiError(400, 50035, "Invalid Form Body"))
    answer = await ask(discord, "salary ml chart")
    assert "ML Engineers" in text_of(answer)
    assert not answer.attachments


async def test_messages_can_be_switched_off(keeping: App) -> None:
    async with (
        LoopbackDiscord() as platform,
        serve_discord(keeping, platform, reads_messages=False),
    ):
        assert platform.gateway.identifies[0]["intents"] == 0
        said = await platform.say("salary ml")
        await (await platform.slash("salary", {"role": "ml-engineer"})).answer()
        assert not platform.replies_to(said)


async def test_after_a_restart_the_bot_asks_back(content: Content) -> None:
    async with LoopbackDiscord() as platform:
        async with serve_discord(App(content), platform):
            await ask(platform, "salary ml senior")
        async with serve_discord(App(content), platform):
            assert ASKED_BACK in text_of(await ask(platform, "and in the UK?"))


def event(**fields: object) -> dict[str, object]:
    author = {"id": "5"}
    return {"id": "1", "channel_id": "2", "author": author, "content": "salary ml", **fields}


def test_other_mentions_become_ids_and_the_bots_own_disappears() -> None:
    content = f"<@{BOT}> tips-permissions <@!12> <@&13> <#14> <@!{BOT}>"
    message = parse_message(event(content=content), BOT)
    assert message is not None
    assert message.line == "tips-permissions discord:12 discord:role/13 discord:14"


@pytest.mark.parametrize(
    "fields",
    [
        {"guild_id": "3"},
        {"guild_id": "3", "mentions": [{"id": "12"}]},
        {"guild_id": "3", "mentions": [{"id": str(BOT)}], "type": 7},
        {"guild_id": "3", "mentions": [{"id": str(BOT)}], "webhook_id": "9"},
        {"author": {"id": "5", "bot": True}},
        {"author": {"id": str(BOT), "bot": True}},
        {"type": 6},
    ],
)
def test_what_is_not_a_message_to_the_bot(fields: dict[str, object]) -> None:
    assert parse_message(event(**fields), BOT) is None


def test_a_reply_to_the_bot_is_to_it() -> None:
    message = parse_message(event(guild_id="3", mentions=[{"id": str(BOT)}], type=19), BOT)
    assert message is not None
    assert (message.line, message.caller.community, message.is_direct) == (
        "salary ml",
        "discord:3",
        False,
    )
    assert not message.caller.moderator
