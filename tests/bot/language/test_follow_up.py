"""Lines that change the last question, and lines that don't although they look like it."""

import pytest

from bot.app import App
from bot.call import Call
from bot.conversation import LastCall
from bot.errors import Refusal
from bot.language.follow_up import FollowUp

SENIOR_ML = "salary ml-engineer senior"
CHANGED = {
    # the last question, the follow-up: the question that it makes
    (SENIOR_ML, "and in the UK?"): "salary ml-engineer senior gb",
    (SENIOR_ML, "What about the US"): "salary ml-engineer senior us",
    (SENIOR_ML, "and us?"): "salary ml-engineer senior us",
    (SENIOR_ML, "ok and for Germany then?"): "salary ml-engineer senior de",
    (SENIOR_ML, "same for germany please"): "salary ml-engineer senior de",
    (SENIOR_ML, "what about staff?"): "salary ml-engineer staff",
    (SENIOR_ML, "and with 1 year?"): "salary ml-engineer junior",
    (SENIOR_ML, "how about junior AI engineers?"): "salary ai-engineer junior",
    (SENIOR_ML, "and AI?"): "salary ai-engineer senior",
    (SENIOR_ML, "or an ai enginer in the uk"): "salary ai-engineer senior gb",
    (SENIOR_ML, "and in the Untied Kingdom?"): "salary ml-engineer senior gb",
    (SENIOR_ML, "what about juniour?"): "salary ml-engineer junior",
    (SENIOR_ML, "and the chart?"): "salary ml-engineer senior view:chart",
    (SENIOR_ML, "with 180k?"): "salary ml-engineer senior 180k",
    ("salary ai ml", "what about data scientists?"): "salary data-scientist",
    ("salary ml chart", "what about senior?"): "salary ml-engineer senior",
    ("salary ml senior us 180k", "and in the UK?"): "salary ml-engineer senior gb",
    ("salary ml senior us 180k", "and mid?"): "salary ml-engineer mid us 180k",
    ("salary data-engineer trend", "and ML?"): "salary ml-engineer trend",
    ("tools ml", "and AI?"): "tools ai-engineer",
    ("tools pytorch", "and for AI?"): "tools ai-engineer",
    ("compare ai ml", "and skills?"): "compare ai-engineer ml-engineer skills",
    ("compare ai ml skills", "and data engineers?"): "compare data-engineer aspect:skills",
    ("roadmap swe ai", "and to ML?"): "roadmap software-engineer ml-engineer",
    ("interview ai", "and ML?"): "interview ml-engineer",
    # about the same role, by another command
    (SENIOR_ML, "what about tools?"): "tools ml-engineer",
    (SENIOR_ML, "and the interviews?"): "interview ml-engineer",
    ("tools ml", "and in the UK?"): "salary ml-engineer gb",
    ("tools ml", "what about pay?"): "salary ml-engineer",
    ("roadmap swe ai", "and senior pay?"): "salary ai-engineer senior",
    ("compare ai ml", "and seniors in the UK?"): "salary ai-engineer senior gb other:ml-engineer",
    (SENIOR_ML, "in euros?"): "currency EUR ml-engineer senior",
    (SENIOR_ML, "and in pounds"): "currency GBP ml-engineer senior",
    ("currency EUR ml senior", "and in Germany?"): "salary ml-engineer senior de",
    ("currency EUR ml senior", "and AI?"): "currency EUR ai-engineer senior",
    # a question that another command answers
    ("faq ML engineer salary", "and in the UK?"): "salary ml-engineer gb",
}
ASKED_AGAIN = {
    ("Do I need a PhD for ML?", "and AI?"): "Do I need a PhD for AI Engineer",
    ("Do I need a degree?", "what about ML?"): "Do I need a degree for ML Engineers?",
}
NOT_CHANGED = (
    "and is ML better?",
    "so ML pays more?",
    "what about remote work?",
    "and what do they earn in the UK?",
    "or should I learn Rust?",
    "and then?",
    "and",
    "in my opinion ML is harder",
    "what about role:ml?",
    "and " + "ml " * 200,
    "for the love of cats",
)
ASKED_BACK = {
    "and in the UK?": "United Kingdom: which role?",
    "what about senior?": "Senior: which role?",
    "for seniors in Germany": "Senior, Germany: which role?",
    "in euros?": "Euros: which role?",
    "and ML?": "ML Engineer: what do you want to know?",
}


def follow_up(app: App, line: str) -> FollowUp:
    return FollowUp(line, app.name_registry, app.commands)


def changed(app: App, before: str, line: str) -> Call | None:
    return follow_up(app, line).change(LastCall(app.parse(before)))


@pytest.mark.parametrize(("before", "line"), CHANGED)
def test_a_follow_up_changes_the_last_question(app: App, before: str, line: str) -> None:
    assert changed(app, before, line) == app.parse(CHANGED[before, line])


@pytest.mark.parametrize(("before", "line"), ASKED_AGAIN)
def test_a_question_is_asked_for_another_role(app: App, before: str, line: str) -> None:
    asked = changed(app, f"faq {before}", line)
    assert asked is not None
    assert asked.command == "ask"
    assert asked.args["question"].startswith(ASKED_AGAIN[before, line])


@pytest.mark.parametrize("line", NOT_CHANGED)
@pytest.mark.parametrize("before", [SENIOR_ML, "compare ai ml", "faq Do I need a PhD for ML?"])
def test_a_question_of_its_own_is_no_follow_up(app: App, before: str, line: str) -> None:
    assert changed(app, before, line) is None
    assert follow_up(app, line).ask_back() is None


def test_a_question_about_two_roles_cannot_be_asked_for_one(app: App) -> None:
    assert changed(app, "faq Is AI or ML harder to learn?", "and ML?") is None


def test_a_country_after_another_question_is_not_guessed(app: App) -> None:
    assert changed(app, "faq Do I need a PhD for ML?", "and in the UK?") is None
    assert changed(app, "sources", "and in the UK?") is None


@pytest.mark.parametrize("line", ["why?", "Why", "but why?", "says who?", "how come"])
def test_why_leads_to_what_explains_the_answer(app: App, line: str) -> None:
    claims = Call("salary", {"role": "ml-engineer", "view": "claims"})
    asked = follow_up(app, line)
    assert asked.change(LastCall(Call("salary"), claims)) == claims
    assert asked.change(LastCall(Call("tools"))) == Call("sources")


def test_why_in_a_whole_question_is_not_about_the_last_answer(app: App) -> None:
    assert not follow_up(app, "why do ML engineers earn more?").asks_why


@pytest.mark.parametrize("line", ASKED_BACK)
def test_without_a_last_question_the_bot_asks_back(app: App, line: str) -> None:
    asked = follow_up(app, line).ask_back()
    assert asked is not None
    assert asked.message == ASKED_BACK[line]
    assert 2 <= len(asked.actions) <= 4
    for action in asked.actions:
        assert not app.commands[action.call.command].needs_form(action.call)


def test_each_offer_of_the_bot_is_what_the_answer_would_have_been(app: App) -> None:
    asked = follow_up(app, "and in the UK?").ask_back()
    assert asked is not None
    assert app.parse("salary ml gb") in [each.call for each in asked.actions]


@pytest.mark.parametrize("entry", ["and", "or", "what about", "in"])
def test_a_question_of_the_faq_is_never_a_follow_up(app: App, entry: str) -> None:
    for each in app.content.faq.values():
        for asked in (each.question, *each.also):
            if asked.casefold().startswith(entry):
                assert changed(app, SENIOR_ML, asked) is None, asked


@pytest.mark.parametrize("line", ["senior", "UK?", "ml"])
def test_a_bare_value_changes_the_last_question_if_it_is_no_question_itself(
    app: App, line: str
) -> None:
    with pytest.raises(Refusal):
        app.parse(line)
    assert changed(app, "salary ai-engineer mid us", line) is not None
