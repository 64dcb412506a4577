"""Each kind of reply node, compared with its golden file on each adapter."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from discord_server.plain_text import golden_text as discord_text
from slack_server.plain_text import golden_text as slack_text

from adapters.discord.rendering import render as discord
from adapters.slack.rendering import render as slack
from adapters.terminal import render, to_text
from bot.call import Call
from bot.presentation import Presentation
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Channel,
    Code,
    CodeBlock,
    Column,
    CommandLine,
    Emphasis,
    Fields,
    Heading,
    Image,
    Item,
    Link,
    Mention,
    Node,
    Paragraph,
    Progress,
    Reply,
    Sources,
    Table,
    Time,
)

GOLDENS = Path(__file__).parents[1] / "goldens" / "nodes"
CALL = Call("compare", {"a": "ai-engineer", "b": "ml-engineer"})
PROSE = (
    "Plain *text* with ", Bold("bold"), ", ", Emphasis("emphasis"), ", ", Code("code"), ", ",
    CommandLine("salary ml *senior*"), ", a ",
    Link("link", "https://example.org/a?b=c"), ", ", Mention("test:1"), ", ",
    Channel("test:2"), " and ", Time(datetime(2026, 11, 21, 12, 30, tzinfo=UTC)), ".",
)  # fmt: skip
LONG = "A sentence that is far too long for one line of a narrow terminal, so it has to be wrapped."
ACTIONS = tuple(
    Action(f"Level {number}", Call("salary", {"level": f"{number}"})) for number in range(12)
)
NODES: dict[str, tuple[Node, ...]] = {
    "heading": (Heading("Pay of *AI Engineers*"),),
    "paragraph": (Paragraph(PROSE), Paragraph(LONG)),
    "bullets": (Bullets(("One point.", PROSE, LONG)),),
    "fields": (Fields((("AI Engineer", "64 of 100"), ("Source", PROSE), ("Advice", LONG))),),
    "table": (
        Table((Column("level"), Column("pay")), (("junior", "$100K"), ("senior", "$185K"))),
        Table(
            (Column("level", nowrap=True), Column("pay", nowrap=True), Column("source")),
            (("junior", "$100K", (Bold("KORE1"),)), ("senior", "$185K–$230K", LONG)),
        ),
    ),
    "codeblock": (CodeBlock('{\n  "a": "*1*"\n}', "json"),),
    "image": (Image("chart.png", b"\x89PNG", "AI Engineer 64, ML Engineer 36."),),
    "sources": (
        Paragraph(LONG),
        Sources(("KORE1, 2026", (Link("Traecta", "https://example.org"), ", 2025"))),
    ),
    "actions": (Actions(ACTIONS[:3]), Actions(ACTIONS)),
    "item": (Item(PROSE, ACTIONS[0]), Item(LONG, ACTIONS[1])),
    "progress": (Progress(3, 14, "done"),),
}


def on_terminal(reply: Reply) -> str:
    rendered = render(reply, 60, lambda action: action.call.to_line())
    losses = "".join(f"loss: {loss}\n" for loss in rendered.degradations)
    return losses + "\n".join(to_text(message, 60) for message in rendered.messages)


def on_discord(reply: Reply) -> str:
    return discord_text(discord.render(reply, Presentation(call=CALL), {"salary": "123"}))


def on_slack(reply: Reply) -> str:
    return slack_text(slack.render(reply, Presentation(call=CALL)))


ADAPTERS = {"terminal": on_terminal, "discord": on_discord, "slack": on_slack}


@pytest.mark.parametrize("node", NODES)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_node_is_rendered_as_its_golden_file_says(
    adapter: str, node: str, request: pytest.FixtureRequest
) -> None:
    found = ADAPTERS[adapter](Reply("An answer.", NODES[node]))
    golden = GOLDENS / adapter / f"{node}.txt"
    if request.config.getoption("--write-goldens"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_every_kind_of_node_has_golden_files() -> None:
    assert set(NODES) == {kind.__name__.lower() for kind in get_args(Node)}
    written = {path.relative_to(GOLDENS).as_posix() for path in GOLDENS.glob("*/*")}
    assert written == {f"{adapter}/{node}.txt" for adapter in ADAPTERS for node in NODES}
