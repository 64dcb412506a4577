"""A community teaches the bot on Slack in both modes, compared with a readable transcript.

An unanswered question is kept, answered and found; a wrong statement is reported and hidden.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import lines, walk
from slack_server.played_interaction import PlayedInteraction
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, Message

from adapters.slack import SCOPES
from bot.app import App
from content import Content
from storage import Store

GOLDEN = Path(__file__).parents[2] / "goldens" / "slack-community-transcript.txt"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAX, ADA, BEN = "UADMIN", "U1", "U2"
NAMES = {MAX: "max", ADA: "ada", BEN: "ben"}
QUESTION = "Where do I find the recording of last week's talk?"
IN_OTHER_WORDS = "is there a recording of the talk?"
ANSWER = "Every talk is recorded. The video is in #talks two days later."


class Talk:
    """Acts as members and as a moderator, and records what each sees."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self.slack = slack
        self.lines: list[str] = []
        self.notices = self.interactions = 0
        """The moderator's clicks, and each filled field and submission of a form."""

    async def slash(self, user: str, text: str) -> Message:
        self.said(user, f"/crossroads {text}")
        asked = await self.slack.slash("/crossroads", text, user=user)
        return self.saw(await asked.message())

    async def click(self, user: str, message: Message, label: str) -> Message:
        self.said(user, f"[{label}]")
        seen = len(self.slack.ephemeral(user, message.channel))
        await (await self.slack.click(message, text=label, user=user)).answered()
        return await self.answer(user, message, seen)

    async def fill_in(
        self, user: str, message: Message, label: str, texts: dict[str, str]
    ) -> Message:
        """Click the first button with *label*, fill in some fields of its form and submit it."""
        parts = (each for each in walk(message.blocks) if each.get("type") == "button")
        name = next(each["action_id"] for each in parts if each["text"]["text"] == label)
        opened = await self.slack.click(message, action_id=name, user=user)
        return await self.submit(user, f"[{label}]", message, opened, texts)

    async def report(self, user: str, message: Message, texts: dict[str, str]) -> Message:
        """Choose "Wrong or missing?" in the menu, fill in some fields and submit the form."""
        [menu] = (each for each in walk(message.blocks) if each.get("type") == "static_select")
        label = "Wrong or missing?"
        opened = await self.slack.choose(message, label, user=user, action_id=menu["action_id"])
        return await self.submit(user, f"More… > {label}", message, opened, texts)

    async def submit(
        self,
        user: str,
        opening: str,
        message: Message,
        opened: PlayedInteraction,
        texts: dict[str, str],
    ) -> Message:
        form = await opened.view()
        fields = (each["element"] for each in form.blocks)
        filled = [each["initial_value"] for each in fields if "initial_value" in each]
        self.said(user, opening)
        described = f", with: {' | '.join(filled)}" if filled else ""
        self.lines.append(f"(a form opens: {form.body['title']['text']}{described})\n")
        self.said(user, f"in the form: {' | '.join(texts.values())}")
        self.interactions += len(texts) if user == MAX else 0
        seen = len(self.slack.ephemeral(user, message.channel))
        await (await self.slack.submit_view(form, dict(texts))).answered()
        return await self.answer(user, message, seen)

    async def answer(self, user: str, message: Message, seen: int) -> Message:
        """Return the private answer, which takes the place of a private message."""
        if not message.shown_to:
            await self.slack.until(
                lambda: self.slack.ephemeral(user, message.channel)[seen:], "an answer"
            )
        return self.saw(self.slack.ephemeral(user, message.channel)[-1])

    async def notice(self) -> Message:
        """Wait for the next message to the moderators."""
        self.notices += 1
        await self.slack.until(lambda: len(self.posted()) >= self.notices, "a notice")
        self.lines.append("#staff:")
        return self.saw(self.posted()[-1])

    def posted(self) -> list[Message]:
        return [each for each in self.slack.messages("GSTAFF") if not each.shown_to]

    async def direct_message(self, user: str, channel: str) -> None:
        """Wait for a message of the bot to *user*."""
        told = await self.slack.until(lambda: self.slack.messages(channel), "a direct message")
        self.lines.append(f"direct message to {NAMES[user]}:")
        self.saw(told[-1])

    def said(self, user: str, what: str) -> None:
        self.interactions += user == MAX
        self.lines.append(f"{NAMES[user]}> {what}")

    def saw(self, message: Message) -> Message:
        who = "only you see this" if message.shown_to else "everybody there sees this"
        self.lines.append("\n".join([f"({who})", *lines(message.blocks)]) + "\n")
        return message


async def teach(talk: Talk) -> None:
    line = "settings notifications channel:<#GSTAFF|staff>"
    await (await talk.slack.slash("/crossroads", line, user=MAX)).message()
    await talk.notice()
    await _a_question_is_answered(talk)
    await _a_wrong_statement_is_hidden(talk)


async def _a_question_is_answered(talk: Talk) -> None:
    shown = await talk.slash(ADA, QUESTION)
    await talk.click(ADA, shown, "Ask the moderators")
    notice = await talk.notice()
    talk.interactions = 0
    await talk.fill_in(MAX, notice, "Answer", {"text": ANSWER})
    assert talk.interactions <= 4
    talk.lines.append(f"(the moderator needed {talk.interactions} interactions)\n")
    await talk.direct_message(ADA, "D1")
    found = await talk.slash(BEN, IN_OTHER_WORDS)
    assert ANSWER in "\n".join(lines(found.blocks))


async def _a_wrong_statement_is_hidden(talk: Talk) -> None:
    shown = await talk.slash(BEN, "salary ml senior")
    wrong = {"wrong": "KORE1's figures are far above what companies pay here."}
    await talk.report(BEN, shown, wrong)
    waiting = await talk.click(MAX, await talk.notice(), "Show what's waiting")
    which = await talk.click(MAX, waiting, "Hide a statement")
    await talk.fill_in(MAX, which, "Hide", {"reason": "These are US figures"})
    await talk.direct_message(BEN, "D2")
    await talk.slash(ADA, "salary ml senior")


@pytest.fixture
async def taught(content: Content, database: str) -> AsyncIterator[App]:
    app = App(content, clock=lambda: NOW, open_store=lambda: Store.open(database))
    yield app
    await app.close()


@pytest.mark.parametrize("mode", MODES)
async def test_a_community_that_teaches_reads_as_the_transcript(
    taught: App, request: pytest.FixtureRequest, mode: str
) -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES)
        slack.add_channel("GSTAFF", MAX, ADA, BEN, BOT, private=True, called="staff")
        talk = Talk(slack)
        async with serve_slack(taught, slack, mode):
            await teach(talk)
        assert not slack.missed
        assert not slack.unsafe_mentions
    found = "\n".join(talk.lines)
    if request.config.getoption("--write-goldens"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")
