"""The people whom a community's admins list as its moderators."""

from pathlib import Path

import pytest

from bot.app import App
from bot.errors import Outage
from bot.moderators import list_moderators, listed_moderators
from storage import Store

HOME, AWAY = "discord:1", "slack:T1"
PEOPLE = frozenset({"discord:5", "discord:role/6"})


async def test_the_listed_are_kept_for_each_community(keeping: App) -> None:
    assert await listed_moderators(keeping, HOME) == frozenset()
    await list_moderators(keeping, HOME, PEOPLE)
    await list_moderators(keeping, AWAY, ["slack:T1/S3"])
    assert await listed_moderators(keeping, HOME) == PEOPLE
    assert await listed_moderators(keeping, AWAY) == {"slack:T1/S3"}
    await list_moderators(keeping, HOME, ())
    assert await listed_moderators(keeping, HOME) == frozenset()
    assert await (await keeping.store()).preferences.get_all(HOME) == {}


async def test_without_storage_nobody_is_listed(app: App) -> None:
    assert await listed_moderators(app, HOME) == frozenset()


async def test_they_are_forgotten_with_their_community(keeping: App) -> None:
    await list_moderators(keeping, HOME, PEOPLE)
    await keeping.detach_community(HOME)
    assert await listed_moderators(keeping, HOME) == frozenset()


async def test_storage_that_is_down_is_an_outage_and_not_an_empty_list(
    app: App, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    address = f"sqlite:///{tmp_path}/file/crossroads.db"
    broken = App(app.content, open_store=lambda: Store.open(address))
    with pytest.raises(Outage):
        await listed_moderators(broken, HOME)
