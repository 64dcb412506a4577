"""Statistics of a community cover five people or more, and never reveal one person's result."""

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.quiz.community_stats import MIN_PEOPLE, CommunityStats
from bot.reply import Progress

HERE = "test:guild:7"


@pytest.fixture
def database(url: str) -> str:
    return url


def member(number: int) -> Caller:
    return Caller(f"test:{number}", community=HERE)


async def take(app: App, who: Caller, option: int) -> None:
    reply = await app.handle(Call("quiz", {"name": "which-path"}), who)
    while any(isinstance(node, Progress) for node in reply.nodes):
        reply = await app.handle(reply.actions()[option].call, who)


async def here(app: App) -> CommunityStats:
    return CommunityStats(await app.store(), HERE, app.content.quiz["which-path"])


async def seen(app: App) -> str:
    return str(await app.handle_line("community which-path", member(1)))


async def test_nothing_is_shown_of_fewer_than_five(keeping: App) -> None:
    for number in range(MIN_PEOPLE - 1):
        await take(keeping, member(number), 0)
    assert "can't show totals here yet" in await seen(keeping)
    await take(keeping, member(99), 0)
    assert "100% of the 5 people here came out as AI Engineer." in await seen(keeping)


async def test_the_figures_are_those_of_the_results(keeping: App) -> None:
    for number in range(4):
        await take(keeping, member(number), 0)
    await take(keeping, member(4), 2)
    shown = await (await here(keeping)).outcomes()
    assert shown is not None
    assert shown.people == 5
    assert sorted(shown.won.values()) == [20, 80]
    assert "80% of the 5 people here came out as AI Engineer." in await seen(keeping)


async def test_no_two_views_differ_by_fewer_than_five_people(keeping: App) -> None:
    for number in range(5):
        await take(keeping, member(number), 0)
    views = [await seen(keeping)]
    for number in range(5, 9):
        await take(keeping, member(number), 2)
        views.append(await seen(keeping))
    assert len(set(views)) == 1
    await take(keeping, member(9), 2)
    assert "of the 10 people here" in await seen(keeping)


async def test_a_deleted_result_counts_no_longer_and_its_absence_tells_nothing(
    keeping: App,
) -> None:
    for number in range(6):
        await take(keeping, member(number), 0)
    assert "of the 6 people here" in await seen(keeping)
    await keeping.handle(Call("privacy", {"action": "delete-yes"}), member(0))
    assert "can't show totals here yet" in await seen(keeping)
    for number in range(10, 15):
        await take(keeping, member(number), 2)
    assert "of the 10 people here" in await seen(keeping)


async def test_taking_it_again_keeps_the_view_until_five_have(keeping: App) -> None:
    for number in range(5):
        await take(keeping, member(number), 0)
    before = await seen(keeping)
    community = await here(keeping)
    for number in range(4):
        await take(keeping, member(number), 0)
        assert await seen(keeping) == before
        assert await community.retest_agreement() is None
    await take(keeping, member(4), 2)
    assert await community.retest_agreement() == 80


async def test_a_community_that_is_gone_leaves_no_totals(keeping: App) -> None:
    for number in range(5):
        await take(keeping, member(number), 0)
    await seen(keeping)
    await keeping.detach_community(HERE)
    quiz = keeping.content.quiz["which-path"]
    assert await (await keeping.store()).totals.get(HERE, f"{quiz.version} outcomes") is None
