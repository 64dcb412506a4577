"""The loopback Discord refuses the command declarations that Discord refuses."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from discord_server.errors import Json
from discord_server.raw_client import RawClient, errors_at
from discord_server.server import LoopbackDiscord


@pytest.fixture
async def bot() -> AsyncIterator[RawClient]:
    async with LoopbackDiscord() as discord, RawClient(discord) as raw:
        await discord.ready()
        yield raw


def command(**more: Any) -> Json:
    return {"name": "compare", "description": "Compares two roles"} | more


def option(**more: Any) -> Json:
    return {"type": 3, "name": "first", "description": "The first role"} | more


def choices(count: int, **more: Any) -> list[Json]:
    return [{"name": f"Role {n}", "value": str(n)} | more for n in range(count)]


def group(*inner: Json) -> Json:
    return option(type=2, name="tips", options=list(inner))


LONG = [option(name=f"o{n}", description="x" * 100) for n in range(25)]
SUBCOMMANDS = [option(type=1, name=f"s{n}", options=LONG) for n in range(4)]
WRONG: dict[str, tuple[Json, str]] = {
    "capitals": (command(name="Compare"), "0.name"),
    "a space": (command(name="which path"), "0.name"),
    "a long name": (command(name="x" * 33), "0.name"),
    "no name": (command(name=None), "0.name"),
    "no description": (command(description=""), "0.description"),
    "a long description": (command(description="x" * 101), "0.description"),
    "26 options": (command(options=[option(name=f"o{n}") for n in range(26)]), "0.options"),
    "an option twice": (command(options=[option(), option()]), "0.options.1.name"),
    "required after optional": (
        command(options=[option(), option(name="second", required=True)]),
        "0.options.1",
    ),
    "an unknown type": (command(options=[option(type=12)]), "0.options.0.type"),
    "26 choices": (command(options=[option(choices=choices(26))]), "0.options.0.choices"),
    "a long choice": (
        command(options=[option(choices=choices(1, name="x" * 101))]),
        "0.options.0.choices.0.name",
    ),
    "a choice twice": (
        command(options=[option(choices=choices(2, name="x"))]),
        "0.options.0.choices.1.name",
    ),
    "a text as a number's choice": (
        command(options=[option(type=4, choices=choices(1))]),
        "0.options.0.choices.0.value",
    ),
    "choices and autocomplete": (
        command(options=[option(choices=choices(1), autocomplete=True)]),
        "0.options.0",
    ),
    "choices of a truth value": (
        command(options=[option(type=5, choices=choices(1))]),
        "0.options.0",
    ),
    "a number's bounds on a text": (
        command(options=[option(min_value=1)]),
        "0.options.0.min_value",
    ),
    "subcommands beside options": (
        command(options=[option(type=1), option(name="b")]),
        "0.options",
    ),
    "26 subcommands": (
        command(options=[option(type=1, name=f"s{n}") for n in range(26)]),
        "0.options",
    ),
    "required after optional in a subcommand": (
        command(options=[option(type=1, options=[option(), option(name="b", required=True)])]),
        "0.options.0.options.1",
    ),
    "capitals in a subcommand": (command(options=[option(type=1, name="Add")]), "0.options.0.name"),
    "a subcommand in a subcommand": (
        command(options=[option(type=1, options=[option(type=1)])]),
        "0.options.0.options.0.type",
    ),
    "a required subcommand": (
        command(options=[option(type=1, required=True)]),
        "0.options.0.required",
    ),
    "a group in a group": (command(options=[group(group())]), "0.options.0.options.0.type"),
    "an option straight in a group": (
        command(options=[group(option())]),
        "0.options.0.options.0.type",
    ),
    "8,001 characters": (command(options=SUBCOMMANDS), "0"),
    "an unknown context": (command(contexts=[3]), "0.contexts"),
    "no context at all": (command(contexts=[]), "0.contexts"),
    "an unknown way to install": (command(integration_types=[2]), "0.integration_types"),
    "permissions that are no bits": (
        command(default_member_permissions="manage"),
        "0.default_member_permissions",
    ),
    "a menu with a description": (command(type=2), "0.description"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_refused(bot: RawClient, name: str) -> None:
    wrong, path = WRONG[name]
    status, body = await bot.declare(wrong)
    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, path), body
    assert not bot.discord.commands


async def test_a_name_twice_is_refused(bot: RawClient) -> None:
    status, body = await bot.declare(command(), command())
    assert (status, bool(errors_at(body, "1.name"))) == (400, True)


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 400)])
async def test_a_hundred_commands_at_most(bot: RawClient, count: int, status: int) -> None:
    assert (await bot.declare(*[command(name=f"c{n}") for n in range(count)]))[0] == status


async def test_what_is_at_the_limit_is_taken(bot: RawClient) -> None:
    full = [option(name="o" * 30 + f"{n:02}", choices=choices(1)) for n in range(25)]
    status, body = await bot.declare(
        command(name="größe_2-x", description="x" * 100, options=full),
        command(name="tips", options=[group(option(type=1, options=[option()]))]),
        {"name": "Who is this", "type": 2},
    )
    assert status == 200, body


async def test_ids_stay_and_defaults_are_filled_in(bot: RawClient) -> None:
    wanted = command(options=[option(required=False, autocomplete=True, min_length=0)])
    _, first = await bot.declare(wanted)
    _, second = await bot.declare(wanted, command(name="other"))
    assert first[0]["id"] == second[0]["id"]
    assert bot.discord.platform.command_creates == 2
    path = f"/applications/{bot.discord.platform.application_id}/commands"
    assert await bot.call("GET", path) == (200, second)
    assert first[0]["options"] == [option(autocomplete=True, min_length=0)]
    told = {key: first[0][key] for key in ("type", "contexts", "integration_types", "nsfw")}
    assert told == {"type": 1, "contexts": None, "integration_types": [0], "nsfw": False}


async def test_commands_of_one_server(bot: RawClient) -> None:
    guild = bot.discord.guild
    path = f"/applications/{bot.discord.platform.application_id}/guilds/{guild.id}/commands"
    assert (await bot.call("PUT", path, [command()]))[0] == 200
    assert not bot.discord.commands
    played = await bot.discord.slash("compare")
    assert played.payload["data"]["guild_id"] == str(guild.id)
    with pytest.raises(LookupError, match="no command /compare"):
        await bot.discord.slash("compare", guild=None)


async def test_a_command_with_subcommands_is_not_used_bare(bot: RawClient) -> None:
    add = option(type=1, name="add", options=[option()])
    await bot.declare(command(name="tips", options=[add, option(type=1, name="list")]))
    with pytest.raises(LookupError, match="choose one of"):
        await bot.discord.slash("tips")
    with pytest.raises(LookupError, match="has no option"):
        await bot.discord.slash("tips remove")
    with pytest.raises(LookupError, match="has no option"):
        await bot.discord.slash("tips list", {"first": "x"})
    with pytest.raises(LookupError, match="no subcommand first"):
        await bot.discord.slash("tips add first")
    played = await bot.discord.slash("tips-add", {"first": "x"})
    assert played.payload["data"]["options"][0]["name"] == "add"


async def test_a_server_decides_who_is_offered_a_command(bot: RawClient) -> None:
    await bot.declare(command(default_member_permissions="32"))
    with pytest.raises(LookupError, match="not offered to members"):
        await bot.discord.slash("compare")
    await bot.discord.slash("compare", permissions=32)
    await bot.discord.slash("compare", permissions=8)
    bot.discord.guild.integrations["compare"] = {bot.discord.user.id}
    await bot.discord.slash("compare")


async def test_another_application_is_out_of_reach(bot: RawClient) -> None:
    assert (await bot.call("PUT", "/applications/1/commands", []))[1]["code"] == 50001


TYPED = command(
    options=[
        option(required=True, choices=choices(2)),
        option(name="count", type=4, min_value=1, max_value=3),
    ]
)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, ValueError),
        ({"first": "9"}, ValueError),
        ({"first": "0", "count": 4}, ValueError),
        ({"first": "0", "count": "2"}, TypeError),
        ({"first": "0", "third": "x"}, LookupError),
    ],
)
async def test_members_can_only_type_what_is_declared(
    bot: RawClient, options: Json, error: type[Exception]
) -> None:
    await bot.declare(TYPED)
    with pytest.raises(error):
        await bot.discord.slash("compare", options)


async def test_options_and_subcommands_reach_the_bot(bot: RawClient) -> None:
    sub = option(type=1, name="add", options=[option(autocomplete=True)])
    await bot.declare(TYPED, command(name="tips", options=[group(sub) | {"name": "queue"}]))
    await bot.discord.slash("compare", {"first": "1", "count": 2})
    data = (await bot.event("INTERACTION_CREATE"))["data"]
    assert [(o["name"], o["value"]) for o in data["options"]] == [("first", "1"), ("count", 2)]
    await bot.discord.autocomplete("tips queue add", {"first": "ai"})
    told = await bot.event("INTERACTION_CREATE")
    leaf = told["data"]["options"][0]["options"][0]
    assert (told["type"], leaf["name"]) == (4, "add")
    assert leaf["options"] == [{"name": "first", "type": 3, "value": "ai", "focused": True}]
