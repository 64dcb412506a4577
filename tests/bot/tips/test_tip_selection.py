"""Which tip comes next: in order or shuffled, without repeats within a round."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.tips.selection import select_tip
from storage import Plan, Tip, TipState

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAN = Plan("c", "ch", 0, 0, "UTC", date(2026, 1, 1))
PLANS = (replace(PLAN, repeats=True), replace(PLAN, repeats=True, shuffled=True))
_TIP = Tip("", "q", 0, TipState.QUEUED, 0, "", *[None] * 3, (), *[None] * 5, NOON)  # type: ignore[arg-type,call-arg]


def tips(count: int) -> list[Tip]:
    return [replace(_TIP, id=f"t{n}", number=n, place=n) for n in range(count)]


def names(found: tuple[Tip | None, ...]) -> list[str | None]:
    return [tip.id if tip else None for tip in found]


def upcoming(
    plan: Plan, tips: Sequence[Tip], history: Sequence[str], most: int
) -> tuple[Tip | None, ...]:
    """Return the next *most* tips of a channel; None for each time that has none."""
    past = list(history)
    found = []
    for _ in range(most):
        found.append(select_tip(plan, tips, past))
        past += [found[-1].id] if found[-1] else []
    return tuple(found)


def test_tips_come_in_order_then_stop_or_start_over() -> None:
    assert names(upcoming(PLAN, tips(2), [], 3)) == ["t0", "t1", None]
    again = replace(PLAN, repeats=True)
    assert names(upcoming(again, tips(2), [], 5)) == ["t0", "t1", "t0", "t1", "t0"]
    assert names(upcoming(again, tips(1), [], 2)) == ["t0", "t0"]
    assert select_tip(again, [], []) is None


def test_new_tips_come_before_delivered_ones() -> None:
    again = replace(PLAN, repeats=True)
    assert names(upcoming(again, tips(3), ["t0", "t1", "t0"], 3)) == ["t2", "t0", "t1"]


def test_a_held_tip_isnt_selected() -> None:
    held = replace(tips(1)[0], state=TipState.HELD)
    assert names(upcoming(PLAN, [held, *tips(2)[1:]], [], 2)) == ["t1", None]


@given(
    st.integers(1, 12),
    st.integers(0, 30),
    st.sampled_from(PLANS),
    st.text("ab", max_size=5),
)
def test_no_tip_repeats_within_a_round(count: int, already: int, plan: Plan, channel: str) -> None:
    plan = replace(plan, channel=channel)
    order = names(upcoming(plan, tips(count), [], already + count))
    for start in range(0, len(order) - count + 1, count):
        assert len(set(order[start : start + count])) == count
    if count > 1:
        assert all(one != other for one, other in pairwise(order))


def test_a_shuffled_order_differs_by_channel_and_by_round() -> None:
    orders = {
        tuple(names(upcoming(replace(PLAN, shuffled=True, channel=each), tips(10), [], 10)))
        for each in ("a", "b", "c")
    }
    assert len(orders) == 3
    again = replace(PLAN, shuffled=True, repeats=True)
    order = names(upcoming(again, tips(10), [], 20))
    assert order[:10] != order[10:]
