"""Every example of every command, on every adapter, held against its golden file."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord_server.plain_text import as_text
from random_replies import strings, words
from slack_server import plain_text
from started_tips import tips_begun

import bot.commands
from adapters.discord.rendering import render as discord
from adapters.slack.rendering import render as slack
from adapters.terminal import render, to_text
from bot.app import App
from bot.call import Call, Caller
from bot.registry import discover_commands
from bot.reply import Outcome, Reply
from content import Content

GOLDENS = Path(__file__).parent / "goldens"
WIDTH = 80
CODE = re.compile(r"\b[A-HJ-NP-Z2-9]{10}\b")
WHO = Caller("test:1", moderator=True)
EXAMPLES = {
    f"{command.name}-{number}": example
    for command in discover_commands(bot.commands).values()
    for number, example in enumerate(command.examples, 1)
}
CACHEABLE = [
    f"{command.name}-{number}"
    for command in discover_commands(bot.commands).values()
    if command.cacheable
    for number, _ in enumerate(command.examples, 1)
]


@pytest.fixture(autouse=True)
async def community(request: pytest.FixtureRequest, keeping: App, tmp_path: Path) -> None:
    """Give the examples of moderators a queue and a schedule to work on."""
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    if name and str(name).startswith("tip"):
        await tips_begun(keeping, WHO, tmp_path / "square.db", str(name))


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_answer_shows_what_the_example_promises(keeping: App, name: str) -> None:
    reply = await keeping.handle_line(EXAMPLES[name].line, WHO)
    assert reply.outcome is Outcome.DONE
    everything = "\n".join(strings(reply.nodes))
    for shown in EXAMPLES[name].shows:
        assert shown in everything


def on_terminal(app: App, call: Call, reply: Reply) -> str:
    del call  # choices are shown as what to type
    rendered = render(reply, WIDTH, app.line_for)
    losses = "".join(f"loss: {loss}\n" for loss in rendered.degradations)
    return f"{losses}\n" + "\n".join(to_text(message, WIDTH) for message in rendered.messages)


def on_discord(app: App, call: Call, reply: Reply) -> str:
    share = app.commands[call.command].is_shareable
    return as_text(discord.render(reply, call, share=share))


def on_slack(app: App, call: Call, reply: Reply) -> str:
    share = app.commands[call.command].is_shareable
    return plain_text.as_text(slack.render(reply, call, share=share))


PLATFORMS = {"terminal": on_terminal, "discord": on_discord, "slack": on_slack}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_platform_draws_the_golden_answer(
    keeping: App, name: str, platform: str, request: pytest.FixtureRequest
) -> None:
    typed = EXAMPLES[name].line
    reply = await keeping.handle_line(typed, WHO)
    found = f"> {typed}\n" + PLATFORMS[platform](keeping, keeping.parse(typed), reply)
    found = CODE.sub("CODECODE22", found) if name.startswith("tips-link") else found  # random
    golden = GOLDENS / platform / f"{name}.txt"
    if request.config.getoption("--write-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert golden.exists(), "a new example: run `make goldens`, read the file, commit it"
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CACHEABLE)
async def test_a_cached_answer_is_the_same_under_two_clocks(content: Content, name: str) -> None:
    apps = (
        App(content, clock=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC)),
        App(content, clock=lambda: datetime(2027, 12, 26, 12, tzinfo=UTC)),
    )
    early, late = [await app.handle_line(EXAMPLES[name].line, WHO) for app in apps]
    assert early == late
    assert await apps[0].handle_line(EXAMPLES[name].line, Caller("test:2")) is early, "it is kept"


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [40, 60, 100])
async def test_every_word_is_drawn_at_every_width(keeping: App, name: str, width: int) -> None:
    reply = await keeping.handle_line(EXAMPLES[name].line, WHO)
    drawn = "".join(to_text(each, width) for each in render(reply, width).messages)
    assert max(map(len, drawn.splitlines())) <= width
    if width > 40:  # an address may be longer than the narrowest line
        assert [word for word in words(reply) if word not in drawn] == []


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_choice_of_an_answer_is_a_call_that_works(keeping: App, name: str) -> None:
    reply = await keeping.handle_line(EXAMPLES[name].line, WHO)
    for choice in reply.actions():
        if not keeping.missing_arguments(choice.call):  # else a form is to be filled in
            assert (await keeping.handle(choice.call, WHO)).outcome is Outcome.DONE, choice
        assert keeping.parse(keeping.line_for(choice)) == choice.call


def test_no_golden_is_left_over() -> None:
    for platform in PLATFORMS:
        files = {path.stem for path in (GOLDENS / platform).iterdir()}
        assert files <= set(EXAMPLES)
