"""The text of the bot's profile, on the loopback Discord."""

from discord_server.crossroads_bot import serve_discord
from discord_server.errors import ApiError
from discord_server.server import LoopbackDiscord

from bot.app import App
from bot.call import Call, Caller
from bot.first_steps import FIRST_STEPS, PROFILE


async def test_an_empty_profile_is_filled_in_once(app: App) -> None:
    async with LoopbackDiscord() as discord:
        for _ in range(2):
            async with serve_discord(app, discord):
                assert discord.platform.portal["description"] == PROFILE
        assert discord.counters["application_edit"] == 1


async def test_a_text_of_the_admins_own_stays(app: App) -> None:
    async with LoopbackDiscord() as discord:
        discord.platform.portal["description"] = "Our bot."
        async with serve_discord(app, discord):
            assert discord.platform.portal["description"] == "Our bot."


async def test_a_profile_that_can_not_be_filled_in_stops_nothing(app: App) -> None:
    async with LoopbackDiscord() as discord:
        discord.faults.refuse("application_edit", ApiError(403, 50001, "Missing Access"))
        async with serve_discord(app, discord):
            answer = await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
            assert "KORE1" in answer.text
        assert "description" not in discord.platform.portal


async def test_the_profile_and_help_offer_the_same_five_things(keeping: App) -> None:
    offered = (await keeping.handle(Call("help"), Caller("discord:1"))).buttons
    assert offered == FIRST_STEPS
    commands = [line.partition(":")[0] for line in PROFILE.splitlines() if line.startswith("/")]
    assert commands == [f"/{each.call.command}" for each in FIRST_STEPS]
