"""Two workspaces install the app; each gets answers with its own token, and uninstalls."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from bot_monitoring import logging_json
from databases.store_files import list_files
from slack_server.crossroads_bot import free_port, wait_until_open
from slack_server.oauth_pages import CLIENT, SECRET, Browser
from slack_server.plain_text import lines
from slack_server.server import LoopbackSlack, Workspace

from adapters import http, slack
from adapters.shared.contract import ConfigurationError
from adapters.slack import EventsEndpoint, OAuthPages, SlackSettings
from adapters.slack.oauth.encryption import TokenCipher, generate_key
from bot.app import App
from bot.platform import PermissionDenied
from bot.reply import Reply
from content import Content
from storage import Store

KEY, OTHER = generate_key(), generate_key()


def chosen(platform: LoopbackSlack, mode: str, *keys: str) -> SlackSettings:
    return SlackSettings(
        app_token=platform.app_token if mode == "socket" else None,
        endpoint=EventsEndpoint(platform.signing_secret) if mode == "http" else None,
        oauth=OAuthPages.create(CLIENT, SECRET, keys or (KEY,), platform.api_base),
        api_base=platform.api_base,
    )


@asynccontextmanager
async def installable(
    app: App, platform: LoopbackSlack, mode: str = "http", *keys: str
) -> AsyncIterator[Browser]:
    """Serve *app* for installation in several workspaces; yield a browser to install it with."""
    settings, stop, port = chosen(platform, mode, *keys), asyncio.Event(), free_port()
    async with http.serve(app, port, settings.routes()):
        bot = asyncio.create_task(slack.serve(app, settings, stop))
        if settings.endpoint:
            platform.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        ready = wait_until_open(settings.endpoint) if settings.endpoint else platform.connected()
        waiting = asyncio.create_task(ready)
        await asyncio.wait({bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if bot.done():
            waiting.cancel()
            bot.result()
        try:
            async with Browser(f"http://127.0.0.1:{port}") as browser:
                yield browser
        finally:
            stop.set()
            await bot


async def answered(where: LoopbackSlack | Workspace) -> None:
    """Expect answers to commands that need a token and to commands that don't."""
    asked = await where.slash("/salary", "ml senior")
    assert "KORE1" in "\n".join(lines((await asked.message()).blocks))
    said = await where.mention("salary ml senior")
    assert "KORE1" in "\n".join(lines((await said.post()).blocks))


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_two_workspaces_are_answered_each_with_its_own_token(keeping: App, mode: str) -> None:
    async with LoopbackSlack() as one:
        one.world.bot_token = ""
        async with installable(keeping, one, mode) as browser:
            two = one.workspace("T2")
            for team in ("T1", "T2"):
                status, page = await browser.install(team)
                assert (status, "is installed" in page) == (200, True)
            assert one.world.bot_token != two.world.bot_token
            for where in (one, two, one):
                await answered(where)
            assert not one.world.refused
            assert not two.world.refused
            who = await (await two.slash("/crossroads", "quiz hire")).view()
            assert who.team == "T2"
            store = await keeping.store()
            assert await store.list_communities() == {"slack:T2"}


async def test_a_workspace_that_removes_the_app_leaves_no_token(keeping: App) -> None:
    async with LoopbackSlack() as one:
        one.world.bot_token = ""
        async with installable(keeping, one) as browser:
            two = one.workspace("T2")
            await browser.install("T1")
            await browser.install("T2")
            await answered(one)
            for told in await two.uninstall():
                await told.ack()
            installations = (await keeping.store()).installations
            assert [each.team for each in await installations.list_all(CLIENT)] == ["T1"]
            asked = await two.slash("/salary", "ml senior")
            assert "isn't installed in this workspace" in str((await asked.ack()).payload)
            await answered(one)
            await browser.install("T2")
            await answered(two)


async def test_a_workspace_that_never_installed_it_is_told_so_in_words(
    keeping: App, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_json():
        async with LoopbackSlack() as one, installable(keeping, one):
            asked = await one.slash("/salary", "ml senior")
            assert "isn't installed in this workspace" in str((await asked.ack()).payload)
            said = await one.mention("salary ml senior")
            await said.ack()
            assert not said.posts
    assert "workspace without an installation" in capsys.readouterr().err


async def test_tips_are_posted_with_the_token_of_the_workspace(keeping: App) -> None:
    async with LoopbackSlack() as one:
        one.world.bot_token = ""
        async with installable(keeping, one) as browser:
            two, says = one.workspace("T2"), Reply("The tip.")
            for team in ("T1", "T2"):
                await browser.install(team)
            platform = keeping.platforms["slack"]
            for where in (one, two):
                post = await platform.post(f"slack:{where.world.team}/C1", says, "key")
                assert post == f"slack:{where.world.team}/{where.world.posted['C1'][-1].ts}"
                assert [len(each.world.posted["C1"]) for each in (one, two)] in ([1, 0], [1, 1])
            await (await two.uninstall())[1].settled()
            with pytest.raises(PermissionDenied, match="install me again"):
                await platform.post("slack:T2/C1", says, "other")


REFUSED = {
    "another state": ({"state": "forged"}, "start this installation in this browser"),
    "no code": ({"code": ""}, "send an authorization code"),
    "another code": ({"code": "forged"}, "invalid_code"),
    "called off": ({"error": "access_denied"}, "canceled"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_an_installation_that_is_not_what_was_begun_is_refused(
    keeping: App, case: str
) -> None:
    changed, says = REFUSED[case]
    async with LoopbackSlack() as one, installable(keeping, one) as browser:
        back = await browser.begin("T1")
        status, page = await browser.end(back | changed)
        assert status in {400, 502}
        assert says in page
        assert not await (await keeping.store()).installations.list_all(CLIENT)


async def test_a_link_with_the_state_of_somebody_else_installs_nothing(keeping: App) -> None:
    async with LoopbackSlack() as one, installable(keeping, one) as browser:
        stranger = Browser(browser.app)
        async with stranger:
            back = await stranger.begin("T1")
        status, page = await browser.end(back)
        assert (status, "start this installation in this browser" in page) == (400, True)
        begun = await browser.begin("T1")
        token = TokenCipher([OTHER]).encrypt("install x")
        status, _ = await browser.end(begun | {"state": token})
        assert status == 400


async def test_a_whole_organisation_is_asked_to_install_it_in_a_workspace(keeping: App) -> None:
    async with LoopbackSlack() as one, installable(keeping, one) as browser:
        one.oauth.whole_organisation = True
        status, page = await browser.install("T1")
        assert (status, "in a workspace" in page) == (400, True)


async def test_a_wrong_key_ends_the_start_and_the_old_one_beside_a_new_one_does_not(
    keeping: App,
) -> None:
    async with LoopbackSlack() as one:
        async with installable(keeping, one) as browser:
            await browser.install("T1")
        with pytest.raises(ConfigurationError, match="CROSSROADS_SECRET_KEYS can't decrypt"):
            async with installable(keeping, one, "http", OTHER):
                pass
        async with installable(keeping, one, "http", OTHER, KEY):
            await answered(one)
        async with installable(keeping, one, "http", OTHER):  # tokens have the new key by now
            await answered(one)


async def test_one_token_that_no_key_opens_keeps_no_other_workspace_from_its_answers(
    keeping: App, capsys: pytest.CaptureFixture[str]
) -> None:
    async with LoopbackSlack() as one:
        async with installable(keeping, one) as browser:
            await browser.install("T1")
        async with installable(keeping, one):
            two = one.workspace("T2")
            store = (await keeping.store()).installations
            [first] = await store.list_all(CLIENT)
            closed = TokenCipher([OTHER]).encrypt("xoxb-x")
            await store.save(CLIENT, replace(first, team="T2", token=closed))
            with logging_json():
                asked = await two.slash("/salary", "ml senior")
                assert "can't read" in str((await asked.ack()).payload)
            await answered(one)
        assert "workspace token can't be decrypted" in capsys.readouterr().err
        async with installable(keeping, one):  # it starts because one token can be decrypted
            await answered(one)


async def test_a_leaked_database_and_the_log_hold_no_token(
    content: Content, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "crossroads.db"
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{file}"))
    with logging_json():
        async with LoopbackSlack() as one:
            async with installable(app, one) as browser:
                await browser.install("T1")
                await answered(one)
                one.world.token_error = "token_revoked"  # noqa: S105  # Slack's word
                await (await one.mention("salary ml senior")).ack()
            token, code = one.world.bot_token, ".code"
            await app.close()
    with sqlite3.connect(file) as database:
        [(kept, team)] = database.execute("select token, team from installations")
    database.close()
    leaked = b"".join(each.read_bytes() for each in list_files(tmp_path))
    assert kept.encode() in leaked
    assert token.encode() not in leaked
    assert team == "T1"
    assert TokenCipher([KEY]).decrypt(kept) == token
    said = capsys.readouterr()
    assert "token_revoked" in said.err
    for secret in (token, SECRET, KEY, code):
        assert secret not in said.out + said.err


async def test_a_database_that_is_down_is_told_in_words(content: Content, tmp_path: Path) -> None:
    (tmp_path / "crossroads.db").mkdir()
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{tmp_path}/crossroads.db", wait=1))
    async with LoopbackSlack() as one, installable(app, one) as browser:
        status, page = await browser.install("T1")
        assert (status, "tell an admin" in page) == (503, True)
        asked = await one.slash("/salary", "ml senior")
        told = str((await asked.ack()).payload)
        assert "admin" in told
        assert "Try again" in told
        assert "salary|role=ml-engineer|level=senior" in told
