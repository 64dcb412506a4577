"""The people who may run the moderators' commands on Discord, and others who try, in every way."""

from collections.abc import AsyncIterator

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.stored_message import Message
from discord_server.world import Guild
from moderator_cases import COMMANDS, arguments_for, refusals, snapshot

from adapters.discord import rights
from bot.app import App
from bot.community.moderators import change_moderators
from content import Content
from storage import Store, StoreUnavailable

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
    return await press_start(discord, await played.answer(), permissions=MANAGE_GUILD)


def here(discord: LoopbackDiscord) -> tuple[str, str]:
    return f"discord:{discord.guild.id}", f"discord:{discord.user.id}"


async def test_no_command_is_offered_to_members(discord: LoopbackDiscord) -> None:
    for name, _ in discord.usable_commands():
        if name.replace(" ", "-") in COMMANDS:
            with pytest.raises(LookupError, match="not offered to members"):
                await discord.slash(name)


async def test_who_may_use_a_command_by_the_servers_settings_runs_just_that(
    keeping: App, discord: LoopbackDiscord
) -> None:
    community, who = here(discord)
    discord.guild.integrations["tips"] = {discord.user.id}
    panel = await (await discord.slash("tips panel")).answer()
    assert "The next tip comes" in panel.text
    tips = await discord.autocomplete("tips preview", {"tip": ""})
    assert (await tips.choices())[0]["name"].startswith("1 · ")
    with pytest.raises(LookupError, match="not offered to members"):
        await discord.slash("schedule list")
    for code in ("r|tips-panel", "r|tips-remove|tip=1", "r|schedule-list"):
        assert NO in (await (await discord.send_component(panel, code)).answer()).text
    helped = await (await discord.slash("help")).answer()
    assert "tips" not in " ".join(helped.labels).casefold()
    assert await refusals(keeping, community, who) == {"tips-panel", "tips-remove", "schedule-list"}


async def test_a_form_that_a_slash_command_opened_is_taken_from_who_opened_it(
    keeping: App, discord: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    discord.guild.integrations["tips"] = {discord.user.id}
    opened = await discord.slash("tips add")
    other = await discord.submit_modal(opened, {"text": "Eve's."}, user=User("eve"))
    assert NO in (await other.answer()).text
    mine = await discord.submit_modal(opened, {"text": "Ada's."})
    assert "Added: " in (await mine.answer()).text
    monkeypatch.setattr(rights, "FORM_LIFETIME", -1.0)
    late = await discord.submit_modal(await discord.slash("tips add"), {"text": "Late."})
    assert NO in (await late.answer()).text


async def test_a_slash_command_from_a_server_without_the_bot_moderates_nothing(
    keeping: App, discord: LoopbackDiscord
) -> None:
    elsewhere = Guild("elsewhere")
    forged = await discord.send_command("tips-starter", guild=elsewhere, permissions=MANAGE_GUILD)
    assert NO in (await forged.answer()).text
    assert await refusals(keeping, f"discord:{elsewhere.id}", f"discord:{discord.user.id}") == set()


async def test_a_command_sent_just_before_it_was_renamed_does_what_it_did(
    discord: LoopbackDiscord,
) -> None:
    by: Invoker = {"permissions": MANAGE_GUILD}
    paused = await discord.send_command("tips-pause", {"schedule": "1"}, **by)
    assert "Paused: " in (await paused.answer()).text
    for name in ("tips", "tips-calendar", "doctor"):
        answer = await (await discord.send_command(name, **by)).answer()
        assert "no command" not in answer.text
    asked = await discord.send_command("faq", {"question": "do I need a PhD for ML?"})
    assert "PhD" in (await asked.answer()).text


@pytest.mark.parametrize("by_role", [True, False])
async def test_buttons_are_for_listed_members_and_roles(
    keeping: App, discord: LoopbackDiscord, *, by_role: bool
) -> None:
    community, who = here(discord)
    role = discord.guild.add_role("editors")
    shown = await (await discord.slash("help")).answer()
    listed = {f"discord:role/{role.id}" if by_role else who}
    await change_moderators(keeping, community, listed)
    if by_role:
        assert NO in await pressed(discord, shown, "r|tips-panel")
        discord.guild.members[discord.user.id] = {role.id}
    assert "The next tip comes" in await pressed(discord, shown, "r|tips-panel")
    opened = await discord.send_component(shown, "r|tips-add")
    added = await discord.submit_modal(opened, {"text": "Of an editor."})
    assert "Added: " in (await added.answer()).text
    await change_moderators(keeping, community, (), listed)
    assert NO in await pressed(discord, shown, "r|tips-panel")


async def test_a_button_says_if_the_list_of_moderators_can_not_be_read(
    content: Content,
) -> None:
    async def fail() -> Store:
        raise StoreUnavailable("The database is down.")

    async with LoopbackDiscord() as discord:
        async with serve_discord(App(content, open_store=fail), discord):
            shown = await (await discord.slash("help")).answer()
            for code in ("r|tips-panel", "r|tips-add"):
                assert "The database is down" in await pressed(discord, shown, code)
        assert not discord.missed


async def pressed(discord: LoopbackDiscord, message: Message, code: str) -> str:
    return (await (await discord.send_component(message, code)).answer()).text


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
    shown = [
        await moderate(discord, name) for name in ("tips-panel", "schedule-list", "tips-preview")
    ]
    form = await discord.send_component(shown[0], "r|tips-approve", permissions=MANAGE_GUILD)
    await form.modal()
    before, tried = await snapshot(keeping, community), 0
    offered = [(message, each["custom_id"]) for message in shown for each in message.buttons]
    for message, code in offered:
        answer = await (await discord.send_component(message, code)).answer()
        assert NO in answer.text, code
        tried += 1
    assert tried > len(shown)
    done = await discord.submit_modal(form, {"tip": "1"})
    assert NO in (await done.answer()).text
    assert await snapshot(keeping, community) == before
    assert {"tips-add", "tips-approve", "schedule-calendar"} <= await refusals(
        keeping, community, who
    )
