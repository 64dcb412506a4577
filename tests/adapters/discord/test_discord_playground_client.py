"""The playground's client: it sends what Discord's does, and refuses what Discord refuses."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from discord_playground import CHAT, SATURDAY, Player, Playground, control, open_playground, words
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import Json
from discord_server.filled_forms import FormFiller
from discord_server.message_rules import LOADING
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import numbered
from discord_server.world import Channel, Guild

from adapters.discord.playground import DiscordPane
from adapters.discord.playground.forms import form_data
from adapters.discord.playground.interactions import click_data, interaction
from adapters.discord.playground.resolved import Resolved
from adapters.discord.playground.world import World
from bot.app import App, CommandContext
from bot.command import Arg, Example, command
from bot.language.name_index import NamedValue
from bot.reply import Reply
from content import Content

FAILED = {"error": "This interaction failed."}
PAY = {"role": "ml-engineer", "level": "senior"}


@pytest.fixture
async def place(content: Content, database: str) -> AsyncIterator[Playground]:
    async with open_playground(content, database) as place:
        yield place


@pytest.fixture
def mia(place: Playground) -> Player:
    return place.mia


@pytest.fixture
def max_(place: Playground) -> Player:
    return place.max


async def test_a_forged_click_fails_and_changes_nothing(mia: Player, max_: Player) -> None:
    shown = await mia.slash("compare", role="ai-engineer", other="ml-engineer")
    before = mia.state()
    share = control(shown, "Share")
    forged = share["action"] | {"custom_id": "r|tips-starter"}
    for action in (forged, {}, None, "Share", {"custom_id": ["r"]}):
        assert await mia.act("click", message=shown["id"], action=action) == FAILED
    assert await max_.act("click", message=shown["id"], **share) == FAILED
    assert await mia.act("click", message="1", **share) == FAILED
    assert await mia.act("click", "tips", message=shown["id"], **share) == FAILED
    menu = control(shown, "Outlook")
    chosen: tuple[object, ...] = ([], ["r|help"], menu["values"] * 2, "r", None, [{}])
    for values in chosen:
        sent = menu | {"values": values}
        assert await mia.act("click", message=shown["id"], **sent) == FAILED
    assert mia.state() == before
    assert max_.messages() == []


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({}, "Discord doesn't have that action."),
        ({"type": ["command"]}, "This interaction failed."),
        ({"type": "destroy"}, "Discord doesn't have that action."),
        ({"type": "open_home"}, "Discord doesn't have that action."),
        ({"type": "command", "name": "nonsense"}, "“/nonsense” isn't a command here."),
        ({"type": "command", "name": ""}, "“/” isn't a command here."),
        ({"type": "command", "name": "tips add"}, "“/tips add” isn't a command here."),
        ({"type": "command", "name": "salary now"}, "“/salary now” isn't a command here."),
        ({"type": "command", "name": "salary", "options": {"a": "b"}}, "has no option “a”"),
        ({"type": "command", "name": "salary", "options": ["role"]}, "This interaction failed."),
        ({"type": "command", "name": "salary", "options": {"role": 5}}, "interaction failed."),
        (
            {"type": "command", "name": "salary", "options": {"role": "boss"}},
            "“boss” isn't a choice",
        ),
        ({"type": "command", "name": "ask", "options": {"question": "x" * 6001}}, "is limited to"),
        ({"type": "autocomplete", "name": "salary", "focused": "role"}, "has no suggestions"),
        ({"type": "autocomplete", "name": "salary", "focused": "pay"}, "has no option “pay”"),
        ({"type": "message", "text": "  "}, "You can't send an empty message."),
        ({"type": "message", "text": 5}, "This interaction failed."),
        ({"type": "message", "text": "x" * 2001}, "Your message is too long."),
        ({"type": "message", "text": "Hi", "reply_to": "1"}, "that you're replying to was deleted"),
        ({"type": "submit", "modal": {"custom_id": "m|suggest"}}, "This form is no longer open."),
    ],
)
async def test_what_the_client_does_not_send(mia: Player, action: Json, error: str) -> None:
    before = mia.state()
    channel = mia.channel("general")["id"]
    result = await mia.pane.act("member", {"channel": channel} | action)
    assert result is not None
    assert error in result["error"]
    assert mia.state() == before


async def test_a_hidden_or_unknown_place_and_a_stranger(mia: Player, max_: Player) -> None:
    room = max_.channel("mod-notes")["id"]
    said = {"type": "message", "text": "Hello"}
    for channel in (room, "", None, 5, max_.channel(CHAT)["id"]):
        refused = await mia.pane.act("member", said | {"channel": channel})
        assert refused == {"error": "You don't have access to this channel."}
    assert await mia.pane.act("stranger", said) == {"error": "That member doesn't exist."}
    assert max_.messages("mod-notes") == []


async def test_moderators_commands_stay_out_of_direct_messages(max_: Player) -> None:
    refused = await max_.act("command", CHAT, name="tips panel")
    assert refused == {"error": "“/tips panel” isn't a command here."}
    refused = await max_.act("command", name="tips")
    assert refused is not None
    assert "/tips add" in refused["error"]


async def test_a_form_says_what_is_wrong_with_a_field_and_stays_open(max_: Player) -> None:
    await max_.slash("schedule new")
    form, general = max_.state()["modal"], [max_.channel("general")["id"]]
    given = {"channel": general, "day": ["Monday"], "time": "09:00", "zone": ["UTC"]}
    required = "This field is required."
    for field, value, error in (
        ("channel", [], required),
        ("channel", ["1"], "You can't choose “1” here."),
        ("channel", general * 2, "Choose 1 to 1."),
        ("day", ["Someday"], "Choose one of the options."),
        ("time", "", required),
        ("time", "9" * 301, "Enter up to 300 characters."),
    ):
        sent = given | {field: value}
        refused = await max_.act("submit", modal=form, values=sent)
        assert refused == {"errors": {field: error}}
    for values in ({"boss": "me"}, ["channel"], given | {"time": 9}):
        assert await max_.act("submit", modal=form, values=values) == FAILED
    assert max_.state()["modal"] == form
    await max_.do("close_modal")
    assert max_.state()["modal"] is None
    closed = {"error": "This form is no longer open."}
    assert await max_.act("submit", modal=form, values=given) == closed


@pytest.mark.parametrize(
    "file",
    [
        "tips.txt",
        {"name": "tips.txt", "data": "%%%"},
        {"name": "tips.txt", "data": "ä"},
        {"name": 5, "data": ""},
        {"name": "tips.txt", "data": "A" * 4 * 2**22},
    ],
)
async def test_a_broken_upload_is_refused(max_: Player, file: object) -> None:
    refused = await max_.act("command", name="tips import", options={"file": [file]})
    assert refused is not None
    assert "error" in refused
    assert max_.messages() == []


WAITING = asyncio.Event()


async def never(context: CommandContext, text: str) -> list[NamedValue[Any]]:
    """Wait forever."""
    del context, text
    await asyncio.Event().wait()
    return []


@command(Example("slow", shows=()))
async def slow(
    context: CommandContext, word: Annotated[str | None, Arg("a word", autocomplete=never)] = None
) -> Reply:
    """Answer late.

    word: what to wait for
    """
    del context, word
    await WAITING.wait()
    return Reply("Here it is.")


async def test_a_slow_answer_is_awaited_visibly(content: Content) -> None:
    app = App(content, {"slow": vars(slow)["command"]})
    mia = Player(DiscordPane(app, lambda: SATURDAY), "member")
    WAITING.clear()
    assert await mia.act("command", name="slow") is None
    waiting = mia.last()
    assert waiting["payload"]["flags"] & LOADING
    assert waiting["payload"]["components"] == []
    WAITING.set()
    await mia.pane.drain(60)
    assert "Here it is." in words(mia.last())
    assert mia.last()["id"] == waiting["id"]
    assert not mia.last()["payload"]["flags"] & LOADING
    assert not mia.last()["edited"]


async def test_choices_that_never_come_are_given_up(content: Content) -> None:
    pane = DiscordPane(App(content, {"slow": vars(slow)["command"]}), lambda: SATURDAY)
    mia = Player(pane, "member")
    failed = await mia.act("autocomplete", name="slow", options={"word": "a"}, focused="word")
    assert failed == {"error": "The application did not respond."}


async def test_other_content_answers_and_the_messages_stay(
    place: Playground, mia: Player, content: Content
) -> None:
    shown = await mia.slash("salary", **PAY)
    place.pane.use(App(content, {"slow": vars(slow)["command"]}))
    assert mia.messages() == [shown]
    assert [each["name"] for each in mia.state()["commands"]] == ["slow"]
    refused = await mia.act("command", name="salary")
    assert refused == {"error": "“/salary” isn't a command here."}


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Yield the path of every key in *value*."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{at}.{key}"
            yield from paths(inner, f"{at}.{key}")
    elif isinstance(value, list) and value:
        yield from paths(value[0], f"{at}[]")


async def test_interactions_have_the_fields_of_discords(keeping: App) -> None:
    world = World(lambda: SATURDAY)
    mia, channel = world.members["member"], next(iter(world.channels.values()))

    def compare(played: PlayedInteraction, payload: Json) -> None:
        ours, theirs = {*paths(payload)}, {*paths(played.payload)}
        in_chat = {each for each in theirs if each.startswith(".channel.") and not played.guild}
        assert ours <= theirs
        assert theirs - ours <= in_chat

    async with LoopbackDiscord() as discord, serve_discord(keeping, discord):
        typed = await discord.slash("salary", PAY)
        data = typed.payload["data"]
        compare(typed, interaction(world, mia, channel, type=2, data=data))
        direct = await discord.slash("salary", PAY, guild=None)
        compare(direct, interaction(world, mia, world.chat(mia), type=2, data=data))
        answer = await typed.answer()
        clicked = await discord.click(answer, "Share")
        message = world.post(
            channel, world.bot, components=answer.components, flags=answer.flags,
            reader=mia, origin={**clicked.payload["message"]["interaction_metadata"]},
        )  # fmt: skip
        data = click_data(message, answer.find(label="Share"), [])
        assert data == clicked.payload["data"]
        compare(clicked, interaction(world, mia, channel, message, type=3, data=data))


async def test_forms_are_filled_in_as_discord_does(max_: Player) -> None:
    form, picked = await max_.slash("schedule new"), max_.channel("tips")["id"]
    world, guild = World(lambda: SATURDAY), Guild()
    guild.channels[int(picked)] = Channel(int(picked), guild.id, "tips")
    given = {"channel": [picked], "time": "10:00", "zone": ["UTC"]}
    ours = form_data(form, given, Resolved(world, {}, world.members["moderator"]))
    filler = FormFiller(dict(given), guild, lambda _: ("", {}))
    theirs = [filler.row(each) for each in numbered(form["components"])]
    assert [*map(field, ours["components"])] == [*map(field, theirs)]
    assert ours["resolved"].keys() == filler.resolved.keys()
    assert ours["resolved"]["channels"][picked]["name"] == "tips"


def field(row: Json) -> Json:
    """Return the field in a submitted row without its number, which the stand-in doesn't send."""
    return {key: value for key, value in row["component"].items() if key != "id"}
