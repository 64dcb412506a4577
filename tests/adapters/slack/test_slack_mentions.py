"""Mentions and shared answers on the loopback Slack: who sees them, and who can remove them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from bot.app import App
from bot.community.public_answers import CHANNELS, DEFAULT_LIMIT, LIMIT, Limit
from content import Content
from storage import Store

HOME = "slack:T1"
FIGURE = "$180K–$240K"
QUESTION = "salary ml senior"


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        platform.world.channel("C2").members.add(BOT)
        async with serve_slack(keeping, platform, request.param):
            yield platform
        assert not platform.refused
        assert not platform.missed
        assert not platform.unsafe_mentions


async def prefer(app: App, name: str, value: str) -> None:
    await (await app.store()).preferences.set(HOME, name, value)


def text_of(message: Message) -> str:
    return " ".join(visible_text(message.blocks).split())


def buttons(message: Message) -> list[str]:
    found = (node for node in walk(message.blocks) if node.get("type") == "button")
    return [node["text"]["text"] for node in found]


def own_posts(slack: LoopbackSlack, channel: str = "C1") -> list[Message]:
    """Return the bot's messages that everybody in a channel sees."""
    return [each for each in slack.messages(channel) if each.via]


async def test_a_mention_is_answered_for_everybody_in_its_thread(slack: LoopbackSlack) -> None:
    said = await slack.mention(QUESTION)
    card = await said.post()
    assert (card.shown_to, card.thread_ts) == ("", said.payload["event"]["ts"])
    assert FIGURE in text_of(card)
    assert "KORE1" in text_of(card)
    assert "Shared by" not in text_of(card)
    assert buttons(card) == ["Get this privately", "Remove"]
    own = await (await slack.click(card, text="Get this privately", user="U2")).message()
    assert (own.shown_to, own.thread_ts, own.unseen) == ("U2", card.thread_ts, False)


async def test_the_thread_goes_on_with_the_conversation(slack: LoopbackSlack) -> None:
    card = await (await slack.mention(QUESTION)).post()
    again = await slack.mention("and in the UK?", thread_ts=card.thread_ts)
    answer = await again.post()
    assert answer.thread_ts == card.thread_ts
    assert "Senior ML Engineers in the UK" in text_of(answer)


@pytest.mark.parametrize("line", ["quiz hire", "results", "privacy", "help salary", ""])
async def test_a_private_command_is_answered_to_its_writer_with_a_line_in_the_thread(
    slack: LoopbackSlack, line: str
) -> None:
    said = await slack.mention(line)
    answer = await said.post(2)
    (told,) = own_posts(slack)
    assert text_of(told) == "I've sent you that privately."
    assert told.thread_ts == answer.thread_ts == said.payload["event"]["ts"]
    assert answer.shown_to == "U1"


async def test_moderators_commands_are_answered_privately(slack: LoopbackSlack) -> None:
    answer = await (await slack.mention("settings answers", user="UADMIN")).post(2)
    assert answer.shown_to == "UADMIN"
    assert "public in all channels" in text_of(answer)
    refused = await (await slack.mention("settings answers")).post()
    assert refused.shown_to == "U1"
    assert "is for moderators" in text_of(refused)
    assert len(own_posts(slack)) == 1


async def test_an_answer_is_not_lost_if_the_line_in_the_thread_can_not_be_posted(
    slack: LoopbackSlack,
) -> None:
    slack.fail("chat.postMessage", error="restricted_action", times=None)
    answer = await (await slack.mention("quiz hire")).post()
    assert (answer.shown_to, answer.thread_ts) == ("U1", "")
    assert "of 10" in text_of(answer)


async def test_moderators_make_the_answers_to_mentions_private(
    slack: LoopbackSlack, keeping: App
) -> None:
    panel = await (await slack.slash("/crossroads", "settings answers", user="UADMIN")).message()
    await (await slack.click(panel, text="Answer mentions privately")).answered()
    assert "only the person who asks" in text_of(panel)
    answer = await (await slack.mention(QUESTION)).post()
    assert (answer.shown_to, answer.thread_ts) == ("U1", "")
    assert "The moderators keep answers to mentions private here" in text_of(answer)
    assert FIGURE in text_of(answer)
    shared = await (await slack.click(answer, text="Share")).message()
    assert own_posts(slack) == [shared]  # members may still share


async def test_where_answers_may_not_be_public_they_are_private_and_say_why(
    slack: LoopbackSlack, keeping: App
) -> None:
    await prefer(keeping, CHANNELS, f"{HOME}/C2")
    answer = await (await slack.mention(QUESTION)).post()
    assert answer.shown_to == "U1"
    assert "The moderators keep answers private in this channel" in text_of(answer)
    refused = await (await slack.click(answer, text="Share")).message()
    assert refused.shown_to == "U1"
    assert "so nothing was posted." in text_of(refused)
    assert not own_posts(slack)
    elsewhere = await (await slack.mention(QUESTION, channel="C2")).post()
    assert not elsewhere.shown_to
    threaded = await slack.mention("tools ml", channel="C2", thread_ts=elsewhere.thread_ts)
    assert not (await threaded.post()).shown_to


async def test_moderators_choose_the_channels_with_a_picker(slack: LoopbackSlack) -> None:
    panel = await (await slack.slash("/crossroads", "settings answers", user="UADMIN")).message()
    for chosen in (["C2"], ["C1", "C2"]):
        form = await (await slack.click(panel, text="Choose channels", user="UADMIN")).view()
        await (await slack.submit_view(form, {"channels": chosen})).answered()
        named = {each["channel_id"] for each in walk(panel.blocks) if each.get("type") == "channel"}
        assert named == set(chosen)
    await (await slack.click(panel, text="Allow all channels", user="UADMIN")).answered()
    assert "public in all channels" in text_of(panel)


async def test_a_share_from_a_modal_obeys_the_channel_that_was_chosen(
    slack: LoopbackSlack, keeping: App
) -> None:
    await prefer(keeping, CHANNELS, f"{HOME}/C2")
    await (await slack.open_home()).answered()
    home = slack.home()
    assert home is not None
    opened = await (await slack.click(home, text="Compare two roles")).view()
    for channel, count in (("C1", 0), ("C2", 1)):
        form = await (await slack.click(opened, text="Share")).view()
        await (await slack.submit_view(form, {"channel": channel})).answered()
        assert len(own_posts(slack, channel)) == count
    assert any("so nothing was posted." in text_of(each) for each in slack.ephemeral())


async def test_who_asks_too_often_is_told_once_and_then_ignored(slack: LoopbackSlack) -> None:
    for _ in range(DEFAULT_LIMIT.answers):
        assert not (await (await slack.mention("tools ml")).post()).shown_to
    warned = await (await slack.mention("tools ml")).post()
    assert warned.shown_to == "U1"
    assert "That's a lot of questions. Ask again in 30 seconds." in text_of(warned)
    silent = await slack.mention("tools ml")
    await silent.answered()
    assert not (await (await slack.mention("tools ml", user="U2")).post()).shown_to
    assert [each for each in silent.posts if each.shown_to == "U1"] == []
    assert not (await (await slack.mention("tools ml", channel="C2")).post()).shown_to


async def test_shared_answers_count_like_mentions(slack: LoopbackSlack, keeping: App) -> None:
    await prefer(keeping, LIMIT, Limit.ONE_IN_FIVE_MINUTES)
    answer = await (await slack.slash("/salary", "ml")).message()
    other = await (await slack.slash("/salary", "ai")).message()
    shared = await (await slack.click(answer, text="Share")).message()
    refused = await (await slack.click(other, text="Share")).message()
    assert refused.shown_to == "U1"
    assert "Share again in 5 minutes." in text_of(refused)
    assert own_posts(slack) == [shared]


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B9"},
        {"app_id": "A9"},
        {"bot_profile": {"name": "x"}},
        {"subtype": "bot_message"},
    ],
)
async def test_other_apps_get_no_answer(slack: LoopbackSlack, fields: dict[str, Any]) -> None:
    said = {"type": "app_mention", "user": "U2", "text": "<@UBOT> salary", "channel": "C1"}
    ignored = slack.event(said | {"ts": "1.2"} | fields, user="U2", channel="C1")
    await ignored.answered()
    await (await slack.mention("salary ml")).post()
    assert len(own_posts(slack)) == 1


async def test_a_card_is_removed_by_its_author_and_by_moderators_only(
    slack: LoopbackSlack,
) -> None:
    for remover in ("U1", "UADMIN"):
        card = await (await slack.mention(QUESTION)).post()
        kept = await (await slack.click(card, text="Remove", user="U2")).message()
        assert "Only a moderator or the person who asked for this answer" in text_of(kept)
        assert not card.deleted
        gone = await (await slack.click(card, text="Remove", user=remover)).message()
        assert card.deleted
        assert (text_of(gone), gone.shown_to) == ("Removed.", remover)
    assert not own_posts(slack)


async def test_a_shared_answer_and_a_shared_result_can_be_removed(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/salary", "ml")).message()
    shared = await (await slack.click(answer, text="Share")).message()
    await (await slack.click(shared, text="Remove")).answered()
    assert shared.deleted
    again = await (await slack.click(answer, text="Share")).message()
    assert again.shown_to == "U1"  # it was shared already


async def test_a_card_is_removed_after_a_restart(keeping: App, database: str) -> None:
    async with LoopbackSlack() as slack:
        async with serve_slack(keeping, slack):
            card = await (await slack.mention(QUESTION)).post()
        again = App(keeping.content, open_store=lambda: Store.open(database))
        async with serve_slack(again, slack):
            await (await slack.click(card, text="Remove")).answered()
            assert card.deleted
        await again.close()


async def test_a_forged_remove_button_removes_nothing(slack: LoopbackSlack) -> None:
    card = await (await slack.mention(QUESTION)).post()
    for value in ("r|remove-answer|by=slack:T1/U2", "r|remove-answer|by="):
        forged = {"type": "button", "action_id": "x", "text": {"text": "x"}, "value": value}
        genuine = card.blocks
        played = slack.forge(card, forged, user="U2")
        told = await played.message()
        assert "click Remove below it" in text_of(told) or "by is empty" in text_of(told)
        assert card.blocks == genuine
        assert not card.deleted
    typed = await (await slack.slash("/crossroads", "remove-answer slack:T1/U2")).message()
    assert "click Remove below it" in text_of(typed)


async def test_trying_a_failed_share_again_shares(slack: LoopbackSlack, keeping: App) -> None:
    await prefer(keeping, LIMIT, Limit.ONE_IN_FIVE_MINUTES)
    answer = await (await slack.slash("/salary", "ml")).message()
    slack.fail(
        "response_url", drop="before", when=lambda body: body["response_type"] != "ephemeral"
    )
    failed = await (await slack.click(answer, text="Share")).message()
    assert failed.shown_to == "U1"
    shared = await (await slack.click(failed, text="Try again")).message()
    assert not shared.shown_to
    assert buttons(shared) == ["Get this privately", "Remove"]


async def test_without_known_settings_an_outage_keeps_answers_private(
    content: Content, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{tmp_path}/file/crossroads.db"))
    async with LoopbackSlack() as slack, serve_slack(app, slack):
        answer = await (await slack.mention(QUESTION)).post()
        assert answer.shown_to == "U1"
        assert "I can't look up this channel's settings right now" in text_of(answer)
        assert FIGURE in text_of(answer)
        refused = await (await slack.click(answer, text="Share")).message()
        assert "nothing was posted. Try again in a minute." in text_of(refused)
