"""Own answers of a community are found by other words, and leave other questions alone."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from asked_questions import load_questions

from bot.app import App
from bot.call import Call
from bot.language.retrieval.community import CommunityIndex, IndexedAnswer
from bot.language.retrieval.search import Certainty
from bot.language.understanding import OwnAnswer, Understanding, search_index, understand

_QUESTIONS = Path(__file__).parents[2] / "questions"
_ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (_QUESTIONS / "community_answers.jsonl").read_text(encoding="utf-8").splitlines()
]
_ANSWERS = [
    IndexedAnswer(str(number), each["question"], tuple(each["wordings"]), each["text"])
    for number, each in enumerate(_ROWS)
]
_ASKED = [
    (question, str(number)) for number, each in enumerate(_ROWS) for question in each["asked"]
]


async def _build(
    app: App, *answers: IndexedAnswer, before: CommunityIndex | None = None
) -> CommunityIndex:
    return await CommunityIndex.build(answers, search_index(app.content), before)


def _understand(app: App, question: str, own: CommunityIndex | None) -> Understanding:
    return understand(question, app.name_registry, app.commands, own)


def _ids(understood: Understanding) -> list[str | None]:
    """Return the ids of the own answers among the answers, None for the others."""
    return [each.id if isinstance(each, OwnAnswer) else None for each in understood.answers]


async def test_own_answers_are_found_by_their_own_words(app: App) -> None:
    own = await _build(app, *_ANSWERS)
    for each in _ANSWERS:
        for text in (each.question, *each.wordings, f"  {each.question.upper()} "):
            understood = _understand(app, text, own)
            assert understood.answers[0] == OwnAnswer(each.id), text
            assert understood.certainty is Certainty.ANSWER


async def test_own_answers_are_found_by_other_wordings(app: App) -> None:
    own = await _build(app, *_ANSWERS)
    found = [(question, id_, _understand(app, question, own)) for question, id_ in _ASKED]
    first = [question for question, id_, each in found if _ids(each)[:1] == [id_]]
    offered = [question for question, id_, each in found if id_ in _ids(each)]
    sure = [
        (question, id_, each) for question, id_, each in found if each.certainty.name == "ANSWER"
    ]
    assert len(_ASKED) == 56
    assert len(first) >= 35, sorted({question for question, _ in _ASKED} - {*first})
    assert len(offered) >= 47, sorted({question for question, _ in _ASKED} - {*offered})
    for question, id_, each in sure:
        assert _ids(each)[0] in (id_, None), f"a wrong own answer without a hedge: {question}"


async def test_own_answers_leave_other_questions_alone(app: App) -> None:
    own = await _build(app, *_ANSWERS)
    others = load_questions(_QUESTIONS / "community_others.jsonl")
    assert len(others) == 40
    changed = []
    for each in others:
        alone, beside = (_understand(app, each.ask, index) for index in (None, own))
        if beside.answers[:2] != alone.answers[:2]:
            changed.append(each.ask)
            assert beside.certainty is Certainty.CLOSEST, each.ask
        else:
            assert beside.certainty is alone.certainty, each.ask
    assert len(changed) <= 1, changed


@pytest.mark.parametrize("name", ["development", "held_back_labels", "third"])
async def test_own_answers_hardly_ever_take_a_question(app: App, name: str) -> None:
    own = await _build(app, *_ANSWERS)
    asked = load_questions(_QUESTIONS / f"{name}.jsonl")
    found = [(each, _understand(app, each.ask, own)) for each in asked]
    taken = [(each, understood) for each, understood in found if (_ids(understood) or [None])[0]]
    sure = {each.ask for each, shown in taken if shown.certainty is Certainty.ANSWER}
    assert sure <= {"here is my CV as pdf, please review and rate from 1 to 10"}  # they do that
    assert len([each for each, _ in taken if each.right]) <= 1, taken
    assert len(taken) <= 6, taken  # the others are off the subject


async def test_words_of_the_answer_find_it(app: App) -> None:
    text = "Badges are handed out by Priya at the reception, next to the bicycle cellar."
    own = await _build(app, *_ANSWERS, IndexedAnswer("x", "How do I enter the building?", (), text))
    for question in ("where is the bicycle cellar here", "reception badges from priya"):
        assert "x" in _ids(_understand(app, question, own)), question


async def test_an_own_answer_wins_over_a_shipped_entry_a_command_and_another_subject(
    app: App,
) -> None:
    cases = (
        "Do I need a PhD for ML?",  # an entry
        "salary ml senior",  # a command
        "Who earns more?",  # a request in words
        "What's the weather today?",  # off topic
        "thanks",  # small talk
    )
    for question in cases:
        assert not any(_ids(_understand(app, question, await _build(app, *_ANSWERS)))[:1])
        own = await _build(app, *_ANSWERS, IndexedAnswer("x", question, (), "Read our wiki."))
        understood = _understand(app, question, own)
        assert understood.answers[0] == OwnAnswer("x"), question
        assert understood.certainty is Certainty.ANSWER
    own = await _build(app, IndexedAnswer("x", cases[0], (), "Read our wiki."))
    shipped = _understand(app, cases[0], own).shipped
    assert shipped is not None
    assert shipped.id == "phd"


async def test_a_shipped_entry_that_surely_answers_stays_first(app: App) -> None:
    alone = _understand(app, "what is rag", None)
    own = await _build(app, IndexedAnswer("1", "What is RAG day?", (), "A fundraiser."))
    understood = _understand(app, "what is rag", own)
    assert alone.certainty is understood.certainty is Certainty.ANSWER
    assert understood.answers[0] == alone.answers[0]
    assert OwnAnswer("1") in understood.answers
    assert _understand(app, "what is rag day", own).answers[0] == OwnAnswer("1")


async def test_a_link_to_an_entry_yields_the_entry(app: App) -> None:
    question = "is the doc title a must around here"
    linked = IndexedAnswer("x", question, entry="phd")
    understood = _understand(app, question, await _build(app, linked))
    assert understood.answers[0] == app.content.faq["phd"]
    assert understood.certainty is Certainty.ANSWER
    gone = IndexedAnswer("x", question, entry="no-such-entry")
    assert _understand(app, question, await _build(app, gone)) == _understand(app, question, None)


async def test_lines_that_own_answers_answer_are_questions(app: App) -> None:
    own = await _build(app, IndexedAnswer("x", "ML engineer pay at level senior", (), "Ask Priya."))
    line = "ml engineer pay at level senior"
    assert app.parse(line).command == "salary"
    assert app.parse(line, own) == Call("ask", {"question": line})
    assert app.parse("salary ml senior", own).command == "salary"
    assert app.parse("thanks", own) == app.parse("thanks")


async def test_a_changed_index_equals_a_new_one(app: App) -> None:
    chance = random.Random(3)  # noqa: S311  # a sample
    answers: list[IndexedAnswer] = []
    index = await _build(app)
    for step in range(25):
        kind = chance.random()
        if kind < 0.3 and answers:
            answers.remove(chance.choice(answers))
        elif kind < 0.5 and answers:
            at = chance.randrange(len(answers))
            answers[at] = IndexedAnswer(answers[at].id, f"{answers[at].question} now", (), "New.")
        else:
            each = chance.choice(_ANSWERS)
            answers.append(IndexedAnswer(f"n{step}", each.question, each.wordings, each.text))
        chance.shuffle(answers)
        index = await _build(app, *answers, before=index)
        assert len(index) == len(answers)
        _assert_same(index, await _build(app, *answers), [question for question, _ in _ASKED[::5]])


def _assert_same(one: CommunityIndex, other: CommunityIndex, questions: Sequence[str]) -> None:
    for question in questions:
        found = [
            sorted((round(each.score, 6), each.id) for each in index.search(question).matches)
            for index in (one, other)
        ]
        # Equal answers may be left out in another order.
        assert [score for score, _ in found[0]] == [score for score, _ in found[1]], question


async def test_bad_input_is_indexed_and_asked_without_an_error(app: App) -> None:
    bad = ["", " ", "?", "\ud800", "\0", "a" * 5000, "🦜" * 300, "ai " * 2000, "#", "x" * 1]
    many = tuple(f"wording {number}" for number in range(1000))
    answers = [IndexedAnswer(str(at), text, (text,), text) for at, text in enumerate(bad)]
    own = await _build(app, *answers, IndexedAnswer("many", "many", many, "many " * 500))
    for question in (*bad, "many", "where do I post job ads", "wording 3"):
        own.search(question[:500])
    empty = await _build(app)
    assert len(empty) == 0
    assert not empty.search("anything").matches


async def test_building_never_holds_up_the_event_loop(app: App) -> None:
    search_index(app.content).search("warm up")
    answers = [
        IndexedAnswer(f"{at}", f"{at} {each.question}", each.wordings, each.text * 3)
        for at in range(20)
        for each in _ANSWERS
    ]
    pauses: list[float] = []

    async def watch() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            pauses.append(time.thread_time() - began)

    watching = asyncio.create_task(watch())
    own = await _build(app, *answers)
    own = await _build(app, *answers[1:], before=own)
    watching.cancel()
    assert len(own) == len(answers) - 1
    assert len(pauses) > 20  # fewer on a faster machine
    pauses.sort()
    assert pauses[len(pauses) * 95 // 100] < 0.005  # processor time; a busy machine adds to it
