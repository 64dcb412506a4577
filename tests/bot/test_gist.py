"""A whole question that a command answers leads to that command, filled in."""

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.language.intent import match_whole_line, suggest_calls
from bot.language.search import extract_terms
from bot.reply import Outcome

HERE = Caller("test:1")
HERE_IS = {
    "what does a senior ml enginer earn in germany?": Call(
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
    "delete my data": Call("privacy", {"deed": "delete"}),
    "delet my data": Call("privacy", {"deed": "delete"}),
    "what do you store about me?": Call("privacy"),
}
NOTHING = (
    "do I need a PhD for ML?",
    "what is the weather like in Germany",
    "I was asked in an interview",  # whose, is not said
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
    "data scientist salary": "salary data-scientist",  # "data" is a name of privacy
    "ai roadmap": "roadmap ai-engineer",
    "data scientist to ml engineer path": "roadmap data-scientist ml-engineer",
    "how do I become an AI engineer?": "roadmap ai-engineer",
    "which tools does an MLE use?": "tools ml-engineer",
    "ai engineer interview questions": "interview ai-engineer",
    "ai vs ml": "compare ai-engineer ml-engineer",
    "whats the difference between ai and ml?": "compare ai-engineer ml-engineer",
    "what data do you store about me": "privacy",
    "hi there": "help",
    "which path quiz": "quiz which-path",
    "salary help": "help salary",
}
MORE = (
    "why do AI engineers earn more than ML engineers",  # a reason
    "should I switch from data scientist to ml engineer",  # an opinion
    "is ML engineer pay good",
    "How do I screen an ML engineer?",  # has its own answer,
    "how to screen an ML engineer",  # in other words, too
    "ml enginer salary",  # a slip
    "what's the pay of ML engineers at a bank",  # says more
    "salary role:ml-engineer",
    f"ml salary {'for me ' * 20}at a bank",  # more than is looked at
    "tips audit ml",  # for moderators
    "why",
    "🎉",
)


@pytest.mark.parametrize("line", WHOLE)
def test_a_line_that_says_what_a_command_answers_and_no_more_is_run(app: App, line: str) -> None:
    found = match_whole_line(line, app.name_registry, app.commands)
    assert found is not None
    assert app.shortest_line(found) == WHOLE[line]
    assert app.parse(line) == found


@pytest.mark.parametrize("line", MORE)
def test_a_line_that_says_more_or_else_is_not(app: App, line: str) -> None:
    assert match_whole_line(line, app.name_registry, app.commands) is None


@pytest.mark.parametrize("question", HERE_IS)
def test_what_a_question_comes_down_to_is_offered_first(app: App, question: str) -> None:
    first, *_ = suggest_calls(question, app.name_registry, app.commands)
    assert first == HERE_IS[question]
    assert app.parse(app.shortest_line(first)) == first


@pytest.mark.parametrize("question", NOTHING)
def test_a_question_without_a_cue_comes_down_to_nothing(app: App, question: str) -> None:
    assert suggest_calls(question, app.name_registry, app.commands) == []


def test_a_cue_is_a_word_that_carries_meaning(app: App) -> None:
    for command in app.commands.values():
        assert all(len(extract_terms(cue)) == 1 for cue in command.keywords), command.name


async def test_what_no_question_of_ours_answers_is_offered_as_a_command(app: App) -> None:
    question = "what does a senior ml enginer earn in germany?"
    reply = await app.handle_line(question, HERE)
    assert reply.outcome is Outcome.REFUSED
    assert reply.actions()[0].call == HERE_IS[question]
    reply = await app.handle(reply.actions()[0].call, HERE)
    assert reply.outcome is Outcome.DONE


async def test_an_answer_leads_to_the_command_with_what_was_named(app: App) -> None:
    reply = await app.handle_line("what do they ask ML engineers in interviews?", HERE)
    calls = [choice.call for choice in reply.actions()]
    assert reply.outcome is Outcome.DONE
    assert calls[0] == Call("interview", {"role": "ml-engineer"})
    assert calls.count(calls[0]) == 1


async def test_asking_for_what_a_command_says_gives_that(app: App) -> None:
    asked = Call("faq", {"question": "what does a senior ml engineer make in Germany?"})
    reply = await app.handle(asked, HERE)
    assert reply == await app.handle_line("salary ml senior germany", HERE)
    assert reply.outcome is Outcome.DONE


async def test_what_concerns_the_asker_alone_is_offered_to_who_asks_where_it_can_be_shared(
    keeping: App,
) -> None:
    reply = await keeping.handle(Call("faq", {"question": "delete my data"}), HERE)
    assert reply.outcome is Outcome.REFUSED
    assert reply.actions()[0].call == HERE_IS["delete my data"]
