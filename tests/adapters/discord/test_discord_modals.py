"""Texts of several lines on Discord: a modal or a file accepts them, a command can't."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.message_rules import Upload
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord

from bot.app import App
from storage import TipState

MANAGE_GUILD = 1 << 5
LINES = "Read the posting twice.\n\nThe title lies; the tasks do not."
CSV = 'text,topic\r\n"First line\r\nsecond line",reading\r\nAnother tip,\r\n'
LONG = "text\n" + "\n".join(f"Tip {n}: {'word ' * 30}" for n in range(300))


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed


async def texts(app: App, discord: LoopbackDiscord, *states: TipState) -> list[str]:
    store = await app.store()
    queue = await store.queues.get_or_create(f"discord:{discord.guild.id}")
    return [tip.text for tip in await store.tips.list_for_queue(queue, *states)]


async def said(played: PlayedInteraction) -> str:
    return (await played.answer()).text


def sent(content: str | bytes, name: str = "tips.csv") -> Upload:
    return Upload(name, content.encode() if isinstance(content, str) else content)


async def test_no_option_of_any_command_is_meant_for_several_lines(
    keeping: App, discord: LoopbackDiscord
) -> None:
    for name, command in discord.usable_commands():
        for option in command.get("options", ()):
            if option["type"] == 3:
                arg = keeping.commands[name.replace(" ", "-")].args[option["name"]]
                assert not arg.is_multiline
    written = {
        each.name
        for each in keeping.visible_commands()
        if any(arg.is_multiline for arg in each.args.values())
    }
    tips = {"tips-import", "suggest", "tips-add", "tips-edit"}
    assert written == tips | {f"answers-{each}" for each in ("add", "answer", "edit", "import")}


async def test_a_tip_of_several_lines_is_written_in_a_form(
    keeping: App, discord: LoopbackDiscord
) -> None:
    link = {"link": "https://example.org/a"}
    assert "Thank you" in await said(await discord.write("suggest", {"text": LINES}, link))
    assert await texts(keeping, discord) == [LINES]
    more = {"role": "ml-engineer", "topic": "reading"}
    text = {"text": f"{LINES}\nMore."}
    added = await discord.write("tips-add", text, more, permissions=MANAGE_GUILD)
    assert "Added: “Read the posting twice" in await said(added)
    edited = await discord.write(
        "tips-edit", {"text": "One.\nTwo."}, {"tip": "2"}, permissions=MANAGE_GUILD
    )
    assert "One." in await said(edited)
    assert (await texts(keeping, discord))[-1] == "One.\nTwo."
    store = await keeping.store()
    queue = await store.queues.get_or_create(f"discord:{discord.guild.id}")
    tip = await store.tips.get(queue, 2)
    assert tip is not None
    assert (tip.topic, tip.role) == ("reading", "ml-engineer")  # omitted fields stay


async def test_a_file_of_several_lines_is_written_in_a_form(
    keeping: App, discord: LoopbackDiscord
) -> None:
    read = await discord.write("tips-import", {"text": CSV}, permissions=MANAGE_GUILD)
    answer = await read.answer()
    assert "2 new tips" in answer.text
    await (await discord.click(answer, "Add 2 tips", permissions=MANAGE_GUILD)).answer()
    assert await texts(keeping, discord) == ["First line\nsecond line", "Another tip"]


@pytest.mark.parametrize(
    ("data", "count"),
    [(CSV, 2), (CSV.encode("utf-16"), 2), (b"\xef\xbb\xbf" + CSV.encode(), 2), (LONG, 300)],
    ids=["utf-8", "utf-16", "mark", "long"],
)
async def test_a_file_can_be_sent_along(
    keeping: App, discord: LoopbackDiscord, data: str | bytes, count: int
) -> None:
    played = await discord.slash("tips-import", {"file": sent(data)}, permissions=MANAGE_GUILD)
    answer = await played.answer()
    assert f"{count} new tips" in answer.text
    await (await discord.click(answer, f"Add {count} tips", permissions=MANAGE_GUILD)).answer()
    assert len(await texts(keeping, discord)) == count


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"\xff\x00\x81", "UTF-8"), (b"x" * 1_000_001, "longer than 1,000,000 bytes")],
)
async def test_a_file_that_can_not_be_read_is_refused_in_words(
    discord: LoopbackDiscord, data: bytes, says: str
) -> None:
    played = await discord.slash("tips-import", {"file": sent(data)}, permissions=MANAGE_GUILD)
    assert says in await said(played)


async def test_a_file_that_discord_does_not_give_is_asked_for_again(
    discord: LoopbackDiscord,
) -> None:
    discord.faults.fail("attachment")
    played = await discord.slash("tips-import", {"file": sent(CSV)}, permissions=MANAGE_GUILD)
    assert "Send it again" in await said(played)
