"""Start, lost connections, sudden ends and clean shutdown of the bot on Slack."""

import asyncio
import signal
from pathlib import Path

import pytest
from fault_matrix import Observe
from processes.bot_process import wait_for_end
from processes.slack_bot import slack_process
from processes.slow_commands_bot import OURS
from slack_server.crossroads_bot import MODES, serve_slack, settings
from slack_server.plain_text import visible_text, walk
from slack_server.server import LoopbackSlack

import bot.commands
from adapters.shared.contract import ConfigurationError
from adapters.slack import bolt_app, lifecycle, receiver, serve
from bot.app import App
from bot.ops.health import State
from bot.registry import discover_commands
from content import Content
from storage import Store


@pytest.fixture
def wide(content: Content) -> App:
    return App(content, {**discover_commands(bot.commands), **OURS})


async def answers(slack: LoopbackSlack) -> bool:
    answer = await (await slack.slash("/salary", "ml")).message()
    return "KORE1" in visible_text(answer.blocks)


@pytest.mark.fault("bad token at the start")
async def test_a_wrong_token_ends_with_words_and_the_code_for_configuration(
    tmp_path: Path, observed: Observe
) -> None:
    wrong = {"SLACK_APP_TOKEN": "xapp-secret"}
    async with LoopbackSlack() as slack, slack_process(slack, tmp_path, **wrong) as run:
        code, said = await wait_for_end(run)
    assert code == 78
    assert "SLACK_APP_TOKEN" in said
    assert "secret" not in said
    assert "Traceback" not in said
    observed(f"the bot stopped with exit code {code} and named SLACK_APP_TOKEN without showing it")


@pytest.mark.parametrize(
    "error", ["invalid_auth", "account_inactive", "token_revoked", "not_authed", "missing_scope"]
)
@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_token_that_slack_refuses_is_told_at_once(
    app: App, method: str, error: str
) -> None:
    async with LoopbackSlack() as slack:
        slack.fail(method, error=error)
        with pytest.raises(ConfigurationError, match="TOKEN"):
            await asyncio.wait_for(serve(app, settings(slack), asyncio.Event()), 5)
        assert slack.world.counts["connected"] == 0


async def test_slack_out_of_reach_at_the_start_is_waited_for(app: App) -> None:
    async with LoopbackSlack() as slack:
        slack.fail("auth.test", retry_after=1)
        slack.fail("apps.connections.open", status=503)
        async with serve_slack(app, slack):
            assert await answers(slack)


async def test_told_to_end_while_slack_is_out_of_reach_it_ends(app: App) -> None:
    async with LoopbackSlack() as slack:
        slack.fail("*", status=503, times=None)
        stop = asyncio.Event()
        running = asyncio.create_task(serve(app, settings(slack), stop))
        await slack.until(lambda: slack.world.counts["auth.test"], "a first try")
        stop.set()
        await asyncio.wait_for(running, 10)


@pytest.mark.fault("socket disconnect", "socket refresh")
async def test_a_link_that_is_asked_to_renew_or_cut_is_made_anew(
    app: App, monkeypatch: pytest.MonkeyPatch, observed: Observe
) -> None:
    monkeypatch.setattr(bolt_app, "PING_INTERVAL", 0.2)
    async with LoopbackSlack() as slack, serve_slack(app, slack):
        counts = slack.world.counts
        await slack.disconnect("refresh_requested")
        await slack.until(lambda: counts["connected"] == 2, "a second link")
        assert await answers(slack)
        await slack.disconnect("warning", close=True)
        await slack.until(lambda: counts["connected"] == 3, "a third link")
        assert await answers(slack)
        slack.drop_connections()
        await slack.until(lambda: counts["connected"] == 4, "a fourth link")
        assert await answers(slack)
        slack.fail("apps.connections.open", error="internal_error", times=2)
        slack.drop_connections()
        await slack.until(lambda: counts["connected"] == 5, "a fifth link")
        assert await answers(slack)
        observed("the bot opened a new connection each time and answered commands")


@pytest.mark.parametrize("mode", MODES)
async def test_told_to_end_it_gives_the_answers_that_are_under_way(wide: App, mode: str) -> None:
    async with LoopbackSlack() as slack:
        async with serve_slack(wide, slack, mode) as stop:
            shown = await (await slack.slash("/overview")).message()
            held = asyncio.Event()
            slack.fail("response_url", hold=held)
            clicked = await slack.click(shown, text="Details")
            await slack.until(lambda: slack.world.counts["response_url"], "the answer")
            stop.set()
            await asyncio.sleep(0.05)
            held.set()
        assert "The details of pay." in visible_text(shown.blocks)
        await clicked.ack()
        assert not slack.missed


async def test_sigterm_ends_the_process_after_its_answers(tmp_path: Path) -> None:
    name = "processes.slow_commands_bot"
    async with LoopbackSlack() as slack, slack_process(slack, tmp_path, name) as run:
        await slack.connected()
        shown = await (await slack.slash("/overview")).message()
        held = asyncio.Event()
        slack.fail("response_url", hold=held)
        clicked = await slack.click(shown, text="Details")
        await slack.until(lambda: slack.world.counts["response_url"], "the answer")
        run.send_signal(signal.SIGTERM)
        held.set()
        await clicked.ack()
        await slack.until(lambda: "The details" in visible_text(shown.blocks), "the answer")
        code, said = await wait_for_end(run)
    assert code == 0
    assert "Traceback" not in said


async def test_who_waits_when_the_process_is_killed_is_told_after_the_restart(
    tmp_path: Path,
) -> None:
    def left() -> list[Path]:
        return list((tmp_path / "slack-unanswered").iterdir())

    async with LoopbackSlack() as slack:
        async with slack_process(slack, tmp_path, "processes.slow_commands_bot") as run:
            await slack.connected()
            asked = await slack.slash("/endless")
            said = await slack.direct_message("endless")
            assert (await asked.ack()).payload is None
            await said.ack()
            # Two processes can share a folder, but not a database's file.
            beside = f"sqlite:///{tmp_path / 'other.db'}"
            async with slack_process(slack, tmp_path, DATABASE_URL=beside) as other:
                # Questions of running processes aren't reported.
                await slack.connected(2)
                other.terminate()
                await wait_for_end(other)
            assert slack.ephemeral() == []
            assert len(left()) == 1
            run.kill()
            await run.wait()
        async with slack_process(slack, tmp_path) as run:
            told = await asked.message()
            assert "restarted" in visible_text(told.blocks)
            assert "Ask again" in visible_text(told.blocks)
            assert "restarted" in visible_text((await said.post()).blocks)
            run.terminate()
            await wait_for_end(run)
        assert left() == []


@pytest.mark.parametrize("mode", MODES)
async def test_a_click_is_acknowledged_before_its_answer(
    wide: App, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "ACK_AFTER", 60.0)
    async with LoopbackSlack() as slack, serve_slack(wide, slack, mode):
        shown = await (await slack.slash("/overview")).message()
        held = asyncio.Event()
        slack.fail("response_url", hold=held)
        clicked = await slack.click(shown, text="Details")
        assert (await clicked.ack()).payload is None
        assert "The overview" in visible_text(shown.blocks)
        held.set()
        await clicked.answered()
        assert "The details of pay." in visible_text(shown.blocks)


async def test_where_nothing_can_be_noted_a_click_is_acknowledged_after_its_answer(
    wide: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "ACK_AFTER", 60.0)
    (tmp_path / "file").touch()
    async with LoopbackSlack() as slack, serve_slack(wide, slack, folder=tmp_path / "file"):
        shown = await (await slack.slash("/overview")).message()
        held = asyncio.Event()
        slack.fail("response_url", hold=held)
        clicked = await slack.click(shown, text="Details")
        await slack.until(lambda: slack.world.counts["response_url"], "the answer")
        assert not clicked.acks
        held.set()
        await clicked.ack()
        assert "The details of pay." in visible_text(shown.blocks)


async def test_who_clicked_before_the_process_was_killed_can_go_on_from_there(
    tmp_path: Path,
) -> None:
    async with LoopbackSlack() as slack:
        async with slack_process(slack, tmp_path) as run:
            await slack.connected()
            asked = await (await slack.slash("/quiz", "hire")).view()
            held = asyncio.Event()
            slack.fail("views.update", hold=held)
            button = next(each for each in walk(asked.blocks) if each.get("type") == "button")
            clicked = await slack.click(asked, value=button["value"])
            await clicked.ack()
            await slack.until(lambda: slack.world.counts["views.update"], "the next question")
            run.kill()
            await run.wait()
            held.set()
        async with slack_process(slack, tmp_path) as run:
            await slack.until(lambda: "restarted" in visible_text(asked.blocks), "to be told")
            again = await slack.click(asked, text="Ask again")
            await slack.until(lambda: "1 of 10" in visible_text(asked.blocks), "the next question")
            await again.ack()
            run.terminate()
            await wait_for_end(run)


async def test_who_waits_longer_than_the_end_is_told_after_the_restart(
    wide: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "ACK_AFTER", 0.05)
    monkeypatch.setattr(lifecycle, "DRAIN_TIMEOUT", 0.05)
    async with LoopbackSlack() as slack:
        async with serve_slack(wide, slack, folder=tmp_path):
            asked = await slack.slash("/endless")
            await asked.ack()
        async with serve_slack(wide, slack, folder=tmp_path):
            assert "restarted" in visible_text((await asked.message()).blocks)
        assert list((tmp_path / "slack-unanswered").iterdir()) == []


@pytest.mark.fault("bot removed and added")
async def test_a_community_that_is_gone_is_forgotten(
    keeping: App, database: str, observed: Observe
) -> None:
    async with LoopbackSlack() as slack, serve_slack(keeping, slack):
        await (await slack.slash("/quiz", "hire")).view()
        store = await keeping.store()
        assert await store.list_communities() == {"slack:T1"}
        revoked, gone = await slack.uninstall()
        await revoked.ack()
        await gone.ack()
        assert await store.list_communities() == set()
        assert await store.attempts.list_unfinished("slack:T1/U1")
        slack.world.token_error = ""  # invited again
        await (await slack.slash("/quiz", "hire", user="U2")).view()
        assert await store.list_communities() == {"slack:T1"}
        observed(
            "results still belonged to their owners but were no longer tied to the community; "
            "the bot served the community again"
        )


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_a_removed_app_is_logged_and_not_ready_until_it_is_installed_again(
    app: App, event: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with LoopbackSlack() as slack, serve_slack(app, slack):
        assert (await app.health.check_readiness())["slack"].state is State.OK
        slack.world.token_error = "account_inactive"  # noqa: S105 - Slack's word
        tokens = {"tokens": {"oauth": ["U1"], "bot": ["UBOT"]}} if "tokens" in event else {}
        await slack.event({"type": event, **tokens}).settled()
        found = (await app.health.check_readiness())["slack"]
        assert found.state is State.BROKEN
        assert "removed" in found.message
        assert "install it again" in found.remedy
        assert "SLACK_BOT_TOKEN" in found.remedy
        assert capsys.readouterr().out.count("app removed or token revoked") == 1
        slack.world.token_error = ""
        assert (await app.health.check_readiness())["slack"].state is State.OK


async def test_a_members_own_token_that_is_revoked_is_not_the_apps(app: App) -> None:
    async with LoopbackSlack() as slack, serve_slack(app, slack):
        told = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
        await slack.event(told).settled()
        assert (await app.health.check_readiness())["slack"].state is State.OK


async def test_a_revoked_token_is_noticed_without_being_told(app: App) -> None:
    async with LoopbackSlack() as slack, serve_slack(app, slack):
        slack.world.token_error = "token_revoked"  # noqa: S105 - Slack's word
        await (await slack.open_home()).settled()
        assert (await app.health.check_readiness())["slack"].state is State.BROKEN


async def test_a_member_who_is_deactivated_leaves_the_community(keeping: App) -> None:
    async with LoopbackSlack() as slack, serve_slack(keeping, slack):
        await (await slack.slash("/quiz", "hire", user="U2")).view()
        store: Store = await keeping.store()
        kept = {"type": "user_change", "user": {"id": "U2", "deleted": False}}
        await slack.event(kept).ack()
        assert await store.list_communities() == {"slack:T1"}
        await slack.event({"type": "user_change", "user": {"id": "U2", "deleted": True}}).ack()
        assert await store.list_communities() == set()


async def test_two_answers_at_once_are_one(keeping: App) -> None:
    async with LoopbackSlack() as slack, serve_slack(keeping, slack):
        view = await (await slack.slash("/quiz", "hire")).view()
        buttons = [node for node in walk(view.blocks) if node.get("type") == "button"]
        clicks = [await slack.click(view, action_id=buttons[0]["action_id"]) for _ in range(3)]
        for each in clicks:
            await each.answered()
        assert "1 of 10 done" in visible_text(view.blocks)
