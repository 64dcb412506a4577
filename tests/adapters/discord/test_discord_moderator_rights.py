"""A member who isn't a moderator tries every moderators' command on Discord, in every way."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from moderator_cases import COMMANDS, arguments_for, refusals, snapshot

from bot.app import App

NO, MANAGE_GUILD = "is for moderators", 1 << 5


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        channel = str(platform.guild.add_channel("tips").id)
        await moderate(platform, "tips-starter")
        tip = {"text": "A tip of mine."}
        await (await platform.write("tips-add", tip, permissions=MANAGE_GUILD)).answer()
        when = {"day": "Monday", "time": "9:00", "zone": "UTC"}
        await moderate(platform, "schedule-new", channel=channel, **when)
        yield platform
        assert not platform.missed


async def moderate(discord: LoopbackDiscord, command: str, **options: str) -> Message:
    played = await discord.slash(command, options, permissions=MANAGE_GUILD)
    return await played.answer()


def here(discord: LoopbackDiscord) -> tuple[str, str]:
    return f"discord:{discord.guild.id}", f"discord:{discord.user.id}"


async def test_typing_it_is_refused_and_written_down(
    keeping: App, discord: LoopbackDiscord
) -> None:
    community, who = here(discord)
    before = await snapshot(keeping, community)
    listed = {name: each for name, each in COMMANDS.items() if not each.hidden}
    for name, command in listed.items():
        options = arguments_for(keeping, command, str(discord.guild.channel.id))
        options = {key: options[key] for key in options.keys() - command.form_fields}
        answer = await (await discord.slash(name, options)).answer()
        assert answer.ephemeral
        assert NO in answer.text, name
    assert await snapshot(keeping, community) == before
    assert await refusals(keeping, community, who) == set(listed)


async def test_a_forged_button_is_refused_and_written_down(
    keeping: App, discord: LoopbackDiscord
) -> None:
    community, who = here(discord)
    before = await snapshot(keeping, community)
    shown = await (await discord.slash("help")).answer()
    for name, command in COMMANDS.items():
        args = arguments_for(keeping, command, f"discord:{discord.guild.channel.id}")
        for code in (f"r|{name}", "|".join([f"r|{name}", *(f"{k}={v}" for k, v in args.items())])):
            if len(code) <= 100:  # Discord doesn't accept a longer one
                answer = await (await discord.send_component(shown, code)).answer()
                assert NO in answer.text, code
    assert await snapshot(keeping, community) == before
    assert await refusals(keeping, community, who) == set(COMMANDS)


async def test_a_button_of_a_time_as_moderator_is_refused_and_written_down(
    keeping: App, discord: LoopbackDiscord
) -> None:
    community, who = here(discord)
    shown = [await moderate(discord, name) for name in ("tips", "schedule-list", "tips-preview")]
    form = await discord.send_component(shown[0], "r|tips-edit", permissions=MANAGE_GUILD)
    await form.modal()
    before, tried = await snapshot(keeping, community), 0
    offered = [(message, each["custom_id"]) for message in shown for each in message.buttons]
    for message, code in offered:
        answer = await (await discord.send_component(message, code)).answer()
        assert NO in answer.text, code
        tried += 1
    assert tried > len(shown)
    done = await discord.submit_modal(form, {"tip": "1", "text": "Mine."})
    assert NO in (await done.answer()).text
    assert await snapshot(keeping, community) == before
    assert {"tips", "schedule-pause", "schedule-skip", "tips-edit"} <= await refusals(
        keeping, community, who
    )
