"""What slack_sdk keeps of workspaces, on our connection and in our transaction."""

from dataclasses import replace
from datetime import UTC, datetime

from storage import Installation, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE = Installation("A1", "T1", "closed " * 60, "UBOT", ("commands", "chat:write"), NOON)


async def test_a_workspace_has_its_latest_installation_alone(store: Store) -> None:
    kept = store.installations("1.2")
    await kept.keep(ONE)
    newer = replace(ONE, token="newer", at=NOON.replace(hour=13))  # noqa: S106  # no token
    other = replace(ONE, team="T2", enterprise="E1")
    for each in (newer, other):
        await kept.keep(each)
    assert await kept.of("T1") == newer
    assert await kept.of("T2") == other
    await kept.keep(replace(newer, enterprise="E1"))  # the workspace joined an organisation
    assert await kept.of("T1") == replace(newer, enterprise="E1")
    await kept.keep(newer)
    assert await kept.of("T3") is None
    assert set(await kept.every()) == {newer, other}
    await kept.drop("T1")
    assert await kept.every() == (other,)


async def test_another_app_sees_nothing_of_it(store: Store) -> None:
    await store.installations("1.2").keep(ONE)
    other = store.installations("3.4")
    assert await other.of("T1") is None
    await other.drop("T1")
    assert await store.installations("1.2").every() == (ONE,)
