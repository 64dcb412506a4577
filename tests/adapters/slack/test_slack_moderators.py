"""The people who moderate a workspace on Slack, and what Home shows them."""

from collections.abc import AsyncIterator

import pytest
from slack_server.crossroads_bot import serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import BOT, View

from adapters.slack import users
from bot.app import App
from bot.community.moderators import change_moderators
from storage import Store, StoreUnavailable

TEAM = "slack:T1"
REFUSED = "is for moderators"


@pytest.fixture
async def slack(keeping: App, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(users, "CACHE_SECONDS", 0.0)
    async with LoopbackSlack() as platform, serve_slack(keeping, platform, moderators=("U2",)):
        platform.add_usergroup("S3", "U3")
        platform.add_user("U3")
        yield platform
        assert not platform.missed


async def typed(slack: LoopbackSlack, line: str, user: str) -> str:
    asked = await slack.slash("/crossroads", line, user=user)
    return visible_text((await asked.message()).blocks)


async def test_listed_people_and_groups_moderate_until_they_are_removed(
    keeping: App, slack: LoopbackSlack
) -> None:
    for user in ("U1", "U3"):
        assert REFUSED in await typed(slack, "tips", user)
    await change_moderators(keeping, TEAM, {f"{TEAM}/U1", f"{TEAM}/S3"})
    for user in ("U1", "U2", "U3", "UADMIN", "UOWNER"):
        assert REFUSED not in await typed(slack, "tips", user), user
    await change_moderators(keeping, TEAM, (), {f"{TEAM}/U1", f"{TEAM}/S3"})
    for user in ("U1", "U3"):
        assert REFUSED in await typed(slack, "tips", user)


async def test_only_admins_choose_moderators_in_a_form(slack: LoopbackSlack) -> None:
    shown = await (await slack.slash("/crossroads", "settings moderators", user="U2")).message()
    assert "[Choose" not in visible_text(shown.blocks)
    refused = await slack.slash("/crossroads", "settings-moderators-change", user="U2")
    assert "admin" in visible_text((await refused.message()).blocks)
    assert slack.modal("U2") is None
    asked = await slack.slash("/crossroads", "settings-moderators-change", user="UADMIN")
    form = await asked.view()
    groups = form.blocks[1]["element"]
    chosen = {"type": "multi_static_select", "selected_options": groups["options"][:1]}
    form.values["people groups"] = {groups["action_id"]: chosen}
    await (await slack.submit_view(form, {"people": ["U1"]})).answered()
    assert not slack.refused
    for user in ("U1", "U3"):
        assert REFUSED not in await typed(slack, "tips", user), user


async def test_while_the_list_cant_be_read_nobody_is_told_that_they_dont_moderate(
    keeping: App, slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> Store:
        raise StoreUnavailable("The database is down. Try again in a minute.")

    assert REFUSED in await typed(slack, "tips", "U1")
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "store", fail)
        said = await typed(slack, "tips", "U1")
    assert REFUSED not in said
    assert "Try again" in said
    assert REFUSED in await typed(slack, "tips", "U1")


async def test_the_callers_time_zone_and_language_are_those_of_slack(slack: LoopbackSlack) -> None:
    slack.world.users["UADMIN"].tz = "Asia/Tokyo"
    slack.world.users["UADMIN"].locale = "ja-JP"
    form = await (await slack.slash("/crossroads", "schedule new", user="UADMIN")).view()
    zones = [each for each in form.blocks if each["block_id"] == "zone"]
    assert zones[0]["element"]["initial_option"]["value"] == "Asia/Tokyo"


async def opened(slack: LoopbackSlack, user: str) -> View:
    await (await slack.open_home(user)).answered()
    home = slack.home(user)
    assert home is not None
    return home


async def test_home_shows_the_tips_panel_to_moderators_only(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user, moderates in (("U1", False), ("U2", True), ("UADMIN", True)):
        shown = visible_text((await opened(slack, user)).blocks)
        assert ("Weekly tips" in shown) is moderates, user
        assert "Take the quiz" in shown
    monkeypatch.setattr(users, "CACHE_SECONDS", 60.0)
    home = await opened(slack, "UADMIN")
    before = visible_text(home.blocks)
    slack.add_channel("CTIPS", BOT, called="tips")
    await typed(slack, "tips starter", "UADMIN")
    await typed(slack, "schedule start <#CTIPS|tips> monday 9:00 UTC", "UADMIN")
    await slack.until(lambda: visible_text(home.blocks) != before, "Home is new")
    assert "aren't set up" in before
    assert "aren't set up" not in visible_text(home.blocks)


async def test_home_works_while_slack_cant_say_who_moderates(slack: LoopbackSlack) -> None:
    slack.fail("users.info", error="internal_error", times=None)
    shown = visible_text((await opened(slack, "UADMIN")).blocks)
    assert "Take the quiz" in shown
    assert "Weekly tips" not in shown
