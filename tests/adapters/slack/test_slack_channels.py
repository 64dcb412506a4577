"""Unusable channels for tips on Slack are refused when chosen, not at the first post."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from connected_scheduler import HOUR, MONDAY, ConnectedScheduler, connected_scheduler
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Channel

from adapters.slack import SCOPES
from content import Content
from storage import Schedule

SCHEDULE = "schedule start channel:<#CTIPS|tips> monday 9:00 Europe/Berlin"
INVITE = "I'm not in #tips yet. Type /invite @Crossroads there"


@dataclass(slots=True)
class Workspace:
    """A workspace with a moderator and a channel that the bot isn't in yet."""

    slack: LoopbackSlack
    time: ConnectedScheduler

    async def moderate(self, line: str) -> str:
        asked = await self.slack.slash("/crossroads", line, user="UADMIN")
        return visible_text((await asked.message()).blocks)

    async def schedules(self) -> tuple[Schedule, ...]:
        store = await self.time.app.store()
        return await store.schedules.list_for_queue(await store.queues.get_or_create("slack:T1"))

    @property
    def tips(self) -> Channel:
        return self.slack.world.channels["CTIPS"]

    @property
    def told(self) -> list[str]:
        return [visible_text(each.blocks) for each in self.slack.messages("GSTAFF")]

    async def begin(self) -> None:
        self.tips.members.add(BOT)
        assert "Started. " in await self.moderate(SCHEDULE)


@pytest.fixture(params=MODES[:1])
async def place(
    content: Content, database: str, request: pytest.FixtureRequest
) -> AsyncIterator[Workspace]:
    async with (
        LoopbackSlack() as slack,
        connected_scheduler(content, database, "slack:T1") as clock,
    ):
        slack.grant(*SCOPES)
        slack.add_channel("CTIPS", called="tips")
        slack.add_channel("GSTAFF", "UADMIN", BOT, private=True, called="staff")
        async with serve_slack(clock.app, slack, request.param):
            made = Workspace(slack, clock)
            await made.moderate("tips starter")
            yield made
        assert not slack.missed


@pytest.mark.parametrize("line", [SCHEDULE, "settings notifications channel:<#CTIPS|tips>"])
async def test_a_channel_that_the_bot_is_not_in_is_refused_when_it_is_chosen(
    place: Workspace, line: str
) -> None:
    assert INVITE in await place.moderate(line)
    assert await place.schedules() == ()
    assert "direct message" in await place.moderate("settings notifications")
    place.tips.members.add(BOT)
    assert "I'm not in" not in await place.moderate(line)


@pytest.mark.parametrize(
    "line",
    [
        "schedule post-now 1",
        "schedule resume 1",
        "schedule edit 1 pin:yes",
    ],
)
async def test_that_the_bot_was_thrown_out_is_said_by_every_command_that_needs_the_channel(
    place: Workspace, line: str
) -> None:
    await place.begin()
    before = await place.schedules()
    place.tips.members.discard(BOT)
    assert INVITE in await place.moderate(line)
    assert await place.schedules() == before


async def test_a_channel_to_change_to_is_looked_at_like_a_first_one(place: Workspace) -> None:
    await place.begin()
    place.slack.add_channel("COTHER", called="other")
    said = await place.moderate("schedule edit 1 channel:<#COTHER|other>")
    assert "I'm not in #other yet" in said
    assert (await place.schedules())[0].plan.channel == "slack:T1/CTIPS"


@pytest.mark.parametrize(
    ("flag", "says"), [("read_only", "read-only"), ("thread_only", "only reply in threads")]
)
async def test_a_channel_that_takes_no_posts_is_refused_with_the_reason(
    place: Workspace, flag: str, says: str
) -> None:
    place.tips.members.add(BOT)
    setattr(place.tips, flag, True)
    for line in (SCHEDULE, "settings notifications channel:<#CTIPS|tips>"):
        assert says in await place.moderate(line)
    assert await place.schedules() == ()


async def test_a_private_channel_or_direct_messages_can_not_be_chosen_unseen(
    place: Workspace,
) -> None:
    place.slack.add_channel("GSECRET", "UADMIN", private=True, called="secret")
    said = await place.moderate("schedule start channel:<#GSECRET> monday 9:00 UTC")
    assert "I'm not in it. If it exists, type /invite @Crossroads there" in said
    assert await place.schedules() == ()


async def test_a_refusal_with_an_unknown_code_is_told_to_a_moderator_once(
    place: Workspace,
) -> None:
    await place.begin()
    await place.moderate("settings notifications channel:<#GSTAFF|staff>")
    heard = len(place.told)
    fault = place.slack.fail("chat.postMessage", error="wrong_moon", times=None)
    fault.when = lambda args: args.get("channel") == "CTIPS"
    await place.time.look(MONDAY)
    await place.time.until(MONDAY + HOUR)
    (told,) = place.told[heard:]
    assert "wrong_moon" in told
    assert fault.hits <= 5
    fault.lift()
    await place.time.until(MONDAY + 2 * HOUR)
    assert await place.time.states() == ["done"]
    assert len(place.told) == heard + 1
