"""A whole question that a command answers leads to that command, filled in."""

import pytest

from bot.app import App
from bot.call import Call, Who
from bot.gist import gist
from bot.reply import Outcome
from bot.search import words

HERE = Who("test:1")
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


@pytest.mark.parametrize("question", HERE_IS)
def test_what_a_question_comes_down_to_is_offered_first(app: App, question: str) -> None:
    first, *_ = gist(question, app.known, app.commands)
    assert first == HERE_IS[question]
    assert app.parse(app.shortest(first)) == first


@pytest.mark.parametrize("question", NOTHING)
def test_a_question_without_a_cue_comes_down_to_nothing(app: App, question: str) -> None:
    assert gist(question, app.known, app.commands) == []


def test_a_cue_is_a_word_that_carries_meaning(app: App) -> None:
    for command in app.commands.values():
        assert all(len(words(cue)) == 1 for cue in command.cues), command.name


async def test_what_no_question_of_ours_answers_is_offered_as_a_command(app: App) -> None:
    question = "what does a senior ml enginer earn in germany?"
    reply = await app.typed(question, HERE)
    assert reply.outcome is Outcome.REFUSED
    assert reply.choices()[0].call == HERE_IS[question]
    reply = await app.handle(reply.choices()[0].call, HERE)
    assert reply.outcome is Outcome.DONE


async def test_an_answer_leads_to_the_command_with_what_was_named(app: App) -> None:
    reply = await app.typed("what do they ask ML engineers in interviews?", HERE)
    calls = [choice.call for choice in reply.choices()]
    assert reply.outcome is Outcome.DONE
    assert calls[0] == Call("interview", {"role": "ml-engineer"})
    assert calls.count(calls[0]) == 1
