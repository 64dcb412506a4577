"""Members use the bot on the loopback Discord, with the real discord.py."""

import json
from collections.abc import AsyncIterator

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.played_interaction import UPDATE
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from fault_matrix import Observe

from bot.app import App
from bot.call import Call
from bot.reply import Action, Reply
from storage import Store

MANAGE_GUILD = 1 << 5


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def click(discord: LoopbackDiscord, message: Message, label: str) -> Message:
    return await (await discord.click(message, label=label)).answer()


async def test_an_answer_is_private_and_shared_by_a_click(discord: LoopbackDiscord) -> None:
    played = await discord.slash("salary", {"role": "ml-engineer", "level": "senior"})
    answer = await played.answer()
    assert answer.ephemeral
    assert "$180K–$240K" in answer.text
    shared = await click(discord, answer, "Share")
    assert not shared.ephemeral
    shown, _, sharer = shared.text.rpartition("-# Shared by ")
    assert (shown.rstrip(), sharer) == (answer.text, f"<@{discord.user.id}>")
    assert shared.labels == ["Get this privately", "Remove"]
    assert shared.selects == []
    assert discord.messages()[-1] is shared
    assert answer.edits == 0


async def test_an_amount_is_asked_for_in_a_form(discord: LoopbackDiscord) -> None:
    options = {"role": "ml-engineer", "level": "senior", "country": "us"}
    answer = await (await discord.slash("salary", options)).answer()
    opened = await discord.click(answer, label="Where do I stand?")
    form = await opened.modal()
    assert [row["label"] for row in form["components"]] == ["Amount"]
    placed = await (await discord.submit_modal(opened, {"amount": "180k"})).answer()
    assert "$180K is at about the" in placed.text


async def test_an_answer_is_shared_once_from_one_message(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    shared = await click(discord, answer, "Share")
    second = await click(discord, answer, "Share")
    assert second.ephemeral
    assert "already shared" in second.text
    assert discord.messages() == [shared]
    another = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    assert not (await click(discord, another, "Share")).ephemeral


async def test_a_share_that_discord_delivers_twice_is_posted_once(
    discord: LoopbackDiscord,
) -> None:
    answer = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    played = await discord.click(answer, "Share")
    await discord.redeliver(played)
    shared = await played.answer()
    await discord.until(lambda: discord.counters["callback 400"] == 1, "a second first response")
    assert "Shared by" in shared.text
    assert discord.messages() == [shared]


async def test_a_button_on_a_shared_answer_answers_who_clicks_alone(
    discord: LoopbackDiscord,
) -> None:
    answer = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
    shared = await click(discord, answer, "Share")
    bob = User("bob")
    asked = await discord.click(shared, label="Get this privately", user=bob)
    private = await asked.answer()
    assert private.ephemeral
    assert private.reader is bob
    assert private.text == answer.text
    assert "Share" in private.labels
    assert shared.edits == 0


async def test_clicks_and_menus_lead_on_in_place_and_back(discord: LoopbackDiscord) -> None:
    first = await (await discord.slash("compare")).answer()
    text = first.text
    behind = await (await follow(discord, first, "salary")).answer()
    assert behind is first
    assert behind.text != text
    assert (await click(discord, behind, "Back")).text == text
    option = first.selects[0]["options"][0]["value"]
    chosen = await (await discord.choose(first, [option])).answer()
    assert chosen is first
    assert chosen.text != text
    assert (await click(discord, chosen, "Back")).text == text
    assert "Back" not in first.labels
    assert discord.messages() == []


async def test_moderators_lists_lead_on_in_place_and_back(discord: LoopbackDiscord) -> None:
    await (await discord.slash("tips-starter", permissions=MANAGE_GUILD)).answer()
    queue = await (await discord.slash("tips-queue", permissions=MANAGE_GUILD)).answer()
    text = queue.text
    played = await follow(discord, queue, "tips-preview", permissions=MANAGE_GUILD)
    assert await played.answer() is queue
    assert queue.text != text
    back = await discord.click(queue, "Back", permissions=MANAGE_GUILD)
    assert (await back.answer()).text == text


async def test_a_click_in_direct_messages_is_answered_in_place_without_share(
    discord: LoopbackDiscord, keeping: App
) -> None:
    await (await discord.slash("help", guild=None)).answer()
    member = f"discord:{discord.user.id}"
    notice = Reply("News for you.", buttons=(Action("Show pay", Call("salary")),))
    await keeping.platforms["discord"].send_direct_message(member, notice)
    posted = discord.messages(discord.platform.conversation(discord.user))[-1]
    assert not posted.ephemeral
    answer = await (await discord.click(posted, "Show pay", guild=None)).answer()
    assert answer is posted
    assert "News for you" not in answer.text
    assert "Share" not in answer.labels


async def test_a_refusal_after_a_click_stays_in_place_with_back(discord: LoopbackDiscord) -> None:
    first = await (await discord.slash("help")).answer()
    text = first.text
    gone = "r|gone||help"
    refused = await (await discord.send_component(first, gone)).answer()
    assert refused is first
    assert "have a command" in refused.text
    assert (await click(discord, refused, "Back")).text == text


@pytest.mark.parametrize(
    ("typed", "first"),
    [("sen", "senior"), ("4y", "mid"), ("", "junior"), ("snior", "senior"), ("STAFF", "staff")],
)
async def test_completion_knows_names_years_and_slips(
    discord: LoopbackDiscord, typed: str, first: str
) -> None:
    played = await discord.autocomplete("salary", {"level": typed})
    choices = await played.choices()
    assert first in [each["value"] for each in choices[:2]]
    assert len(choices) <= 25


async def test_completion_of_nonsense_is_empty(discord: LoopbackDiscord) -> None:
    assert await (await discord.autocomplete("salary", {"level": "♞♞♞♞"})).choices() == []


async def test_a_wrong_name_is_answered_with_the_right_one_a_click_away(
    discord: LoopbackDiscord,
) -> None:
    answer = await (await discord.slash("salary", {"level": "senor"})).answer()
    assert "senor" in answer.text
    assert "senior" in answer.text


@pytest.mark.parametrize(
    "custom_id",
    ["", "x", "r|", "r|nothing", "r|salary|level", "p0|salary", "p999|compare", "s|privacy",
     "s|quiz-answer|take=a|item=b|pick=c", "r~\u4e00\u4e01\u4e02", "r~abc", "m|quiz", "select",
     "r|salary|role=*", "s|nothing", "p|salary", "r|quiz-answer|take=1|item=maths|pick=a"],
)  # fmt: skip
async def test_a_forged_button_gets_words_and_changes_nothing(
    discord: LoopbackDiscord, custom_id: str
) -> None:
    message = await (await discord.slash("help")).answer()
    answer = await (await discord.send_component(message, custom_id)).answer()
    assert answer.ephemeral
    assert answer.text
    chosen = await (await discord.send_component(message, "select", values=[custom_id])).answer()
    assert chosen.text


async def answered(discord: LoopbackDiscord, question: Message) -> Message:
    """Click the first answer; return the message, which then shows the next question."""
    button = question.buttons[0]
    played = await discord.click(question, custom_id=button["custom_id"])
    answer = await played.answer()
    assert (await played.responded())["type"] == UPDATE
    assert answer is question
    return answer


async def test_a_quiz_is_one_private_message_and_survives_a_restart(
    keeping: App, content: object, database: str
) -> None:
    async with LoopbackDiscord() as discord:
        async with serve_discord(keeping, discord):
            question = await (await discord.slash("quiz", {"name": "which-path"})).answer()
            assert question.ephemeral
            for _ in range(6):
                question = await answered(discord, question)
            question = await click(discord, question, "Skip")
            question = await click(discord, question, "Back one question")
            [menu] = question.selects
            double = next(each for each in menu["options"] if "double" in each["label"])
            await (await discord.choose(question, [double["value"]])).answer()
            assert "This answer counts double." in question.text
        await keeping.close()
        again = App(keeping.content, open_store=lambda: Store.open(database))
        async with serve_discord(again, discord):
            assert "6 of 14" in question.text
            for _ in range(8):
                question = await answered(discord, question)
            assert "Your result:" in question.text
            resumed = await (await discord.slash("results")).answer()
            assert "You have 1 quiz result." in resumed.text
            outcome = await (await follow(discord, question, "quiz-share")).answer()
            assert not outcome.ephemeral
            assert f"<@{discord.user.id}>" in outcome.text
            assert not discord.unsafe_mentions
        await again.close()


async def test_a_stale_button_and_somebody_elses_change_nothing(discord: LoopbackDiscord) -> None:
    first = await (await discord.slash("quiz", {"name": "hire"})).answer()
    stale = first.buttons[0]["custom_id"]
    await answered(discord, first)
    again = await (await discord.send_component(first, stale)).answer()
    assert "1 of 10" in again.text
    mallory = User("mallory")
    other = await (await discord.slash("help", user=mallory)).answer()
    stolen = await (await discord.send_component(other, stale, user=mallory)).answer()
    assert "isn't yours" in stolen.text


@pytest.mark.fault("duplicate delivery")
async def test_the_same_click_twice_is_one_answer(
    discord: LoopbackDiscord, observed: Observe
) -> None:
    question = await (await discord.slash("quiz", {"name": "hire"})).answer()
    played = await discord.click(question, custom_id=question.buttons[0]["custom_id"])
    await discord.redeliver(played)
    await played.answer()
    await discord.until(lambda: discord.counters["callback 400"] == 1, "a second first response")
    assert "1 of 10" in question.text
    observed("one answer was stored and shown")


async def test_privacy_is_a_file_to_take_and_a_deletion_that_asks(
    discord: LoopbackDiscord,
) -> None:
    question = await (await discord.slash("quiz", {"name": "hire"})).answer()
    for _ in range(10):
        question = await answered(discord, question)
    export = await (await discord.slash("privacy", {"action": "export"})).answer()
    assert export.ephemeral
    (file,) = export.attachments
    assert len(json.loads(file.content)["takes"]) == 1
    asked = await (await discord.slash("privacy", {"action": "delete"})).answer()
    assert "can't be undone" in asked.text
    done = await click(discord, asked, "Delete everything")
    assert done is asked
    assert "1 quiz attempt" in done.text
    export = await (await discord.slash("privacy", {"action": "export"})).answer()
    assert '"takes": []' in export.text


async def test_direct_messages_and_other_servers_are_served(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("salary", {"level": "mid"}, guild=None)).answer()
    assert "$" in answer.text
