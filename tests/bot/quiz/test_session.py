"""Taking a quiz: buttons, restarts, old and forged buttons, results and privacy."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from quiz_member import ME, find_button, finish_quiz, first_option, is_finished

from bot.app import App
from bot.call import Call, Caller
from bot.quiz.explanation import Result, evaluate
from bot.reply import ActionStyle, Outcome
from content import Content
from storage import Store

TODAY = datetime(2026, 11, 21, tzinfo=UTC)
SOMEBODY_ELSE = Caller("test:2")


@pytest.fixture
def database(url: str) -> str:
    """Return the URL of a database, for each kind of database."""
    return url


@pytest.mark.parametrize("quiz", ["which-path", "hire"])
async def test_a_whole_quiz_ends_in_a_result_that_explains_itself(keeping: App, quiz: str) -> None:
    reply = await finish_quiz(keeping, quiz)
    text = str(reply)
    for part in (
        "Your result: ",
        "What pointed the other way",
        "What would change it",
        "Exploration",
    ):
        assert part in text
    for choice in reply.actions():
        page = await keeping.handle(choice.call, ME)
        assert page.outcome is Outcome.DONE
        for further in page.actions() if choice.call.command == "quiz-explain" else ():
            assert (await keeping.handle(further.call, ME)).outcome is Outcome.DONE


# Answers that lead to each outcome, chosen by the meaning of the outcomes.
PATHS = {
    "which-path 1,2,1,1,3,2,1,1,2,1,1,3,3,1": "Your result: AI Engineer, ",
    "which-path 3,1,3,3,2,1,3,4,1,2,3,1,1,2": "Your result: ML Engineer, ",
    "hire 2,1,1,3,4,2,3,1,2,3": "Your result: AI engineer first, ",
    "hire 1,3,3,4,2,4,1,2,3,2": "Your result: ML engineer first, ",
    "hire 4,2,4,2,3,1,2,4,4,4": "Your result: Both, ",
    "hire 3,4,2,1,1,3,4,5,1,1": "Your result: Neither yet, ",
}


@pytest.mark.parametrize("path", PATHS)
async def test_every_outcome_has_a_path_to_it(app: App, path: str) -> None:
    quiz, answers = path.split()
    reply = await app.handle_line(f"quiz {quiz} answers:{answers}", ME)
    assert str(reply.answer).startswith(PATHS[path])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("which-path 1,2,1,1,1,1,1,1,1,1,1,1,1,1", "Your result: AI Engineer, clearly (AI "),
        ("hire 4,2,4,2,3,1,2,4,4,4", "Your result: Both, "),
    ],
)
async def test_a_result_puts_each_number_behind_its_own_role(
    app: App, line: str, says: str
) -> None:
    quiz, answers = line.split()
    reply = await app.handle_line(f"quiz {quiz} answers:{answers}", ME)
    assert isinstance(reply.answer, str)
    assert reply.answer.startswith(says)
    shares = r"Your result: .+, (fairly )?(clearly|narrowly) \(.+ \d+, .+ \d+\)\."
    assert re.fullmatch(shares, reply.answer)
    assert " for " not in reply.answer


async def test_a_close_call_is_called_one(app: App) -> None:
    reply = await app.handle_line("quiz which-path answers:1,1,4,2,2,1,2,1,2,2,1,2,2,2", ME)
    assert "too close to call (AI 5" in str(reply.answer)


async def test_a_quiz_goes_on_where_it_was_left_after_a_restart(
    keeping: App, content: Content, database: str
) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    for _ in range(3):
        reply = await keeping.handle(first_option(reply).call, ME)
    old_button = first_option(reply)
    await keeping.close()
    restarted = App(content, open_store=lambda: Store.open(database))
    assert is_finished(await restarted.handle_line("quiz", ME)) == 3
    assert is_finished(await restarted.handle(old_button.call, ME)) == 4
    await restarted.close()


async def test_the_same_answer_delivered_twice_counts_once(keeping: App) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    once, again = [await keeping.handle(first_option(reply).call, ME) for _ in range(2)]
    assert is_finished(once) == is_finished(again) == 1
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    assert len(attempt.answers) == 1


async def test_a_stale_button_says_so_and_changes_nothing(keeping: App) -> None:
    first = await keeping.handle_line("quiz which-path", ME)
    await keeping.handle(first_option(first).call, ME)
    stale = await keeping.handle(first.actions()[1].call, ME)
    assert "already answered" in str(stale.nodes[0])
    assert is_finished(stale) == 1
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    assert list(attempt.answers.values()) == ["a"]


async def test_a_button_of_somebody_elses_quiz_is_refused(keeping: App) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    refused = await keeping.handle(first_option(reply).call, SOMEBODY_ELSE)
    assert refused.outcome is Outcome.REFUSED
    assert "isn't yours" in str(refused)
    assert not await (await keeping.store()).attempts.list_by_owner(SOMEBODY_ELSE.id)


@pytest.mark.parametrize(
    "forged",
    [
        {"take": "nonsense", "item": "maths", "pick": "a"},
        {"take": "{take}", "item": "nonsense", "pick": "a"},
        {"take": "{take}", "item": "maths", "pick": "zz"},
        {"take": "x" * 500, "item": "maths", "pick": "a"},
        {"take": "' or 1=1 --", "item": "maths", "pick": "a"},
        {"item": "maths", "pick": "a"},
    ],
)
async def test_a_forged_button_is_refused_and_changes_nothing(
    keeping: App, forged: dict[str, str]
) -> None:
    opened = await keeping.handle_line("quiz which-path", ME)
    take = first_option(opened).call.args["take"]
    call = Call("quiz-answer", {key: value.format(take=take) for key, value in forged.items()})
    refused = await keeping.handle(call, ME)
    assert refused.outcome is Outcome.REFUSED
    [kept] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    assert not kept.answers


async def test_back_changes_an_answer_and_skip_leaves_one_out(keeping: App) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    reply = await keeping.handle(first_option(reply).call, ME)
    reply = await keeping.handle(find_button(reply, "Back one").call, ME)
    assert is_finished(reply) == 0
    reply = await keeping.handle(reply.actions()[1].call, ME)
    reply = await keeping.handle(find_button(reply, "Skip").call, ME)
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    assert list(attempt.answers.values()) == ["b", None]


async def test_one_answer_counts_double_and_only_one(keeping: App) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    reply = await keeping.handle(find_button(reply, "Count this answer double").call, ME)
    assert find_button(reply, "Count this answer once")
    reply = await keeping.handle(first_option(reply).call, ME)
    await keeping.handle(find_button(reply, "Count this answer double").call, ME)
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    assert attempt.doubled == "result"


async def test_a_double_delivered_twice_stays_double_and_an_old_one_does_nothing(
    keeping: App,
) -> None:
    first = await keeping.handle_line("quiz which-path", ME)
    double = find_button(first, "Count this answer double").call
    for _ in range(2):
        reply = await keeping.handle(double, ME)
    store = await keeping.store()
    assert [attempt.doubled for attempt in await store.attempts.list_by_owner(ME.id)] == ["maths"]
    once = find_button(reply, "Count this answer once").call
    await keeping.handle(first_option(reply).call, ME)
    assert "already answered" in str(await keeping.handle(once, ME))
    assert [attempt.doubled for attempt in await store.attempts.list_by_owner(ME.id)] == ["maths"]


async def test_starting_over_asks_first(keeping: App) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    reply = await keeping.handle(first_option(reply).call, ME)
    asked = await keeping.handle(find_button(reply, "Start over").call, ME)
    assert is_finished(await keeping.handle(find_button(asked, "Keep").call, ME)) == 1
    delete = find_button(asked, "Delete")
    assert delete.style is ActionStyle.DANGER
    assert is_finished(await keeping.handle(delete.call, ME)) == 0


async def test_two_takes_are_compared(keeping: App) -> None:
    await finish_quiz(keeping, "which-path")
    await finish_quiz(keeping, "which-path", lambda reply: reply.actions()[1])
    listed = await keeping.handle_line("results", ME)
    assert "Changes since your last attempt, in points out of 100: " in str(listed)
    changes = await keeping.handle(find_button(listed, "What changed").call, ME)
    assert str(changes.answer).startswith("Before: AI Engineer, ")
    assert "Math: from “Enough to check if a result holds up” to “Some" in str(changes)
    assert "Changes since your last attempt, in points out of 100: " in str(changes)


async def test_sharing_shows_the_outcome_without_the_answers(
    keeping: App, content: Content
) -> None:
    reply = await finish_quiz(keeping, "which-path")
    shared = await keeping.handle(find_button(reply, "Share").call, ME)
    assert "AI Engineer" in str(shared)
    options = [option.says for item in content.quiz["which-path"].items for option in item.options]
    assert not [says for says in options if says in str(shared)]


async def test_privacy_is_seen_exported_and_erased(keeping: App) -> None:
    await finish_quiz(keeping, "which-path")
    exported = str(await keeping.handle_line("privacy export", ME))
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    for stored in (
        attempt.id,
        attempt.version,
        "maths",
        attempt.ordered_answers[0].answered_at.isoformat(),
    ):
        assert stored in exported
    asked = await keeping.handle_line("privacy delete", ME)
    assert "can't be undone" in str(asked)
    assert await (await keeping.store()).attempts.list_by_owner(ME.id)
    await keeping.handle(find_button(asked, "Delete everything").call, ME)
    assert '"takes": []' in str(await keeping.handle_line("privacy export", ME))
    assert "no results yet" in str(await keeping.handle_line("results", ME))


async def test_a_quiz_left_for_long_is_deleted_while_the_bot_runs_on(
    content: Content, database: str
) -> None:
    now = TODAY
    app = App(content, clock=lambda: now, open_store=lambda: Store.open(database), keep_days=90)
    await app.handle_line("quiz which-path", ME)
    now = TODAY + timedelta(days=89)
    await app.prune_unfinished()
    assert len(await (await app.store()).attempts.list_by_owner(ME.id)) == 1
    now = TODAY + timedelta(days=91)
    await app.prune_unfinished()
    assert not await (await app.store()).attempts.list_by_owner(ME.id)
    await app.close()


@pytest.mark.parametrize("leaver", [None, "test:1"])
async def test_results_stay_their_owners_when_a_community_is_left(
    keeping: App, leaver: str | None
) -> None:
    here = Caller("test:1", community="test:guild:7")
    await keeping.handle_line("quiz which-path", here)
    store = await keeping.store()
    assert [attempt.community for attempt in await store.attempts.list_by_owner(here.id)] == [
        "test:guild:7"
    ]
    await keeping.detach_community("test:guild:7", leaver)
    assert [attempt.community for attempt in await store.attempts.list_by_owner(here.id)] == [None]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("1,2", "you gave 2 answers"),
        ("9,1,1,1,1,1,1,1,1,1,1,1,1,1", "a number from 1 to 3"),
        ("0012,1,1,1,1,1,1,1,1,1,1,1,1,1", "a number from 1 to 3"),
        ("x,1,1,1,1,1,1,1,1,1,1,1,1,1", "“x”"),
        ("", "you gave"),
    ],
)
async def test_wrong_lists_of_answers_are_refused(app: App, answers: str, expected: str) -> None:
    call = Call("quiz", {"name": "which-path", "answers": answers or ","})
    reply = await app.handle(call, ME)
    assert reply.outcome is Outcome.REFUSED
    assert expected in str(reply)


async def test_answers_to_no_quiz_in_particular_are_asked_about(app: App) -> None:
    reply = await app.handle_line("quiz answers:zzz", ME)
    assert reply.outcome is Outcome.REFUSED
    assert reply.answer == "Which quiz do these answers belong to? Nothing is saved yet."
    calls = [each.call for each in reply.actions()]
    assert Call("quiz", {"name": "hire", "answers": "zzz"}) in calls


async def test_without_a_memory_the_quiz_can_still_be_scored_but_not_taken(app: App) -> None:
    assert (await app.handle_line("quiz which-path", ME)).outcome is Outcome.OUTAGE
    scored = await app.handle_line("quiz hire answers:1,1,1,1,1,1,1,1,1,1", ME)
    assert scored.outcome is Outcome.DONE


async def test_a_result_is_worked_out_once(keeping: App, monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out = []
    original = evaluate

    def counted(*args: Any) -> Result:
        worked_out.append(args)
        return original(*args)

    monkeypatch.setattr("bot.quiz.session.evaluate", counted)
    reply = await finish_quiz(keeping, "which-path")
    assert "What would change it" in str(reply)
    assert len(worked_out) == 1
