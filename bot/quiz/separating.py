"""Choice of the unanswered questions that would tell the leading outcomes apart."""

from itertools import combinations

from bot.quiz.scoring import Answers, Factors, points_for, score_answers
from content import Quiz, QuizItem

_MAX_QUESTIONS = 3


def find_separating_questions(
    quiz: Quiz, answers: Answers, factors: Factors | None = None
) -> tuple[QuizItem, ...]:
    """Return up to three unanswered questions that separate the best outcomes most.

    A question separates two outcomes by the difference between their points, on average over its
    options. The outcomes compared are those that are tied, or else the best two. Questions that
    only break ties come last, and only if there is a tie. *factors* says how often an item counts,
    by its id; all other items count once.
    """
    now = score_answers(quiz, answers, factors)
    compared = [each.outcome for each in (now.leaders if now.is_tie else now.ranking[:2])]
    separations = {
        item.id: _separation(item, compared)
        for item in quiz.items
        if answers.get(item.id) is None and (now.is_tie or not item.tie_break)
    }
    useful = [item for item in quiz.items if separations.get(item.id)]
    useful.sort(key=lambda item: (item.tie_break, -separations[item.id]))
    return tuple(useful[:_MAX_QUESTIONS])


def _separation(item: QuizItem, outcomes: list[str]) -> float:
    """Return how far *item* separates *outcomes*, on average over its options; 0 if not at all."""
    differences = [
        abs(points_for(option, one) - points_for(option, other))
        for option in item.options
        for one, other in combinations(outcomes, 2)
    ]
    return sum(differences) / len(item.options)
