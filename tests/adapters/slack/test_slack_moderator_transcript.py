"""A moderator's first ten minutes on Slack in both modes, compared with a transcript."""

import time
from pathlib import Path

import pytest
from connected_scheduler import MONDAY, WEEK, ConnectedScheduler, connected_scheduler
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import lines
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from content import Content

GOLDEN = Path(__file__).parents[2] / "goldens" / "slack-moderator-transcript.txt"
MODERATOR, MEMBER = "UADMIN", "U1"


class Talk:
    """Acts as a moderator and as a member, and records what each sees."""

    def __init__(self, slack: LoopbackSlack, clock: ConnectedScheduler) -> None:
        self.slack, self.time = slack, clock
        self.lines: list[str] = []
        self.interactions = self.characters = 0
        """The moderator's interactions, each field of a form one, and typed letters."""

    async def slash(self, text: str, user: str = MODERATOR) -> Message:
        self.said(f"/crossroads {text}", user)
        self.interactions += 1
        self.characters += len(f"/crossroads {text}")
        asked = await self.slack.slash("/crossroads", text, user=user)
        return self.saw(await asked.message())

    async def fill_in(self, message: Message, label: str, picked: dict[str, str]) -> Message:
        """Click the button that opens a form, pick values by field, leave the rest, submit."""
        self.said(f"[{label}], and picks in its form: {', '.join(picked.values())}", MODERATOR)
        self.interactions += len(picked) + 2
        opened = await self.slack.click(message, text=label, user=MODERATOR)
        await (await self.slack.submit_view(await opened.view(), picked)).answered()
        return self.saw(self.slack.ephemeral(MODERATOR, message.channel)[-1])

    async def click(self, message: Message, text: str, user: str = MODERATOR) -> None:
        self.said(f"[{text}]", user)
        self.interactions += 1
        seen = len(self.slack.ephemeral(user, message.channel))
        await (await self.slack.click(message, text=text, user=user)).answered()
        if message.shown_to:  # the answer takes its place
            self.saw(self.slack.ephemeral(user, message.channel)[-1])
            return
        new = await self.slack.until(
            lambda: self.slack.ephemeral(user, message.channel)[seen:], "an answer"
        )
        self.saw(new[0])

    async def week(self, number: int, *channels: str) -> None:
        """Advance the clock to the next Monday, and record new messages in the channels."""
        self.time.now = MONDAY + number * WEEK
        self.slack.world.ahead = self.time.now.timestamp() - time.time()
        had = [len(self.slack.messages(each)) for each in channels]
        await self.time.runner.run_once()
        self.lines.append(f"(it is {self.time.now:%A, %d %B, %H:%M} UTC)")
        for channel, count in zip(channels, had, strict=True):
            for message in self.slack.messages(channel)[count:]:
                self.lines.append(f"#{self.slack.world.channels[channel].name}:")
                self.saw(message)

    def said(self, what: str, user: str) -> None:
        self.lines.append(f"{'moderator' if user == MODERATOR else 'member'}> {what}")

    def saw(self, message: Message) -> Message:
        who = "only you see this" if message.shown_to else "everybody there sees this"
        pinned = message.ts in self.slack.world.channels[message.channel].pins
        parts = [f"({who}{', pinned' if pinned else ''})", *lines(message.blocks)]
        self.lines.append("\n".join(parts) + "\n")
        return message


async def first_ten_minutes(talk: Talk) -> None:
    panel = await talk.slash("tips")
    picked = {"channel": "CTIPS", "day": "Monday"}
    preview = await talk.fill_in(panel, "Set up weekly tips", picked)
    await talk.click(preview, "Start")
    assert (talk.interactions, talk.characters) == (6, 16)
    await talk.slash("tips add Ask for the team's last three launches before you join.")
    await talk.slash("tips preview")
    await talk.slash("schedule calendar 3")
    await talk.slash("settings notifications channel:<#GSTAFF|staff>")
    await talk.slash('suggest "Read the job\'s title last."', MEMBER)
    suggested = talk.slack.messages("GSTAFF")[-1]
    talk.lines.append("#staff:")
    talk.saw(suggested)
    await talk.click(suggested, "Approve", MEMBER)
    await talk.click(suggested, "Approve")
    await talk.week(0, "CTIPS")
    await talk.slash("schedule history")
    await talk.slash("schedule skip 1")
    await talk.week(1, "CTIPS")
    await talk.slack.channel_archive("CTIPS")
    talk.lines.append("(somebody archives #tips)\n")
    await talk.week(2, "CTIPS", "GSTAFF")
    await talk.slash("settings audit")


@pytest.mark.parametrize("mode", MODES)
async def test_a_moderators_first_ten_minutes_read_as_the_transcript(
    content: Content, database: str, request: pytest.FixtureRequest, mode: str
) -> None:
    async with (
        LoopbackSlack() as slack,
        connected_scheduler(content, database, "slack:T1") as clock,
    ):
        slack.grant(*SCOPES)
        slack.add_channel("CTIPS", BOT, called="tips")
        slack.add_channel("GSTAFF", MODERATOR, MEMBER, BOT, private=True, called="staff")
        talk = Talk(slack, clock)
        async with serve_slack(clock.app, slack, mode):
            await first_ten_minutes(talk)
        assert not slack.missed
        assert not slack.unsafe_mentions
    found = "\n".join(talk.lines)
    if request.config.getoption("--write-goldens"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")
