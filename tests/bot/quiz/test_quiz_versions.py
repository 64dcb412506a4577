"""Questions that change during an attempt, or after it."""

import pytest
from quiz_member import ME, find_button, finish_quiz, first_option, is_finished

from bot.app import App
from content import Content, Quiz, QuizItem
from storage import Store


@pytest.fixture
def database(url: str) -> str:
    """Return the URL of a database, for each kind of database."""
    return url


async def test_an_old_result_explains_itself_when_the_quiz_has_changed(
    keeping: App, content: Content, database: str
) -> None:
    before = await finish_quiz(keeping, "which-path")
    await keeping.close()
    [quiz] = [each for each in content.quiz.values() if each.id == "which-path"]
    changed = _asking(quiz, quiz.items[1:])
    newer = App(_with_quiz(content, changed.id, changed), open_store=lambda: Store.open(database))
    pages = [each.call for each in before.actions() if each.call.command == "quiz-explain"]
    explained = [str(await newer.handle(each, ME)) for each in pages]
    assert any(f"{quiz.items[0].about}: " in each for each in explained)
    await finish_quiz(newer, "which-path")
    listed = await newer.handle_line("results", ME)
    changes = await newer.handle(find_button(listed, "What changed").call, ME)
    assert "only the outcomes are compared" in str(changes)
    await newer.close()


async def test_an_old_result_keeps_its_score_when_the_weights_have_changed(
    keeping: App, content: Content, database: str
) -> None:
    before = await finish_quiz(keeping, "which-path")
    await keeping.close()
    quiz = content.quiz["which-path"]
    heavier = quiz.items[0].model_dump()
    for point in heavier["options"][0]["points"]:
        point["weight"] += 5
    items = (QuizItem.model_validate(heavier), *quiz.items[1:])
    changed = _asking(quiz, items)
    newer = App(_with_quiz(content, changed.id, changed), open_store=lambda: Store.open(database))
    assert before.return_to is not None
    old = await newer.handle(before.return_to, ME)
    assert old.answer == before.answer
    new = await finish_quiz(newer, "which-path")
    assert new.answer != before.answer
    await newer.close()


async def test_a_quiz_that_was_begun_goes_on_as_it_was_when_its_questions_change_places(
    keeping: App, content: Content, database: str
) -> None:
    begun = await keeping.handle_line("quiz which-path", ME)
    await keeping.close()
    [quiz] = [each for each in content.quiz.values() if each.id == "which-path"]
    turned = (quiz.items[0], *reversed(quiz.items[1:]))
    changed = _asking(quiz, turned)
    newer = App(_with_quiz(content, changed.id, changed), open_store=lambda: Store.open(database))
    reply = begun
    for item in quiz.items[1:]:
        reply = await newer.handle(first_option(reply).call, ME)
        assert item.asks in str(reply)
    assert is_finished(reply) == len(quiz.items) - 1
    await newer.close()


async def test_an_old_button_does_not_answer_the_question_whose_place_its_own_has_now(
    keeping: App, content: Content, database: str
) -> None:
    begun = await keeping.handle_line("quiz which-path", ME)
    await keeping.handle(first_option(begun).call, ME)
    await keeping.close()
    [quiz] = [each for each in content.quiz.values() if each.id == "which-path"]
    first, second, *rest = quiz.items
    changed = _asking(quiz, (second, first, *rest))
    newer = App(_with_quiz(content, changed.id, changed), open_store=lambda: Store.open(database))
    stale = await newer.handle(begun.actions()[1].call, ME)
    assert "already answered" in str(stale.nodes[0])
    assert is_finished(stale) == 1
    await newer.close()


def _asking(quiz: Quiz, items: tuple[QuizItem, ...]) -> Quiz:
    return Quiz.model_validate(
        {**quiz.model_dump(), "items": [each.model_dump() for each in items]}
    )


def _with_quiz(content: Content, key: str, quiz: object) -> Content:
    kinds = {name: getattr(content, name) for name in content.__dataclass_fields__}
    return Content(**{**kinds, "quiz": {**content.quiz, key: quiz}})
