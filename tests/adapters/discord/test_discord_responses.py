"""Members get an answer even if Discord fails."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

import pytest
from bot_monitoring import logging_json
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import ApiError
from discord_server.played_interaction import DEFER_UPDATE
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from fault_matrix import Observe

import bot.commands
from adapters.discord import request_handler as interactions
from bot.app import App, CommandContext
from bot.call import Call
from bot.command import Arg, Command, Example, Permission, command
from bot.errors import Outage
from bot.language.argument_types import bases
from bot.registry import discover_commands
from bot.reply import Action, Actions, Image, Reply
from content import Content, PayBasis

GATE = asyncio.Event


@command(Example("quick", shows=()))
async def quick(context: CommandContext) -> Reply:
    """Answer at once."""
    return Reply("at once")


@command(Example("slow", shows=()))
async def slow(context: CommandContext) -> Reply:
    """Answer later than Discord's deadline."""
    await asyncio.sleep(1.7)
    return Reply("at last")


@command(Example("slowish", shows=()))
async def slowish(context: CommandContext) -> Reply:
    """Answer later than the bot waits before it defers, but within Discord's deadline."""
    await asyncio.sleep(0.4)
    return Reply("at last")


@command(Example("broken", shows=()))
async def broken(context: CommandContext) -> Reply:
    """Raise an error."""
    raise ZeroDivisionError


@command(Example("lead", shows=()))
async def lead(context: CommandContext) -> Reply:
    """Show a button that opens a modal, and buttons that run other commands."""
    others = ("slow", "broken", "down", "drawn")
    return Reply(
        "the first answer",
        (Actions((Action("tell", Call("tell", {"word": "hello"})),)),),
        buttons=tuple(Action(each, Call(each)) for each in others),
    )


@command(Example("down", shows=()))
async def down(context: CommandContext) -> Reply:
    """Report that something can't be reached."""
    raise Outage("It is down.")


@command(Example("tell hello", shows=()))
async def tell(
    context: CommandContext,
    word: Annotated[str, Arg("a word")],
    text: Annotated[str, Arg("a longer text")],
    basis: Annotated[PayBasis, Arg("what it counts", bases)],
) -> Reply:
    """Answer with the arguments."""
    return Reply(f"{word} {text} {basis}")


@command(Example("drawn", shows=()))
async def drawn(context: CommandContext) -> Reply:
    """Show a picture."""
    return Reply("Done.", (Image("chart.png", b"\x89PNG\r\n\x1a\n", "bars"),))


@command(Example("drawn-slowly", shows=()))
async def drawn_slowly(context: CommandContext) -> Reply:
    """Show a picture after 1.7 seconds."""
    await asyncio.sleep(1.7)
    return Reply("Done.", (Image("chart.png", b"\x89PNG\r\n\x1a\n", "bars"),))


@command(Example("moderate", shows=()), permission=Permission.MODERATORS)
async def moderate(context: CommandContext) -> Reply:
    """Run a command that only moderators may use."""
    return Reply("done")


OURS = {
    declared.name: declared
    for declared in (
        vars(each)["command"]
        for each in (quick, slow, slowish, broken, down, lead, tell, drawn, drawn_slowly, moderate)
    )
}


@pytest.fixture
async def discord(content: Content) -> AsyncIterator[LoopbackDiscord]:
    commands: Mapping[str, Command] = {**discover_commands(bot.commands), **OURS}
    app = App(content, commands)
    with logging_json():  # a traceback on the console takes longer than a first response may
        async with LoopbackDiscord() as platform, serve_discord(app, platform):
            yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def test_a_slow_answer_is_announced_in_time(discord: LoopbackDiscord) -> None:
    played = await discord.slash("slow")
    message = await played.answer()
    assert played.deferred
    assert message.ephemeral
    assert message.text == "### at last"


async def test_a_bug_is_an_answer_with_a_number(discord: LoopbackDiscord) -> None:
    assert "Incident" in (await (await discord.slash("broken")).answer()).text


@pytest.mark.fault("5xx on a callback")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after", [False, True])
async def test_a_failing_server_is_asked_again_and_answers_once(
    discord: LoopbackDiscord, observed: Observe, status: int, *, after: bool
) -> None:
    discord.faults.fail("callback", status, times=2, after=after)
    answer = await (await discord.slash("quick")).answer()
    assert "at once" in answer.text
    await discord.until(lambda: discord.counters["callback"] >= 3, "three tries")
    observed("the bot retried within the 3 s for a first response, and the member got one answer")


@pytest.mark.parametrize("after", [False, True])
async def test_a_dropped_connection_is_tried_again(
    discord: LoopbackDiscord, *, after: bool
) -> None:
    discord.faults.drop("callback", after=after)
    assert "at once" in (await (await discord.slash("quick")).answer()).text


SCOPES = [
    pytest.param("user", marks=pytest.mark.fault("429 of a route")),
    pytest.param("global", marks=pytest.mark.fault("429 global")),
    pytest.param("shared", marks=pytest.mark.fault("429 shared")),
]


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_rate_limit_is_waited_for(
    discord: LoopbackDiscord, scope: str, observed: Observe
) -> None:
    discord.faults.limit("callback", 0.05, scope=scope, times=3)
    assert "at once" in (await (await discord.slash("quick")).answer()).text
    assert discord.counters["callback"] == 4
    observed(
        "the bot waited as long as it was asked to, and answered in time at the fourth attempt"
    )


@pytest.mark.fault("429 for an hour")
async def test_an_hour_is_not_waited_for_and_others_are_answered(
    discord: LoopbackDiscord, observed: Observe
) -> None:
    discord.faults.limit("callback", 3600)
    lost = await discord.slash("quick")
    await discord.until(lambda: discord.counters["callback 429"] == 1, "the refused answer")
    assert "at once" in (await (await discord.slash("quick")).answer()).text
    assert lost.response is None
    assert discord.counters["callback"] == 2
    observed("Discord: that answer was dropped at once, and the next member got an answer")
    discord.expire(lost)
    await discord.until(lambda: lost.missed, "the end of its time")
    discord.missed.clear()


@pytest.mark.fault("5xx on a follow-up")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after", [False, True])
async def test_a_failing_edit_is_tried_again(
    discord: LoopbackDiscord,
    observed: Observe,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    *,
    after: bool,
) -> None:
    monkeypatch.setattr(interactions, "DEFER_AFTER", 0.1)
    discord.faults.fail("original_edit", status, times=2, after=after)
    played = await discord.slash("slowish")
    assert (await played.answer()).text == "### at last"
    await discord.until(lambda: discord.counters["original_edit"] == 3, "three tries")
    observed("the bot retried until the answer arrived")


@pytest.mark.long
@pytest.mark.fault("slow API")
async def test_an_api_that_takes_five_seconds_costs_that_answer_alone(
    discord: LoopbackDiscord, observed: Observe
) -> None:
    discord.faults.slow("original_edit", 5)
    late = await discord.slash("slow")
    await discord.until(lambda: discord.counters["original_edit"] == 1, "the slow request")
    discord.faults.slow("callback", 5)
    lost = await discord.slash("quick")
    await discord.until(lambda: discord.counters["callback"] == 2, "the other slow request")
    assert "at once" in (await (await discord.slash("quick")).answer(3)).text
    assert (await late.answer()).text == "### at last"
    await discord.until(lambda: lost.missed, "the end of its time")
    assert "at once" in (await (await discord.slash("quick")).answer(3)).text
    observed(
        "Discord: a deferred answer arrived late; a first response was lost, but the others "
        "arrived in time"
    )
    discord.missed.clear()


async def test_what_discord_refuses_is_told_in_words(discord: LoopbackDiscord) -> None:
    discord.faults.refuse("callback", ApiError(400, 50035, "Invalid Form Body"), times=2)
    answer = await (await discord.slash("drawn")).answer()
    assert "Incident" in answer.text
    assert answer.ephemeral


async def test_an_interaction_that_is_unknown_is_let_go(discord: LoopbackDiscord) -> None:
    discord.faults.refuse("callback", ApiError(404, 10062, "Unknown interaction"))
    played = await discord.slash("quick")
    await discord.until(lambda: discord.counters["callback"] == 1, "the refused answer")
    assert "at once" in (await (await discord.slash("quick")).answer()).text
    discord.expire(played)
    discord.missed.clear()


async def test_what_is_missing_is_asked_for_in_a_form(discord: LoopbackDiscord) -> None:
    offered = await (await discord.slash("lead")).answer()
    opened = await discord.click(offered, label="tell")
    form = await opened.modal()
    assert [row["label"] for row in form["components"]] == ["Text", "Basis"]
    filled = await discord.submit_modal(opened, {"text": "dear *world*", "basis": ["base"]})
    answer = await filled.answer()
    assert answer is offered
    assert "hello dear \\*world\\* base" in answer.text
    assert "the first answer" in (await click(discord, answer, "Back")).text


async def click(discord: LoopbackDiscord, message: Message, label: str) -> Message:
    return await (await discord.click(message, label)).answer()


async def test_a_slow_answer_to_a_click_is_announced_and_shown_in_place(
    discord: LoopbackDiscord,
) -> None:
    first = await (await discord.slash("lead")).answer()
    played = await discord.click(first, "slow")
    assert await played.answer() is first
    assert (await played.responded()) == {"type": DEFER_UPDATE, "data": {}}
    assert first.text == "### at last"
    assert first.ephemeral
    assert "the first answer" in (await click(discord, first, "Back")).text


@pytest.mark.parametrize(("label", "says"), [("broken", "Incident"), ("down", "It is down")])
async def test_an_error_after_a_click_is_shown_in_place_with_back(
    discord: LoopbackDiscord, label: str, says: str
) -> None:
    first = await (await discord.slash("lead")).answer()
    failed = await click(discord, first, label)
    assert failed is first
    assert says in failed.text
    if label == "down":
        assert (await click(discord, failed, "Try again")).labels == ["Back", "Try again"]
    assert "the first answer" in (await click(discord, failed, "Back")).text


async def test_an_answer_that_discord_refuses_leaves_the_clicked_one(
    discord: LoopbackDiscord,
) -> None:
    first = await (await discord.slash("lead")).answer()
    discord.faults.refuse("callback", ApiError(400, 50035, "Invalid Form Body"), times=2)
    told = await click(discord, first, "drawn")
    assert told is not first
    assert told.ephemeral
    assert "Incident" in told.text
    assert "the first answer" in first.text


async def test_a_picture_is_attached_with_its_description(discord: LoopbackDiscord) -> None:
    answer = await (await discord.slash("drawn")).answer()
    (file,) = answer.attachments
    assert file.content.startswith(b"\x89PNG")
    assert file.description == "bars"
    shared = await (await discord.click(answer, label="Share")).answer()
    assert shared.attachments[0].filename == "chart.png"


@pytest.mark.parametrize("status", [400, 403, 413])
async def test_a_refused_picture_takes_no_answer_with_it(
    discord: LoopbackDiscord, status: int
) -> None:
    discord.faults.fail("callback", status)
    answer = await (await discord.slash("drawn")).answer()
    assert "picture: bars" in answer.text
    assert not answer.attachments
    discord.faults.fail("original_edit", status)
    late = await (await discord.slash("drawn-slowly")).answer()
    assert "picture: bars" in late.text


MANAGE_GUILD, SEND = 1 << 5, 1 << 11


@pytest.mark.parametrize("permissions", [MANAGE_GUILD, 1 << 3])
async def test_a_moderator_runs_a_command_for_moderators(
    discord: LoopbackDiscord, permissions: int
) -> None:
    played = await discord.slash("moderate", permissions=permissions)
    assert "done" in (await played.answer()).text


async def test_a_forged_button_moderates_nothing(discord: LoopbackDiscord) -> None:
    message = await (await discord.slash("help")).answer()
    pressed = await discord.send_component(message, "r|moderate", permissions=SEND)
    assert "for moderators" in (await pressed.answer()).text
