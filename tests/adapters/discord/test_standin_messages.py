"""The loopback Discord refuses the messages that Discord refuses, and accepts the others."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from discord_server.errors import Json
from discord_server.raw_client import RawClient, button, errors_at, options, row, select, text, v2
from discord_server.server import LoopbackDiscord


@pytest.fixture
async def bot() -> AsyncIterator[RawClient]:
    async with LoopbackDiscord() as discord, RawClient(discord) as raw:
        await discord.ready()
        yield raw


def container(*components: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(components)} | more


def gallery(*urls: str) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


def section(*components: Json, **more: Any) -> Json:
    return {"type": 9, "components": list(components), "accessory": button()} | more


WEB = "https://example.org/a.png"
WRONG: dict[str, tuple[Json, str]] = {
    "long content": ({"content": "x" * 2001}, "content"),
    "content that is no text": ({"content": 5}, "content"),
    "unknown flag": ({"content": "x", "flags": 1 << 4}, "flags"),
    "eleven embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    "long embed title": ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    "long embed description": ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    "long embed footer": ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
    "26 embed fields": (
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        "embeds.0.fields",
    ),
    "long field name": (
        {"embeds": [{"fields": [{"name": "n" * 257, "value": "v"}]}]},
        "embeds.0.fields.0.name",
    ),
    "empty field value": (
        {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
        "embeds.0.fields.0.value",
    ),
    "6,001 characters of embeds": ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    "mentions of kinds unknown": (
        {"content": "x", "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions.parse.0",
    ),
    "mentions by kind and by name": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
    "six rows": ({"components": [row(button())] * 6}, "components"),
    "text display without the flag": ({"components": [text()]}, "components.0.type"),
    "button outside of a row": ({"components": [button()]}, "components.0.type"),
    "six buttons": (
        {"components": [row(*[button() for _ in range(6)])]},
        "components.0.components",
    ),
    "empty row": ({"components": [row()]}, "components.0.components"),
    "button beside a select": (
        {"components": [row(button(), select())]},
        "components.0.components",
    ),
    "long label": (v2(row(button(label="x" * 81))), "components.0.components.0.label"),
    "button with nothing on it": (v2(row(button(label=""))), "components.0.components.0"),
    "unknown style": (v2(row(button(style=9))), "components.0.components.0.style"),
    "long custom_id": (v2(row(button(custom_id="x" * 101))), "components.0.components.0.custom_id"),
    "empty custom_id": (v2(row(button(custom_id=""))), "components.0.components.0.custom_id"),
    "no custom_id": (v2(row(button(custom_id=None))), "components.0.components.0.custom_id"),
    "custom_id used twice": (
        v2(row(button(custom_id="a")), container(row(select(custom_id="a")))),
        "components.1.components.0.components.0.custom_id",
    ),
    "link with a custom_id": (
        v2(row(button(style=5, url=WEB))),
        "components.0.components.0",
    ),
    "link to another scheme": (
        v2(row(button(style=5, url="javascript:x", custom_id=None))),
        "components.0.components.0.url",
    ),
    "url on a plain button": (v2(row(button(url=WEB))), "components.0.components.0.url"),
    "no options": (v2(row(select(0))), "components.0.components.0.options"),
    "26 options": (v2(row(select(26))), "components.0.components.0.options"),
    "long option label": (
        v2(row(select(options=options(1, label="x" * 101)))),
        "components.0.components.0.options.0.label",
    ),
    "long option value": (
        v2(row(select(options=options(1, value="x" * 101)))),
        "components.0.components.0.options.0.value",
    ),
    "long option description": (
        v2(row(select(options=options(1, description="x" * 101)))),
        "components.0.components.0.options.0.description",
    ),
    "option value used twice": (
        v2(row(select(options=options(2, value="a")))),
        "components.0.components.0.options.1.value",
    ),
    "more to choose than there is": (
        v2(row(select(2, max_values=3))),
        "components.0.components.0.options",
    ),
    "least above most": (
        v2(row(select(3, min_values=3, max_values=2))),
        "components.0.components.0.min_values",
    ),
    "too much chosen beforehand": (
        v2(row(select(options=options(2, default=True)))),
        "components.0.components.0.options",
    ),
    "long placeholder": (
        v2(row(select(placeholder="x" * 151))),
        "components.0.components.0.placeholder",
    ),
    "41 components, nested ones counted": (
        v2(*[container(text()) for _ in range(20)], text()),
        "components",
    ),
    "4,001 characters in all": (v2(text("x" * 4000), container(text())), "components"),
    "blank text display": (v2(text(" \n")), "components.0.content"),
    "content beside the second version": (v2(text(), content="x"), "content"),
    "embeds beside the second version": (v2(text(), embeds=[{"title": "x"}]), "embeds"),
    "section without accessory": (v2(section(text(), accessory=None)), "components.0.accessory"),
    "section of four texts": (v2(section(*[text()] * 4)), "components.0.components"),
    "section of buttons": (v2(section(button())), "components.0.components.0.type"),
    "container in a container": (
        v2(container(container(text()))),
        "components.0.components.0.type",
    ),
    "empty container": (v2(container()), "components.0.components"),
    "accent beyond white": (
        v2(container(text(), accent_color=1 << 24)),
        "components.0.accent_color",
    ),
    "separator of another size": (v2(text(), {"type": 14, "spacing": 3}), "components.1.spacing"),
    "empty gallery": (v2(gallery()), "components.0.items"),
    "eleven pictures": (v2(gallery(*[WEB] * 11)), "components.0.items"),
    "picture that was not uploaded": (
        v2(gallery("attachment://a.png")),
        "components.0.items.0.media.url",
    ),
    "file from the web": (v2({"type": 13, "file": {"url": WEB}}), "components.0.file.url"),
    "text input outside of a modal": (
        v2(row({"type": 4, "custom_id": "a", "style": 1, "label": "x"})),
        "components.0.components.0.type",
    ),
    "label outside of a modal": (v2({"type": 18, "label": "x"}), "components.0.type"),
    "component id used twice": (v2(text() | {"id": 7}, text() | {"id": 7}), "components.1.id"),
    "attachment without a file": (
        {"content": "x", "attachments": [{"id": 0, "filename": "a.png"}]},
        "attachments.0.id",
    ),
}
RIGHT: dict[str, Json] = {
    "content": {"content": "x" * 2000},
    "embeds": {"embeds": [{"title": "x" * 256, "description": "y" * 4096}]},
    "rows": {"content": "x", "components": [row(*[button() for _ in range(5)]) for _ in range(5)]},
    "buttons": v2(row(button(label="x" * 80, custom_id="y" * 100))),
    "links": v2(row(button(style=5, url=WEB, custom_id=None))),
    "selects": v2(row(select(25, min_values=0, max_values=25, placeholder="x" * 150))),
    "entities": v2(row({"type": 5, "custom_id": "who"})),
    "components": v2(*[container(text()) for _ in range(20)]),
    "characters": v2(text("x" * 3000), container(text("y" * 1000), accent_color=0xFFFFFF)),
    "sections": v2(section(text(), text(), text()), {"type": 14, "spacing": 2, "divider": False}),
    "pictures": v2(gallery(*[WEB] * 10)),
}


@pytest.mark.parametrize("name", WRONG)
async def test_refused_as_first_response(bot: RawClient, name: str) -> None:
    wrong, path = WRONG[name]
    played = await bot.played()
    status, body = await bot.respond(played, 4, wrong)
    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, f"data.{path}"), body
    assert played.response is None
    assert not played.messages


@pytest.mark.parametrize("name", ["long content", "41 components, nested ones counted"])
async def test_refused_by_every_route_that_takes_messages(bot: RawClient, name: str) -> None:
    wrong, path = WRONG[name]
    played, channel = await bot.played(), bot.discord.guild.channel
    await bot.respond(played, 4, {"content": "first"})
    _, posted = await bot.call("POST", f"/channels/{channel.id}/messages", {"content": "post"})
    answers = [
        await bot.hook(played, "POST", "", wrong),
        await bot.hook(played, "PATCH", "/messages/@original", wrong | {"content": None})
        if "flags" in wrong
        else await bot.hook(played, "PATCH", "/messages/@original", wrong),
        await bot.call("POST", f"/channels/{channel.id}/messages", wrong),
        await bot.call(
            "PATCH", f"/channels/{channel.id}/messages/{posted['id']}", {"content": None} | wrong
        ),
    ]
    assert [status for status, _ in answers] == [400] * 4
    assert all(errors_at(body, path) for _, body in answers)
    assert [message.text for message in bot.discord.messages()] == ["first", "post"]


@pytest.mark.parametrize("name", RIGHT)
async def test_taken_at_the_limit(bot: RawClient, name: str) -> None:
    played = await bot.played()
    status, body = await bot.respond(played, 4, RIGHT[name])
    assert status == 200, body
    assert played.original is not None


@pytest.mark.parametrize("empty", [{}, {"content": " \n "}, {"content": None}, v2()])
async def test_nothing_to_show_is_refused(bot: RawClient, empty: Json) -> None:
    status, body = await bot.respond(await bot.played(), 4, empty)
    assert (status, body["code"]) == (400, 50006)


async def test_the_second_version_cannot_be_left_again(bot: RawClient) -> None:
    played = await bot.played()
    await bot.respond(played, 4, v2(text()))
    for change, path in (
        ({"flags": 0, "components": []}, "flags"),
        ({"content": "x"}, "content"),
        ({"embeds": [{"title": "x"}]}, "embeds"),
    ):
        status, body = await bot.hook(played, "PATCH", "/messages/@original", change)
        assert (status, bool(errors_at(body, path))) == (400, True), body
    status, _ = await bot.hook(played, "PATCH", "/messages/@original", v2(text("other")))
    assert (status, (await played.answer()).text) == (200, "other")


async def test_words_must_go_when_a_message_changes_to_the_second_version(bot: RawClient) -> None:
    played = await bot.played()
    await bot.respond(played, 4, {"content": "words"})
    status, body = await bot.hook(played, "PATCH", "/messages/@original", v2(text()))
    assert (status, bool(errors_at(body, "content"))) == (400, True)
    change = v2(text(), content=None)
    assert (await bot.hook(played, "PATCH", "/messages/@original", change))[0] == 200


async def test_files_come_with_the_components_that_show_them(bot: RawClient) -> None:
    played = await bot.played()
    listed = [{"id": 0, "filename": "chart.png", "description": "A chart"}]
    shown = v2(gallery("attachment://chart.png"), attachments=listed)
    status, body = await bot.respond(played, 4, shown, {"chart.png": b"png"})
    assert status == 200, body
    told = body["resource"]["message"]["attachments"][0]
    assert (told["filename"], told["size"], told["description"]) == ("chart.png", 3, "A chart")
    assert (await played.answer()).attachments[0].content == b"png"
    kept = v2(gallery("attachment://chart.png"), attachments=[{"id": told["id"]}])
    assert (await bot.hook(played, "PATCH", "/messages/@original", kept))[0] == 200
    gone = v2(gallery("attachment://chart.png"), attachments=[])
    status, body = await bot.hook(played, "PATCH", "/messages/@original", gone)
    assert (status, bool(errors_at(body, "components.0.items.0.media.url"))) == (400, True)


async def test_a_file_may_have_10_mebibytes(bot: RawClient) -> None:
    played, most = await bot.played(), 10 * 2**20
    status, body = await bot.respond(played, 4, {"content": "x"}, {"a.bin": b"x" * (most + 1)})
    assert (status, body["code"]) == (413, 40005)
    assert (await bot.respond(played, 4, {"content": "x"}, {"a.bin": b"x" * most}))[0] == 200


@pytest.mark.parametrize(
    ("mentions", "unsafe"),
    [
        (None, True),
        ({"parse": ["everyone"]}, True),
        ({"users": ["1"]}, True),
        ({"parse": [], "replied_user": True}, True),
        ({"parse": []}, False),
    ],
)
async def test_bodies_that_could_ping_are_noted(
    bot: RawClient, mentions: Json | None, *, unsafe: bool
) -> None:
    body = {"content": "@everyone"} | ({} if mentions is None else {"allowed_mentions": mentions})
    await bot.respond(await bot.played(), 4, body)
    assert bool(bot.discord.unsafe_mentions) is unsafe
