"""Members get answers even if Slack fails or commands are slow or broken."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from fault_matrix import Observe
from processes.slow_commands_bot import OURS
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import Timing

import bot.commands
from adapters.slack import receiver
from bot.app import App
from bot.command import Command
from bot.registry import discover_commands
from content import Content

ACK_AFTER = 0.15  # seconds, half of what the slow commands take


both = pytest.mark.parametrize("slack", MODES, indirect=True)


@pytest.fixture
def wide(content: Content) -> App:
    commands: Mapping[str, Command] = {**discover_commands(bot.commands), **OURS}
    return App(content, commands)


@pytest.fixture
async def slack(
    wide: App, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(receiver, "ACK_AFTER", ACK_AFTER)
    async with (
        LoopbackSlack() as platform,
        serve_slack(
            wide, platform, getattr(request, "param", MODES[0]), moderators=("U2", "SMODS")
        ),
    ):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


@both
async def test_a_slow_answer_is_acknowledged_in_time_and_follows(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/slow")
    assert (await asked.ack()).payload is None
    answer = await asked.message()
    assert (answer.text, answer.via, answer.shown_to) == ("at last", "response_url", "U1")
    clicked = await slack.click(answer, text="Share")
    assert "at last" in (await clicked.message()).text
    said = await slack.direct_message("slow")
    await said.ack()
    assert (await said.post()).text == "at last"


@both
async def test_a_modal_is_opened_late_while_its_trigger_lives_and_else_it_is_a_message(
    slack: LoopbackSlack,
) -> None:
    asked = await slack.slash("/step")
    view = await asked.view()
    assert "1 of 2 done" in visible_text(view.blocks)
    slack.world.timing = Timing(trigger=0.1)
    asked = await slack.slash("/step")
    assert "1 of 2 done" in visible_text((await asked.message()).blocks)
    assert [each.error for each in slack.refused] == ["expired_trigger_id"]
    clicked = await slack.click(view, text="on")
    await clicked.ack()
    await slack.until(lambda: "at last" in visible_text(view.blocks), "the modal's answer")


async def test_a_bug_is_an_answer_with_a_number(slack: LoopbackSlack) -> None:
    assert "Incident" in visible_text((await (await slack.slash("/broken")).message()).blocks)


async def test_a_picture_is_uploaded_once_and_described(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/drawn")
    await asked.message(2)
    answer = await (await slack.slash("/drawn")).message()
    (image,) = (node for node in walk(answer.blocks) if node.get("type") == "image")
    assert image["alt_text"] == "bars"
    shared = await (await slack.click(answer, text="Share")).message()
    assert image["slack_file"] in [node.get("slack_file") for node in walk(shared.blocks)]
    assert slack.world.counts["upload"] == 1


async def test_without_the_permission_to_upload_a_picture_is_its_description(
    slack: LoopbackSlack,
) -> None:
    slack.grant("commands", "chat:write")
    answer = await (await slack.slash("/drawn")).message()
    assert "[picture: bars]" in visible_text(answer.blocks)


@pytest.mark.parametrize(
    ("user", "says"),
    [("UADMIN", "done"), ("UOWNER", "done"), ("U2", "done"), ("U3", "done"), ("U1", "moderators")],
)
async def test_who_moderates_is_told_by_slack_or_set(
    slack: LoopbackSlack, user: str, says: str
) -> None:
    slack.add_user("U3")
    slack.add_usergroup("SMODS", "U3")
    answer = await (await slack.slash("/moderate", user=user)).message()
    assert says in visible_text(answer.blocks)
    asked = slack.world.counts["users.info"]
    await (await slack.slash("/moderate", user=user)).message()
    assert slack.world.counts["users.info"] == asked


@pytest.mark.parametrize("fault", [{"error": "missing_scope"}, {"status": 503}, {"drop": "before"}])
@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list"])
async def test_a_failed_lookup_never_reads_as_not_a_moderator(
    slack: LoopbackSlack, method: str, fault: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    slack.add_usergroup("SMODS", "U3")
    user = slack.add_user("U3").id if method.startswith("usergroups") else "UADMIN"
    failing = slack.fail(method, times=None, **fault)
    unsure = await (await slack.slash("/moderate", user=user)).message()
    assert "I can't check right now whether you're a moderator" in visible_text(unsure.blocks)
    assert "is for moderators" not in visible_text(unsure.blocks)
    assert "moderator lookup failed" in capsys.readouterr().out
    await (await slack.click(unsure, text="Try again", user=user)).answered()
    assert "I can't check right now" in visible_text(unsure.blocks)
    failing.lift()
    await (await slack.click(unsure, text="Try again", user=user)).answered()
    assert (unsure.text, unsure.edits) == ("done", 2)


@pytest.mark.fault("5xx on a follow-up")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_failing_server_is_asked_again(slack: LoopbackSlack, status: int) -> None:
    slack.fail("response_url", status=status, times=2)
    answer = await (await slack.slash("/overview")).message()
    await (await slack.click(answer, text="Details")).answered()
    assert "The details of pay." in visible_text(answer.blocks)


@pytest.mark.fault("429 of a route")
async def test_a_rate_limit_is_waited_for(slack: LoopbackSlack) -> None:
    slack.fail("response_url", retry_after=1)
    slack.fail("chat.postMessage", retry_after=1)
    answer = await (await slack.slash("/overview")).message()
    clicked = await slack.click(answer, text="Details")
    said = await slack.direct_message("salary ml")
    await clicked.answered()
    assert "The details of pay." in visible_text(answer.blocks)
    assert "KORE1" in visible_text((await said.post()).blocks)


@pytest.mark.long
@pytest.mark.fault("slow API")
async def test_an_api_that_takes_five_seconds_is_waited_for(
    slack: LoopbackSlack, observed: Observe
) -> None:
    answer = await (await slack.slash("/overview")).message()
    slack.fail("response_url", delay=5)
    late = await slack.click(answer, text="Details")
    await late.ack()
    assert "KORE1" in visible_text((await (await slack.slash("/salary", "ml")).message()).blocks)
    assert "The overview" in visible_text(answer.blocks)
    await late.answered()
    assert "The details of pay." in visible_text(answer.blocks)
    observed("Slack: acknowledged in time; the answer arrived late, and others didn't have to wait")


@pytest.mark.fault("429 for an hour")
async def test_an_hour_is_not_waited_for(slack: LoopbackSlack, observed: Observe) -> None:
    answer = await (await slack.slash("/overview")).message()
    fault = slack.fail("response_url", retry_after=3600, times=None)
    await (await slack.click(answer, text="Details")).answered()
    assert fault.hits <= 3
    assert "The overview" in visible_text(answer.blocks)
    fault.lift()
    await (await slack.click(answer, text="Details")).answered()
    assert "The details of pay." in visible_text(answer.blocks)
    observed("Slack: that answer was dropped, and the next one was sent")


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_what_everybody_sees_is_not_posted_twice_by_a_lost_answer(
    slack: LoopbackSlack, drop: str
) -> None:
    answer = await (await slack.slash("/salary", "ml")).message()
    slack.fail("response_url", drop=drop, when=lambda body: body["response_type"] == "in_channel")
    clicked = await slack.click(answer, text="Share")
    told = await clicked.message(1 if drop == "before" else 2)
    assert "may not have gone through" in visible_text(told.blocks)
    assert len(slack.messages()) == (0 if drop == "before" else 1)
    if drop == "before":
        again = await slack.click(answer, text="Share")
        assert not (await again.message()).shown_to


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("not_in_channel", "/invite"),
        ("channel_not_found", "invite me"),
        ("is_archived", "archived"),
        ("missing_scope", "reinstall"),
        ("restricted_action", "admin"),
    ],
)
async def test_what_slack_refuses_is_told_in_words_with_a_way_out(
    slack: LoopbackSlack, error: str, says: str
) -> None:
    for method in ("chat.postMessage", "chat.postEphemeral"):
        slack.fail(method, error=error, times=None, when=lambda body: body["channel"] == "C1")
    await (await slack.mention("salary ml")).answered()
    (told,) = slack.messages("D1")
    assert says in visible_text(told.blocks)


@pytest.mark.fault("bad token mid-run")
@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_token_that_is_gone_breaks_nothing(
    slack: LoopbackSlack, error: str, capsys: pytest.CaptureFixture[str], observed: Observe
) -> None:
    slack.world.token_error = error
    await (await slack.mention("salary ml")).ack()
    said = ""
    async with asyncio.timeout(10):  # on a busy machine the acknowledgement comes first
        while error not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
    # Commands that need no token are still answered.
    assert "KORE1" in visible_text((await (await slack.slash("/salary", "ml")).message()).blocks)
    observed("Slack: the log named the error, and everything that needs no token still worked")


async def test_what_slack_does_not_take_is_our_fault_with_a_number(slack: LoopbackSlack) -> None:
    slack.fail("chat.postMessage", error="invalid_blocks")
    answer = await (await slack.mention("salary ml")).post()
    assert "Incident" in visible_text(answer.blocks)


@pytest.mark.fault("duplicate delivery", "Slack retries 1-3")
@both
async def test_what_is_delivered_again_is_acknowledged_again_and_nothing_else(
    slack: LoopbackSlack, observed: Observe
) -> None:
    said = await slack.mention("salary ml")
    await said.post()
    for attempt in (1, 2, 3):
        assert await slack.redeliver(said, attempt=attempt) is not None
    assert len(said.posts) == 1
    observed(f"acknowledged each time, with {len(said.posts)} answer", of="Slack retries 1-3")
    answer = await (await slack.slash("/salary", "ml")).message()
    clicked = await slack.click(answer, text="Share")
    await clicked.answered()
    assert await slack.redeliver(clicked) is not None
    assert len(slack.messages()) == 3  # the mention, its answer and the shared answer
    slack.duplicate()
    twice = await (await slack.slash("/slow")).settled()
    await twice.message()
    await asyncio.sleep(0.1)
    assert len(twice.messages) == 1


async def test_two_clicks_at_once_share_once(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/salary", "ml")).message()
    clicks = [await slack.click(answer, text="Share") for _ in range(3)]
    for each in clicks:
        await each.answered()
    assert len(slack.messages()) == 1
