"""The app manifest, and the settings that go with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from processes.slow_commands_bot import OURS
from slack_server.manifest_schema import check_manifest
from slack_server.method_registry import METHODS
from slack_server.web_api import REGISTERED
from slack_server.world import ApiError, Json

import bot.commands
from adapters.slack import SCOPES, create_manifest
from adapters.slack.setup.manifest import HISTORY_SCOPES, RESERVED_COMMANDS
from bot.app import App
from bot.cli.main import cli
from bot.ops.settings import Settings
from bot.registry import discover_commands
from content import Content

ROOT = Path(__file__).parents[3]


def crossroads(folder: Path, *args: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *args], capture_output=True, encoding="utf-8", cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings}, timeout=60, check=False,
    )  # fmt: skip


def declared(app: App, *, every_command: bool = False) -> dict[str, Json]:
    made = create_manifest(app, every_command=every_command)
    check_manifest(made)
    return {each["command"]: each for each in made["features"]["slash_commands"]}


def test_seven_commands_are_declared_by_default(app: App) -> None:
    names = ("crossroads", "salary", "compare", "quiz", "tools", "ask", "roadmap")
    assert [*declared(app)] == [f"/{name}" for name in names]


def test_on_demand_every_command_is_declared_that_slack_offers(app: App) -> None:
    commands = declared(app, every_command=True)
    members = {
        f"/{each.name}"
        for each in app.visible_commands()
        if each.is_for_members and each.name != "help"
    }
    groups = {"/crossroads", "/tips", "/schedule", "/answers", "/settings"}
    assert set(commands) == members | groups
    assert commands["/interview"]["usage_hint"] == "role [side]"
    assert "add" in commands["/tips"]["usage_hint"].split(", ")
    offered = commands["/settings"]["usage_hint"].split(", ")
    assert "moderators" in offered
    assert "badges" not in offered
    assert not {name.removeprefix("/") for name in commands} & RESERVED_COMMANDS
    assert len(commands) <= 20


def test_socket_mode_needs_no_address(app: App) -> None:
    made = create_manifest(app)
    assert made["settings"]["socket_mode_enabled"]
    assert not any("url" in each for each in made["features"]["slash_commands"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"command": "/" + "x" * 32}, "command"),
        ({"command": "salary"}, "command"),
        ({"command": "/Salary"}, "command"),
        ({"description": ""}, "description"),
        ({"description": "x" * 2_001}, "description"),
        ({"usage_hint": "x" * 1_001}, "usage_hint"),
        ({"color": "red"}, "color"),
    ],
)
def test_slack_refuses_a_command_beyond_its_limits(app: App, change: Json, says: str) -> None:
    made = create_manifest(app)
    made["features"]["slash_commands"][1] |= change
    with pytest.raises(ApiError) as refused:
        check_manifest(made)
    assert (refused.value.error, says in str(refused.value.messages)) == ("invalid_manifest", True)


def test_slack_refuses_more_than_fifty_commands(app: App) -> None:
    made = create_manifest(app)
    more = [{"command": f"/c{number}", "description": "x"} for number in range(44)]
    made["features"]["slash_commands"] += more
    with pytest.raises(ApiError, match="invalid_manifest"):
        check_manifest(made)


def test_over_http_every_request_has_an_address(app: App) -> None:
    made = create_manifest(app, "https://bot.example.org/")
    check_manifest(made)
    address = "https://bot.example.org/slack/events"
    assert {each["url"] for each in made["features"]["slash_commands"]} == {address}
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["settings"]["interactivity"]["message_menu_options_url"] == address
    assert not made["settings"]["socket_mode_enabled"]


def test_the_scopes_are_those_of_the_methods_that_are_called() -> None:
    assert REGISTERED  # importing them fills METHODS
    source = "".join(path.read_text() for path in (ROOT / "adapters" / "slack").glob("*.py"))
    called = {
        name for name in METHODS if f'"{name}"' in source or f".{name.replace('.', '_')}(" in source
    }
    needed = {METHODS[name].scope for name in called | {"files.getUploadURLExternal"}} - {""}
    heard = {"commands", "app_mentions:read", "im:history"}
    read = {"channels:read", "groups:read"}  # conversations.info needs one of them
    assert needed | heard | read == set(SCOPES)
    assert "conversations.history" in called


def test_reading_what_is_written_is_asked_for_only_on_demand(app: App) -> None:
    asked = create_manifest(app, history=True)["oauth_config"]["scopes"]["bot"]
    assert set(asked) - set(SCOPES) == set(HISTORY_SCOPES)
    assert create_manifest(app)["oauth_config"]["scopes"]["bot"] == list(SCOPES)


def test_a_new_command_is_in_the_manifest(content: Content) -> None:
    app = App(content, {**discover_commands(bot.commands), **OURS})
    assert "/tell-slowly" in declared(app, every_command=True)
    assert "/tell-slowly" not in declared(app)


def test_the_command_line_prints_it(tmp_path: Path, app: App) -> None:
    as_yaml = crossroads(tmp_path, "slack", "manifest")
    assert yaml.safe_load(as_yaml.stdout) == create_manifest(app)
    as_json = crossroads(tmp_path, "slack", "manifest", "--json", "--url", "https://x.y")
    assert json.loads(as_json.stdout) == create_manifest(app, "https://x.y")
    every = crossroads(tmp_path, "slack", "manifest", "--all")
    assert yaml.safe_load(every.stdout) == create_manifest(app, every_command=True)
    wrong = crossroads(tmp_path, "slack", "manifest", "--url", "http://x.y")
    assert wrong.returncode == 2
    assert "https://" in wrong.stderr


def test_an_answer_can_be_looked_at_without_slack(tmp_path: Path) -> None:
    done = crossroads(tmp_path, "ask", "compare ai ml", "--as", "slack")
    assert done.returncode == 0
    pages = json.loads(done.stdout)
    assert {page["response_type"] for page in pages} == {"ephemeral"}
    answer = pages[0]["blocks"][0]["elements"][0]["elements"][0]
    assert answer == {"type": "text", "text": pages[0]["text"], "style": {"bold": True}}


MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "CROSSROADS_SECRET_KEYS": "c2VjcmV0" * 5 + "abc=",
}


def test_the_manifest_for_other_workspaces_says_where_to_come_back_to(tmp_path: Path) -> None:
    asked = ("slack", "manifest", "--json", "--install")
    made = json.loads(crossroads(tmp_path, *asked, "https://bot.example.org/").stdout)
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert made["settings"]["socket_mode_enabled"]
    refused = crossroads(tmp_path, *asked, "http://bot.example.org")
    assert (refused.returncode, "https://" in refused.stderr) == (2, True)


def test_a_key_is_new_each_time_and_is_taken() -> None:
    one, two = (CliRunner().invoke(cli, ["slack", "key"]).stdout.strip() for _ in range(2))
    assert one != two
    given = MANY | {"CROSSROADS_SECRET_KEYS": f"{one}, {two}", "SLACK_SIGNING_SECRET": "x"}
    settings = Settings.model_validate(given)
    assert settings.encryption_keys() == (one, two)
    assert settings.serves_slack


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-secret"}, "set SLACK_APP_TOKEN for"),
        ({"SLACK_APP_TOKEN": "xapp-secret"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "secret", "SLACK_APP_TOKEN": "xapp-secret"}, "begin with xoxb-"),
        ({"CROSSROADS_SLACK_MODERATORS": "bob, U1"}, "ids such as U012AB3CD"),
        ({"CROSSROADS_HTTP_PORT": "0"}, "CROSSROADS_HTTP_PORT"),
        (MANY | {"SLACK_BOT_TOKEN": "xoxb-secret"}, "unset one of them"),
        (MANY | {"CROSSROADS_SECRET_KEYS": ""}, "together"),
        (MANY | {"CROSSROADS_SECRET_KEYS": "secret"}, "`crossroads slack key`"),
        (MANY | {"SLACK_CLIENT_ID": "secret"}, "SLACK_CLIENT_ID"),
        (MANY | {"CROSSROADS_SLACK_MODERATORS": "U1"}, "only works with one workspace"),
        (MANY, "set SLACK_APP_TOKEN for"),
    ],
)
def test_settings_that_make_no_sense_are_told_in_words(
    tmp_path: Path, settings: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        for name, value in settings.items():
            patch.setenv(name, value)
        done = CliRunner().invoke(cli, ["run"])
    assert done.exit_code == 78
    assert says in done.stderr
    assert "secret" not in done.stderr
