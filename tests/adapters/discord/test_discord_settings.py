"""The settings on Discord: who may choose moderators, and what a panel does with its buttons."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from moderator_cases import refusals

from bot.app import App
from bot.community.moderators import change_moderators, listed_moderators

ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
ONLY = "Only someone with Manage Server can choose moderators. Nothing was changed."
CHOOSE = "Choose moderators"


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed


def community(discord: LoopbackDiscord) -> str:
    return f"discord:{discord.guild.id}"


async def press(
    discord: LoopbackDiscord, message: Message, code: str, permissions: int = 0
) -> Message:
    played = await discord.send_component(message, code, permissions=permissions)
    return await played.answer()


@pytest.mark.parametrize("permissions", [MANAGE_GUILD, ADMINISTRATOR])
async def test_an_admin_chooses_and_removes_moderators(
    keeping: App, discord: LoopbackDiscord, permissions: int
) -> None:
    role = discord.guild.add_role("editors")
    shown = await (await discord.slash("settings moderators", permissions=permissions)).answer()
    assert CHOOSE in shown.labels
    assert "everyone with Manage Server." in shown.text
    assert "articles/26501869403159" in shown.text
    code = f"r|settings-moderators-change|people=discord:role/{role.id}"
    listed = await press(discord, shown, code, permissions)
    assert f"<@&{role.id}>" in listed.text
    assert await listed_moderators(keeping, community(discord)) == {f"discord:role/{role.id}"}
    gone = await (await discord.click(listed, "Remove", permissions=permissions)).answer()
    assert "Remove" not in gone.labels
    assert await listed_moderators(keeping, community(discord)) == frozenset()


async def test_the_form_opens_with_the_moderators_of_now_and_replaces_them(
    keeping: App, discord: LoopbackDiscord
) -> None:
    editors, writers = (discord.guild.add_role(each).id for each in ("editors", "writers"))
    await change_moderators(keeping, community(discord), {f"discord:role/{editors}"})
    by: Invoker = {"permissions": MANAGE_GUILD}
    shown = await (await discord.slash("settings moderators", **by)).answer()
    opened = await discord.click(shown, CHOOSE, **by)
    modal = await opened.modal()
    assert modal["title"] == "Choose moderators"
    assert str(editors) in str(modal["components"])
    chosen = [str(writers), str(discord.user.id)]
    saved = await (await discord.submit_modal(opened, {"people": chosen}, **by)).answer()
    assert f"<@&{writers}>" in saved.text
    assert f"<@{discord.user.id}>" in saved.text
    assert await listed_moderators(keeping, community(discord)) == {
        f"discord:role/{writers}",
        f"discord:{discord.user.id}",
    }


async def test_a_quiz_role_is_chosen_in_a_form_beside_its_result(
    keeping: App, discord: LoopbackDiscord
) -> None:
    role = discord.guild.add_role("builders").id
    by: Invoker = {"permissions": MANAGE_GUILD}
    shown = await (await discord.slash("settings badges", **by)).answer()
    opened = await discord.click(shown, "Choose a role", **by)
    saved = await (await discord.submit_modal(opened, {"role": [str(role)]}, **by)).answer()
    assert f"<@&{role}>" in saved.text
    assert saved.labels.count("Remove role") == 1


async def test_the_channel_for_notices_is_chosen_in_a_form(
    keeping: App, discord: LoopbackDiscord
) -> None:
    staff = discord.guild.add_channel("staff")
    by: Invoker = {"permissions": MANAGE_GUILD}
    shown = await (await discord.slash("settings notifications", **by)).answer()
    opened = await discord.click(shown, "Choose a channel", **by)
    panel = await (await discord.submit_modal(opened, {"channel": [str(staff.id)]}, **by)).answer()
    assert panel.id == shown.id, "in place"
    assert f"Moderators get notices in <#{staff.id}>" in panel.text
    assert "Quiz roles" in panel.labels
    assert len(discord.messages(staff)) == 1


async def test_the_role_of_everybody_can_not_be_chosen(
    keeping: App, discord: LoopbackDiscord
) -> None:
    shown = await (await discord.slash("settings panel", permissions=MANAGE_GUILD)).answer()
    code = f"r|settings-moderators-change|people=discord:role/{discord.guild.id}"
    assert "every member a moderator" in (await press(discord, shown, code, MANAGE_GUILD)).text
    assert await listed_moderators(keeping, community(discord)) == frozenset()


async def test_neither_the_listed_nor_who_may_use_the_slash_command_choose_moderators(
    keeping: App, discord: LoopbackDiscord
) -> None:
    who = f"discord:{discord.user.id}"
    await change_moderators(keeping, community(discord), {who})
    discord.guild.integrations["settings"] = {discord.user.id}
    shown = await (await discord.slash("settings moderators")).answer()
    assert CHOOSE not in shown.labels
    assert "Remove" not in shown.labels
    assert "Only someone with Manage Server can change this list." in shown.text
    for code in (
        "r|settings-moderators-change",
        f"r|settings-moderators-change|people={who}",
        f"r|settings-moderators-remove|who={who}",
    ):
        assert ONLY in (await press(discord, shown, code)).text, code
    assert await listed_moderators(keeping, community(discord)) == {who}
    assert "settings-moderators-change" in await refusals(keeping, community(discord), who)


async def test_the_panel_leads_to_each_setting_and_back(discord: LoopbackDiscord) -> None:
    panel = await (await discord.slash("settings panel", permissions=MANAGE_GUILD)).answer()
    labels = [each for each in panel.labels if each not in {"Check the bot", "Set up weekly tips"}]
    assert labels[:5] == ["Moderators", "Notices", "Quiz roles", "Public answers", "Audit log"]
    for label in labels[:5]:
        opened = await (await discord.click(panel, label, permissions=MANAGE_GUILD)).answer()
        assert opened.id == panel.id, "in place"
        panel = await (await discord.click(opened, "Back", permissions=MANAGE_GUILD)).answer()
        assert "apply to the whole server" in panel.text
