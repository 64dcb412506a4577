"""Comparisons are only run for roles that have a page; other lines get another answer."""

import pytest

from bot.app import App
from bot.call import Call
from bot.errors import Refusal
from bot.language.retrieval.search import Certainty
from bot.language.understanding import understand


def surely(app: App, line: str) -> str | None:
    """Return the command or entry that surely answers *line*, or None."""
    call = app.parse(line)
    if not app.commands[call.command].answers_questions:
        return call.command
    understood = understand(call.args["question"], app.name_registry, app.commands)
    if understood.certainty is not Certainty.ANSWER:
        return None
    first = understood.answers[0]
    return first.command if isinstance(first, Call) else first.id


@pytest.mark.parametrize(
    "line",
    [
        "difference analytics engineer / ai engineer",
        "research engineer versus ml engineer, what is different",
        "data architect vs ai engineer",  # "data" is a name of privacy, too
    ],
)
def test_a_role_without_a_page_is_not_surely_compared(app: App, line: str) -> None:
    assert surely(app, line) != "compare"


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ("ai vs ml", {"role": "ai-engineer", "other": "ml-engineer"}),
        ("compare ai ds", {"role": "ai-engineer", "other": "data-scientist"}),
        ("ml math", {"role": "ml-engineer", "aspect": "maths"}),
    ],
)
def test_a_typed_comparison_is_run(app: App, line: str, args: dict[str, str]) -> None:
    assert app.parse(line) == Call("compare", args)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("how much will an ai engineer make in 10 years", None),
        ("how much will i earn in the next 5 years as mle", None),
        ("what do mles earn who have done it for 5 years", "mid"),
        ("pay of an mle with 7 years of experience", "senior"),
    ],
)
def test_only_years_of_experience_are_a_level(app: App, line: str, level: str | None) -> None:
    call = app.parse(line)
    if app.commands[call.command].answers_questions:
        first, *_ = understand(line, app.name_registry, app.commands).answers
        assert isinstance(first, Call)
        call = first
    assert (call.command, call.args.get("level")) == ("salary", level)


def test_a_sentence_that_begins_with_a_command_is_a_question(app: App) -> None:
    line = "difference between AI engineer and data scientist, please explain it simply"
    assert app.parse(line) == Call("ask", {"question": line})


@pytest.mark.parametrize(
    "line",
    [
        "difference AI engineer / ML engineer quick",  # an alias and an unknown word
        "path to become an ml engineer at google",
        "Salary transparency: how many people report to those surveys, all from faang?",
        "suggest a good book",
        "suggest me a course",
        "suggest how to answer why I left",
        "help with my resume",
        "explain RAG",
    ],
)
def test_a_line_with_an_alias_and_other_words_is_a_question(app: App, line: str) -> None:
    assert app.parse(line) == Call("ask", {"question": line})


def test_a_wrong_option_of_a_typed_command_is_refused(app: App) -> None:
    with pytest.raises(Refusal, match="perhaps"):
        app.parse("settings answers keep-questions:perhaps")


def test_pay_in_two_countries_is_not_a_comparison_of_roles(app: App) -> None:
    assert app.parse("france vs spain ai engineer pay").command != "compare"


def test_the_tools_of_one_role_are_listed_by_tools(app: App) -> None:
    assert surely(app, "which tools do ai engineers use") == "tools"
    first, *_ = understand("tools of ai engineers, a list", app.name_registry, app.commands).answers
    assert isinstance(first, Call)
    assert first.command == "tools"


def test_where_something_is_from_asks_for_the_sources(app: App) -> None:
    assert app.parse("where did you get that from?") == Call("sources")


def test_an_amount_in_a_story_that_asks_for_something_else_is_not_judged(app: App) -> None:
    story = (
        "I have worked in a bakery for ten years and I like computers a lot. I have 6000 euros in "
        "the bank and two kids. Is it realistic for me to become an ML engineer?"
    )
    assert surely(app, story) != "salary"
