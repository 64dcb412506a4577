"""The memory of a process about questions and reports."""

import asyncio

import pytest

from bot.cache import TimedCache
from bot.community.inbox import Inbox, report_action
from bot.errors import Outage


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_value_expires_and_a_new_one_counts_from_then_on() -> None:
    clock = Clock()
    cache = TimedCache[str, int](10, 100, clock)
    cache.put("a", 1)
    clock.now = 6
    cache.put("b", 2)
    cache.put("a", 3)
    clock.now = 10
    assert (cache.get("a"), cache.get("b"), cache.get("c"), len(cache)) == (3, 2, None, 2)
    clock.now = 16
    assert (cache.get("a"), len(cache)) == (None, 0)


def test_beyond_the_most_values_the_oldest_is_dropped() -> None:
    cache = TimedCache[int, int](10, 3, Clock())
    for number in range(5):
        cache.put(number, number)
    assert [cache.get(number) for number in range(5)] == [None, None, 2, 3, 4]


def test_a_draft_is_its_members_and_is_forgotten_after_ten_minutes() -> None:
    clock = Clock()
    inbox = Inbox(clock)
    name, other = inbox.keep_draft("test:5", "When?"), inbox.keep_draft("test:5", "Where?")
    assert [inbox.find_draft("test:5", each) for each in (name, other)] == ["When?", "Where?"]
    assert inbox.find_draft("test:6", name) is None
    clock.now = 601
    assert inbox.find_draft("test:5", name) is None


def test_what_a_member_sent_counts_for_a_day() -> None:
    clock = Clock()
    inbox = Inbox(clock)
    inbox.sent_today("test:5").count += 3
    clock.now = 86_399
    inbox.sent_today("test:5").count += 1
    assert (inbox.sent_today("test:5").count, inbox.sent_today("test:6").count) == (4, 0)
    clock.now = 86_400
    assert inbox.sent_today("test:5").count == 0


async def test_of_one_member_only_one_request_at_a_time_is_carried_out() -> None:
    inbox, order = Inbox(), list[str]()

    async def work(member: str, name: str) -> None:
        async with inbox.lock(member):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(work("test:5", "first"), work("test:5", "second"), work("test:6", "other"))
    assert order.index("first ends") < order.index("second begins")
    assert order.index("other begins") < order.index("first ends")


async def test_work_in_the_background_ends_with_the_app_and_its_errors_reach_nobody() -> None:
    inbox, done = Inbox(), list[int]()

    async def work(number: int) -> None:
        await asyncio.sleep(0.01)
        done.append(number)
        if number == 1:
            raise Outage("The database is down.")
        if number == 2:
            raise ZeroDivisionError

    for number in range(300):
        inbox.start(work(number))
    await inbox.drain()
    assert done == list(range(200))


@pytest.mark.parametrize("length", [3, 400])
def test_a_report_names_the_line_of_the_answer(length: int) -> None:
    action = report_action(f"ask {'q' * length}")
    assert action.label == "Wrong or missing?"
    assert action.short
    for call, most in ((action.call, 300), (action.short, 60)):
        assert call.command == "report-answer"
        assert call.args["about"].startswith("ask qqq")
        assert len(call.args["about"]) <= most
