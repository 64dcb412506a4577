"""Random hostile input at every entry: the bot answers or refuses, and nothing else happens.

By default some hundreds; CROSSROADS_TEST_HOSTILE says how many in all.
"""

import asyncio
import io
import json
import os
import re
import urllib.parse
from collections.abc import AsyncIterator, Iterator
from contextlib import redirect_stderr, suppress
from pathlib import Path

import pytest
from bot_monitoring import logging_json
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord as on_discord
from discord_server.errors import Json
from discord_server.played_interaction import AUTOCOMPLETE, COMMAND, MODAL_SUBMIT, PlayedInteraction
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import EVERYDAY, MANAGE_GUILD
from hostile_input import LINK, MARK, HostileInput, sign_request
from salary_files import HEADER, salary_row
from slack_server import validation
from slack_server.crossroads_bot import serve_slack as on_slack
from slack_server.payloads import block_actions, block_suggestion, event, slash, view_submission
from slack_server.plain_text import walk
from slack_server.server import LoopbackSlack
from slack_server.world import TEAM

from adapters.slack.events_endpoint import RequestRejected, parse_payload
from adapters.slack.rendering.forms import FORM_CALLBACK, parse_submission
from bot.app import App
from bot.call import Caller
from bot.reply import Outcome
from content import Content
from content.cache import SHIPPED_DIR
from content.importing import ImportRefused, import_salaries
from content.loader import load_leniently

ENTRIES = 10
MANY = int(os.environ.get("CROSSROADS_TEST_HOSTILE", "800")) // ENTRIES  # of each entry
TOGETHER = 8
JSON = "application/json"
FENCED = re.compile(r"```.*?```", re.DOTALL)
OURS = {
    "invalid_blocks",
    "invalid_arguments",
    "msg_too_long",
    "msg_blocks_too_long",
    "view_too_large",
}
"""Slack's error codes for an invalid message or view."""


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """Check the log of the block: no bug, no traceback, none of the text that was sent."""
    with redirect_stderr(io.StringIO()) as written, logging_json():
        yield
    said = written.getvalue()
    bugs = [each for each in said.splitlines() if '"level": "error"' in each]
    assert bugs[:3] == []
    assert MARK not in said
    assert "Traceback" not in said


@pytest.fixture
def names(keeping: App) -> list[str]:
    return list(keeping.commands)


class Raw(LoopbackDiscord):
    """A Discord whose clients can send anything."""

    async def sent(self, kind: int, data: Json, source: Message | None = None) -> PlayedInteraction:
        user = User(f"{MARK}{kind}")
        either = self.chance.choice((EVERYDAY, EVERYDAY | MANAGE_GUILD))
        return await self._send(kind, data, {"user": user, "permissions": either}, source)

    chance = HostileInput(0).chance


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[Raw]:
    async with Raw() as platform, on_discord(keeping, platform):
        yield platform
        refused = [name for name in platform.counters if name.endswith(" 400")]
        assert refused == []
        assert not platform.missed
        assert not platform.unsafe_mentions


async def answered(plays: list[PlayedInteraction]) -> None:
    """Wait for the answers; check that they escape the markup that a member typed."""
    for each in plays:
        response = await each.responded()
        if response["type"] in {8, 9}:  # choices, a form
            continue
        message = await each.answer()
        assert LINK not in FENCED.sub("", message.text), message.text
        assert "Incident" not in message.text, (each.payload["data"], message.text)


async def play(discord: Raw, *inputs: tuple[int, Json]) -> None:
    for at in range(0, len(inputs), TOGETHER):
        some = inputs[at : at + TOGETHER]
        await answered([await discord.sent(kind, data) for kind, data in some])
        discord.platform.interactions.clear()


def option(hostile: HostileInput, declared: Json) -> Json:
    """Return a value that the option's type allows, or one that a forged client sends."""
    kind = declared["type"]
    value = str(hostile.chance.randint(0, 2**63)) if kind in {7, 8} else hostile.sent()
    return {"name": declared["name"], "type": kind, "value": value}


async def test_options_of_slash_commands(discord: Raw) -> None:
    hostile = HostileInput(1)
    inputs = []
    for _ in range(MANY):
        command = hostile.chance.choice(discord.commands)
        options = [option(hostile, each) for each in command.get("options") or ()]
        options = [each for each in options if hostile.chance.random() < 0.6]
        inputs.append((COMMAND, {**named(command), "options": options}))
    await play(discord, *inputs)


def named(command: Json) -> Json:
    return {"id": command["id"], "name": command["name"], "type": 1}


async def test_what_is_typed_to_be_completed(discord: Raw) -> None:
    hostile = HostileInput(2)
    inputs = []
    for _ in range(MANY):
        command = hostile.chance.choice([each for each in discord.commands if each.get("options")])
        one = hostile.chance.choice(command["options"]) | {"type": 3}
        focused = option(hostile, one) | {"focused": True}
        inputs.append((AUTOCOMPLETE, {**named(command), "options": [focused]}))
    await play(discord, *inputs)


async def test_codes_of_buttons_and_menus(discord: Raw, names: list[str]) -> None:
    hostile, user = HostileInput(3), User("ada")
    shown = await (await discord.slash("help", user=user)).answer()
    for _ in range(0, MANY, TOGETHER):
        plays = []
        for _ in range(TOGETHER):
            code = hostile.code(names)[:100]
            values = [hostile.code(names)[:100]] if hostile.chance.random() < 0.3 else None
            plays.append(await discord.send_component(shown, code, values, user=user))
        await answered(plays)


async def test_forms_on_discord(discord: Raw, names: list[str]) -> None:
    hostile = HostileInput(4)
    inputs = []
    for _ in range(MANY):
        fields = [
            {"type": 18, "component": {"type": 4, "custom_id": name, "value": hostile.sent(4000)}}
            for name in hostile.chance.sample(("text", "reason", "answers", "role", "x"), 2)
        ]
        code = hostile.code(names)[:100]
        code = f"m|{hostile.chance.choice(names)}|tip=1" if hostile.chance.random() < 0.7 else code
        inputs.append((MODAL_SUBMIT, {"custom_id": code, "components": fields}))
    await play(discord, *inputs)


async def test_lines_that_are_typed(keeping: App, names: list[str]) -> None:
    hostile = HostileInput(5)
    for number in range(MANY):
        who = Caller(f"test:{number % 9}", moderator=number % 2 == 0, community="test:c")
        reply = await keeping.handle_line(hostile.line(names), who)
        assert reply.outcome is not Outcome.BUG


@pytest.fixture
async def slack(keeping: App) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform, on_slack(keeping, platform, "http"):
        yield platform
        assert [each for each in platform.refused if each.error in OURS] == []
        assert not platform.unsafe_mentions


async def deliver(slack: LoopbackSlack, *bodies: tuple[bytes, str]) -> None:
    """Send signed bodies; check that Slack would accept the messages or options in responses."""
    for at in range(0, len(bodies), TOGETHER):
        some = bodies[at : at + TOGETHER]
        for answer in await asyncio.gather(
            *(slack.send_raw(body, content_type=kind) for body, kind in some)
        ):
            assert answer.status in {200, 400}
            if answer.status == 200 and answer.body.startswith("{"):
                _taken(json.loads(answer.body), slack.world.pictures())


def _taken(given: Json, files: set[str]) -> None:
    if "blocks" in given:
        validation.check_message(given, files)
        assert validation.pinged_names(given) == []
        marked = [each for each in walk(given["blocks"]) if each.get("type") == "mrkdwn"]
        assert [each for each in marked if f"*{MARK}" in each["text"]] == []
    assert "Incident" not in json.dumps(given)


def form(body: Json) -> tuple[bytes, str]:
    kind = "application/x-www-form-urlencoded"
    texts = {key: str(value) for key, value in body.items()}
    return urllib.parse.urlencode(texts, errors="surrogatepass").encode(), kind


async def test_slash_text_on_slack(slack: LoopbackSlack, names: list[str]) -> None:
    hostile, bodies = HostileInput(6), []
    for number in range(MANY):
        url = slack.world.response_url("U1", "C1")
        name = hostile.chance.choice(("/crossroads", "/salary", "/faq", hostile.sent(20)))
        body = slash(slack.world, name, hostile.line(names), url, "T1")
        if number % 4 == 0:
            spoilt = hostile.corrupt(body)
            body = spoilt if isinstance(spoilt, dict) else {"payload": json.dumps(spoilt)}
        bodies.append(form(body))
    await deliver(slack, *bodies)


async def test_values_forms_and_events_of_slack(slack: LoopbackSlack, names: list[str]) -> None:
    hostile, bodies = HostileInput(7), []
    view = await (await slack.slash("/interview")).view()
    shown = await (await slack.slash("/salary", "ml")).message()
    for _ in range(MANY):
        action = {"action_id": hostile.sent(40), "block_id": "b", "value": hostile.code(names)}
        said = {"type": "app_mention", "user": "U1", "channel": "C1", "text": hostile.text()}
        url = slack.world.response_url("U1", "C1")
        made = hostile.chance.choice((
            lambda action=action, url=url: block_actions(slack.world, shown, "U1", action, url),
            lambda action=action: block_actions(slack.world, view, "U1", action, None),
            lambda action=action: block_suggestion(view, "U1", action, hostile.text(), TEAM),
            lambda: view_submission(slack.world, view, []),
            lambda said=said: event(slack.world, said),
        ))()  # fmt: skip
        body = sign_request(made, hostile.corrupt(made, hostile.chance.randint(0, 3)))
        text = json.dumps(body)
        is_event = isinstance(body, dict) and body.get("type") == "event_callback"
        bodies.append((text.encode(), JSON) if is_event else form({"payload": text}))
    await deliver(slack, *bodies)


async def test_bodies_that_nobody_signed(slack: LoopbackSlack) -> None:
    hostile = HostileInput(8)
    sound, kind = form(slash(slack.world, "/help", "", slack.world.response_url("U1", "C1"), "T1"))
    for _ in range(MANY):
        body, forged = hostile.bytes_of(sound), hostile.sent(70).encode("ascii", "ignore").decode()
        headers = {"X-Slack-Signature": f"v0={urllib.parse.quote(forged)}"}
        answer = await slack.send_raw(body, content_type=kind, headers=headers)
        assert answer.status == 401
        assert MARK not in answer.body


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"press":' * 100_000])
def test_json_without_end_is_no_form_and_no_delivery(deep: str) -> None:
    assert parse_submission({"private_metadata": deep, "callback_id": FORM_CALLBACK}) is None
    with pytest.raises(RequestRejected):
        parse_payload(deep.encode(), JSON)


async def test_overlays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted(SHIPPED_DIR.rglob("*.yaml"))
    small = [each for each in files if each.stat().st_size < 6_000]
    monkeypatch.setattr("content.loader.SHIPPED_DIR", tmp_path)  # saves 0.3 s of checks
    hostile = HostileInput(9)
    for _ in range(MANY):
        source = hostile.chance.choice(small)
        target = tmp_path / source.relative_to(SHIPPED_DIR).parts[0]
        path = target if target.suffix else target.with_suffix(".yaml")
        path.write_bytes(hostile.bytes_of(source.read_bytes()))
        load_leniently()
        path.unlink()


async def test_tables_of_salaries_and_of_tips(
    tmp_path: Path, content: Content, keeping: App
) -> None:
    hostile, out = HostileInput(10), tmp_path / "ours.yaml"
    rows = "\n".join([HEADER, *(salary_row(100_000 + n) for n in range(8))]).encode()
    tips = b"text,role,topic,link,cites\nShip something small.,ml,,https://x.example,\n"
    who = Caller("discord:7", moderator=True, community="discord:c")
    for number in range(MANY):
        if number % 2:
            text = hostile.bytes_of(tips).decode("utf-8", "replace")
            reply = await keeping.handle_line(f'tips-import "{text}"', who)
            assert reply.outcome is not Outcome.BUG
            continue
        path = tmp_path / "salaries.csv"
        path.write_bytes(hostile.bytes_of(rows))
        with suppress(ImportRefused):
            import_salaries(path, out, "aijobs", content)
