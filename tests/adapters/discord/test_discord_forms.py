"""Forms on Discord: a field for each kind of value, prefilled, and a second one for the rest."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Annotated, Any

import pytest
from bot_monitoring import logging_json
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import Json
from discord_server.message_rules import Upload
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord
from discord_server.world import FORUM

import bot.commands
from adapters.discord import request_handler
from bot.app import App, CommandContext
from bot.call import Call
from bot.command import Arg, Command, Example, FormLayout, PickerType, command, declared_command
from bot.errors import Outage, Refusal
from bot.language.argument_types import bases
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.registry import discover_commands
from bot.reply import Action, Actions, CodeBlock, Reply
from bot.tips.schedule_input import times_of_day
from content import Content

TRIED = {"refuse": Refusal("That tip is gone."), "down": Outage("The database is down.")}
LONG = "\n".join(f"Line {n}: {chr(0x4E00 + n * 37)}" for n in range(120))


def zones(known: NameRegistry) -> NameIndex[str]:
    """Return more values than fit in a menu."""
    del known
    names = [*(f"Etc/GMT+{n}" for n in range(30)), "Asia/Tokyo"]
    return NameIndex("zone", (NamedValue(each, each, each) for each in names))


async def likely_zones(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    del context, typed
    return [NamedValue(f"Etc/GMT+{n}", f"UTC-{n}", f"Etc/GMT+{n}") for n in range(30)]


async def before(context: CommandContext) -> Mapping[str, str]:
    """Return the values with which the form of `plan` opens."""
    which = context.call.args.get("which", "")
    if which in TRIED:
        raise TRIED[which]
    if which == "slow":
        await asyncio.sleep(10)
    if which == "broken":
        raise ZeroDivisionError
    return {"text": "One.\nTwo.", "zone": "Etc/GMT+3", "basis": "base", "time": "10:30"}


ZONE = Arg("Where its time counts", zones, autocomplete=likely_zones, label="Time zone")
WHICH = Arg("Which one")
TEXT = Arg("What it says", max_length=2_000)
BASIS = Arg("What it counts", bases)
TIME = Arg("When", picker=PickerType.TIME)


def shown(**values: object) -> Reply:
    return Reply("Done.", (CodeBlock("\n".join(f"{key}={each}" for key, each in values.items())),))


@command(
    Example("plan", shows=()),
    form=FormLayout("Plan it", "Plan", ("text", "zone", "basis", "time", "note"), before),
)
async def plan(  # noqa: PLR0913, PLR0917  # called with keywords
    context: CommandContext,
    text: Annotated[str, TEXT],
    zone: Annotated[str, ZONE],
    basis: Annotated[Any, BASIS] = None,
    time: Annotated[str | None, TIME] = None,
    note: Annotated[str | None, Arg("A note")] = None,
    which: Annotated[str | None, WHICH] = None,
) -> Reply:
    """Ask for text, values and a time."""
    return shown(text=text, zone=zone, basis=basis, time=time, note=note, which=which)


async def picked_before(context: CommandContext) -> Mapping[str, str]:
    number = (context.caller.community or "").removeprefix("discord:")
    people = f"discord:{number} discord:role/{number}"
    return {"people": people, "role": f"discord:role/{number}", "channel": "slack:T1/C1"}


@command(
    Example("pick", shows=()),
    form=FormLayout("Pick", "Pick", ("channel", "channels", "role", "people"), picked_before),
)
async def pick(
    context: CommandContext,
    channel: Annotated[str | None, Arg("Where", picker=PickerType.CHANNEL)] = None,
    channels: Annotated[str | None, Arg("Where else", picker=PickerType.CHANNELS)] = None,
    role: Annotated[str | None, Arg("Which role", picker=PickerType.ROLE)] = None,
    people: Annotated[str | None, Arg("Who", picker=PickerType.PEOPLE)] = None,
) -> Reply:
    """Ask for channels, roles and people."""
    return shown(channel=channel, channels=channels, role=role, people=people)


@command(Example("load x", shows=()), form=FormLayout("Load", "Load", ("text", "time", "note")))
async def load(
    context: CommandContext,
    text: Annotated[str, Arg("A list", max_length=100_000, accepts_file=True)],
    time: Annotated[int | None, Arg("When", times_of_day, picker=PickerType.TIME)] = None,
    note: Annotated[str | None, Arg("A note")] = None,
) -> Reply:
    """Ask for a file."""
    return shown(text=text, time=time, note=note)


@command(Example("place UTC", shows=()))
async def place(context: CommandContext, zone: Annotated[str, ZONE]) -> Reply:
    """Ask for one of many values, and nothing else."""
    return shown(zone=zone)


@command(Example("lead", shows=()))
async def lead(context: CommandContext) -> Reply:
    """Show a button that opens a form."""
    calls = (Call("plan", {"which": name}) for name in ("7", *TRIED))
    return Reply("First.", (Actions(tuple(Action(str(each.args), each) for each in calls)),))


DECLARED = [declared_command(each) for each in (plan, pick, load, place, lead)]
OURS: dict[str, Command] = {each.name: each for each in DECLARED if each is not None}


@pytest.fixture
async def discord(content: Content) -> AsyncIterator[LoopbackDiscord]:
    app = App(content, {**discover_commands(bot.commands), **OURS})
    with logging_json():  # a traceback on the console takes longer than a first response may
        async with LoopbackDiscord() as platform, serve_discord(app, platform):
            yield platform
        assert not platform.missed


async def fields_of(played: PlayedInteraction) -> dict[str, Json]:
    form = await played.modal()
    return {row["component"]["custom_id"]: row["component"] for row in form["components"]}


async def said(played: PlayedInteraction) -> str:
    return (await played.answer()).text


async def shown_text(played: PlayedInteraction) -> str:
    """Return the text of the answer, and that of the files attached to it."""
    answer = await played.answer()
    return answer.text + "".join(file.content.decode() for file in answer.attachments)


async def test_a_form_opens_with_its_values_and_keeps_line_breaks(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("plan")
    form = await opened.modal()
    assert (form["title"], form["custom_id"]) == ("Plan it", "m|plan")
    assert [row["label"] for row in form["components"]] == [
        "Text", "Time zone", "Basis", "Time", "Note",
    ]  # fmt: skip
    fields = await fields_of(opened)
    assert (fields["text"]["style"], fields["text"]["value"]) == (2, "One.\nTwo.")
    assert (fields["time"]["style"], fields["time"]["placeholder"]) == (1, "09:00")
    chosen = [each["value"] for each in fields["zone"]["options"] if each["default"]]
    assert chosen == ["Etc/GMT+3"]
    assert [each["value"] for each in fields["basis"]["options"] if each["default"]] == ["base"]
    assert [name for name, each in fields.items() if each["required"]] == [
        "text", "zone", "basis",
    ]  # fmt: skip
    text = await said(await discord.submit_modal(opened, {}))
    assert "text=One.\nTwo.\nzone=Etc/GMT+3\nbasis=base\ntime=10:30\nnote=None" in text


async def test_a_cleared_field_is_told_from_one_that_was_empty(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("plan")
    text = await said(await discord.submit_modal(opened, {"time": "", "note": ""}))
    assert "time=none\nnote=None" in text


async def test_many_values_are_likely_ones_or_another(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("plan", {"which": "3"})
    options = (await fields_of(opened))["zone"]["options"]
    assert (len(options), options[-1]["label"]) == (25, "Another…")
    given = {"text": "A\nB", "zone": [options[-1]["value"]], "time": ""}
    asked = await (await discord.submit_modal(opened, given)).answer()
    assert "Time zone is still missing, so nothing was changed." in asked.text
    assert asked.ephemeral
    rest = await discord.click(asked, "Enter time zone")
    fields = await fields_of(rest)
    assert {name: each["type"] for name, each in fields.items()} == {"zone": 4, "note": 4}
    done = await discord.submit_modal(rest, {"zone": "Asia/Tokyo"})
    assert await done.answer() is asked  # in place
    assert "text=A\nB\nzone=Asia/Tokyo\nbasis=base\ntime=none\nnote=None\nwhich=3" in asked.text


async def test_answers_that_are_too_long_to_keep_are_shown(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("plan")
    played = await discord.submit_modal(opened, {"text": LONG, "zone": ["…"]})
    asked = await played.answer()
    assert "Time zone is still missing, so nothing was changed." in asked.text
    assert LONG in await shown_text(played)
    again = await discord.click(asked, "Open the form again")
    assert (await fields_of(again)).keys() == {"text", "zone", "basis", "time", "note"}


async def test_a_wrong_value_is_asked_for_again_and_the_others_are_kept(
    discord: LoopbackDiscord,
) -> None:
    opened = await discord.slash("load")
    given = {"text": "A\nB", "time": "25:99"}
    refused = await (await discord.submit_modal(opened, given)).answer()
    assert "25:99" in refused.text
    rest = await discord.click(refused, "Correct time")
    assert (await fields_of(rest)).keys() == {"time", "note"}
    await (await discord.submit_modal(rest, {"time": "9:30", "note": "Mine"})).answer()
    assert "text=A\nB\ntime=570\nnote=Mine" in refused.text


async def test_a_long_text_is_given_back_with_a_refusal(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("load")
    played = await discord.submit_modal(opened, {"text": LONG, "time": "25:99"})
    assert LONG in await shown_text(played)
    again = await discord.click(await played.answer(), "Open the form again")
    assert (await fields_of(again)).keys() == {"text:file", "text", "time", "note"}


async def test_what_a_slash_command_gives_is_not_asked_again(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("plan", {"zone": "Asia/Tokyo", "note": "Mine"})
    assert set(await fields_of(opened)) == {"text", "basis", "time"}
    done = await said(await discord.submit_modal(opened, {"text": "A"}))
    assert "text=A\nzone=Asia/Tokyo" in done
    assert "note=Mine" in done


async def test_what_is_too_long_to_remember_is_a_field_of_the_form(
    discord: LoopbackDiscord,
) -> None:
    note = "".join(chr(0x4E00 + 7919 * n % 16384) for n in range(250))
    opened = await discord.slash("plan", {"note": note})
    assert (await fields_of(opened))["note"]["value"] == note
    assert note in await shown_text(await discord.submit_modal(opened, {}))


async def test_channels_roles_and_people_are_picked(discord: LoopbackDiscord) -> None:
    guild = discord.guild
    tips, news = guild.add_channel("tips"), guild.add_channel("news", 5)
    forum = guild.add_channel("ideas", FORUM)
    role = guild.add_role("editors")
    opened = await discord.slash("pick")
    fields = await fields_of(opened)
    assert [each["type"] for each in fields.values()] == [8, 8, 6, 7]
    assert "default_values" not in fields["channel"]  # it is of another platform
    assert fields["role"]["default_values"] == [{"id": str(guild.id), "type": "role"}]
    assert [each["type"] for each in fields["people"]["default_values"]] == ["user", "role"]
    with pytest.raises(LookupError, match="not offered"):
        await discord.submit_modal(opened, {"channel": [forum.id]})
    given = {"channel": [tips.id], "channels": [tips.id, news.id], "role": [role.id]}
    given["people"] = [discord.user.id, role.id]
    text = await said(await discord.submit_modal(opened, given))
    assert f"channel=discord:{tips.id}\nchannels=discord:{tips.id} discord:{news.id}" in text
    assert f"role=discord:role/{role.id}\n" in text
    assert f"people=discord:{discord.user.id} discord:role/{role.id}" in text
    cleared = await said(await discord.submit_modal(opened, {"role": [], "people": []}))
    assert "channel=None\nchannels=None\nrole=none\npeople=none" in cleared


async def test_people_are_picked_in_a_slash_command(discord: LoopbackDiscord) -> None:
    role = discord.guild.add_role("editors")
    for value, tagged in ((role.id, f"role/{role.id}"), (discord.user.id, str(discord.user.id))):
        text = await said(await discord.slash("pick", {"people": str(value)}))
        assert f"people=discord:{tagged}" in text


@pytest.mark.parametrize("by", ["file", "text"])
async def test_a_text_is_sent_as_a_file_or_written(discord: LoopbackDiscord, by: str) -> None:
    opened = await discord.slash("load")
    fields = await fields_of(opened)
    assert {name: (each["type"], each["required"]) for name, each in fields.items()} == {
        "text:file": (19, False), "text": (4, False), "time": (4, False), "note": (4, False),
    }  # fmt: skip
    file = {"text:file": [Upload("list.txt", b"A\nB")]}
    given: Json = file if by == "file" else {"text": "A\nB"}
    text = await said(await discord.submit_modal(opened, given | {"note": "Mine"}))
    assert "text=A\nB\ntime=None\nnote=Mine" in text


async def test_neither_a_file_nor_a_text_is_asked_for_again(discord: LoopbackDiscord) -> None:
    opened = await discord.slash("load")
    asked = await (await discord.submit_modal(opened, {"note": "Mine"})).answer()
    assert "Text is still missing, so nothing was changed." in asked.text
    rest = await discord.click(asked, "Enter text")
    done = await discord.submit_modal(rest, {"text:file": [Upload("list.txt", b"A")]})
    assert "text=A\ntime=None\nnote=Mine" in await said(done)


async def test_one_field_of_many_values_is_typed(discord: LoopbackDiscord) -> None:
    message = await (await discord.slash("help")).answer()
    opened = await discord.send_component(message, "r|place")
    assert [each["type"] for each in (await fields_of(opened)).values()] == [4]
    done = await discord.submit_modal(opened, {"zone": "asia tokyo"})
    assert "zone=Asia/Tokyo" in await said(done)


@pytest.mark.parametrize(
    ("which", "says", "labels"),
    [
        ("refuse", "That tip is gone.", []),
        ("down", "The database is down.", ["Try again"]),
        ("broken", "Incident", []),
        ("slow", "took too long to open", ["Try again"]),
    ],
)
async def test_a_form_whose_values_can_not_be_looked_up_is_explained_in_time(
    discord: LoopbackDiscord,
    monkeypatch: pytest.MonkeyPatch,
    which: str,
    says: str,
    labels: list[str],
) -> None:
    monkeypatch.setattr(request_handler, "FORM_TIMEOUT", 0.2)
    answer = await (await discord.slash("plan", {"which": which})).answer()
    assert says in answer.text
    assert answer.labels == labels


async def test_a_form_that_is_opened_in_a_private_message_leads_back(
    discord: LoopbackDiscord,
) -> None:
    first = await (await discord.slash("lead")).answer()
    opened = await discord.click(first, first.labels[0])
    done = await discord.submit_modal(opened, {"text": "A", "zone": ["…"]})
    assert await done.answer() is first
    rest = await discord.click(first, "Enter time zone")
    await (await discord.submit_modal(rest, {"zone": "Asia/Tokyo"})).answer()
    assert "which=7" in first.text
    assert "First." in await said(await discord.click(first, "Back"))


@pytest.mark.parametrize(
    "custom_id", ["m|plan|zone", "m|nothing", "r|plan", "m|", "m~x", "", "m|plan|__class__=x"]
)
async def test_a_forged_form_breaks_nothing(discord: LoopbackDiscord, custom_id: str) -> None:
    answer = await (await discord.send_modal(custom_id, {"text": "A", "x": "y"})).answer()
    assert "Done." not in answer.text
    assert "Incident" not in answer.text
