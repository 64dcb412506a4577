"""Statistics and preferences of communities, on both databases."""

import asyncio
from dataclasses import replace

from storage import Store, Totals

HOME, AWAY = "discord:guild/9", "slack:T1"
FIRST = Totals(HOME, "v1 outcomes", '{"people": 5}', frozenset({"b", "a", "c"}))
SECOND = replace(FIRST, figures='{"people": 6}', attempts=frozenset({"d"}))


async def test_figures_are_replaced_if_the_old_ones_are_unchanged(store: Store) -> None:
    totals = store.totals
    assert await totals.get(HOME, FIRST.name) is None
    assert await totals.save(FIRST, expected=None) == FIRST
    assert await totals.save(SECOND, expected=None) == FIRST
    assert await totals.save(SECOND, expected=replace(FIRST, figures="{}")) == FIRST
    assert await totals.save(SECOND, expected=replace(FIRST, attempts=frozenset())) == FIRST
    assert await totals.save(SECOND, expected=FIRST) == SECOND
    assert await totals.get(HOME, FIRST.name) == SECOND
    assert await totals.get(AWAY, FIRST.name) is None


async def test_figures_are_stored_if_the_old_ones_are_gone(store: Store) -> None:
    await store.totals.save(FIRST, expected=None)
    await store.erase_community(HOME)
    assert await store.totals.save(SECOND, expected=FIRST) == SECOND


async def test_concurrent_saves_return_the_same_figures(store: Store) -> None:
    await store.totals.save(FIRST, expected=None)
    counted = [replace(SECOND, figures=str(n)) for n in range(20)]
    told = await asyncio.gather(*(store.totals.save(each, expected=FIRST) for each in counted))
    assert {await store.totals.get(HOME, FIRST.name)} == set(told)


async def test_a_preference_is_set_changed_and_removed(store: Store) -> None:
    preferences = store.preferences
    assert await preferences.get_all(HOME) == {}
    await preferences.set(HOME, "badge:roles/ai", "role/1")
    await preferences.set(HOME, "badge:roles/ai", "role/2")
    await preferences.set(HOME, "badge:roles/ml", "role/1")
    await preferences.set(AWAY, "badge:roles/ml", "role/3")
    assert await preferences.get_all(HOME) == {
        "badge:roles/ai": "role/2",
        "badge:roles/ml": "role/1",
    }
    assert await preferences.remove(HOME, "badge:roles/ai")
    assert not await preferences.remove(HOME, "badge:roles/ai")
    await preferences.set(HOME, "badge:roles/none", None)
    assert await preferences.get_all(HOME) == {"badge:roles/ml": "role/1"}
    await store.erase_community(HOME)
    assert (await preferences.get_all(HOME), len(await preferences.get_all(AWAY))) == ({}, 1)


async def test_every_community_with_stored_data_is_listed(store: Store) -> None:
    await store.totals.save(FIRST, expected=None)
    await store.preferences.set(AWAY, "badge:roles/ml", "role/3")
    assert await store.list_communities() == {HOME, AWAY}
