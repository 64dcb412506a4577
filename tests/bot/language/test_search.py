"""Search finds the FAQ entry of a question, or none."""

import pytest

from bot.language import thresholds
from bot.language.search import SearchIndex
from content import Content


@pytest.fixture(scope="module")
def index(content: Content) -> SearchIndex:
    return SearchIndex({key: (each.question, *each.also) for key, each in content.faq.items()})


def test_every_phrasing_finds_its_entry(content: Content, index: SearchIndex) -> None:
    for key, each in content.faq.items():
        for phrasing in (each.question, *each.also):
            hits = index.search(phrasing)
            best = [hit.id for hit in hits if hit.score == hits[0].score]
            assert key in best, phrasing


# Written without looking at the entries, to measure how well the search generalizes.
PARAPHRASES = {
    "AI Engineer or ML Engineer?": "which-to-choose",
    "which path should i take": "which-to-choose",
    "is ai engineering overhyped": "ai-overvalued",
    "how much do ai engineers make in london": "pays-more-uk",
    "do ai engineers write code": "programming-languages",
    "how long to become ml engineer from scratch": "how-long",
    "is kaggle useful": "kaggle",
    "how much equity": "equity",
    "what does a machine learning engineer do all day": "typical-day",
    "will chatgpt replace ml engineers": "ml-disappear",
    "how long does hiring an AI engineer take": "time-to-fill",
    "can our ML team build the LLM product": "ml-team-covers-ai",
    "should my startup hire an AI engineer first?": "hire-first",
    "do I need a PhD for ML?": "phd",
    "should I learn kubernetes": "kubernetes",
    "how do I test candidates for the ML role": "screen-ml",
    "who is paid better in America": "pays-more-us",
    "is a masters degree required": "degree",
    "i'm a backend developer, can i get into ai": "software-to-ai",
    "data scientist to ml engineer how": "from-data-science",
    "is ML harder to get into than AI": "easier-entry",
    "what does an llm engineer do": "llm-engineer",
    "do ai engineers train models": "train-models",
    "we want to predict fraud whom do we hire": "hire-for-prediction",
    "which languages do I have to know": "programming-languages",
    "will both roles merge into one": "roles-merge",
    "how fast is the market growing": "market-growth",
    "should I pick the job with the higher salary": "choose-by-pay",
    "how much does a staff engineer make": "cost-staff",
    "do I need a phd for machien lerning": "phd",
    "can i become an ml engineer without a degree": "degree",
    "how good must my maths be for machine learning": "maths-ml",
    "what should my first project be": "portfolio",
    "am I too late for the AI boom": "demand",
    "which interview questions should I ask an AI engineer": "screen-ai",
    "can one hire cover both jobs": "one-person-both",
    "will the salary gap between ai and ml close": "ai-premium-lasting",
    "what's the difference in a nutshell": "difference-in-a-sentence",
}


def test_most_paraphrases_find_their_entry(
    index: SearchIndex,
) -> None:
    found = {question: index.search(question) for question in PARAPHRASES}
    missed = [
        (question, hits[:2])
        for question, hits in found.items()
        if not hits or hits[0].id != PARAPHRASES[question]
    ]
    assert len(missed) <= len(PARAPHRASES) // 5, missed
    nowhere = [
        question
        for question, hits in found.items()
        if PARAPHRASES[question] not in [hit.id for hit in hits[:4]]
    ]
    assert len(nowhere) <= len(PARAPHRASES) // 10, nowhere


@pytest.mark.parametrize(
    "question",
    [
        "what is the weather in paris today",
        "best pizza in town",
        "who won the football world cup",
        "how do I cook rice",
        "what about blockchain",
        "how do I reset my password",
        "tell me a joke",
        "can you write a poem",
        "",
        "the of and",
        "🎉",
    ],
)
def test_questions_outside_the_faq_are_not_answered(index: SearchIndex, question: str) -> None:
    hits = index.search(question)
    assert not hits or hits[0].score < thresholds.ANSWER_SCORE
