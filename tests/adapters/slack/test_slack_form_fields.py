"""Each kind of field in a form on Slack: how it opens, what it sends, and errors at the field."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import pytest
from slack_server.crossroads_bot import serve_slack
from slack_server.form_filling import elements
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import View

import bot.commands
from adapters.slack import SCOPES, receiver
from adapters.slack.rendering.limits import VIEW_SUBMIT, VIEW_TITLE
from bot.app import App, CommandContext
from bot.command import (
    Arg,
    Command,
    Example,
    FormLayout,
    Permission,
    PickerType,
    command,
    declared_command,
)
from bot.errors import Refusal
from bot.forms import form_layout
from bot.language.argument_types import bases
from bot.registry import discover_commands
from bot.reply import Reply
from bot.tips.schedule_input import time_zones
from content import Content

_ACK_AFTER = 0.15  # seconds
OPENS_WITH = {
    "basis": "total",
    "zone": "Europe/Berlin",
    "channel": "slack:T1/C1",
    "channels": "slack:T1/C1 slack:T1/G1",
    "time": "09:00",
    "people": "slack:T1/U2 slack:T1/S1",
    "line": "One line",
    "text": "Two\nlines",
}


async def _prefill(context: CommandContext) -> Mapping[str, str]:
    return OPENS_WITH if "word" in context.call.args else {}


_FIELDS = FormLayout(
    "A form with a long title", "Try it", ("basis", "zone", "line", "text"), _prefill
)
_PICKERS = FormLayout(
    "Pick", "Pick", ("channel", "channels", "time", "people"), _prefill, instead=("other",)
)


@command(Example("fields", shows=()), form=_FIELDS)
async def fields(  # noqa: PLR0913, PLR0917  # one argument of each kind
    context: CommandContext,
    word: Annotated[str, Arg("a word")] = "",
    basis: Annotated[str | None, Arg("what counts", bases, label="Kind of pay")] = None,
    zone: Annotated[str | None, Arg("where", time_zones)] = None,
    line: Annotated[str, Arg("a line")] = "",
    text: Annotated[str, Arg("a text", max_length=1_000)] = "",
) -> Reply:
    """Show what was filled in."""
    if line == "wrong later":
        await asyncio.sleep(2 * _ACK_AFTER)
    if line.startswith("wrong"):
        raise Refusal("Write another line.", argument="line")
    if text == "wrong":
        raise Refusal("Try another day.")
    return Reply(f"Sent: {dict(context.call.args)}")


@command(Example("pick", shows=()), form=_PICKERS)
async def pick(  # noqa: PLR0913, PLR0917  # likewise
    context: CommandContext,
    word: Annotated[str, Arg("a word")] = "",
    channel: Annotated[str, Arg("a channel", picker=PickerType.CHANNEL)] = "",
    channels: Annotated[str, Arg("channels", picker=PickerType.CHANNELS)] = "",
    time: Annotated[str, Arg("a time", picker=PickerType.TIME)] = "",
    people: Annotated[str, Arg("people", picker=PickerType.PEOPLE)] = "",
    other: Annotated[str, Arg("something else")] = "",
) -> Reply:
    """Show what was picked."""
    return Reply(f"Sent: {dict(context.call.args)}")


@command(
    Example("load", shows=()),
    permission=Permission.MODERATORS,
    form=FormLayout("Import tips", "Import", ("text",)),
)
async def load(
    context: CommandContext,
    text: Annotated[str, Arg("the tips", max_length=100_000, accepts_file=True)],
) -> Reply:
    """Show a file."""
    return Reply(f"Read: {text}")


def _declared(*functions: object) -> dict[str, Command]:
    found = [each for each in map(declared_command, functions) if each is not None]
    return {each.name: each for each in found}


@pytest.fixture
async def slack(content: Content, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(receiver, "ACK_AFTER", 60.0)  # even on a busy machine
    app = App(content, _declared(fields, pick, load))
    async with LoopbackSlack() as platform, serve_slack(app, platform):
        platform.grant(*SCOPES)
        platform.add_usergroup("S1", "U1")
        platform.add_usergroup("S2", "U2")
        yield platform
        assert not platform.missed


def kinds(form: View) -> list[str]:
    return [block["element"]["type"] for block in form.blocks]


def initial(form: View, name: str) -> Any:
    for each in elements(form):
        if each["block_id"] == name:
            return next((each[key] for key in each if key.startswith("initial_")), None)
    raise AssertionError(f"no field {name}")


async def test_fields_open_empty_or_with_their_values(slack: LoopbackSlack) -> None:
    form = await (await slack.slash("/crossroads", "fields")).view()
    assert kinds(form) == ["static_select", "external_select", *["plain_text_input"] * 2]
    assert [form.body[part]["text"] for part in ("title", "submit", "close")] == [
        "A form with a long title", "Try it", "Cancel",
    ]  # fmt: skip
    assert [block["label"]["text"] for block in form.blocks] == [
        "Kind of pay", "Zone", "Line", "Text",
    ]  # fmt: skip
    assert [each.get("multiline") for each in elements(form)][2:] == [False, True]
    assert {initial(form, name) for name in ("basis", "zone", "line", "text")} == {None}
    form = await (await slack.slash("/crossroads", "fields word:x")).view()
    assert initial(form, "basis") in form.blocks[0]["element"]["options"]
    assert initial(form, "zone")["value"] == "Europe/Berlin"
    assert (initial(form, "line"), initial(form, "text")) == ("One line", "Two\nlines")


async def test_a_field_left_alone_keeps_its_value_and_a_cleared_one_says_none(
    slack: LoopbackSlack,
) -> None:
    asked = await slack.slash("/crossroads", "fields word:x")
    form = await asked.view()
    form.values["line"] = {"line": {"type": "plain_text_input", "value": None}}
    await (await slack.submit_view(form)).ack()
    sent = visible_text((await asked.message()).blocks)
    assert "'line': 'none'" in sent
    assert "'zone': 'Europe/Berlin'" in sent
    assert "Two" in sent


async def test_people_groups_channels_and_times_are_picked(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "pick")
    form = await asked.view()
    assert kinds(form) == [
        "conversations_select", "multi_conversations_select", "timepicker",
        "multi_users_select", "multi_static_select",
    ]  # fmt: skip
    picked = {
        "channel": "C2", "channels": ["C1", "G1"], "time": "17:30",
        "people": ["U1"], "people groups": ["slack:T1/S2"],
    }  # fmt: skip
    for name, value in picked.items():
        element = next(each for each in elements(form) if each["block_id"] == name)
        kind = element["type"]
        key = {
            "conversations_select": "selected_conversation",
            "multi_conversations_select": "selected_conversations",
            "timepicker": "selected_time",
            "multi_users_select": "selected_users",
        }.get(kind)
        options = [each for each in element.get("options", ()) if each["value"] in value]
        state = {"type": kind, **({key: value} if key else {"selected_options": options})}
        form.values[name] = {element["action_id"]: state}
    await (await slack.submit_view(form)).ack()
    sent = visible_text((await asked.message()).blocks)
    for value in ("C2", "C1", "G1", "17:30", "U1", "s2-all"):
        assert value in sent, value


async def test_pickers_open_with_their_values(slack: LoopbackSlack) -> None:
    form = await (await slack.slash("/crossroads", "pick word:x")).view()
    assert initial(form, "channel") == "C1"
    assert initial(form, "channels") == ["C1", "G1"]
    assert initial(form, "time") == "09:00"
    assert initial(form, "people") == ["U2"]
    assert [each["value"] for each in initial(form, "people groups")] == ["slack:T1/S1"]


async def test_a_workspace_without_groups_is_asked_for_people_alone(slack: LoopbackSlack) -> None:
    slack.world.usergroups.clear()
    form = await (await slack.slash("/crossroads", "pick")).view()
    assert kinds(form)[-1] == "multi_users_select"


async def test_groups_that_cant_be_looked_up_arent_lost(slack: LoopbackSlack) -> None:
    slack.fail("usergroups.list", error="internal_error", times=None)
    asked = await slack.slash("/crossroads", "pick word:x")
    assert "list of user groups" in visible_text((await asked.message()).blocks)
    assert slack.modal() is None


async def test_an_error_is_shown_at_its_field_and_nothing_is_lost(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "fields")
    form = await asked.view()
    answer = await (await slack.submit_view(form, {"line": "wrong", "text": "My text"})).ack()
    assert answer.payload == {
        "response_action": "errors", "errors": {"line": "Write another line."},
    }  # fmt: skip
    assert slack.modal() is form
    assert not asked.messages
    await (await slack.submit_view(form, {"line": "right"})).ack()
    sent = visible_text((await asked.message()).blocks)
    assert "right" in sent
    assert "My text" in sent


async def test_an_error_about_no_field_is_a_reply(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "fields")
    form = await asked.view()
    await (await slack.submit_view(form, {"text": "wrong"})).ack()
    assert "Try another day." in visible_text((await asked.message()).blocks)


async def test_a_refused_form_that_is_closed_gives_its_text_back(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "A text that nobody wants to write again.\n" * 20
    asked = await slack.slash("/crossroads", "fields")
    form = await asked.view()
    monkeypatch.setattr(receiver, "ACK_AFTER", _ACK_AFTER)  # the error misses its field
    await (await slack.submit_view(form, {"line": "wrong later", "text": text})).answered()
    assert slack.modal() is None
    shown = await asked.message()
    assert "Write another line." in visible_text(shown.blocks)
    assert text.strip() in visible_text(shown.blocks)
    assert not list(elements(shown))


async def _opened(slack: LoopbackSlack) -> tuple[Any, View]:
    asked = await slack.slash("/crossroads", "load", user="UADMIN")
    return asked, await asked.view()


async def test_a_file_or_its_text_is_sent(slack: LoopbackSlack) -> None:
    asked, form = await _opened(slack)
    assert kinds(form) == ["file_input", "plain_text_input"]
    await (
        await slack.submit_view(form, {"text file": [slack.upload("t.csv", b"text\nOne")]})
    ).ack()
    assert "Read: text One" in " ".join(visible_text((await asked.message()).blocks).split())
    asked, form = await _opened(slack)
    await (await slack.submit_view(form, {"Or paste the text": "Pasted."})).ack()
    assert "Read: Pasted." in visible_text((await asked.message()).blocks)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", b"\xff\xfe\x00\xd8", "t.csv"),
        ("big.txt", b"x" * 1_000_001, "longer than 1,000,000 bytes"),
    ],
)
async def test_a_file_that_cant_be_read_is_refused(
    slack: LoopbackSlack, name: str, content: bytes, says: str
) -> None:
    asked, form = await _opened(slack)
    await (await slack.submit_view(form, {"text file": [slack.upload(name, content)]})).ack()
    assert says in visible_text((await asked.message()).blocks)


async def test_an_empty_form_says_what_is_missing(slack: LoopbackSlack) -> None:
    _, form = await _opened(slack)
    answer = await (await slack.submit_view(form)).ack()
    assert answer.payload["response_action"] == "errors"
    assert set(answer.payload["errors"]) == {"text"}
    assert slack.modal("UADMIN") is form


async def test_a_download_that_fails_is_told_and_can_be_repeated(slack: LoopbackSlack) -> None:
    asked, form = await _opened(slack)
    slack.fail("download", status=503)
    await (await slack.submit_view(form, {"text file": [slack.upload("t.csv", b"One")]})).ack()
    assert "couldn't get the file" in visible_text((await asked.message()).blocks)


async def test_without_the_scope_the_form_asks_for_text_alone(slack: LoopbackSlack) -> None:
    slack.world.scopes.discard("files:read")
    _, form = await _opened(slack)
    assert kinds(form) == ["plain_text_input"]


async def test_a_file_from_somebody_without_rights_isnt_read(slack: LoopbackSlack) -> None:
    asked, form = await _opened(slack)
    slack.world.users["UADMIN"].admin = False
    slack.advance(0)
    file = slack.upload("t.csv", b"One")
    for each in slack.world.users.values():
        each.admin = each.owner = False
    form.user = "U2"
    slack.world.stacks["U2"].append(form)
    await (await slack.submit_view(form, {"text file": [file]})).answered()
    assert not slack.calls("files.info")
    assert "Read" not in "".join(visible_text(each.blocks) for each in asked.messages)


async def test_a_message_that_needs_a_form_is_answered_with_a_button(slack: LoopbackSlack) -> None:
    said = await (await slack.direct_message("pick")).post()
    form = await (await slack.click(said, text="Open the form", user="U1")).view()
    assert "timepicker" in kinds(form)


async def test_an_option_that_can_be_given_alone_needs_no_form(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "pick other:x")
    assert "'other': 'x'" in visible_text((await asked.message()).blocks)
    assert slack.modal() is None


async def test_titles_of_forms_fit_the_head_of_a_modal() -> None:
    layouts = [form_layout(each) for each in discover_commands(bot.commands).values() if each.form]
    shown = [text for each in layouts for text in (each.title, each.submit)]
    assert [each for each in shown if len(each) > min(VIEW_TITLE, VIEW_SUBMIT)] == []
