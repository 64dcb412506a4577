"""Every adapter renders all of a reply, within its platform's limits."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from adapter_renderings import SURFACES, AdapterRendering, Surface
from hypothesis import given, settings
from random_replies import replies

import bot.commands
from adapters.shared import action_codec
from bot.app import App
from bot.call import Call, Caller
from bot.registry import discover_commands
from bot.reply import (
    Action,
    Actions,
    Bullets,
    CodeBlock,
    Fields,
    Heading,
    Mention,
    Node,
    Outcome,
    Paragraph,
    Prose,
    Reply,
    Sources,
    Table,
)

WHO = Caller("test:1", moderator=True)
EXAMPLES = [
    example.line
    for command in discover_commands(bot.commands).values()
    for example in command.examples
]
NODES = {"table", "snippet", "picture", "choice"}


@pytest.fixture(params=SURFACES)
def surface(request: pytest.FixtureRequest) -> Surface:
    return SURFACES[request.param]


@settings(max_examples=100)
@given(replies)
def test_every_word_is_shown_within_every_limit(reply: Reply) -> None:
    for name, surface in SURFACES.items():  # creating a reply takes longer than rendering it
        drawn = surface(reply)
        assert drawn.missing_words(reply) == [], name
        assert drawn.faults == (), name
        assert drawn.notified == (), name
        _degradations_are_declared(reply, drawn)
        assert surface(reply) == drawn, name


def _degradations_are_declared(reply: Reply, drawn: AdapterRendering) -> None:
    lost = {loss.node for loss in drawn.losses}
    assert lost <= NODES
    assert len(set(drawn.losses)) == len(drawn.losses)


def calls(drawn: AdapterRendering) -> list[str]:
    """Return the commands of the buttons, without repeats."""
    return sorted({call.to_line() for call in drawn.calls})


def test_every_action_makes_its_call(surface: Surface) -> None:
    for count in (1, 10, 11, 60):
        options = tuple(Action(f"choice {n}", Call("help", {"n": str(n)})) for n in range(count))
        reply = Reply("on", (Actions(options),))
        drawn = surface(reply)
        assert calls(drawn) == sorted(each.call.to_line() for each in options)
        assert [each.label for each in options if each.label not in drawn.text] == []


@pytest.mark.parametrize(
    "text",
    ["@everyone @here", "<@1> <@&1> <#1>", "<!here> <!channel> <!subteam^S1>", "<@U1|x>",
     "[x](javascript:1)", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\x00b\ud800"],
    ids=ascii,
)  # fmt: skip
def test_no_text_notifies_anybody_or_contains_control_characters(
    surface: Surface, text: str
) -> None:
    nodes: tuple[Node, ...] = (
        Heading(text), Paragraph((text, Mention("slack:T1/U1"))), Bullets((text,)),
        Fields(((text, text),)), CodeBlock(text), Sources((text,)),
        Actions((Action(text, Call("help")),)),
    )  # fmt: skip
    drawn = surface(Reply(text, nodes))
    assert drawn.faults == ()
    assert drawn.notified == ()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", drawn.text)


@pytest.mark.parametrize("line", ["sallary ml", "salary wizard", "interview", "compare ai ai", "♞"])
async def test_a_refusal_is_shown_with_its_actions(app: App, surface: Surface, line: str) -> None:
    reply = await app.handle_line(line, WHO)
    assert reply.outcome is Outcome.REFUSED
    drawn = surface(reply)
    assert drawn.missing_words(reply) == []
    assert calls(drawn) == sorted({choice.call.to_line() for choice in reply.actions()})


async def test_a_bug_shows_its_incident_number(app: App, surface: Surface) -> None:
    async def broken(*_: object, **__: object) -> Reply:
        raise ZeroDivisionError

    commands = {**app.commands, "help": replace(app.commands["help"], run=broken)}
    reply = await App(app.content, commands).handle(Call("help"), WHO)
    assert reply.outcome is Outcome.BUG
    assert re.search(r"Incident [0-9a-f]{8}", surface(reply).text)


@pytest.mark.parametrize(
    "code",
    ["", "x", "r|", "r|nothing", "r|salary|level", "r|salary|level=god", "r|quiz-answer|take=1",
     "r|quiz-answer|take=1|item=maths|pick=a", "r|results|take=1", "r|quiz-share|take=1",
     "r|privacy|deed=everything", "r~abc", "r|salary|__class__=x", "r|badges|outcome=x"],
)  # fmt: skip
async def test_a_forged_code_is_ignored_or_refused(keeping: App, code: str) -> None:
    found = action_codec.decode(code)
    if found is not None:
        reply = await keeping.handle(found.call, Caller("test:mallory"))
        assert reply.outcome is Outcome.REFUSED
        assert await (await keeping.store()).attempts.list_by_owner("test:mallory") == ()


def statements(reply: Reply) -> Iterator[str]:
    """Yield each fact of a reply as one text, in reading order."""
    for node in reply.nodes:
        match node:
            case Heading(text) | CodeBlock(text):
                yield text
            case Paragraph(prose):
                yield spoken(prose)
            case Bullets(items) | Sources(items):
                yield from map(spoken, items)
            case Fields(items):
                yield from (f"{label} {spoken(prose)}" for label, prose in items)
            case Table(_, rows):
                yield from (" ".join(map(spoken, row)) for row in rows)
            case Actions(options):
                yield from (option.label for option in options)


def spoken(prose: Prose) -> str:
    parts = (prose,) if isinstance(prose, str) else prose
    return "".join(part if isinstance(part, str) else getattr(part, "text", "") for part in parts)


def plain_words(text: str) -> list[str]:
    """Return the words of a text without markup, rules and bullets."""
    return re.findall(r"[\w$£€%.,–−+-]*[\w$£€%]", re.sub(r"[*_`~\\]", "", text))


def is_on_page(statement: str, page: list[str]) -> bool:
    """Return True if *page* has the words of *statement* in order, perhaps with others between."""
    wanted = plain_words(statement)
    if not wanted:
        return True
    window = 2 * len(wanted) + 60
    starts = [at for at, word in enumerate(page) if word == wanted[0]]
    return any(_follow(wanted, iter(page[start : start + window])) for start in starts)


def _follow(wanted: list[str], page: Iterator[str]) -> bool:
    return all(word in page for word in wanted)


async def test_no_fact_of_an_example_is_lost(keeping: App, surface: Surface) -> None:
    for line in EXAMPLES:
        reply = await keeping.handle_line(line, WHO)
        page = plain_words(surface(reply).text)
        lost: list[Any] = [each for each in statements(reply) if not is_on_page(each, page)]
        assert lost == [], line


async def test_a_lost_fact_would_be_found(keeping: App) -> None:
    reply = await keeping.handle_line("salary ml senior", WHO)
    page = plain_words(SURFACES["slack"](reply).text.replace("$185K", "$158K"))
    lost = [each for each in statements(reply) if not is_on_page(each, page)]
    assert any("$185K–$230K" in each for each in lost)
