"""A tip is held when a cited figure changes, and the moderators see both values."""

from dataclasses import replace
from pathlib import Path

import pytest
from scheduler_harness import HOUR, MONDAY, WEEK, SchedulerHarness, scheduler_harness

from bot.tips.citations import find_changes, snapshot_entries
from content import Content, load
from storage import NewTip, Store, TipState

CITE = "market/bls-developers-growth"


@pytest.fixture
async def here(store: Store, content: Content, tmp_path: Path) -> SchedulerHarness:
    made = await scheduler_harness(store, content, tmp_path / "square.db", [])
    new = NewTip(
        "Developers grow by 15 percent.",
        cites=(CITE,),
        cited_content=snapshot_entries(content, (CITE,)),
    )
    await store.tips.add(made.queue, [new, NewTip("Another.")], made.now)
    return made


def overlaid(folder: Path, figure: str) -> Content:
    folder.mkdir()
    (folder / "market.yaml").write_text(
        f"- id: bls-developers-growth\n  roles: [ai-engineer]\n  figure: {figure}\n"
        "  says: It is another figure now.\n  period: 2025–2035\n  source: kore1\n",
        encoding="utf-8",
    )
    return load(folder)


async def test_no_tip_is_held_while_its_figures_are_unchanged(here: SchedulerHarness) -> None:
    await here.schedule()
    await here.until(MONDAY + HOUR)
    assert "15 percent" in here.platform.messages()[0]["says"]


async def test_a_changed_figure_holds_the_tip_and_shows_both_values(
    here: SchedulerHarness, tmp_path: Path
) -> None:
    await here.schedule()
    here.content = overlaid(tmp_path / "ours", "+17% by 2035")
    await here.until(MONDAY + HOUR)
    [posted] = here.platform.messages()
    assert "Another." in posted["says"]
    told = here.platform.direct_messages()[0]
    assert "+15% by 2034" in told
    assert "+17% by 2035" in told
    [held] = await here.store.tips.list_for_queue(here.queue, TipState.HELD)
    assert held.reason == f"changed: {CITE}"
    assert "held" in await here.actions()
    now = snapshot_entries(here.content, held.cites)
    await here.store.tips.decide(
        here.queue, held.number, TipState.QUEUED, current_states=[TipState.HELD], cited_content=now
    )
    await here.until(MONDAY + WEEK + HOUR)
    assert "15 percent" in here.platform.messages()[1]["says"]


async def test_a_deleted_entry_counts_as_changed(here: SchedulerHarness, content: Content) -> None:
    [tip, _] = await here.store.tips.list_for_queue(here.queue)
    without = replace(content, market={})
    [change] = find_changes(tip, without)
    assert (change.cite, change.new) == (CITE, "no longer in the content")
