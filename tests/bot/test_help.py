"""The command `help`."""

import re

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.first_steps import FIRST_STEPS
from bot.reply import Bullets, CommandLine, Fields, Item, Outcome, Paragraph, Reply

ANYBODY = Caller("discord:1", community="discord:3")
MODERATOR = Caller("discord:2", moderator=True, community="discord:3")


def labels(reply: Reply) -> list[str]:
    return [each.label for each in reply.actions()]


def listed_commands(reply: Reply) -> list[str]:
    """Return the commands of the list, one for each of its lines."""
    (items,) = [node.items for node in reply.nodes if isinstance(node, Bullets)]
    return [str(item[0].line) for item in items if isinstance(item[0], CommandLine)]


async def test_help_lists_each_members_command_on_a_line_and_five_things_to_try(app: App) -> None:
    reply = await app.handle(Call("help"), ANYBODY)
    members = [name for name, each in app.commands.items() if each.is_for_members]
    assert listed_commands(reply) == [name for name in members if name != "help"]
    assert len(reply.buttons) == 5
    assert [each.label for each in reply.more] == [
        f"How {name} works" for name in listed_commands(reply)
    ]


GROUPS = ("answers", "schedule", "settings", "tips")


def group_buttons(reply: Reply) -> dict[str, Call]:
    items = [each for each in reply.nodes if isinstance(each, Item)]
    return {str(each.prose[0].line): each.action.call for each in items
            if isinstance(each.prose[0], CommandLine)}  # fmt: skip


async def test_moderators_also_see_the_groups_of_their_commands(app: App) -> None:
    member, moderator = [await app.handle(Call("help"), caller) for caller in (ANYBODY, MODERATOR)]
    assert member.nodes[0] == moderator.nodes[0]
    assert member.buttons == moderator.buttons == FIRST_STEPS
    assert "tips " not in str(member)
    groups = {each: Call("help", {"command": each}) for each in GROUPS}
    assert [each.call for each in moderator.more[: len(groups)]] == [*groups.values()]
    assert moderator.more[len(groups) :] == member.more
    below = moderator.nodes[1]
    assert isinstance(below, Paragraph)
    assert [each.line for each in below.prose if isinstance(each, CommandLine)] == [
        "help moderators"
    ]
    listed = await app.handle_line("help moderators", MODERATOR)
    assert group_buttons(listed) == groups


@pytest.mark.parametrize("platform", ["discord", "slack"])
@pytest.mark.parametrize("group", GROUPS)
async def test_a_group_lists_the_commands_that_the_platform_offers(
    app: App, platform: str, group: str
) -> None:
    who = Caller(f"{platform}:T1/U1", moderator=True, community=f"{platform}:T1")
    reply = await app.handle_line(f"help {group}", who)
    expected = [
        each.words for each in app.visible_on(platform) if each.words.startswith(f"{group} ")
    ]
    assert listed_commands(reply) == expected
    assert ("settings badges" in expected) is ((platform, group) == ("discord", "settings"))
    assert [each.label for each in reply.more] == [f"How {each} works" for each in expected]
    assert reply.buttons[0].call == app.parse(group)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("help tips add", "tips-add"),
        ("help tips-add", "tips-add"),
        ("help schedule post now", "schedule-post-now"),
        ("help badges", "settings-badges"),
        ("help faq", "ask"),
    ],
)
async def test_a_command_in_a_group_is_explained_by_any_of_its_names(
    app: App, line: str, command: str
) -> None:
    reply = await app.handle_line(line, MODERATOR)
    assert reply.return_to == Call("help", {"command": command})


@pytest.mark.parametrize(
    "line", ["help moderators", "help tips", "help tips-add", "help tips-add details"]
)
async def test_a_member_gets_no_help_on_moderators_commands(app: App, line: str) -> None:
    reply = await app.handle_line(line, ANYBODY)
    assert reply.outcome is Outcome.REFUSED
    assert "is for moderators" in str(reply.answer)
    assert labels(reply) == ["What you can ask"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("help doctor", "check whether all parts of the bot work"),  # without options
        ("help salary", "Also: pay"),
        ("help tips-add", "tips add"),  # a moderators' command: explained, not run
        ("help suggest", "the text of the tip (required)"),  # free text
        ("help quiz", "which quiz"),
        ("help salary details", "never averaged"),
        ("help salary details", "junior, mid, senior"),
        ("help salary details", "salary [role] [level]"),
    ],
)
async def test_help_explains_every_kind_of_command(keeping: App, line: str, shown: str) -> None:
    assert shown in str(await keeping.handle_line(line, MODERATOR))


async def test_every_option_of_every_command_is_described(app: App) -> None:
    for command in app.commands.values():
        reply = await app.handle(Call("help", {"command": command.name}), MODERATOR)
        options = [label for node in reply.nodes if isinstance(node, Fields)
                   for label, _ in node.items]  # fmt: skip
        assert options == [*command.args]
        assert "Details" in labels(reply)
        assert reply.return_to == Call("help", {"command": command.name})


async def test_help_leaves_out_what_the_platform_does_not_have(app: App) -> None:
    discord, slack = [
        Caller(f"{tag}:T1/U1", moderator=True, community=f"{tag}:T1")
        for tag in ("discord", "slack")
    ]
    for line, word in (("help schedule edit", "thread"), ("help schedule edit details", "thread")):
        assert f"'{word}'" in str(await app.handle_line(line, discord))
        assert f"'{word}'" not in str(await app.handle_line(line, slack))
    assert (await app.handle_line("help settings badges", discord)).outcome is Outcome.DONE
    refused = await app.handle_line("help settings badges", slack)
    assert refused.outcome is Outcome.REFUSED
    assert "only works on Discord" in str(refused.answer)


async def test_help_on_a_moderator_command_offers_no_examples_to_run(keeping: App) -> None:
    reply = await keeping.handle_line("help tips-starter", MODERATOR)
    assert {each.call.command for each in reply.actions()} == {"help"}


async def test_examples_are_buttons_that_make_the_calls_of_their_lines(app: App) -> None:
    reply = await app.handle_line("help salary", ANYBODY)
    tried = [each.call for each in reply.actions() if each.label.startswith("Try: ")]
    examples = [app.parse(each.line) for each in app.commands["salary"].examples]
    assert sorted(map(Call.to_line, tried)) == sorted(map(Call.to_line, examples))


async def test_help_and_examples_show_no_platform_ids(keeping: App) -> None:
    for command in keeping.commands.values():
        told = [
            str(await keeping.handle_line(line, MODERATOR))
            for line in (f"help {command.name}", f"help {command.name} details")
        ]
        examples = " ".join(each.line for each in command.examples)
        assert not re.search(r"(?:test|slack|discord):\w", examples), command.name
        assert not re.search(r"(?:test|slack|discord):\w", " ".join(told)), command.name
