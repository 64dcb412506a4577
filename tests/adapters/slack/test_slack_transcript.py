"""A member's conversation on Slack in both modes, compared with a transcript."""

from pathlib import Path
from typing import TypeVar

import pytest
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import lines, visible_text, walk
from slack_server.server import LoopbackSlack
from slack_server.world import Message, View

from bot.app import App
from content import Content
from storage import Store

S = TypeVar("S", Message, View)
GOLDEN = Path(__file__).parents[2] / "goldens" / "slack-transcript.txt"


class Talk:
    """Acts as a member, and records what the member sees."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self.slack = slack
        self.lines: list[str] = []

    async def slash(self, name: str, text: str = "") -> Message:
        self.lines.append(f"> /{name} {text}".rstrip())
        return self.saw(await (await self.slack.slash(f"/{name}", text)).message())

    async def opens(self, name: str, text: str = "") -> View:
        self.lines.append(f"> /{name} {text}".rstrip())
        return self.saw(await (await self.slack.slash(f"/{name}", text)).view())

    async def clicks(self, surface: S, text: str) -> None:
        """Click a button that changes its own message or view."""
        self.lines.append(f"> [{text}]")
        await (await self.slack.click(surface, text=text)).answered()
        self.saw(surface)

    async def chooses(self, surface: S, text: str) -> None:
        """Choose a line of the "More…" menu, which changes its own message or view."""
        self.lines.append(f"> [More…] {text}")
        await (await self.slack.choose(surface, text, placeholder="More…")).answered()
        self.saw(surface)

    async def shares(self, message: Message) -> Message:
        self.lines.append("> [Share]")
        clicked = await self.slack.click(message, text="Share")
        return self.saw(await clicked.message())

    async def writes(self, text: str) -> Message:
        """Write to the bot in its direct messages."""
        self.lines.append(f"> (direct message) {text}")
        return self.saw(await (await self.slack.direct_message(text)).post())

    def saw(self, surface: S, kind: str = "") -> S:
        if isinstance(surface, Message) and not surface.channel.startswith("D"):
            kind = "only you see this" if surface.shown_to else "everybody sees this"
        self.lines.append("\n".join([f"({kind or _kind(surface)})", *lines(surface.blocks)]) + "\n")
        return surface


def _kind(surface: Message | View) -> str:
    return "a modal" if isinstance(surface, View) else "the bot's direct messages"


def kinds(surface: Message | View) -> set[str]:
    return {str(block["type"]) for block in surface.blocks}


def button(surface: Message | View) -> str:
    found = (node for node in walk(surface.blocks) if node.get("type") == "button")
    return str(next(found)["text"]["text"])


async def first_half(talk: Talk) -> View:
    answer = await talk.slash("crossroads", "compare ai ml")
    await talk.clicks(answer, "Pay")
    await talk.clicks(answer, "Back")
    await talk.chooses(answer, "About these sources")
    await talk.clicks(answer, "Back")
    card = await talk.shares(answer)
    talk.lines.append("> somebody else: [Get this privately]")
    own = await talk.slack.click(card, text="Get this privately", user="U2")
    talk.saw(await own.message())
    said = await talk.writes("interview ai")
    await talk.clicks(said, "For interviewers")
    await talk.clicks(said, "Back")
    await talk.chooses(said, "Plan: AI Engineer")
    await talk.clicks(said, "Back")
    pay = await talk.slash("crossroads", "sallary ml senor")
    await talk.clicks(pay, button(pay))
    await talk.clicks(pay, "Chart")
    await talk.slack.until(lambda: "image" in kinds(pay), "the picture")
    talk.lines.append("(a moment later)")
    talk.saw(pay)
    await talk.clicks(pay, "Back")
    form = await talk.opens("interview")
    sent = await talk.slack.submit_view(form, {"role": "AI Engineer"})
    await sent.answered()
    talk.lines.append("> Role: AI Engineer [Submit]\n")
    quiz = await talk.opens("quiz", "hire")
    for _ in range(3):
        await talk.clicks(quiz, button(quiz))
    return quiz


async def second_half(talk: Talk, quiz: View) -> None:
    await (await talk.slack.open_home()).answered()
    home = talk.slack.home()
    assert home is not None
    talk.lines.append("> Home")
    talk.saw(home, "Home")
    while "Your result:" not in visible_text(quiz.blocks):
        await talk.clicks(quiz, button(quiz))
    await talk.clicks(quiz, "Why exactly?")
    await talk.clicks(quiz, "Back")
    talk.lines.append("> [Share]")
    where = await (await talk.slack.click(quiz, text="Share")).view()
    talk.saw(where)
    talk.lines.append("> Where to: C1 [Share]")
    talk.saw(await (await talk.slack.submit_view(where, {"Where to": "C1"})).message())
    await talk.slack.until(lambda: "Your results" in visible_text(home.blocks), "Home is new")
    talk.lines.append("> Home")
    talk.saw(home, "Home")
    asked = await talk.slash("privacy", "delete")
    await talk.clicks(asked, "Delete everything")
    await talk.slash("results")


@pytest.mark.parametrize("mode", MODES)
async def test_a_talk_reads_as_the_transcript(
    content: Content, database: str, mode: str, request: pytest.FixtureRequest, app: App
) -> None:
    def fresh() -> App:
        return App(content, clock=app._clock, open_store=lambda: Store.open(database))  # noqa: SLF001

    async with LoopbackSlack() as slack:
        talk, first = Talk(slack), fresh()
        async with serve_slack(first, slack, mode):
            quiz = await first_half(talk)
        await first.close()
        talk.lines.append("(the bot is restarted)\n")
        second = fresh()
        async with serve_slack(second, slack, mode):
            await second_half(talk, quiz)
        await second.close()
        assert not slack.refused
        assert not slack.missed
        assert not slack.unsafe_mentions
    found = "\n".join(talk.lines)
    if request.config.getoption("--write-goldens"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")
