"""Every example of every command, on every adapter, held against its golden file."""

from pathlib import Path

import pytest
from replies import strings, words

import bot.commands
from adapters.terminal import render, to_text
from bot.app import App
from bot.call import Who
from bot.command import discover
from bot.reply import Outcome

GOLDENS = Path(__file__).parent / "goldens"
WIDTH = 80
WHO = Who("test:1")
EXAMPLES = {
    f"{command.name}-{number}": example
    for command in discover(bot.commands).values()
    for number, example in enumerate(command.examples, 1)
}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_answer_shows_what_the_example_promises(keeping: App, name: str) -> None:
    reply = await keeping.typed(EXAMPLES[name].typed, WHO)
    assert reply.outcome is Outcome.DONE
    everything = "\n".join(strings(reply.nodes))
    for shown in EXAMPLES[name].shows:
        assert shown in everything


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_terminal_draws_the_golden_answer(
    keeping: App, name: str, request: pytest.FixtureRequest
) -> None:
    reply = await keeping.typed(EXAMPLES[name].typed, WHO)
    rendered = render(reply, WIDTH, keeping.line)
    losses = "".join(f"loss: {loss}\n" for loss in rendered.losses)
    drawn = "\n".join(to_text(message, WIDTH) for message in rendered.messages)
    found = f"> {EXAMPLES[name].typed}\n{losses}\n{drawn}"
    golden = GOLDENS / "terminal" / f"{name}.txt"
    if request.config.getoption("--write-goldens"):
        golden.write_text(found, encoding="utf-8")
    assert golden.exists(), "a new example: run `make goldens`, read the file, commit it"
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [40, 60, 100])
async def test_every_word_is_drawn_at_every_width(keeping: App, name: str, width: int) -> None:
    reply = await keeping.typed(EXAMPLES[name].typed, WHO)
    drawn = "".join(to_text(each, width) for each in render(reply, width).messages)
    assert max(map(len, drawn.splitlines())) <= width
    if width > 40:  # an address may be longer than the narrowest line
        assert [word for word in words(reply) if word not in drawn] == []


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_choice_of_an_answer_is_a_call_that_works(keeping: App, name: str) -> None:
    reply = await keeping.typed(EXAMPLES[name].typed, WHO)
    for choice in reply.choices():
        assert (await keeping.handle(choice.call, WHO)).outcome is Outcome.DONE, choice
        assert keeping.parse(keeping.line(choice)) == choice.call


def test_no_golden_is_left_over() -> None:
    files = {path.stem for path in (GOLDENS / "terminal").iterdir()}
    assert files <= set(EXAMPLES)
