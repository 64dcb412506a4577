"""Discord's rules for first responses, follow-ups and modals on the loopback Discord."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from discord_server.basics import User
from discord_server.errors import Json
from discord_server.message_rules import Upload
from discord_server.played_interaction import PlayedInteraction
from discord_server.raw_client import RawClient, button, errors_at, options, row, select, text, v2
from discord_server.server import LoopbackDiscord
from discord_server.world import FORUM, Guild


@pytest.fixture
async def bot() -> AsyncIterator[RawClient]:
    async with LoopbackDiscord() as discord, RawClient(discord) as raw:
        await discord.ready()
        yield raw


async def clicked(bot: RawClient, **more: Any) -> PlayedInteraction:
    """Send a click on a button of a message with the text "words"."""
    played = await bot.played()
    await bot.respond(played, 4, {"content": "words", "components": [row(button(**more))]})
    return await bot.discord.click(await played.answer(), "Go")


async def test_one_first_response_only(bot: RawClient) -> None:
    played = await bot.played()
    assert (await bot.respond(played, 4, {"content": "one"}))[0] == 200
    status, body = await bot.respond(played, 4, {"content": "two"})
    assert (status, body["code"]) == (400, 40060)
    assert [message.text for message in bot.discord.messages()] == ["one"]


async def test_a_late_response_is_unknown_and_recorded() -> None:
    async with LoopbackDiscord(deadline=0.01) as discord, RawClient(discord) as bot:
        await discord.ready()
        played = await bot.played()
        await discord.until(lambda: discord.missed == [played], "the deadline")
        status, body = await bot.respond(played, 4, {"content": "late"})
        assert (status, body["code"]) == (404, 10062)
        assert (await bot.hook(played, body={"content": "late"}))[1]["code"] == 10015


async def test_an_unknown_interaction_and_an_unknown_webhook(bot: RawClient) -> None:
    status, body = await bot.call("POST", "/interactions/1/nothing/callback", {"type": 5})
    assert (status, body["code"]) == (404, 10062)
    status, body = await bot.call("POST", "/webhooks/1/nothing", {"content": "x"})
    assert (status, body["code"]) == (404, 10015)


async def test_follow_ups_need_a_first_response_and_a_living_token(bot: RawClient) -> None:
    played = await bot.played()
    assert (await bot.hook(played, body={"content": "early"}))[1]["code"] == 10015
    await bot.respond(played, 4, {"content": "one"})
    assert (await bot.hook(played, body={"content": "two"}))[0] == 200
    assert (await played.followup()).text == "two"
    bot.discord.expire(played)
    status, body = await bot.hook(played, body={"content": "three"})
    assert (status, body["code"]) == (401, 50027)


async def test_the_first_follow_up_fills_a_deferred_answer(bot: RawClient) -> None:
    played = await bot.played()
    _, told = await bot.respond(played, 5, {"flags": 64})
    assert told["interaction"]["response_message_loading"] is True
    message = played.original
    assert message is not None
    assert message.loading
    await bot.hook(played, body={"content": "at last", "flags": 0})
    assert await played.answer() is message
    assert (message.text, message.ephemeral, message.edits) == ("at last", True, 0)
    await bot.hook(played, body={"content": "for all"})
    assert not (await played.followup()).ephemeral


async def test_ephemeral_stays_as_the_first_response_set_it(bot: RawClient) -> None:
    played = await bot.played()
    await bot.respond(played, 5)
    await bot.hook(played, "PATCH", "/messages/@original", {"content": "x", "flags": 64})
    assert not (await played.answer()).ephemeral


async def test_an_ephemeral_message_is_for_one_reader(bot: RawClient) -> None:
    played = await bot.played()
    await bot.respond(played, 4, {"content": "x", "flags": 64, "components": [row(button())]})
    message = await played.answer()
    assert not bot.discord.messages()
    channel = bot.discord.guild.channel
    status, body = await bot.call("GET", f"/channels/{channel.id}/messages/{message.id}")
    assert (status, body["code"]) == (404, 10008)
    with pytest.raises(LookupError, match="does not see"):
        await bot.discord.click(message, "Go", user=User("eve"))


async def test_own_messages_are_read_edited_and_deleted(bot: RawClient) -> None:
    played = await bot.played()
    await bot.respond(played, 4, {"content": "one"})
    _, second = await bot.hook(played, body={"content": "two"})
    for path in ("/messages/@original", f"/messages/{second['id']}"):
        assert (await bot.hook(played, "GET", path))[0] == 200
        _, changed = await bot.hook(played, "PATCH", path, {"content": "three"})
        assert changed["content"] == "three"
        assert (await bot.hook(played, "DELETE", path))[0] == 204
        assert (await bot.hook(played, "GET", path))[1]["code"] == 10008


async def test_an_update_changes_the_message_of_the_click(bot: RawClient) -> None:
    played = await clicked(bot)
    await bot.respond(played, 7, {"content": "changed", "components": []})
    message = await played.answer()
    assert (message is played.source, message.text, message.edits) == (True, "changed", 1)


async def test_a_deferred_update_shows_nothing_until_the_edit(bot: RawClient) -> None:
    played = await clicked(bot)
    await bot.respond(played, 6)
    assert played.source is not None
    assert (played.source.text, played.deferred) == ("words", True)
    await bot.hook(played, body={"content": "beside"})
    assert (await played.followup()).text == "beside"
    await bot.hook(played, "PATCH", "/messages/@original", {"content": "changed"})
    assert (await played.answer()).text == "changed"
    assert [message.text for message in bot.discord.messages()] == ["changed", "beside"]


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 42, None, "4"])
async def test_kinds_that_a_command_does_not_take(bot: RawClient, kind: Any) -> None:
    status, body = await bot.respond(await bot.played(), kind, {"content": "x"})
    assert (status, bool(errors_at(body, "type"))) == (400, True)


async def test_what_nobody_can_click(bot: RawClient) -> None:
    with pytest.raises(ValueError, match="disabled"):
        await clicked(bot, disabled=True)
    with pytest.raises(LookupError, match="no component"):
        await bot.discord.click(bot.discord.messages()[0], "Stop")


async def test_a_choice_and_a_forged_custom_id_reach_the_bot(bot: RawClient) -> None:
    played = await bot.played()
    await bot.respond(played, 4, v2(row(select(3, max_values=2))))
    message = await played.answer()
    await bot.discord.choose(message, ["0", "2"])
    told = await bot.event("INTERACTION_CREATE")
    told = await bot.event("INTERACTION_CREATE")
    assert (told["type"], told["data"]["values"]) == (3, ["0", "2"])
    assert told["message"]["id"] == str(message.id)
    await bot.discord.send_component(message, "forged")
    assert (await bot.event("INTERACTION_CREATE"))["data"]["custom_id"] == "forged"
    with pytest.raises(ValueError, match="cannot be chosen"):
        await bot.discord.choose(message, ["0", "1", "2"])
    with pytest.raises(LookupError, match="not among"):
        await bot.discord.choose(message, ["9"])


async def test_a_button_under_a_post_of_the_bots_own(bot: RawClient) -> None:
    channel = bot.discord.guild.add_channel("tips")
    body = {"content": "a tip", "components": [row(button())]}
    await bot.call("POST", f"/channels/{channel.id}/messages", body)
    played = await bot.discord.click(bot.discord.messages(channel)[0], "Go")
    assert (played.channel, played.guild) == (channel, bot.discord.guild)


async def test_who_and_where(bot: RawClient) -> None:
    await bot.played(permissions=32)
    told = await bot.event("INTERACTION_CREATE")
    assert (told["member"]["permissions"], told["context"]) == ("32", 0)
    await bot.played(guild=None, user=User("eve"))
    told = await bot.event("INTERACTION_CREATE")
    assert (told["user"]["username"], told["context"], told["channel"]["type"]) == ("eve", 1, 1)
    other = bot.discord.add_guild(Guild("other"))
    await bot.played(guild=other)
    assert (await bot.event("INTERACTION_CREATE"))["guild_id"] == str(other.id)


async def test_a_user_brings_the_bot_along(bot: RawClient) -> None:
    hi = {"name": "hi", "description": "Says hello"}
    await bot.declare(hi)
    foreign = Guild("elsewhere")
    with pytest.raises(LookupError, match="for themselves"):
        await bot.played(guild=foreign)
    await bot.declare(hi | {"integration_types": [0, 1], "contexts": [0, 2]})
    played = await bot.played(guild=foreign)
    told = await bot.event("INTERACTION_CREATE")
    assert told["authorizing_integration_owners"] == {"1": str(played.user.id)}
    await bot.respond(played, 4, {"content": "x", "components": [row(button())]})
    again = await bot.discord.click(await played.answer(), "Go")
    assert again.guild is foreign
    assert (await bot.played(guild=None, context=2)).payload["context"] == 2
    with pytest.raises(LookupError, match="not offered here"):
        await bot.played(guild=None)


@pytest.mark.parametrize(
    ("offered", "path"),
    [
        ([{"name": "x", "value": "x"}] * 26, "data.choices"),
        ([{"name": "x" * 101, "value": "x"}], "data.choices.0.name"),
        ([{"name": "x", "value": "x" * 101}], "data.choices.0.value"),
        ([{"name": "", "value": "x"}], "data.choices.0.name"),
    ],
)
async def test_completions_that_are_refused(bot: RawClient, offered: list[Json], path: str) -> None:
    wanted = {"type": 3, "name": "who", "description": "Whom", "autocomplete": True}
    await bot.declare({"name": "hi", "description": "Says hello", "options": [wanted]})
    played = await bot.discord.autocomplete("hi", {"who": "a"})
    status, body = await bot.respond(played, 8, {"choices": offered})
    assert (status, bool(errors_at(body, path))) == (400, True), body
    assert (await bot.respond(played, 8, {"choices": [{"name": "Ada", "value": "a"}]}))[0] == 200
    assert await played.choices() == [{"name": "Ada", "value": "a"}]


def label(component: Json, **more: Any) -> Json:
    return {"type": 18, "label": "What", "component": component} | more


def entry(**more: Any) -> Json:
    return {"type": 4, "custom_id": "what", "style": 1} | more


def modal(*rows: Json, **more: Any) -> Json:
    return {"title": "Form", "custom_id": "form", "components": list(rows)} | more


def radio(count: int) -> Json:
    return {"type": 21, "custom_id": "one", "options": options(count)}


def boxes(count: int) -> Json:
    return {"type": 22, "custom_id": "many", "options": options(count)}


FIELD = "components.0.component"
WRONG: dict[str, tuple[Json, str]] = {
    "long title": (modal(label(entry()), title="x" * 46), "title"),
    "no title": (modal(label(entry()), title=""), "title"),
    "long custom_id": (modal(label(entry()), custom_id="x" * 101), "custom_id"),
    "no rows": (modal(), "components"),
    "six rows": (modal(*[label(entry(custom_id=str(n))) for n in range(6)]), "components"),
    "long label": (modal(label(entry(), label="x" * 46)), "components.0.label"),
    "long description": (modal(label(entry(), description="x" * 101)), "components.0.description"),
    "label around nothing": (modal({"type": 18, "label": "x"}), FIELD),
    "button": (modal(label(button())), f"{FIELD}.type"),
    "row of buttons": (modal(row(button())), "components.0.components.0.type"),
    "custom_id twice": (modal(label(entry()), label(entry())), "components.1.component.custom_id"),
    "no style": (modal(label(entry(style=None))), f"{FIELD}.style"),
    "label twice": (modal(label(entry(label="x"))), f"{FIELD}.label"),
    "text over 4,000": (modal(label(entry(max_length=4001))), f"{FIELD}.max_length"),
    "least above most": (modal(label(entry(min_length=3, max_length=2))), f"{FIELD}.min_length"),
    "value over the limit": (modal(label(entry(value="abc", max_length=2))), f"{FIELD}.value"),
    "one radio button": (modal(label(radio(1))), f"{FIELD}.options"),
    "eleven radio buttons": (modal(label(radio(11))), f"{FIELD}.options"),
    "eleven boxes": (modal(label(boxes(11))), f"{FIELD}.options"),
    "disabled select": (modal(label(select(disabled=True))), f"{FIELD}.disabled"),
    "26 options": (modal(label(select(26))), f"{FIELD}.options"),
}


DEFAULT = [{"id": "1", "type": "role"}]
PICKERS: dict[str, tuple[Json, str]] = {
    "a role in a channel's place": (
        modal(label({"type": 8, "custom_id": "x", "default_values": DEFAULT})),
        "components.0.component.default_values.0.type",
    ),
    "more defaults than fit": (
        modal(label({"type": 6, "custom_id": "x", "default_values": DEFAULT * 2})),
        "components.0.component.default_values",
    ),
    "types of channels in a select of roles": (
        modal(label({"type": 6, "custom_id": "x", "channel_types": [0]})),
        "components.0.component.channel_types",
    ),
    "an empty description": (
        modal(label(entry(), description="")),
        "components.0.description",
    ),
}
WRONG |= PICKERS


@pytest.mark.parametrize("name", WRONG)
async def test_forms_that_are_refused(bot: RawClient, name: str) -> None:
    wrong, path = WRONG[name]
    status, body = await bot.respond(await bot.played(), 9, wrong)
    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, f"data.{path}"), body


async def test_a_form_is_filled_and_submitted(bot: RawClient) -> None:
    played = await clicked(bot)
    old = row(entry(custom_id="old", label="Old", required=False))
    form = modal(label(entry(max_length=9)), label(radio(2)), label(boxes(3)), old, text())
    assert (await bot.respond(played, 9, form))[0] == 200
    values = {"what": "a role", "one": "1", "many": ["0", "2"]}
    submitted = await bot.discord.submit_modal(played, values)
    told: Json = {"type": 0}
    while told["type"] != 5:
        told = await bot.event("INTERACTION_CREATE")
    rows = told["data"]["components"]
    assert [r["component"].get("value") for r in rows[:3]] == ["a role", "1", None]
    assert rows[2]["component"]["values"] == ["0", "2"]
    assert rows[3]["components"][0]["value"] == ""
    assert (await bot.respond(submitted, 7, {"content": "thanks"}))[0] == 200
    assert (await submitted.answer()) is played.source


@pytest.mark.parametrize("values", [{}, {"what": "much too long"}, {"what": "x", "other": "x"}])
async def test_forms_that_nobody_could_submit(bot: RawClient, values: Json) -> None:
    played = await bot.played()
    await bot.respond(played, 9, modal(label(entry(max_length=9))))
    with pytest.raises((ValueError, LookupError)):
        await bot.discord.submit_modal(played, values)


async def test_redelivery_sends_the_same_interaction(bot: RawClient) -> None:
    played = await bot.played()
    await bot.discord.redeliver(played)
    first, second = [await bot.event("INTERACTION_CREATE") for _ in range(2)]
    assert first == second


def picker(kind: int, **more: Any) -> Json:
    return {"type": kind, "custom_id": f"picks{kind}"} | more


async def test_a_form_of_pickers_is_filled_and_submitted(bot: RawClient) -> None:
    guild, ada = bot.discord.guild, bot.discord.user
    role, channel = guild.add_role("editors"), guild.add_channel("tips")
    played = await bot.played()
    opens = [{"id": str(channel.id), "type": "channel"}]
    form = modal(
        label(picker(8, channel_types=[0], default_values=opens)),
        label(picker(7, max_values=2)),
        label(picker(6, required=False, min_values=0)),
        label(picker(19)),
        label(entry(value="before", style=2)),
    )
    assert (await bot.respond(played, 9, form))[0] == 200
    file = Upload("a.txt", b"A")
    values = {"picks7": [ada.id, role.id], "picks19": [file]}
    await bot.discord.submit_modal(played, values)
    told: Json = {"type": 0}
    while told["type"] != 5:
        told = await bot.event("INTERACTION_CREATE")
    parts = [row["component"] for row in told["data"]["components"]]
    assert [part.get("values") for part in parts] == [
        [str(channel.id)], [str(ada.id), str(role.id)], [], [str(file.id)], None,
    ]  # fmt: skip
    assert parts[4]["value"] == "before"
    resolved = told["data"]["resolved"]
    assert {kind: list(each) for kind, each in resolved.items()} == {
        "channels": [str(channel.id)],
        "users": [str(ada.id)],
        "roles": [str(role.id)],
        "attachments": [str(file.id)],
    }


@pytest.mark.parametrize("kind", ["forum", "nowhere", "two", "text", "no option"])
async def test_nothing_can_be_picked_that_is_not_offered(bot: RawClient, kind: str) -> None:
    guild = bot.discord.guild
    forum = guild.add_channel("ideas", FORUM)
    played = await bot.played()
    await bot.respond(played, 9, modal(label(picker(8, channel_types=[0, 5])), label(select())))
    chosen = {"forum": [forum.id], "nowhere": [1], "two": [guild.channel.id] * 2}.get(kind, [])
    (name,) = {part["component"]["custom_id"] for part in (await played.modal())["components"]} - {
        "picks8"
    }
    others: Json = {"text": [Upload("a", b"")], "no option": ["9"]}
    values = {"picks8": chosen or [guild.channel.id], name: others.get(kind, ["0"])}
    with pytest.raises((LookupError, ValueError, TypeError)):
        await bot.discord.submit_modal(played, values)
