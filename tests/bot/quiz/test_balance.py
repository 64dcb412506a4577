"""The shipped quizzes lean nowhere by themselves, and clear people get clear results."""

import random
from functools import cache

import pytest

from bot.quiz.lint import MAX_BIAS_OF_MORE, MAX_BIAS_OF_TWO, sample_win_shares
from bot.quiz.scoring import score_answers
from content import Content, load

SAMPLES = 10_000  # the standard error is half a point
LIMITS = {"which-path": MAX_BIAS_OF_TWO, "hire": MAX_BIAS_OF_MORE}

# For each character the number of the chosen option in every question of which-path, the expected
# winner, and the lowest lead: the one before questions were balanced, less one point of 100.
CHARACTERS = {
    "full-stack developer who ships weekly": ("12113222211333", "ai-engineer", 86),
    "self-taught web developer who needs a job soon": ("12413211211333", "ai-engineer", 94),
    "bootcamp graduate with a portfolio": ("12413211241332", "ai-engineer", 94),
    "product manager who codes": ("12413212211331", "ai-engineer", 90),
    "founder of a startup": ("12111222241331", "ai-engineer", 77),
    "backend developer who likes infrastructure": ("13113322211233", "ai-engineer", 61),
    "tester who checks a chatbot's answers": ("13121312212233", "ai-engineer", 44),
    "statistician who loves proofs": ("31332133123113", "ml-engineer", 86),
    "researcher with a doctorate": ("31332134133112", "ml-engineer", 94),
    "physicist who turns to deep learning": ("31331134123112", "ml-engineer", 86),
    "Kaggle competitor": ("31232133133123", "ml-engineer", 73),
    "econometrician in a bank": ("21322333123122", "ml-engineer", 60),
    "data scientist who forecasts": ("21222333133123", "ml-engineer", 52),
    "data engineer who loves pipelines": ("23122322323223", "ml-engineer", 9),
}


QUIZZES = load().quiz


@cache
def random_win_shares(name: str, skipped: float) -> dict[str, float]:
    """Return how many percent of random answer sets each outcome wins; ties count in parts.

    *skipped* is the probability with which a question is skipped.
    """
    quiz = QUIZZES[name]
    draw = random.Random(7)  # noqa: S311  # a sample, not a secret
    wins = dict.fromkeys([each.id for each in quiz.outcomes], 0.0)
    for _ in range(SAMPLES):
        answers = {
            item.id: None if draw.random() < skipped else draw.choice(item.options).id
            for item in quiz.items
        }
        leaders = score_answers(quiz, answers).leaders
        for each in leaders:
            wins[each.outcome] += 1 / len(leaders)
    return {outcome: 100 * won / SAMPLES for outcome, won in wins.items()}


@pytest.mark.parametrize("skipped", [0, 0.2])
@pytest.mark.parametrize("name", LIMITS)
def test_random_answers_end_at_each_outcome_equally_often(name: str, skipped: float) -> None:
    shares, even = random_win_shares(name, skipped), 100 / len(QUIZZES[name].outcomes)
    assert sum(shares.values()) == pytest.approx(100)
    assert all(abs(share - even) <= LIMITS[name] for share in shares.values()), shares


@pytest.mark.parametrize("name", LIMITS)
def test_the_linters_sample_agrees_with_the_scores(name: str) -> None:
    # The samples differ by at most two points, unless they measure different things.
    expected = pytest.approx(random_win_shares(name, 0), abs=2)
    assert sample_win_shares(QUIZZES[name]) == expected


@pytest.mark.parametrize("who", CHARACTERS)
def test_a_clear_character_gets_a_clear_result(content: Content, who: str) -> None:
    numbers, winner, lead = CHARACTERS[who]
    quiz = content.quiz["which-path"]
    answers = {
        item.id: item.options[int(number) - 1].id
        for item, number in zip(quiz.items, numbers, strict=True)
    }
    score = score_answers(quiz, answers)
    assert score.winner.outcome == winner
    assert 100 * (score.share_of(score.winner) - score.share_of(score.runner_up)) >= lead
