"""A server's role for each quiz result, if the moderators have set it up."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import Role

from bot.app import App

MANAGE_GUILD, MANAGE_ROLES = 1 << 5, 1 << 28
OFFER = "quiz-badge"  # the command behind the button that offers the role


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        platform.guild.bot_permissions |= MANAGE_ROLES
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def map_outcomes(discord: LoopbackDiscord, role: Role) -> Message:
    for outcome in ("ai-engineer", "ml-engineer"):
        options = {"outcome": f"which-path/{outcome}", "role": str(role.id)}
        played = await discord.slash("settings-badges", options, permissions=MANAGE_GUILD)
    return await played.answer()


async def result(discord: LoopbackDiscord) -> Message:
    question = await (await discord.slash("quiz", {"name": "which-path"})).answer()
    while "Your result:" not in question.text:
        code = question.buttons[0]["custom_id"]
        question = await (await discord.click(question, custom_id=code)).answer()
    return question


async def test_nothing_is_offered_unless_a_moderator_says_so(discord: LoopbackDiscord) -> None:
    finished = await result(discord)
    with pytest.raises(LookupError, match="quiz-badge"):
        await follow(discord, finished, OFFER)


async def test_a_member_takes_the_role_that_a_moderator_mapped(discord: LoopbackDiscord) -> None:
    role = discord.guild.add_role("path found")
    listed = await map_outcomes(discord, role)
    assert f"<@&{role.id}>" in listed.text
    told = await (await follow(discord, await result(discord), OFFER)).answer()
    assert f"<@&{role.id}>" in told.text
    assert discord.guild.members[discord.user.id] == {role.id}


@pytest.mark.parametrize("fault", ["permission", "position", "gone"])
async def test_what_keeps_the_role_from_being_given_is_said(
    discord: LoopbackDiscord, fault: str
) -> None:
    role = discord.guild.add_role("path found")
    await map_outcomes(discord, role)
    if fault == "permission":
        discord.guild.bot_permissions &= ~MANAGE_ROLES
    elif fault == "position":
        role.position = discord.guild.bot_position + 1
    else:
        del discord.guild.roles[role.id]
    told = await (await follow(discord, await result(discord), OFFER)).answer()
    assert ("role" if fault == "gone" else "Manage Roles") in told.text
    assert not discord.guild.members.get(discord.user.id)


async def test_no_member_maps_roles(discord: LoopbackDiscord) -> None:
    role = discord.guild.add_role("admin")
    shown = await (await discord.slash("help")).answer()
    for name in ("badges", "settings-badges"):
        code = f"r|{name}|outcome=which-path/ai-engineer|role=discord:role/{role.id}"
        refused = await (await discord.send_component(shown, code)).answer()
        assert "for moderators" in refused.text
    finished = await result(discord)
    with pytest.raises(LookupError, match="quiz-badge"):
        await follow(discord, finished, OFFER)


async def test_a_mapping_is_taken_back(discord: LoopbackDiscord) -> None:
    listed = await map_outcomes(discord, discord.guild.add_role("path found"))
    for _ in range(2):
        played = await discord.click(listed, "Remove role", permissions=MANAGE_GUILD)
        listed = await played.answer()
    assert "That result no longer has a role." in listed.text
    assert "Remove role" not in listed.labels
