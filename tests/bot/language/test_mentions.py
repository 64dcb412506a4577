"""Mentions in what people typed are shown as mentions, and the ids behind them never are."""

import re

import pytest

from adapters.discord.rendering.markdown import to_markdown as on_discord
from adapters.discord.rendering.render import render as discord
from adapters.shared.tables import plain_text
from adapters.slack.rendering.render import render as slack
from adapters.slack.rendering.rich_text import to_elements
from adapters.terminal.inline import render_prose as in_terminal
from bot.app import App
from bot.call import Call, Caller
from bot.command import truncate
from bot.language.mentions import anonymize_mentions, split_mentions
from bot.reply import Action, Actions, Channel, Column, Mention, Paragraph, Prose, Reply, Table

IDS = re.compile(r"(slack|discord|terminal):|\b[UCSTGDW]\d|\d{15}|<[@#]")
N = "1" * 17
SOMEBODY = (
    Mention("slack:T1/U2"), Mention("slack:T1/S2"), Channel("slack:T1/C2"),
    Mention("discord:123456789012345678"), Mention("discord:role/123456789012345678"),
    Channel("discord:123456789012345678"), Mention("terminal:local"), Mention("test:1"),
)  # fmt: skip


def test_what_is_mentioned_is_told_apart_from_words() -> None:
    typed = 'ask "slack:T1/U2" in slack:T1/C3 or "slack:T1/S4", '
    typed += f"<@!{N}5> and <@&{N}6> in <#{N}7> discord:{N}8"
    assert list(split_mentions(typed)) == [
        "ask ", Mention("slack:T1/U2"), " in ", Channel("slack:T1/C3"), " or ",
        Mention("slack:T1/S4"), ", ", Mention(f"discord:{N}5"), " and ",
        Mention(f"discord:role/{N}6"),
        " in ", Channel(f"discord:{N}7"), " ", Channel(f"discord:{N}8"),
    ]  # fmt: skip
    assert anonymize_mentions(typed) == (
        "ask @member in #channel or @group, @member and @group in #channel #channel"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "slack: a tool",
        "a < b",
        "discord:me",
        "discord:2026",
        "see slack:2026/Q3",
        f"discord:{N}1234",
        "mail <@home>",
    ],
)
def test_words_stay_words(text: str) -> None:
    assert "".join(map(str, split_mentions(text))) == anonymize_mentions(text) == text


def test_a_mention_is_never_cut_in_two() -> None:
    typed = 'compare with what "slack:T012345/U0123456789" earns, if anything is known of that'
    for longest in range(5, 60):
        assert not IDS.search(anonymize_mentions(truncate(typed, longest)))


@pytest.mark.parametrize("who", SOMEBODY, ids=lambda who: who.id)
def test_who_has_no_name_here_is_shown_without_an_id(who: Mention | Channel) -> None:
    shown = [each.get("text", "") for each in to_elements((who,), {})]
    assert not IDS.search("".join(shown) + in_terminal((who,)).plain)
    if not who.id.startswith("discord:"):
        assert not IDS.search(on_discord((who,)))


def test_a_mention_appears_as_one_on_each_platform() -> None:
    names = {"slack:T1/U2": "Lea"}
    said = '“"slack:T1/U2" salary ml” is no question'
    shown = to_elements(said, names)
    assert [each["text"] for each in shown if each["type"] == "text"][1] == "@Lea"
    assert {"type": "channel", "channel_id": "C2"} in to_elements("see slack:T1/C2", names)
    assert on_discord(f"<@{N}5> or <@&{N}6> in <#{N}7>") == f"<@{N}5> or <@&{N}6> in <#{N}7>"
    assert plain_text(f"ask <@{N}5>") == plain_text("ask slack:T1/U2") == "ask @member"
    assert in_terminal(f"ask discord:role/{N}").plain == "ask @group"


@pytest.mark.parametrize("tagged", ["slack:T1/U2", "discord:123456789012345678", "slack:T1/C2"])
def test_no_label_or_cell_holds_an_id(tagged: str) -> None:
    cell: Prose = f'about "{tagged}"'
    choice = Action(f"schedule-new {tagged} monday", Call("tips", {"channel": tagged}))
    many = Actions(tuple(Action(f"{each} {tagged}", Call("help")) for each in range(30)))
    reply = Reply(
        "Done.",
        (
            Table((Column("a"),), ((cell,),)),
            Actions((choice,)),
            many,
            Paragraph(cell),
        ),
    )
    for message in slack(reply).messages:
        assert tagged not in message.text
        assert not [each for each in _texts(message.blocks) if re.search("(slack|discord):", each)]
    for shown in discord(reply).messages:
        assert not [each for each in _texts(shown.components) if re.search("slack:|discord:", each)]


async def test_a_refusal_shows_no_id(app: App) -> None:
    for line in ('"slack:T012345/U012345678" salary ml', "salary <@123456789012345678>", "tips x"):
        reply = await app.handle_line(line, Caller("slack:T1/U1"))
        for message in slack(reply).messages:
            assert "slack:" not in message.text
        assert not IDS.search(in_terminal(reply.answer).plain)


async def test_help_on_a_channel_shows_no_id(app: App) -> None:
    moderator = Caller("test:1", moderator=True)
    reply = await app.handle(Call("help", {"command": "schedule-new"}), moderator)
    assert not re.search("slack:|discord:", str((reply.answer, reply.nodes, reply.actions())))


def _texts(part: object) -> list[str]:
    """Return the visible texts, not the data of buttons."""
    if isinstance(part, dict):
        kept = {key: each for key, each in part.items() if key not in {"value", "custom_id"}}
        return [text for each in kept.values() for text in _texts(each)]
    if isinstance(part, list | tuple):
        return [text for each in part for text in _texts(each)]
    return [part] if isinstance(part, str) else []
