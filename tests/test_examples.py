"""Every example of every command: shown by every adapter, and one golden answer per command."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from adapter_renderings import SURFACES
from random_replies import words_in
from screens.inputs import stored_app
from started_tips import start_tips

import bot.commands
from adapters.terminal import render, to_text
from adapters.terminal.choices import Choices, render_menu
from bot.app import App
from bot.call import Caller
from bot.presentation import Presentation
from bot.registry import discover_commands
from bot.reply import Outcome
from content import Content

GOLDENS = Path(__file__).parent / "goldens" / "commands"
WIDTH = 80
CODE = re.compile(r"\b[A-HJ-NP-Z2-9]{10}\b")
WHO = Caller("test:1", moderator=True)
ON_DISCORD = Caller("discord:1", moderator=True)
DISCOVERED = discover_commands(bot.commands)
EXAMPLES = {
    f"{command.name}-{number}": example
    for command in DISCOVERED.values()
    for number, example in enumerate(command.examples, 1)
}
COMMANDS = {
    command.name: command.examples[0] for command in DISCOVERED.values() if command.examples
}
CACHEABLE = [
    f"{command.name}-{number}"
    for command in DISCOVERED.values()
    if command.cacheable
    for number, _ in enumerate(command.examples, 1)
]


def caller_for(name: str) -> Caller:
    """Return the caller of the example *name*, on a platform that offers its command."""
    command = DISCOVERED.get(name.rpartition("-")[0])
    return ON_DISCORD if command and not command.is_offered_on("test") else WHO


@pytest.fixture(autouse=True)
async def community(request: pytest.FixtureRequest, keeping: App, tmp_path: Path) -> None:
    """Create a queue and a schedule for the examples of moderators' commands."""
    params = getattr(getattr(request.node, "callspec", None), "params", {})
    name = str(params.get("name") or f"{params.get('command')}-1")
    if name.startswith(("answers", "tips", "schedule", "suggest", "settings-a", "settings-n")):
        await start_tips(keeping, WHO, tmp_path / "square.db", name)


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_adapter_shows_what_the_example_promises(keeping: App, name: str) -> None:
    reply = await keeping.handle_line(EXAMPLES[name].line, caller_for(name))
    assert reply.outcome is Outcome.DONE
    for adapter, draw in SURFACES.items():
        drawn = draw(reply)
        shown = " ".join(drawn.text.split())
        assert [promised for promised in EXAMPLES[name].shows if promised not in shown] == [], (
            adapter
        )
        assert drawn.missing_words(reply) == [], adapter
        assert {call.to_line() for call in drawn.calls} >= {
            action.call.to_line() for action in reply.actions()
        }, adapter
        assert (drawn.faults, drawn.notified) == ((), ()), adapter


@pytest.mark.parametrize("command", COMMANDS)
async def test_the_first_example_has_its_golden_answer(
    keeping: App, command: str, request: pytest.FixtureRequest
) -> None:
    line = COMMANDS[command].line
    rendered = render(
        await keeping.handle_line(line, caller_for(f"{command}-1")), WIDTH, keeping.line_for
    )
    losses = "".join(f"loss: {loss}\n" for loss in rendered.degradations)
    shown = "\n".join(to_text(message, WIDTH) for message in rendered.messages)
    found = f"> {line}\n{losses}\n{shown}"
    found = CODE.sub("CODECODE22", found) if command == "tips-share-code" else found  # random
    golden = GOLDENS / f"{command}.txt"
    if request.config.getoption("--write-goldens"):
        golden.write_text(found, encoding="utf-8")
    assert golden.exists(), "a new command: run `make goldens`, read the file, commit it"
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
async def test_every_word_is_drawn_at_every_width(keeping: App, name: str) -> None:
    reply = await keeping.handle_line(EXAMPLES[name].line, caller_for(name))
    menu = render_menu(Choices.of(reply, Presentation()))
    for width in (40, 60, 100):
        parts = (*render(reply, width).messages, menu)
        drawn = "".join(to_text(each, width) for each in parts)
        assert max(map(len, drawn.splitlines())) <= width
        if width > 40:  # a URL may be longer than the narrowest line
            assert [word for word in words_in(reply) if word not in drawn] == [], width


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_choice_of_an_answer_is_a_call_that_works(
    keeping: App, content: Content, name: str, tmp_path: Path
) -> None:
    reply = await keeping.handle_line(EXAMPLES[name].line, caller_for(name))
    changes = name.startswith(
        ("answers", "tips", "schedule")
    )  # so each choice needs a community of its own
    for nth, choice in enumerate(reply.actions()):
        assert keeping.parse(keeping.line_for(choice)) == choice.call
        if keeping.commands[choice.call.command].needs_form(choice.call):
            continue
        if not changes:
            who = caller_for(f"{choice.call.command}-1")
            assert (await keeping.handle(choice.call, who)).outcome is Outcome.DONE, choice
            continue
        async with stored_app(content, tmp_path / f"{nth}.db") as app:
            await start_tips(app, WHO, tmp_path / f"square-{nth}.db", name)
            again = await app.handle_line(EXAMPLES[name].line, WHO)
            same = next((each for each in again.actions() if each.label == choice.label), choice)
            assert (await app.handle(same.call, WHO)).outcome is Outcome.DONE, choice


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDENS.iterdir()} == set(COMMANDS)
