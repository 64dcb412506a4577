"""Questions in other languages are understood by their common words."""

import pytest

from bot.app import App
from bot.call import Call
from bot.language.foreign import to_english
from bot.language.understanding import understand

PAY = {
    "salaire ml engineer en france": {"role": "ml-engineer", "country": "fr"},
    "wieviel verdient ein KI Ingenieur in Deutschland": {"role": "ai-engineer", "country": "de"},
    "cuánto cobra un machine learning engineer en España": {
        "role": "ml-engineer",
        "country": "es",
    },
    "ile zarabia ml engineer w polsce": {"role": "ml-engineer", "country": "pl"},
    "quanto guadagna un data scientist in Germania?": {"role": "data-scientist", "country": "de"},
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
