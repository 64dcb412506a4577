"""A quiz that leans nowhere offers the skipped questions that could decide it."""

import pytest
from quiz_member import ME, find_button, first_option, is_finished

from bot.app import App
from bot.call import Call, Caller
from bot.reply import Action, ActionStyle, Outcome, Progress, Reply

ALL_SKIPPED = ",".join("-" * 14)


@pytest.fixture
def database(url: str) -> str:
    """Return the URL of a database, for each kind of database."""
    return url


async def skip_all(app: App, who: Caller = ME) -> Reply:
    """Skip every question of which-path, and return the result."""
    reply = await app.handle_line("quiz which-path", who)
    while any(isinstance(node, Progress) for node in reply.nodes):
        reply = await app.handle(find_button(reply, "Skip").call, who)
    return reply


async def answer_offered(app: App, result: Reply, option: int) -> tuple[list[str], Reply]:
    """Answer the offered questions with *option*; return the questions and the new result."""
    offer = next(each for each in result.buttons if each.style is ActionStyle.PRIMARY)
    assert offer.label == "Answer 3 questions"
    asked = []
    reply = await app.handle(offer.call, ME)
    while any(isinstance(node, Progress) for node in reply.nodes):
        asked.append(str(reply.answer))
        assert is_finished(reply) == len(asked) - 1
        reply = await app.handle(reply.actions()[option].call, ME)
    return asked, reply


async def test_exactly_the_offered_questions_are_asked_and_the_result_is_stored(
    keeping: App,
) -> None:
    result = await skip_all(keeping)
    quiz = keeping.content.quiz["which-path"]
    asked, decided = await answer_offered(keeping, result, 0)
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    answered = [item for item in quiz.items if attempt.answers[item.id]]
    assert sorted(asked) == sorted(item.asks for item in answered)
    assert len(asked) == 3
    assert str(decided.answer).startswith("Your result: ")
    assert "3 of 14 questions answered" in str(decided)
    assert decided.return_to == Call("results", {"take": attempt.id})


async def test_a_result_that_is_not_stored_is_decided_in_the_same_way(app: App) -> None:
    result = await app.handle_line(f"quiz which-path answers:{ALL_SKIPPED}", ME)
    asked, decided = await answer_offered(app, result, 0)
    assert len(asked) == 3
    assert decided.return_to is not None
    assert decided.return_to.args["answers"].count("-") == 11
    assert await app.handle(decided.return_to, ME) == decided


async def test_an_offered_question_can_be_skipped_again(keeping: App) -> None:
    result = await skip_all(keeping)
    reply = await keeping.handle(result.buttons[0].call, ME)
    for _ in range(3):
        reply = await keeping.handle(find_button(reply, "Skip").call, ME)
    assert reply == result


async def test_an_answer_delivered_twice_or_changed_afterwards_counts_once(keeping: App) -> None:
    result = await skip_all(keeping)
    question = await keeping.handle(result.buttons[0].call, ME)
    first, second, *_ = question.actions()
    once = await keeping.handle(first.call, ME)
    assert await keeping.handle(first.call, ME) == once
    assert await keeping.handle(second.call, ME) == once
    [attempt] = await (await keeping.store()).attempts.list_by_owner(ME.id)
    assert [each for each in attempt.answers.values() if each] == [first.call.args["pick"]]


@pytest.mark.parametrize(
    "forged",
    [
        {"items": "nonsense"},
        {"items": ""},
        {"items": "maths,nonsense"},
        {"items": "maths", "pick": "zz"},
        {"items": "maths", "take": "nonsense"},
    ],
)
async def test_a_forged_answer_is_refused_and_changes_nothing(
    keeping: App, forged: dict[str, str]
) -> None:
    await skip_all(keeping)
    store = await keeping.store()
    [before] = await store.attempts.list_by_owner(ME.id)
    call = Call("quiz-decide", {"take": before.id, "pick": "a", **forged})
    assert (await keeping.handle(call, ME)).outcome is Outcome.REFUSED
    assert [before] == list(await store.attempts.list_by_owner(ME.id))


async def test_skipped_questions_of_somebody_else_or_of_an_unfinished_quiz_are_not_answered(
    keeping: App,
) -> None:
    result = await skip_all(keeping)
    question = await keeping.handle(result.buttons[0].call, ME)
    refused = await keeping.handle(first_option(question).call, Caller("test:2"))
    assert (refused.outcome, "isn't yours" in str(refused)) == (Outcome.REFUSED, True)
    begun = await keeping.handle_line("quiz which-path", ME)
    call = Call("quiz-decide", {"take": first_option(begun).call.args["take"], "items": "maths"})
    early = await keeping.handle(call, ME)
    assert (early.outcome, "isn't finished" in str(early)) == (Outcome.REFUSED, True)


async def test_without_an_attempt_or_answers_nothing_can_be_decided(app: App) -> None:
    for name in ("quiz-decide", "quiz-explain"):
        given = {"items": "maths"} if name == "quiz-decide" else {"show": "why"}
        reply = await app.handle(Call(name, given), ME)
        assert (reply.outcome, "Tell me which result" in str(reply)) == (Outcome.REFUSED, True)


async def test_going_back_from_a_plan_shows_the_result_and_answers_nothing(keeping: App) -> None:
    reply = await keeping.handle_line("quiz which-path", ME)
    while any(isinstance(node, Progress) for node in reply.nodes):
        reply = await keeping.handle(first_option(reply).call, ME)
    store = await keeping.store()
    before = await store.attempts.list_by_owner(ME.id)
    plan: Action = find_button(reply, "See my plan")
    assert plan.call.command == "roadmap"
    assert reply.return_to is not None
    assert await keeping.handle(reply.return_to, ME) == reply
    assert await store.attempts.list_by_owner(ME.id) == before
