"""The doctor's checks of Discord: each problem is named with its fix."""

from typing import Any

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord

from adapters.discord import checks
from bot.app import App
from bot.ops.health import DOCTOR_TIMEOUT, Findings, State, run_checks


async def looked(discord: LoopbackDiscord, app: App | None, token: str = "") -> Findings:
    return await run_checks(checks(token or discord.token, discord.api_base, app), DOCTOR_TIMEOUT)


async def test_all_is_well_once_the_bot_has_run_and_no_start_was_spent(app: App) -> None:
    async with LoopbackDiscord() as discord:
        async with serve_discord(app, discord):
            await discord.declared()
        budget = discord.gateway.budget
        found = await looked(discord, app)
        assert discord.gateway.budget == budget
    assert {name: each.message for name, each in found.items() if each.state is not State.OK} == {}
    assert set(found) == {
        "discord token", "discord application", "discord gateway", "discord commands", "clock",
    }  # fmt: skip


async def test_a_wrong_token_is_named_and_not_shown(app: App) -> None:
    async with LoopbackDiscord() as discord:
        found = await looked(discord, app, "wrong-secret")
    assert found["discord token"].state is State.BROKEN
    assert "Get a new token" in found["discord token"].remedy
    assert "wrong-secret" not in str(found)


async def test_commands_of_another_version_are_broken_and_named(app: App) -> None:
    fewer = {name: each for name, each in app.commands.items() if name != "roadmap"}
    async with LoopbackDiscord() as discord:
        none = (await looked(discord, app))["discord commands"]
        async with serve_discord(App(app.content, fewer), discord):
            await discord.declared()
        other = (await looked(discord, app))["discord commands"]
        unknown = (await looked(discord, None))["discord commands"]
    assert none.state is State.WARNING
    assert (other.state, "roadmap" in other.message) == (State.BROKEN, True)
    assert "restart" in other.remedy
    assert "content" in unknown.remedy


PORTAL: dict[str, tuple[dict[str, Any], State, str]] = {
    "an endpoint takes the interactions": (
        {"interactions_endpoint_url": "https://example.org/"}, State.BROKEN, "clear that field",
    ),
    "nobody can invite": ({"bot_require_code_grant": True}, State.BROKEN, "Code Grant"),
    "in no server": ({"approximate_guild_count": 0}, State.WARNING, "oauth2/authorize"),
}  # fmt: skip


@pytest.mark.parametrize("case", PORTAL)
async def test_what_is_wrong_in_the_developer_portal_is_told(app: App, case: str) -> None:
    portal, state, mend = PORTAL[case]
    async with LoopbackDiscord() as discord:
        discord.platform.portal = portal
        found = (await looked(discord, app))["discord application"]
    assert found.state is state
    assert mend in found.remedy


async def test_discord_out_of_reach_and_out_of_starts(app: App) -> None:
    async with LoopbackDiscord() as discord:
        discord.gateway.budget = 3
        few = (await looked(discord, app))["discord gateway"]
        discord.faults.fail("gateway_bot", 503)
        down = (await looked(discord, app))["discord gateway"]
    gone = (await looked(discord, app))["discord gateway"]
    assert (few.state, "3 session starts" in few.message) == (State.WARNING, True)
    assert (down.state, "503" in down.message) == (State.BROKEN, True)
    assert (gone.state, "network" in gone.remedy) == (State.BROKEN, True)
