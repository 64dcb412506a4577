"""The pages behind a result have every answer with all its points, each on one page."""

from hypothesis import given
from random_quizzes import random_answers

from bot.app import App
from bot.call import Caller
from bot.quiz.answer_list import format_answers, parse_answers
from bot.quiz.explanation import evaluate
from bot.quiz.pages import PageName, build_page, list_pages
from bot.quiz.scoring import Answers
from bot.reply import Outcome
from content import Content, Quiz

ME = Caller("test:1")
GROUPS = (PageName.WHY, PageName.AGAINST, PageName.NEUTRAL)


def pages_of_answers(quiz: Quiz, answers: Answers, content: Content) -> list[str]:
    """Return the text of every page that shows answers with their points."""
    result = evaluate(quiz, answers)
    names = [name for name in list_pages(result) if name.partition("-")[0] in GROUPS]
    return [str(build_page(result, name, content)) for name in names]


def test_each_answer_is_on_one_page_with_every_reason(content: Content) -> None:
    for quiz in content.quiz.values():
        for option in range(2):
            answers = {item.id: item.options[option].id for item in quiz.items}
            pages = pages_of_answers(quiz, answers, content)
            for item in quiz.items:
                if item.tie_break:
                    continue
                chosen = item.options[option]
                [page] = [each for each in pages if f"{item.about}: {chosen.says} (" in each]
                for point in chosen.points:
                    assert point.because in page
                    assert content.sources[point.source].short in page


@given(drawn=random_answers())
def test_every_page_of_any_result_can_be_built(
    content: Content, drawn: tuple[Quiz, dict[str, str | None], str | None]
) -> None:
    result = evaluate(*drawn)
    for name in list_pages(result):
        page = build_page(result, name, content)
        assert page is not None
        answer, nodes = page
        assert answer.endswith(".")
        assert nodes
    assert build_page(result, "nonsense", content) is None


@given(random_answers())
def test_written_answers_are_read_as_the_same(
    drawn: tuple[Quiz, dict[str, str | None], str | None],
) -> None:
    quiz, answers, _ = drawn
    assert parse_answers(quiz, format_answers(quiz, answers)) == answers


async def test_a_page_that_a_result_does_not_have_leads_back_to_it(app: App) -> None:
    typed = ",".join("1" * 14)
    refused = await app.handle_line(f"quiz-explain nonsense name:which-path answers:{typed}", ME)
    assert refused.outcome is Outcome.REFUSED
    result = await app.handle(refused.buttons[0].call, ME)
    assert str(result.answer).startswith("Your result: ")
