"""Posts, pins, channels and missing permissions on Slack."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from adapters.slack.api_client import SlackApi
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup.manifest import HISTORY_SCOPES
from bot.app import App
from bot.errors import Refusal
from bot.platform import (
    DeliveryError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Platform,
    Retryable,
)
from bot.reply import Column, Image, Paragraph, Reply, Table

TIP = Reply("Tip of the week", (Paragraph("Write the evaluation before the prompt."),))
TIPS, STAFF = "slack:T1/C1", "slack:T1/G1"
ALL: Any = {"pins": True, "threads": True, "mention": "slack:T1/S1"}
NONE: Any = {"pins": False, "threads": False, "mention": None}


def ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
async def slack(app: App) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        platform.grant(*SCOPES, *HISTORY_SCOPES)
        async with serve_slack(app, platform):
            yield platform


@pytest.fixture
def platform(app: App, slack: LoopbackSlack) -> Platform:
    return app.platforms["slack"]


@pytest.mark.parametrize("mode", MODES)
async def test_it_is_there_while_slack_is_connected(app: App, mode: str) -> None:
    async with LoopbackSlack() as slack:
        async with serve_slack(app, slack, mode):
            made = await app.platforms["slack"].post(TIPS, TIP, "tip1")
        (posted,) = slack.messages()
        assert made == f"slack:T1/{posted.ts}"
        assert "slack" not in app.platforms


async def test_a_post_carries_its_key_and_notifies_nobody(
    platform: Platform, slack: LoopbackSlack
) -> None:
    await platform.post(TIPS, TIP, "tip1")
    (posted,) = slack.messages()
    assert posted.metadata["event_payload"] == {"key": "tip1"}
    assert "Write the evaluation" in visible_text(posted.blocks)
    assert posted.text == TIP.answer
    assert not slack.unsafe_mentions
    assert not slack.without_text


async def test_a_post_is_found_again_by_its_key(platform: Platform, slack: LoopbackSlack) -> None:
    assert await platform.find_post(TIPS, "tip1", ago()) is None
    made = await platform.post(TIPS, TIP, "tip1")
    await platform.post(TIPS, TIP, "tip2")
    assert await platform.find_post(TIPS, "tip1", ago()) == made
    assert await platform.find_post(TIPS, "tip1", datetime.now(UTC) + timedelta(hours=1)) is None


async def test_a_post_is_found_behind_all_that_was_written_since(
    platform: Platform, slack: LoopbackSlack
) -> None:
    made = await platform.post(TIPS, TIP, "tip1")

    def chat(count: int) -> None:
        for _ in range(count):
            said = Message("C1", slack.world.stamp(), "hm", user="U2")
            slack.world.posted["C1"].append(said)

    chat(1_500)
    assert await platform.find_post(TIPS, "tip1", ago()) == made
    assert slack.world.counts["conversations.history"] == 8
    chat(600)
    with pytest.raises(PermissionDenied, match="can't tell"):
        await platform.find_post(TIPS, "tip1", ago())


async def test_the_same_metadata_by_somebody_else_is_no_post_of_ours(
    platform: Platform, slack: LoopbackSlack
) -> None:
    await platform.post(TIPS, TIP, "tip1")
    (posted,) = slack.messages()
    posted.user = "U2"
    assert await platform.find_post(TIPS, "tip1", ago()) is None


async def test_only_the_user_group_that_was_asked_for_is_notified(
    platform: Platform, slack: LoopbackSlack
) -> None:
    await platform.post(TIPS, TIP, "tip1", "slack:T1/S1")
    assert slack.unsafe_mentions == ["<!subteam^S1>"]
    for other in ("slack:T1/U1", "slack:T1/here", "everyone", "discord:role/1"):
        assert not platform.can_notify(other)
        await platform.post(TIPS, TIP, "tip2", other)
    assert slack.unsafe_mentions == ["<!subteam^S1>"]


async def test_a_picture_is_posted_too(platform: Platform, slack: LoopbackSlack) -> None:
    await platform.post(TIPS, Reply("Done.", (Image("a.png", b"\x89PNG", "bars"),)), "tip1")
    (posted,) = slack.messages()
    answer, image = posted.blocks
    assert visible_text([answer]) == "Done."
    assert image["slack_file"]["id"] in slack.world.files


async def test_pins_are_made_and_taken_once(platform: Platform, slack: LoopbackSlack) -> None:
    made = await platform.post(TIPS, TIP, "tip1")
    for _ in range(2):
        await platform.pin(TIPS, made)
        await platform.create_thread(TIPS, made, "What do you think?")
    (posted,) = slack.messages()  # every message has a thread, so none has to be opened
    assert slack.world.channels["C1"].pins == [posted.ts]
    for _ in range(2):
        await platform.unpin(TIPS, made)
    assert slack.world.channels["C1"].pins == []
    posted.deleted = True
    await platform.unpin(TIPS, made)
    with pytest.raises(NotFound):
        await platform.pin(TIPS, made)


async def test_full_pins_are_told(platform: Platform, slack: LoopbackSlack) -> None:
    made = await platform.post(TIPS, TIP, "tip1")
    slack.fail("pins.add", error="too_many_pins")
    with pytest.raises(LimitReached, match="Unpin some"):
        await platform.pin(TIPS, made)


REFUSALS: list[tuple[str, type[DeliveryError], str]] = [
    ("not_in_channel", PermissionDenied, "/invite"),
    ("restricted_action", PermissionDenied, "admin"),
    ("missing_scope", PermissionDenied, "permission"),
    ("token_revoked", PermissionDenied, "SLACK_BOT_TOKEN"),
    ("is_archived", NotFound, "archived"),
    ("channel_not_found", NotFound, "no longer exists"),
    ("message_limit_exceeded", Retryable, "more messages"),
    ("invalid_blocks", DeliveryError, "invalid_blocks"),
    ("internal_error", OutcomeUnknown, "didn't confirm"),
]


@pytest.mark.parametrize(("error", "kind", "says"), REFUSALS)
async def test_a_refused_post_says_why(
    platform: Platform, slack: LoopbackSlack, error: str, kind: type[DeliveryError], says: str
) -> None:
    slack.fail("chat.postMessage", error=error)
    with pytest.raises(kind) as raised:
        await platform.post(TIPS, TIP, "tip1")
    assert type(raised.value) is kind
    assert says in raised.value.message


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}, {"drop": "after"}])
async def test_a_lost_answer_is_unsure_and_not_tried_again_unasked(
    platform: Platform, slack: LoopbackSlack, fault: dict[str, Any]
) -> None:
    slack.fail("chat.postMessage", **fault)
    with pytest.raises(OutcomeUnknown):
        await platform.post(TIPS, TIP, "tip1")
    assert slack.world.counts["chat.postMessage"] == 1
    found = await platform.find_post(TIPS, "tip1", ago())
    assert (found is not None) == (fault == {"drop": "after"})


async def test_a_post_of_several_messages_that_breaks_off_is_unsure_and_found_again(
    platform: Platform, slack: LoopbackSlack
) -> None:
    wide = Table((Column("a"), Column("b")), tuple((f"{n}", "x" * 50) for n in range(150)))
    fault = slack.fail("chat.postMessage", error="not_in_channel", times=None)
    fault.when = lambda _: bool(slack.messages())
    with pytest.raises(OutcomeUnknown):
        await platform.post(TIPS, Reply("Done.", (wide,)), "tip1")
    (first,) = slack.messages()
    assert await platform.find_post(TIPS, "tip1", ago()) == f"slack:T1/{first.ts}"


@pytest.mark.parametrize("op", ["post", "pin", "place", "lacks", "find"])
async def test_an_hour_of_rate_limit_is_told_not_waited_for(
    platform: Platform, slack: LoopbackSlack, op: str
) -> None:
    slack.fail("*", retry_after=3600, times=None)
    work: dict[str, Any] = {
        "post": lambda: platform.post(TIPS, TIP, "tip1"),
        "pin": lambda: platform.pin(TIPS, "slack:T1/1.2"),
        "place": lambda: platform.channel_info(TIPS),
        "lacks": lambda: platform.missing_permissions(TIPS, **NONE),
        "find": lambda: platform.find_post(TIPS, "tip1", ago()),
    }
    with pytest.raises(Retryable) as raised:
        await asyncio.wait_for(work[op](), 5)
    assert raised.value.retry_after == pytest.approx(3600)


async def test_slack_out_of_reach_is_later(app: App) -> None:
    async with LoopbackSlack() as slack, serve_slack(app, slack):
        platform = app.platforms["slack"]
        slack.fail("conversations.info", status=503)
        with pytest.raises(Retryable):
            await platform.channel_info(TIPS)
        slack.fail("pins.add", drop="after")
        with pytest.raises(Retryable):
            await platform.pin(TIPS, "slack:T1/1.2")


async def test_where_history_may_not_be_read_it_can_not_be_told(
    platform: Platform, slack: LoopbackSlack
) -> None:
    await platform.post(TIPS, TIP, "tip1")
    slack.grant(*SCOPES)
    with pytest.raises(PermissionDenied, match="channels:history"):
        await platform.find_post(TIPS, "tip1", ago())
    with pytest.raises(PermissionDenied, match="groups:history"):
        await platform.find_post(STAFF, "tip1", ago())


async def test_what_is_lacking_is_named_ahead_of_time(
    platform: Platform, slack: LoopbackSlack
) -> None:
    slack.grant(*SCOPES)
    assert await platform.missing_permissions(TIPS, **ALL) == ()
    assert await platform.missing_permissions(STAFF, **ALL) == ()
    (said,) = await platform.missing_permissions("slack:T1/C2", **NONE)
    assert "I'm not in #c2 yet. Type /invite @Crossroads" in said
    slack.grant("channels:read", "chat:write")
    (said,) = await platform.missing_permissions(TIPS, **ALL)
    assert "pins:write" in said
    assert await platform.missing_permissions(TIPS, **NONE) == ()
    (said,) = await platform.missing_permissions(STAFF, **NONE)
    assert "groups:read" in said


async def test_a_channel_that_is_gone_or_archived_is_gone(
    platform: Platform, slack: LoopbackSlack
) -> None:
    slack.add_channel("C9", BOT, called="tips")
    assert (await platform.channel_info("slack:T1/C9")).name == "#tips"
    await slack.channel_archive("C9")
    for _ in range(2):
        for asked in (
            platform.channel_info("slack:T1/C9"),
            platform.missing_permissions("slack:T1/C9", **NONE),
        ):
            with pytest.raises(NotFound):
                await asked
        slack.world.channels.pop("C9", None)


async def test_the_channels_are_those_that_it_was_invited_to(
    platform: Platform, slack: LoopbackSlack
) -> None:
    slack.grant(*SCOPES)
    slack.add_channel("C8", BOT, archived=True)
    found = await platform.list_channels("slack:T1")
    assert {each.id: each.name for each in found} == {TIPS: "#c1", STAFF: "#g1"}


async def test_somebody_is_told_in_private(platform: Platform, slack: LoopbackSlack) -> None:
    slack.grant(*SCOPES)
    await platform.send_direct_message("slack:T1/U1", TIP)
    assert "Write the evaluation" in visible_text(slack.messages("D1")[-1].blocks)
    with pytest.raises(PermissionDenied):
        await platform.channel_info("slack:T1/D1")


async def test_a_workspace_without_the_app_can_not_be_asked() -> None:
    async def none(_: str) -> SlackApi | None:
        return None

    platform = SlackPlatform(none)
    with pytest.raises(PermissionDenied, match="install me again"):
        await platform.post(TIPS, TIP, "tip1")


async def test_slack_has_no_roles_to_give(platform: Platform) -> None:
    with pytest.raises(Refusal, match="can't give people roles"):
        await platform.give_role("slack:T1", "slack:T1/U1", "slack:T1/S1")


async def test_an_organisation_that_takes_the_app_out_of_workspaces_is_heard(
    keeping: App,
) -> None:
    async with LoopbackSlack() as slack, serve_slack(keeping, slack):
        for team in ("T1", "T2"):
            await (await slack.slash("/quiz", "hire", team=team)).view()
        store = await keeping.store()
        await slack.event({"type": "team_access_revoked", "team_ids": ["T2"]}).ack()
        assert await store.list_communities() == {"slack:T1"}
        await slack.event({"type": "team_access_revoked", "team_ids": ["T1"]}).ack()
        assert await store.list_communities() == set()


async def test_a_message_has_a_link(platform: Platform, slack: LoopbackSlack) -> None:
    made = await platform.post(TIPS, TIP, "tip1")
    (posted,) = slack.messages()
    link = await platform.message_link(TIPS, made)
    assert link == f"https://loopback.slack.com/archives/C1/p{posted.ts.replace('.', '')}"
    with pytest.raises(DeliveryError):
        await platform.message_link(TIPS, "slack:T1/1.1")
