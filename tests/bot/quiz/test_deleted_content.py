"""Old results stay readable, even if they name content that was deleted since."""

import pytest
from quiz_member import ME, find_button, finish_quiz, first_option, is_finished

from bot.app import App
from bot.reply import Outcome
from content import Content, Quiz
from storage import QuizVersion, Store


@pytest.fixture
async def older(keeping: App, content: Content) -> Quiz:
    """Store a finished attempt at a version that names a deleted source and tool."""
    quiz = content.quiz["which-path"]
    told = quiz.definition.replace("kore1", "gone").replace("traecta", "gone-too")
    old = Quiz.model_validate_json(told)
    lost = tuple(each.model_copy(update={"next": ("tools no-such-tool-any-more",)})
                 for each in old.outcomes)  # fmt: skip
    old = old.model_copy(update={"outcomes": lost})
    await _taken(await keeping.store(), keeping, old)
    return old


async def _taken(store: Store, app: App, quiz: Quiz) -> None:
    now = app._clock()  # noqa: SLF001 - the clock that the answers go by
    await store.attempts.save_version(QuizVersion(quiz.version, quiz.id, quiz.definition))
    attempt = await store.attempts.start(ME.id, None, quiz.id, quiz.version, now)
    for at, item in enumerate(quiz.items):
        await store.attempts.answer(attempt.id, ME.id, item.id, item.options[0].id, at, at + 1, now)
    await store.attempts.finish(attempt.id, ME.id, now)


async def test_a_result_that_names_deleted_content_is_still_told(keeping: App, older: Quiz) -> None:
    listed = await keeping.handle_line("results", ME)
    assert listed.outcome is Outcome.DONE
    for choice in listed.actions():
        assert (await keeping.handle(choice.call, ME)).outcome is Outcome.DONE
    [attempt] = await (await keeping.store()).attempts.list_finished(ME.id)
    result = await keeping.handle_line(f"results {attempt.id}", ME)
    reasons = await keeping.handle(find_button(result, "Why exactly?").call, ME)
    assert "a source that is no longer listed" in str(reasons)


async def test_an_edition_that_names_deleted_content_is_finished_and_told(
    keeping: App, older: Quiz
) -> None:
    store, now = await keeping.store(), keeping._clock()  # noqa: SLF001
    attempt = await store.attempts.start(ME.id, None, older.id, older.version, now)
    reply = await keeping.handle_line("quiz which-path", ME)
    while done_or_none(reply) is not None:
        reply = await keeping.handle(first_option(reply).call, ME)
    assert reply.outcome is Outcome.DONE
    assert "Your result:" in str(reply)
    assert attempt.version == older.version


def done_or_none(reply: object) -> int | None:
    try:
        return is_finished(reply)  # type: ignore[arg-type]
    except StopIteration:
        return None


async def test_an_edition_that_cannot_be_read_hides_only_its_own_results(
    keeping: App, content: Content
) -> None:
    await finish_quiz(keeping, "hire")
    store, quiz = await keeping.store(), content.quiz["which-path"]
    now = keeping._clock()  # noqa: SLF001
    await store.attempts.save_version(QuizVersion("unreadable", quiz.id, "{}"))
    attempt = await store.attempts.start(ME.id, None, quiz.id, "unreadable", now)
    begun = await keeping.handle_line("quiz", ME)
    assert begun.outcome is Outcome.DONE
    assert "Pick a quiz" in str(begun)
    fresh = await keeping.handle_line("quiz which-path", ME)
    assert is_finished(fresh) == 0
    assert await store.attempts.get(attempt.id, ME.id) is None
    await store.attempts.abandon(fresh.actions()[0].call.args["take"], ME.id)
    attempt = await store.attempts.start(ME.id, None, quiz.id, "unreadable", now)
    await store.attempts.finish(attempt.id, ME.id, now)
    listed = await keeping.handle_line("results", ME)
    assert (listed.outcome, "You have 1 quiz result." in str(listed)) == (Outcome.DONE, True)
    assert "1 older result can no longer be shown" in str(listed)
    account = await keeping.handle_line(f"results {attempt.id}", ME)
    assert (account.outcome, "can no longer read this version" in str(account)) == (
        Outcome.REFUSED,
        True,
    )
