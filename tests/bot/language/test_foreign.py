"""Questions in other languages are understood by their common words."""

import pytest

from bot.app import App
from bot.call import Call, Caller
from bot.language.foreign import has_other_script, to_english
from bot.language.understanding import understand
from bot.reply import Outcome

PAY = {
    "salaire ml engineer en france": {"role": "ml-engineer", "country": "fr"},
    "wieviel verdient ein KI Ingenieur in Deutschland": {"role": "ai-engineer", "country": "de"},
    "cuánto cobra un machine learning engineer en España": {
        "role": "ml-engineer",
        "country": "es",
    },
    "ile zarabia ml engineer w polsce": {"role": "ml-engineer", "country": "pl"},
    "quanto guadagna un data scientist in Germania?": {"role": "data-scientist", "country": "de"},
    "cat castiga un ml engineer in Cluj": {"role": "ml-engineer"},
}
ENGLISH = (
    "do I come from a lot of years",
    "is the job in Praca good, per month",
    "maths for ml",
    "salary ai senior",
    "remuneration of a data scientist",
)


@pytest.mark.parametrize("question", PAY)
def test_pay_is_looked_up(app: App, question: str) -> None:
    call = app.parse(question)
    assert call == Call("ask", {"question": question})
    found = understand(question, app.name_registry, app.commands).call
    assert found is not None
    assert (found.command, dict(found.args)) == ("salary", PAY[question])


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_as_it_is(text: str) -> None:
    assert to_english(text) == text


@pytest.mark.parametrize(
    "line", ["сколько зарабатывает ml инженер в москве", "机器学习工程师的工资是多少", "مهندس"]
)
async def test_a_line_in_another_script_hears_that_only_english_is_understood(
    app: App, line: str
) -> None:
    reply = await app.handle_line(line, Caller("test:1"))
    assert reply.outcome is Outcome.REFUSED
    assert str(reply.answer).startswith("I only understand English.")


@pytest.mark.parametrize("line", ["is AI/机器学习 engineering hard", "naïve résumé", "🙂", ""])
def test_a_few_other_letters_are_no_other_script(line: str) -> None:
    assert not has_other_script(line)
