"""A question in plain words leads to the command that answers it."""

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.language.intent import match_whole_line, suggest_calls
from bot.language.retrieval.terms import extract_terms
from bot.reply import Outcome

CALLER = Caller("test:1")
SUGGESTED = {
    "what does a senior ml enginer earn in germany?": Call(
        "salary", {"role": "ml-engineer", "level": "senior", "country": "de"}
    ),
    "do senior ml enginers at banks in germany earn well": Call(
        "salary", {"role": "ml-engineer", "level": "senior", "country": "de"}
    ),
    "is 180k a good salary for a senior ML engineer in the US?": Call(
        "salary",
        {"role": "ml-engineer", "level": "senior", "country": "us", "amount": "180k"},
    ),
    "tell us what an AI engineer is paid": Call("salary", {"role": "ai-engineer"}),
    "how do I become an ai engineer from backend?": Call(
        "roadmap", {"from": "software-engineer", "to": "ai-engineer"}
    ),
    "which tools does an MLE use?": Call("tools", {"role": "ml-engineer"}),
    "what do they ask ML engineers in interviews?": Call("interview", {"role": "ml-engineer"}),
    "whats the diffrence between ai and ml enginer": Call(
        "compare", {"role": "ai-engineer", "other": "ml-engineer", "aspect": "differences"}
    ),
    "delete my data": Call("privacy", {"action": "delete"}),
    "delet my data": Call("privacy", {"action": "delete"}),
    "what do you store about me?": Call("privacy"),
}
NO_COMMAND = (
    "do I need a PhD for ML?",
    "what is the weather like in Germany",
    "I was asked in an interview",  # doesn't say whose
    "tell us of us",
    "",
    "🎉",
)

WHOLE = {
    "ml salary": "salary ml-engineer",
    "senior ML pay": "salary ml-engineer senior",
    "what does a senior ml engineer earn in the us?": "salary ml-engineer senior us",
    "average salary of an MLOps engineer in Poland": "salary mlops-engineer pl",
    "how much does an ML engineer make in the UK": "salary ml-engineer gb",
    "data scientist salary": "salary data-scientist",  # "data" also names the command privacy
    "ai roadmap": "roadmap ai-engineer",
    "data scientist to ml engineer path": "roadmap data-scientist ml-engineer",
    "how do I become an AI engineer?": "roadmap ai-engineer",
    "which tools does an MLE use?": "tools ml-engineer",
    "ai engineer interview questions": "interview ai-engineer",
    "ai vs ml": "compare ai-engineer ml-engineer",
    "whats the difference between ai and ml?": "compare ai-engineer ml-engineer",
    "what data do you store about me": "privacy",
    "which path quiz": "quiz which-path",
    "salary help": "help salary",
}
NOT_RUN = (
    "why do AI engineers earn more than ML engineers",  # a reason
    "should I switch from data scientist to ml engineer",  # an opinion
    "is ML engineer pay good",
    "How do I screen an ML engineer?",  # has its own answer,
    "how to screen an ML engineer",  # also in other words
    "ml enginer salary",  # a typo
    "what's the pay of ML engineers at a bank",  # says more than the command can answer
    "salary role:ml-engineer",
    f"ml salary {'for me ' * 20}at a bank",  # too long to be analyzed
    "settings audit ml",  # for moderators
    "where do I start",  # "start" is a name of help only where a line begins with it
    "starting pay Brazil?",
    "how much statistics do I need",  # so is "statistics" of community
    "what will pay more in 5 years, ai or ml",  # that isn't anybody's experience
    "ml engineer salary in 2032",
    "why",
    "🎉",
)


@pytest.mark.parametrize("line", WHOLE)
def test_a_line_that_only_asks_for_a_command_is_run(app: App, line: str) -> None:
    found = match_whole_line(line, app.name_registry, app.commands)
    assert found is not None
    assert app.shortest_line(found) == WHOLE[line]
    assert app.parse(line) == found


@pytest.mark.parametrize("line", NOT_RUN)
def test_a_line_that_says_more_is_not_run(app: App, line: str) -> None:
    assert match_whole_line(line, app.name_registry, app.commands) is None


@pytest.mark.parametrize("question", SUGGESTED)
def test_the_call_that_fits_a_question_is_suggested_first(app: App, question: str) -> None:
    first, *_ = suggest_calls(question, app.name_registry, app.commands)
    assert first == SUGGESTED[question]
    assert app.parse(app.shortest_line(first)) == first


@pytest.mark.parametrize("question", NO_COMMAND)
def test_a_question_without_a_keyword_suggests_nothing(app: App, question: str) -> None:
    assert suggest_calls(question, app.name_registry, app.commands) == []


def test_a_keyword_is_a_single_term(app: App) -> None:
    for command in app.commands.values():
        assert all(len(extract_terms(cue)) == 1 for cue in command.keywords), command.name


async def test_a_question_with_other_words_is_run_if_it_surely_asks_for_a_command(app: App) -> None:
    reply = await app.handle_line("do senior ml enginers in germany earn well nowadays", CALLER)
    assert reply == await app.handle_line("salary ml senior germany", CALLER)
    assert reply.outcome is Outcome.DONE


async def test_an_answer_offers_the_command_with_the_named_values(app: App) -> None:
    reply = await app.handle_line("what is asked in ml engineer interviews, mostly theory?", CALLER)
    calls = [choice.call for choice in reply.actions()]
    assert reply.outcome is Outcome.DONE
    asked = Call("interview", {"role": "ml-engineer"})
    assert next(call for call in calls if call.command != "ask") == asked
    assert asked in calls[:3]
    assert calls.count(asked) == 1


async def test_a_question_for_a_command_runs_it(app: App) -> None:
    asked = Call("ask", {"question": "what does a senior ml engineer make in Germany?"})
    reply = await app.handle(asked, CALLER)
    assert reply == await app.handle_line("salary ml senior germany", CALLER)
    assert reply.outcome is Outcome.DONE


async def test_a_private_command_is_offered_instead_of_run(
    keeping: App,
) -> None:
    reply = await keeping.handle(Call("ask", {"question": "delete my data"}), CALLER)
    assert "Only you can see that" in str(reply.answer)
    assert reply.actions()[0].call == SUGGESTED["delete my data"]
