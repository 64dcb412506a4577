from typing import Annotated

import pytest
import structlog

from bot.app import App, CommandContext
from bot.call import Call, Caller
from bot.command import Arg, Command, Example, Permission, command
from bot.errors import Outage
from bot.reply import Outcome, Reply
from content import Content

MEMBER, MODERATOR = Caller("test:1"), Caller("test:2", moderator=True)


@command(Example("burn", shows=("never",)))
async def burn(context: CommandContext) -> Reply:
    """Raise an error, as a bug would."""
    raise ZeroDivisionError(context.caller.id)


@command(Example("wait", shows=("never",)))
async def wait(context: CommandContext) -> Reply:
    """Depend on a service that is down."""
    del context
    raise Outage("The database does not answer. Try again in a minute.")


@command(Example("decide yes", shows=("yes",)), permission=Permission.MODERATORS)
async def decide(
    context: CommandContext, what: Annotated[str, Arg("what to decide", max_length=10)]
) -> Reply:
    """Decide something."""
    del context
    return Reply(what)


@pytest.fixture
def custom_app(content: Content) -> App:
    functions = (burn, wait, decide)
    declared: list[Command] = [vars(each)["command"] for each in functions]
    return App(content, {each.name: each for each in declared})


def text_of(reply: Reply) -> str:
    assert isinstance(reply.answer, str)
    return reply.answer


async def test_a_bug_shows_an_incident_number_and_logs_one_traceback(custom_app: App) -> None:
    with structlog.testing.capture_logs() as logged:
        reply = await custom_app.handle(Call("burn"), MEMBER)
    assert reply.outcome is Outcome.BUG
    [event, answered] = logged
    assert answered["outcome"] is Outcome.BUG
    assert event["event"] == "bug"
    assert event["exc_info"]
    assert f"Incident {event['incident']}" in text_of(reply)
    assert "ZeroDivision" not in text_of(reply)


async def test_an_outage_says_what_is_down(custom_app: App) -> None:
    with structlog.testing.capture_logs() as logged:
        reply = await custom_app.handle(Call("wait"), MEMBER)
    assert reply.outcome is Outcome.OUTAGE
    assert "database" in text_of(reply)
    assert [(each.label, each.call) for each in reply.actions()] == [("Try again", Call("wait"))]
    assert [event["log_level"] for event in logged] == ["warning", "info"]


async def test_only_moderators_can_run_a_moderators_command(custom_app: App) -> None:
    call = Call("decide", {"what": "yes"})
    assert (await custom_app.handle(call, MEMBER)).outcome is Outcome.REFUSED
    assert (await custom_app.handle(call, MODERATOR)).outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, "Add the what"),
        ({"what": "  "}, "empty"),
        ({"what": "x" * 11}, "The limit is 10"),
        ({"what": "x", "more": "y"}, "no option “more”"),
    ],
)
async def test_arguments_are_validated_with_what_to_do_next(
    custom_app: App, args: dict[str, str], expected: str
) -> None:
    reply = await custom_app.handle(Call("decide", args), MODERATOR)
    assert reply.outcome is Outcome.REFUSED
    assert expected in text_of(reply)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (Call("nonsense"), "have a command “nonsense”"),
        (Call("x" * 5000), "…”"),
        (Call("salary", {"role": "wizard"}), "I don't know the role “wizard”"),
        (Call("interview"), "Add the role"),
        (Call("ask", {"page": "99"}), "page from 1 to"),
        (Call("ask", {"page": "²"}), "page from 1 to"),
        (Call("compare", {"role": "ai-engineer", "other": "ai-engineer"}), "two different roles"),
        (Call("tools", {"category": "languages", "role": "nobody"}), "“nobody”"),
    ],
)
async def test_a_forged_or_outdated_call_is_refused_in_plain_words(
    app: App, call: Call, expected: str
) -> None:
    reply = await app.handle(call, MEMBER)
    assert reply.outcome is Outcome.REFUSED
    assert expected in text_of(reply)
    for action in reply.actions():
        assert (await app.handle(action.call, MEMBER)).outcome is Outcome.DONE
