"""The doctor's checks of Slack name each problem with its remedy."""

from dataclasses import replace
from typing import Any

import pytest
from slack_server.crossroads_bot import settings
from slack_server.server import LoopbackSlack

from adapters.slack import SCOPES, doctor_checks
from adapters.slack.setup.manifest import HISTORY_SCOPES
from bot.ops.health import DOCTOR_TIMEOUT, Findings, State, run_checks


async def looked(slack: LoopbackSlack, mode: str = "socket", **other: Any) -> Findings:
    return await run_checks(doctor_checks(replace(settings(slack, mode), **other)), DOCTOR_TIMEOUT)


async def test_all_is_well_and_no_connection_was_made() -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES)
        found = await looked(slack)
        assert slack.world.counts["connected"] == 0
    assert {name: each.message for name, each in found.items() if each.state is not State.OK} == {}
    names = {"slack token", "slack app token", "slack scopes", "slack moderators", "clock"}
    assert set(found) == names
    assert "the bot asks a moderator whether it was posted" in found["slack scopes"].message


async def test_over_http_no_app_token_is_asked_for() -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES, *HISTORY_SCOPES)
        found = await looked(slack, "http")
        assert slack.world.counts["apps.connections.open"] == 0
    assert found["slack app token"].state is State.OK
    assert "the bot checks whether it was posted" in found["slack scopes"].message


@pytest.mark.parametrize("name", ["bot_token", "app_token"])
async def test_a_wrong_token_is_named_and_not_shown(name: str) -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES)
        found = await looked(slack, **{name: "xoxb-wrong-secret"})
    check = "slack token" if name == "bot_token" else "slack app token"
    assert found[check].state is State.BROKEN
    assert f"SLACK_{name.upper()} (invalid_auth)" in found[check].message
    assert "api.slack.com/apps" in found[check].remedy
    assert "wrong-secret" not in str(found)
    other = {"slack token", "slack app token"} - {check}
    assert found[other.pop()].state is State.OK


@pytest.mark.parametrize("scope", ["pins:write", "commands", "channels:read"])
async def test_a_missing_scope_is_named_with_what_it_is_for_and_its_fix(scope: str) -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*set(SCOPES) - {scope})
        found = (await looked(slack))["slack scopes"]
    assert found.state is State.BROKEN
    assert found.message == f"{scope} is missing ({SCOPES[scope]})"
    assert "reinstall" in found.remedy


async def test_doctor_looks_somebody_up_and_the_groups_that_were_set() -> None:
    async with LoopbackSlack() as slack:
        slack.grant(*SCOPES)
        slack.add_usergroup("SMODS", "U2")
        found = await looked(slack, moderators=("U2", "SMODS"))
        assert {each["user"] for each in slack.calls("users.info")} == {"U2"}
        assert {each["usergroup"] for each in slack.calls("usergroups.users.list")} == {"SMODS"}
        assert found["slack moderators"].state is State.OK
        wrong = (await looked(slack, moderators=("SGONE",)))["slack moderators"]
        slack.grant(*set(SCOPES) - {"users:read"})
        lacking = (await looked(slack))["slack moderators"]
    assert (wrong.state, lacking.state) == (State.BROKEN, State.BROKEN)
    assert "usergroups.users.list fails for SGONE (no_such_subteam)" in wrong.message
    assert "CROSSROADS_SLACK_MODERATORS" in wrong.remedy
    assert "users.info fails" in lacking.message
    assert "users:read" in lacking.message


async def test_a_removed_app_and_a_slack_that_is_down_or_out_of_reach() -> None:
    async with LoopbackSlack() as slack:
        slack.world.token_error = "account_inactive"  # noqa: S105 - Slack's word
        removed = (await looked(slack))["slack token"]
        slack.fail("*", status=503, times=None)
        down = await looked(slack)
    gone = await looked(slack)
    assert (removed.state, "account_inactive" in removed.message) == (State.BROKEN, True)
    assert "removed from the workspace" in removed.message
    assert "install it again" in removed.remedy
    assert {each.state for each in down.values()} == {State.BROKEN}
    assert "503" in down["slack token"].message
    assert {each.state for each in gone.values()} == {State.BROKEN}
    assert "network" in gone["slack token"].remedy
