"""The slash commands that Discord shows: few names, with subcommands for moderators."""

import copy
from collections.abc import AsyncIterator, Iterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import Json
from discord_server.server import LoopbackDiscord

from adapters.discord.commands import command_payloads, commands_equal
from bot.app import App
from bot.command import Permission

FOR_MEMBERS = set(
    "compare salary tools quiz ask roadmap interview results community sources privacy help "
    "suggest".split()
)
GROUPS = {"tips", "schedule", "answers", "settings"}
MANAGE_GUILD = 1 << 5


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed


def test_members_see_thirteen_names_and_moderators_four_more(app: App) -> None:
    payloads = {each["name"]: each for each in command_payloads(app)}
    limited = {name for name, each in payloads.items() if each["default_member_permissions"]}
    assert (payloads.keys() - limited, limited) == (FOR_MEMBERS, GROUPS)
    for name in GROUPS:
        availability = payloads[name]["contexts"], payloads[name]["integration_types"]
        assert availability == ([0], [0])
        assert payloads[name]["default_member_permissions"] == str(MANAGE_GUILD)


def test_every_listed_command_can_be_typed_and_no_other(app: App) -> None:
    payloads = command_payloads(app)
    typed = {
        each["name"] if part is each else f"{each['name']}-{part['name']}"
        for each in payloads
        for part in ([each] if each["name"] in FOR_MEMBERS else each["options"])
    }
    assert typed == {each.name for each in app.visible_on("discord")}


def test_what_a_form_asks_for_is_not_required_to_be_typed(app: App) -> None:
    for command in app.visible_on("discord"):
        if command.form is not None:
            options = _options(command_payloads(app), command.words.split())
            required = {each["name"] for each in options if each["required"]}
            assert required == command.required - set(command.form.fields), command.name


def test_what_only_a_form_carries_is_not_offered(app: App) -> None:
    options = _options(command_payloads(app), ["answers", "edit"])
    assert "item" in {each["name"] for each in options}
    assert "seen" not in {each["name"] for each in options}


def test_nothing_is_offered_that_discord_does_not_have(app: App) -> None:
    for command in app.visible_on("discord"):
        offered = {each["name"] for each in _options(command_payloads(app), command.words.split())}
        others = {
            name
            for name, arg in command.args.items()
            if arg.platforms and "discord" not in arg.platforms
        }
        assert not offered & others


def _options(payloads: list[Json], words: list[str]) -> list[Json]:
    holder = {"options": payloads}
    for word in words:
        holder = next(each for each in holder["options"] if each["name"] == word)
    return holder["options"]


def test_a_change_in_a_subcommand_is_noticed(app: App) -> None:
    declared = command_payloads(app)
    assert commands_equal(declared, copy.deepcopy(declared))
    count = 0
    for changed, holder in _each_nested(declared):
        holder["description"] += "!"
        assert not commands_equal(declared, changed)
        count += 1
    assert count > 50


def _each_nested(declared: list[Json]) -> Iterator[tuple[list[Json], Json]]:
    """Yield copies of the declared commands, each with one nested option in it to change."""
    for at, command in enumerate(declared):
        for inner, option in enumerate(command["options"]):
            changed = copy.deepcopy(declared)
            yield changed, changed[at]["options"][inner]
            for innermost in range(len(option.get("options", ()))):
                changed = copy.deepcopy(declared)
                yield changed, changed[at]["options"][inner]["options"][innermost]


async def test_a_group_can_not_be_used_bare(discord: LoopbackDiscord) -> None:
    for name in GROUPS:
        with pytest.raises(LookupError, match="choose one of"):
            await discord.slash(name, permissions=MANAGE_GUILD)


async def test_a_subcommand_and_its_options_reach_the_bot(
    keeping: App, discord: LoopbackDiscord
) -> None:
    channel = discord.guild.channel.id
    when = {"day": "Monday", "time": "9:00", "zone": "Europe/Berlin"}
    given = {"channel": str(channel), **when}
    made = await discord.slash("schedule new", given, permissions=MANAGE_GUILD)
    assert f"<#{channel}>" in (await made.answer()).text
    role = discord.guild.add_role("path found")
    badge = {"outcome": "which-path/ai-engineer", "role": str(role.id)}
    mapped = await discord.slash("settings-badges", badge, permissions=MANAGE_GUILD)
    assert f"<@&{role.id}>" in (await mapped.answer()).text


def test_moderators_permission_is_that_of_their_group(app: App) -> None:
    for command in app.visible_on("discord"):
        assert (command.permission is Permission.MODERATORS) == (command.group is not None)
