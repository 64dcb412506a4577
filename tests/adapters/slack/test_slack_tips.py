"""Weekly tips on Slack, from set-up to post, with failures on the way."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from connected_scheduler import HOUR, MONDAY, WEEK, ConnectedScheduler, connected_scheduler
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from adapters.slack.setup.manifest import HISTORY_SCOPES
from content import Content

STARTER = "Tip of the week"
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Workspace:
    """A workspace with tips set up: a channel for tips and a moderator."""

    slack: LoopbackSlack
    time: ConnectedScheduler
    heard: int = 0  # messages in the moderators' channel so far

    async def moderate(self, line: str) -> Message:
        asked = await self.slack.slash("/crossroads", line, user="UADMIN")
        return await asked.message()

    async def begin(self, *more: str) -> None:
        """Create tips and a schedule, and choose the moderators' channel for notices."""
        await self.moderate("tips starter")
        schedule = "schedule start channel:<#CTIPS|tips> monday 9:00 Europe/Berlin"
        made = await self.moderate(" ".join([schedule, *more]))
        assert "Started. " in visible_text(made.blocks)
        await self.moderate("settings notifications channel:<#GSTAFF|staff>")
        self.heard = len(self.slack.messages("GSTAFF"))

    async def look(self, at: datetime = MONDAY) -> None:
        self.slack.world.ahead = at.timestamp() - time.time()  # Slack's own clock
        await self.time.look(at)

    @property
    def tips(self) -> list[Message]:
        return self.slack.messages("CTIPS")

    @property
    def told(self) -> list[Message]:
        return self.slack.messages("GSTAFF")[self.heard :]

    @property
    def said(self) -> list[str]:
        return [visible_text(each.blocks) for each in self.told]

    @property
    def attempts(self) -> int:
        return len(
            [1 for each in self.slack.calls("chat.postMessage") if each["channel"] == "CTIPS"]
        )

    @property
    def pins(self) -> list[str]:
        return self.slack.world.channels["CTIPS"].pins


@pytest.fixture(params=MODES)
async def place(
    content: Content, database: str, request: pytest.FixtureRequest
) -> AsyncIterator[Workspace]:
    async with (
        LoopbackSlack() as slack,
        connected_scheduler(content, database, "slack:T1") as clock,
    ):
        slack.grant(*SCOPES)
        slack.add_channel("CTIPS", BOT, called="tips")
        slack.add_channel("GSTAFF", "UADMIN", BOT, private=True, called="staff")
        async with serve_slack(clock.app, slack, request.param):
            yield Workspace(slack, clock)
        assert not slack.missed
        assert not slack.unsafe_mentions
        assert not slack.without_text


one_mode = pytest.mark.parametrize("place", MODES[:1], indirect=True)


async def test_a_tip_is_posted_once_and_pinned_just_as_it_was_shown(place: Workspace) -> None:
    await place.begin("pin:yes")
    preview = visible_text((await place.moderate("tips preview")).blocks)
    for _ in range(2):
        await place.look()
    (posted,) = place.tips
    assert preview.startswith(visible_text(posted.blocks))
    assert place.pins == [posted.ts]
    assert await place.time.steps() == {
        "post": "done", "unpin": "done", "pin": "done",
    }  # fmt: skip
    assert ": posted" in visible_text((await place.moderate("schedule history")).blocks)
    await place.look(MONDAY + WEEK)
    assert len(place.tips) == 2
    assert place.pins == [place.tips[1].ts]
    assert not place.told


@one_mode
async def test_a_channel_can_be_typed_by_its_name(place: Workspace) -> None:
    said = visible_text((await place.moderate("schedule start #tips monday 9:00 UTC")).blocks)
    assert "CTIPS" in said
    assert "GSTAFF" in visible_text(
        (await place.moderate("settings notifications channel:#staff")).blocks
    )
    said = visible_text((await place.moderate("schedule start #tipps monday 9:00 UTC")).blocks)
    assert "I don't see a channel called #tipps" in said
    assert "invite me" in said


@one_mode
async def test_a_user_group_is_notified_once_that_is_confirmed(place: Workspace) -> None:
    place.slack.add_usergroup("S1", "U1")
    await place.begin("mention:<!subteam^S1|@learners>")
    await place.look()
    assert not place.slack.unsafe_mentions
    asked = await place.moderate("schedule edit 1 mention:<!subteam^S1|@learners>")
    assert "@s1-all" in visible_text(asked.blocks)
    confirmed = await place.slack.click(asked, text="Notify them every time", user="UADMIN")
    await confirmed.answered()
    await place.look(MONDAY + WEEK)
    assert place.slack.unsafe_mentions == ["<!subteam^S1>"]
    place.slack.unsafe_mentions.clear()


@one_mode
@pytest.mark.parametrize("who", ["@learners", "<@U1>", "discord:role/1", "slack:T1/here"])
async def test_nobody_but_a_user_group_can_be_notified(place: Workspace, who: str) -> None:
    await place.moderate("tips starter")
    line = f"schedule start channel:<#CTIPS|tips> monday 9:00 Europe/Berlin mention:{who}"
    said = visible_text((await place.moderate(line)).blocks)
    assert "can't be notified there" in said
    assert "aren't set up" in visible_text((await place.moderate("schedule list")).blocks)


@one_mode
async def test_a_permission_that_is_missing_is_told_ahead_and_used_once_it_is_there(
    place: Workspace,
) -> None:
    await place.begin("pin:yes")
    place.slack.grant(*set(SCOPES) - {"pins:write"})
    await place.look(MONDAY - 47 * HOUR)
    (told,) = place.said
    assert "pins:write" in told
    await place.look()
    (posted,) = place.tips
    assert await place.time.steps() == {"post": "done", "unpin": "done", "pin": "waiting"}
    await place.time.until(MONDAY + HOUR)
    assert place.slack.world.counts["pins.add"] == 5  # at once, then every quarter of an hour
    place.slack.grant(*SCOPES)
    await place.time.until(MONDAY + 2 * HOUR)
    assert place.pins == [posted.ts]
    assert await place.time.states() == ["done"]
    assert len(place.tips) == 1
    assert len(place.told) <= 2


@one_mode
async def test_a_channel_that_the_bot_was_thrown_out_of_waits_for_it(place: Workspace) -> None:
    await place.begin()
    place.slack.world.channels["CTIPS"].members.discard(BOT)
    await place.look(MONDAY - 47 * HOUR)
    await place.look()
    await place.look(MONDAY + HOUR)
    ahead, stuck = place.said
    assert "I'm not in #tips yet" in ahead
    assert "/invite" in stuck
    assert await place.time.states() == ["due"]
    place.slack.world.channels["CTIPS"].members.add(BOT)
    await place.look(MONDAY + 2 * HOUR)
    assert await place.time.states() == ["done"]
    assert len(place.tips) == 1


@one_mode
@pytest.mark.parametrize("ahead", [timedelta(), 47 * HOUR])
async def test_an_archived_channel_stops_its_schedule_and_the_moderators_are_told_once(
    place: Workspace, ahead: timedelta
) -> None:
    await place.begin()
    await place.slack.channel_archive("CTIPS")
    await place.look(MONDAY - ahead)
    await place.time.until(MONDAY + WEEK)
    (told,) = place.said
    assert "archived" in told
    assert "I stopped the weekly tips" in told
    assert "stopped" in visible_text((await place.moderate("schedule list")).blocks)
    assert place.attempts == (not ahead)


@one_mode
async def test_an_hour_of_rate_limit_is_waited_for_and_then_it_is_posted_once(
    place: Workspace,
) -> None:
    await place.begin()
    fault = place.slack.fail("chat.postMessage", retry_after=3600, times=None)
    await place.look()
    assert (await place.time.occurrences())[0].receipts
    await place.time.until(MONDAY + HOUR - MINUTE)
    assert fault.hits == 1
    fault.lift()
    await place.time.until(MONDAY + HOUR + MINUTE)
    assert len(place.tips) == 1
    assert await place.time.states() == ["done"]


@one_mode
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_answer_is_looked_for_and_posted_again_only_if_it_is_not_there(
    place: Workspace, when: str
) -> None:
    await place.begin()
    place.slack.grant(*SCOPES, *HISTORY_SCOPES)
    place.slack.fail("chat.postMessage", drop=when)
    await place.look()
    assert len(place.tips) == (when == "after")
    await place.time.until(MONDAY + MINUTE)
    assert len(place.tips) == 1
    assert await place.time.states() == ["done"]
    assert place.attempts == (1 if when == "after" else 2)
    assert not place.told


@one_mode
@pytest.mark.parametrize(
    ("when", "answer"),
    [("before", "Post it now"), ("after", "Mark it as posted")],
)
async def test_where_history_is_not_allowed_a_moderator_decides(
    place: Workspace, when: str, answer: str
) -> None:
    await place.begin()
    place.slack.fail("chat.postMessage", drop=when)
    await place.look()
    await place.time.until(MONDAY + HOUR)
    assert await place.time.states() == ["uncertain"]
    (told,) = place.told
    assert "may have been posted" in visible_text(told.blocks)
    refused = await (await place.slack.click(told, text=answer, user="U1")).message()
    assert "for moderators" in visible_text(refused.blocks)
    assert await place.time.states() == ["uncertain"]
    await (await place.slack.click(told, text=answer, user="UADMIN")).answered()
    await place.time.until(MONDAY + 2 * HOUR)
    assert await place.time.states() == ["done"]
    assert len(place.tips) == 1
    again = await (await place.slack.click(told, text=answer, user="UADMIN")).message()
    assert "already made that decision" in visible_text(again.blocks)


@one_mode
async def test_a_limit_of_pins_is_told_and_leaves_the_post_alone(place: Workspace) -> None:
    await place.begin("pin:yes")
    place.slack.fail("pins.add", error="too_many_pins", times=None)
    await place.look()
    await place.time.until(MONDAY + 2 * HOUR)
    (told,) = place.said
    assert "Unpin some" in told
    assert len(place.tips) == 1
    await place.time.until(MONDAY + 2 * timedelta(days=1))
    assert await place.time.states() == ["done"]
    assert (await place.time.steps())["pin"] == "failed"


async def test_a_suggestion_is_denied_with_a_reason_in_a_form_and_its_author_is_told(
    place: Workspace,
) -> None:
    await place.begin()
    asked = await place.slack.slash("/crossroads", 'suggest "Buy my course."', user="U1")
    assert "Thank you" in visible_text((await asked.message()).blocks)
    told = place.slack.messages("GSTAFF")[-1]
    assert "Buy my course." in visible_text(told.blocks)
    refused = await (await place.slack.click(told, text="Approve", user="U1")).message()
    assert "for moderators" in visible_text(refused.blocks)
    form = await (await place.slack.click(told, text="Deny", user="UADMIN")).view()
    await (await place.slack.submit_view(form, {"reason": "No ads."})).ack()
    said = await place.slack.until(lambda: place.slack.messages("D1"), "the author is told")
    assert "No ads." in visible_text(said[-1].blocks)
    audit = visible_text((await place.moderate("settings audit")).blocks)
    for deed in ("suggested", "wasn't allowed", "denied"):
        assert deed in audit
