"""Members use the bot on the loopback Slack, with the real Bolt and SDK."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
from screens import on_slack
from screens.measure import PHONE
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import Message, View

from bot.app import App
from bot.first_steps import FIRST_STEPS
from storage import Store


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        async with serve_slack(keeping, platform, request.param):
            yield platform
        assert not platform.refused
        assert not platform.missed
        assert not platform.unsafe_mentions
        assert not platform.without_text


def forged(value: str, name: str) -> dict[str, Any]:
    button = {"type": "button", "action_id": name, "text": {"text": "x"}, "value": value}
    return {"type": "actions", "block_id": name, "elements": [button]}


def buttons(surface: Message | View) -> list[str]:
    found = (node for node in walk(surface.blocks) if node.get("type") == "button")
    return [node["text"]["text"] for node in found]


def menu(message: Message) -> list[str]:
    """Return the options of the menu "More…" below *message*."""
    (found,) = [node for node in walk(message.blocks) if node.get("type") == "static_select"]
    return [each["text"]["text"] for each in found["options"]]


async def test_an_answer_is_private_and_shared_by_a_click(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "salary ml senior")
    answer = await asked.message()
    assert (answer.shown_to, answer.via) == ("U1", "ack")
    assert "$180K–$240K" in visible_text(answer.blocks)
    shared = await (await slack.click(answer, text="Share")).message()
    assert not shared.shown_to
    assert "$180K–$240K" in visible_text(shared.blocks)
    assert "Shared by @U1" in visible_text(shared.blocks)
    assert buttons(shared) == ["Get this privately", "Remove"]
    again = await (await slack.click(answer, text="Share")).message()
    assert again.shown_to == "U1"
    assert "already shared" in visible_text(again.blocks)
    assert slack.messages() == [shared]


async def test_an_answer_that_is_kept_ready_is_counted_and_logged_each_time(
    slack: LoopbackSlack, keeping: App
) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await (await slack.slash("/crossroads", "sources")).message()
    text = keeping.metrics.exposition()[0].decode()
    counted = 'crossroads_interactions_total{command="sources",outcome="done",platform="slack"} 3.0'
    assert counted in text.splitlines()
    assert 'crossroads_platform_requests_total{platform="slack",status="200"}' in text
    assert [line["command"] for line in lines if line["event"] == "answered"] == ["sources"] * 3


async def test_a_shared_answer_is_given_privately_to_who_asks_for_it(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/salary", "ml")).message()
    shared = await (await slack.click(answer, text="Share")).message()
    own = await (await slack.click(shared, text="Get this privately", user="U2")).message()
    assert (own.shown_to, own.text) == ("U2", answer.text)
    assert shared.edits == 0


async def test_a_menu_leads_on_and_back_returns(slack: LoopbackSlack) -> None:
    shown = await (await slack.slash("/crossroads", "compare ai ml")).message()
    first = visible_text(shown.blocks)
    await (await slack.choose(shown, "About these sources", placeholder="More…")).answered()
    assert "KORE1" in visible_text(shown.blocks)
    assert visible_text(shown.blocks) != first
    await (await slack.click(shown, text="Back")).answered()
    assert visible_text(shown.blocks) == first
    assert slack.ephemeral() == [shown]


async def test_words_that_are_no_command_are_answered_with_what_was_meant(
    slack: LoopbackSlack,
) -> None:
    asked = await slack.slash("/crossroads", "sallary ml")
    answer = await asked.message()
    assert answer.shown_to == "U1"
    assert "Did you mean" in visible_text(answer.blocks)
    await (await slack.click(answer, text=buttons(answer)[0])).answered()
    assert "KORE1" in visible_text(answer.blocks)


async def test_nothing_typed_is_help(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/crossroads")).message()
    assert "Look up pay" in buttons(answer)


async def test_only_moderators_are_offered_their_commands(slack: LoopbackSlack) -> None:
    for user, offered in (("U1", False), ("UADMIN", True), ("U1", False)):
        shown = await (await slack.slash("/crossroads", "help", user=user)).message()
        assert ("Commands for tips" in menu(shown)) is offered
    once_offered = await (await slack.slash("/crossroads", "help", user="UADMIN")).message()
    assert "Set up weekly tips" not in buttons(once_offered)
    assert "Next page" not in buttons(once_offered)
    explained = await (await slack.slash("/crossroads", "help tips-add", user="UADMIN")).message()
    assert "tips add" in visible_text(explained.blocks)
    slack.world.users["U2"].admin = True
    slack.fail("users.info", error="internal_error", times=None)
    unsure = await (await slack.slash("/crossroads", "help", user="U2")).message()
    assert "Look up pay" in buttons(unsure)


async def test_slacks_escapes_are_undone(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "compare ai &amp; ml")
    assert "Time to learn" in visible_text((await asked.message()).blocks)
    odd = await slack.slash("/crossroads", "salary &lt;b&gt; <#C1|general> <!here>")
    blocks = (await odd.message()).blocks
    assert "“<b>”, “" in visible_text(blocks)
    assert [node["channel_id"] for node in walk(blocks) if node.get("type") == "channel"] == ["C1"]


async def test_a_mention_in_what_was_typed_appears_as_one_and_never_as_an_id(
    slack: LoopbackSlack,
) -> None:
    typed = await slack.slash("/crossroads", "salary <@U2>")
    answer = await typed.message()
    assert "“\n@U2\n”" in visible_text(answer.blocks)
    for line in ("salary <@U2>", "<!subteam^S1> compare", "help schedule-new", "faq <#C1>"):
        shown = await (await slack.slash("/crossroads", line)).message()
        assert not re.search(r"(slack|discord):\w", visible_text(shown.blocks) + shown.text), line


async def test_a_direct_message_is_answered_there_and_leads_on_in_place(
    slack: LoopbackSlack,
) -> None:
    answer = await (await slack.direct_message("salary mid")).post()
    assert (answer.channel, answer.shown_to) == ("D1", "")
    assert "Share" not in buttons(answer)
    first = answer.text
    await (await slack.click(answer, text=buttons(answer)[0])).answered()
    assert slack.messages("D1")[-1] is answer
    if "Back" in buttons(answer):
        await (await slack.click(answer, text="Back")).answered()
    assert answer.text == first


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
async def test_whatever_somebody_writes_is_answered_with_a_file_or_in_the_channel_too(
    slack: LoopbackSlack, subtype: str
) -> None:
    said = await slack.direct_message("salary ml senior", subtype=subtype)
    assert "KORE1" in visible_text((await said.post()).blocks)
    alone = await slack.direct_message("", subtype=subtype)
    assert "Look up pay" in buttons(await alone.post())


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "bot_message"])
async def test_what_happens_to_messages_is_not_answered(slack: LoopbackSlack, subtype: str) -> None:
    said = await slack.direct_message("salary ml", subtype=subtype)
    await said.answered()
    await (await slack.slash("/salary", "ml")).message()
    assert said.posts == []


async def test_what_is_missing_is_asked_for_in_a_form(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/interview")
    form = await asked.view()
    assert [block["block_id"] for block in form.blocks if not block.get("optional")] == ["role"]
    await (await slack.submit_view(form, {"role": "AI Engineer"})).answered()
    assert slack.modal() is None
    assert "AI Engineer interviews" in (await asked.message()).text


async def test_an_amount_is_asked_for_in_a_form(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/salary", "ml senior us")).message()
    form = await (await slack.click(answer, text="Where do I stand?")).view()
    assert [block["block_id"] for block in form.blocks if not block.get("optional")] == ["amount"]
    sent = await slack.submit_view(form, {"amount": "180k"})
    await sent.answered()
    await slack.until(lambda: "$180K is at about the" in answer.text, "the percentile")


async def test_where_no_form_can_be_opened_the_choices_are_offered(slack: LoopbackSlack) -> None:
    answer = await (await slack.mention("interview")).post()
    values = {node.get("value") for node in walk(answer.blocks)}
    assert "r|interview|role=ai-engineer" in values


async def answered(slack: LoopbackSlack, question: View) -> View:
    """Click the first answer; return the view, which then shows the next question."""
    text = buttons(question)[0]
    await (await slack.click(question, text=text)).answered()
    return question


async def test_a_quiz_is_a_modal_and_survives_a_restart(keeping: App, database: str) -> None:
    async with LoopbackSlack() as slack:
        async with serve_slack(keeping, slack):
            question = await (await slack.slash("/quiz", "which-path")).view()
            assert "0 of 14 done" in visible_text(question.blocks)
            for _ in range(6):
                await answered(slack, question)
        await keeping.close()
        again = App(keeping.content, open_store=lambda: Store.open(database))
        async with serve_slack(again, slack, "http"):
            assert "6 of 14 done" in visible_text(question.blocks)
            await (await slack.open_home()).answered()
            home = slack.home()
            assert home is not None
            assert "6 of 14 done" in visible_text(home.blocks)
            await slack.close_view(question)
            resumed = await (await slack.click(home, text="Continue the quiz")).view()
            for _ in range(8):
                await answered(slack, resumed)
            assert "Your result:" in visible_text(resumed.blocks)
            await slack.until(lambda: "Your results" in visible_text(home.blocks), "Home is new")
            assert "6 of 14" not in visible_text(home.blocks)
            listed = await (await slack.slash("/results")).message()
            assert "result" in listed.text
            assert await _shared_outcome(slack, resumed)
        await again.close()
        assert not slack.refused
        assert not slack.missed


async def _shared_outcome(slack: LoopbackSlack, result: View) -> bool:
    """Share an outcome from a modal, which asks for the channel."""
    shares = (node for node in walk(result.blocks) if "r|quiz-share" in str(node.get("value")))
    where = await (await slack.click(result, value=next(shares)["value"])).view()
    assert where.previous == result.id
    posted = await (await slack.submit_view(where, {"Where to": "C2"})).message()
    assert (posted.channel, posted.shown_to) == ("C2", "")
    assert "U1" in visible_text(posted.blocks)
    assert not slack.unsafe_mentions
    return "took the quiz" in visible_text(posted.blocks) or "Engineer" in visible_text(
        posted.blocks
    )


async def test_a_quiz_where_no_modal_can_be_opened_is_one_message(slack: LoopbackSlack) -> None:
    question = await (await slack.mention("quiz hire")).post(2)
    for count in range(3):
        assert f"{count} of 10 done" in visible_text(question.blocks)
        await (await slack.click(question, text=buttons(question)[0])).answered()
    assert slack.ephemeral() == [question]


async def test_a_stale_button_and_somebody_elses_change_nothing(slack: LoopbackSlack) -> None:
    first = await (await slack.mention("quiz hire")).post(2)
    stale = next(node for node in walk(first.blocks) if node.get("type") == "button")["value"]
    await (await slack.click(first, value=stale)).answered()
    assert "1 of 10" in visible_text(first.blocks)
    first.blocks.append(forged(stale, "old"))
    await (await slack.click(first, action_id="old")).answered()
    assert "1 of 10" in visible_text(first.blocks)
    other = await (await slack.mention("help", user="U2")).post(2)
    other.blocks.append(forged(stale, "forged"))
    await (await slack.click(other, action_id="forged", user="U2")).answered()
    assert "isn't yours" in "".join(visible_text(each.blocks) for each in slack.ephemeral("U2"))


FORGED = (
    "", "x", "r|", "r|nothing", "r|salary|level", "p0|salary", "p999|compare", "s|privacy",
    "s|quiz-answer|take=a|item=b|pick=c", "r~一丁丂", "r~abc", "m|quiz", "s|nothing",
    "p|salary", "r|quiz-answer|take=1|item=maths|pick=a", "r|salary|role=*",
)  # fmt: skip


async def test_a_forged_button_gets_words_and_changes_nothing(keeping: App) -> None:
    async with LoopbackSlack() as slack, serve_slack(keeping, slack):
        for value in FORGED:
            shown = await (await slack.slash("/crossroads", "help")).message()
            shown.blocks = [forged(value, "forged")]
            before = len(slack.ephemeral())
            await (await slack.click(shown, action_id="forged")).answered()
            assert len(slack.ephemeral()) > before or shown.edits, value
        assert slack.messages() == []
        assert not slack.refused
        assert await (await keeping.store()).attempts.list_by_owner("slack:T1/U1") == ()


async def test_home_leads_everywhere(slack: LoopbackSlack) -> None:
    await (await slack.open_home()).answered()
    home = slack.home()
    assert home is not None
    names = [each.label for each in FIRST_STEPS]
    assert buttons(home) == [*names, "All commands", "My stored data"]
    before = visible_text(home.blocks)
    assert "/crossroads help" in before
    assert "export and delete" in before
    assert on_slack.measure(home.blocks).lines <= PHONE.lines
    privacy = await (await slack.click(home, text="My stored data")).view()
    assert "Delete my data" in buttons(privacy)
    compared = await (await slack.click(home, text="Compare two roles")).view()
    first = visible_text(compared.blocks)
    await (await slack.choose(compared, "About these sources", placeholder="More…")).answered()
    assert visible_text(compared.blocks) != first
    await (await slack.click(compared, text="Back")).answered()
    assert visible_text(compared.blocks) == first
    assert slack.modal() is compared
    assert visible_text(home.blocks) == before


async def test_sharing_from_a_modal_asks_for_the_channel(slack: LoopbackSlack) -> None:
    await (await slack.open_home()).answered()
    home = slack.home()
    assert home is not None
    compared = await (await slack.click(home, text="Compare two roles")).view()
    where = await (await slack.click(compared, text="Share")).view()
    assert where.previous == compared.id
    sent = await slack.submit_view(where, {"Where to": "C1"})
    await sent.answered()
    assert slack.messages() == sent.messages
    assert slack.modal() is compared


async def test_privacy_is_seen_exported_and_deleted_in_place(slack: LoopbackSlack) -> None:
    question = await (await slack.slash("/quiz", "hire")).view()
    for _ in range(10):
        await answered(slack, question)
    export = await (await slack.slash("/privacy", "export")).message()
    assert export.shown_to == "U1"
    assert '"quiz": "hire"' in visible_text(export.blocks)
    asked = await (await slack.slash("/privacy", "delete")).message()
    assert "can't be undone" in visible_text(asked.blocks)
    await (await slack.click(asked, text="Delete everything")).answered()
    assert "1 quiz attempt" in visible_text(asked.blocks)
    export = await (await slack.slash("/privacy", "export")).message()
    assert '"takes": []' in visible_text(export.blocks)
