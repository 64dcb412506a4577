"""Workspaces that have installed a Slack app, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from storage import Installation, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE = Installation("A1", "T1", "closed " * 60, "UBOT", ("commands", "chat:write"), NOON)
APP = "1.2"  # its client id


async def test_a_workspace_has_its_latest_installation_alone(store: Store) -> None:
    kept = store.installations
    await kept.save(APP, ONE)
    newer = replace(ONE, token="newer", at=NOON.replace(hour=13))  # noqa: S106  # no token
    other = replace(ONE, team="T2", enterprise="E1")
    for each in (newer, other):
        await kept.save(APP, each)
    assert await kept.get(APP, "T1") == newer
    assert await kept.get(APP, "T2") == other
    await kept.save(APP, replace(newer, enterprise="E1"))  # the workspace joined an organization
    assert await kept.get(APP, "T1") == replace(newer, enterprise="E1")
    await kept.save(APP, newer)
    assert await kept.get(APP, "T3") is None
    assert await kept.list_all(APP) == (other, newer)
    await kept.delete(APP, "T1")
    assert await kept.list_all(APP) == (other,)


async def test_another_app_does_not_see_the_installation(store: Store) -> None:
    await store.installations.save(APP, ONE)
    assert await store.installations.get("3.4", "T1") is None
    await store.installations.delete("3.4", "T1")
    assert await store.installations.list_all(APP) == (ONE,)


def test_a_token_is_not_in_the_repr() -> None:
    assert ONE.token not in repr(ONE)
