"""Moderation cards on Slack: edited for everyone once a suggestion is decided."""

from collections.abc import AsyncIterator

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import lines, visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from bot.app import App
from bot.platform import NotFound, PermissionDenied
from bot.reply import Reply

STAFF = "slack:T1/GSTAFF"


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        platform.grant(*SCOPES)
        platform.add_channel("GSTAFF", "UADMIN", BOT, private=True, called="staff")
        async with serve_slack(keeping, platform, request.param):
            await say(platform, "settings notifications channel:<#GSTAFF|staff>")
            yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions
        assert not platform.without_text


one_mode = pytest.mark.parametrize("slack", MODES[:1], indirect=True)


async def say(slack: LoopbackSlack, line: str, user: str = "UADMIN") -> Message:
    return await (await slack.slash("/crossroads", line, user=user)).message()


def card(slack: LoopbackSlack) -> str:
    return visible_text(slack.messages("GSTAFF")[-1].blocks)


def buttons(slack: LoopbackSlack) -> str:
    return " ".join(each for each in lines(slack.messages("GSTAFF")[-1].blocks) if "[" in each)


async def test_a_decided_card_is_edited_for_everyone(slack: LoopbackSlack) -> None:
    await say(slack, 'suggest "A tip."', "U1")
    assert "Suggestion from @U1" in card(slack).replace("\n", "")
    assert "[Approve]" in buttons(slack)
    shown = slack.messages("GSTAFF")[-1]
    await (await slack.click(shown, text="Approve", user="UADMIN")).answered()
    assert "Approved by @UADMIN, number 1 in the queue." in card(slack).replace("\n", "")
    assert buttons(slack) == ""
    assert slack.messages("GSTAFF")[-1].edits == 1
    assert slack.calls("chat.update")[-1].keys() >= {"channel", "ts", "blocks", "text"}


@one_mode
async def test_a_typed_decision_edits_the_card(slack: LoopbackSlack) -> None:
    await say(slack, 'suggest "A tip."', "U1")
    await say(slack, "tips deny 1 We posted it last month")
    said = card(slack).replace("\n", "")
    assert "Denied by @UADMIN: We posted it last month" in said
    assert "[Restore]" in buttons(slack)
    told = await slack.until(lambda: slack.messages("D1"), "the author is told")
    assert "We posted it last month" in visible_text(told[-1].blocks)


@one_mode
async def test_a_card_in_a_direct_message_can_be_decided_and_is_edited(
    slack: LoopbackSlack, keeping: App
) -> None:
    platform = keeping.platforms["slack"]
    sent = await platform.send_direct_message("slack:T1/U1", Reply("Old text"))
    assert sent.channel == "slack:T1/D1"
    await platform.edit_post(sent.channel, sent.message, Reply("New text"))
    assert "New text" in visible_text(slack.messages("D1")[-1].blocks)
    assert platform.moderates_in_direct_messages


@one_mode
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("message_not_found", NotFound),
        ("cant_update_message", PermissionDenied),
        ("edit_window_closed", PermissionDenied),
        ("is_archived", NotFound),
    ],
)
async def test_a_card_that_cant_be_edited_is_no_error_for_the_moderator(
    slack: LoopbackSlack, keeping: App, code: str, kind: type[Exception]
) -> None:
    await say(slack, 'suggest "A tip."', "U1")
    ts = slack.messages("GSTAFF")[-1].ts
    slack.fail("chat.update", error=code)
    with pytest.raises(kind):
        await keeping.platforms["slack"].edit_post(STAFF, f"slack:T1/{ts}", Reply("x"))
    slack.fail("chat.update", error=code)
    done = await say(slack, "tips approve 1")
    assert "Approved. It's number 1 in the queue." in visible_text(done.blocks)
    assert "Suggestion from" in card(slack)


@one_mode
async def test_what_waits_is_reviewed_in_place(slack: LoopbackSlack) -> None:
    for text in ("One.", "Two."):
        await say(slack, f'suggest "{text}"', "U1")
    shown = await say(slack, "tips review")
    await (await slack.click(shown, text="Approve", user="UADMIN")).answered()
    await slack.until(lambda: "Two." in visible_text(shown.blocks), "the next one is shown")
    said = visible_text(shown.blocks).replace("\n", "")
    assert "Approved. It's number 1 in the queue. Next: Suggestion from" in said


@one_mode
async def test_a_member_is_blocked_from_the_cards_menu(slack: LoopbackSlack) -> None:
    await say(slack, 'suggest "A tip."', "U1")
    asked = await say(slack, "tips block <@U1>")
    assert "Block suggestions from @U1?" in visible_text(asked.blocks).replace("\n", "")
    await (await slack.click(asked, text="Block suggestions", user="UADMIN")).answered()
    refused = await say(slack, 'suggest "Another."', "U1")
    assert "aren't taking suggestions from you" in visible_text(refused.blocks)
    listed = await say(slack, "tips unblock")
    await (await slack.click(listed, text="Unblock", user="UADMIN")).answered()
    assert "Thank you" in visible_text((await say(slack, 'suggest "Another."', "U1")).blocks)


@one_mode
async def test_a_workspace_has_a_name(slack: LoopbackSlack, keeping: App) -> None:
    assert await keeping.platforms["slack"].community_name("slack:T1")


async def test_a_denial_by_form_in_the_review_shows_the_next_one_in_place(
    slack: LoopbackSlack,
) -> None:
    for text in ("One.", "Two."):
        await say(slack, f'suggest "{text}"', "U1")
    shown = await say(slack, "tips review")
    form = await (await slack.click(shown, text="Deny", user="UADMIN")).view()
    sent = await slack.submit_view(form, {"because": "source", "reason": "Link the study."})
    await sent.ack()
    await slack.until(lambda: "Two." in visible_text(shown.blocks), "the next one is shown")
    said = visible_text(shown.blocks).replace("\n", "")
    assert "Denied: Needs a source. Link the study. Next: Suggestion from" in said
    first = visible_text(slack.messages("GSTAFF")[-2].blocks)
    assert "Needs a source. Link the study." in first


@one_mode
async def test_a_denial_without_a_reason_keeps_the_form_open(slack: LoopbackSlack) -> None:
    await say(slack, 'suggest "A tip."', "U1")
    shown = await say(slack, "tips review")
    form = await (await slack.click(shown, text="Deny", user="UADMIN")).view()
    ack = await (await slack.submit_view(form, {"because": "other"})).ack()
    assert "Write the reason" in str(ack)
    assert "Suggestion from" in card(slack)


@one_mode
async def test_a_blocked_member_gets_an_answer_instead_of_a_form(slack: LoopbackSlack) -> None:
    asked = await say(slack, "tips block <@U1>")
    await (await slack.click(asked, text="Block suggestions", user="UADMIN")).answered()
    refused = await say(slack, "suggest", "U1")
    assert "aren't taking suggestions from you" in visible_text(refused.blocks)
    assert "blocked your tip suggestions" in visible_text(
        (await say(slack, "privacy", "U1")).blocks
    )
