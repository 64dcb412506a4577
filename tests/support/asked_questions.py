"""Questions as people ask them, from tests/questions, and counts of how the bot answers them."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.app import App
from bot.call import Call
from bot.errors import Refusal
from bot.language.retrieval.search import Certainty
from bot.language.understanding import understand

DEVELOPMENT = Path(__file__).parents[1] / "questions" / "development.jsonl"
_PARAPHRASES = DEVELOPMENT.with_name("paraphrases.jsonl")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question and the names of its acceptable answers: none if it is out of scope.

    A name is ``faq/`` and the id of an entry, or the name of a command.
    """

    id: str
    ask: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """The answers shown for a question: their names, the first at once, and how sure the bot is.

    The others are buttons.
    """

    names: tuple[str, ...]
    certainty: Certainty

    def classify(self, question: AskedQuestion) -> set[str]:
        """Return the names of the counts that the answer adds to."""
        if self.certainty is Certainty.NOTHING:
            return {"nothing"}
        places = {"in one": self.names[:1], "in two": self.names[:2], "in three": self.names[:3]}
        counts = {place for place, names in places.items() if question.right & {*names}}
        if self.certainty is Certainty.CLOSEST:
            return counts | {"closest"}
        return counts | {"right" if "in one" in counts else "wrong"}


def load_questions(path: Path = DEVELOPMENT) -> list[AskedQuestion]:
    """Return the questions in the file at *path*."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [AskedQuestion(each["id"], each["ask"], frozenset(each["right"])) for each in lines]


def load_paraphrases() -> dict[str, list[str]]:
    """Return other ways to ask for documents of the search, by the documents' ids."""
    lines = map(json.loads, _PARAPHRASES.read_text(encoding="utf-8").splitlines())
    return {each["id"]: each["texts"] for each in lines}


def show(app: App, line: str) -> Shown:
    """Return what *app* shows for *line*."""
    try:
        call = app.parse(line)
        if app.commands[call.command].answers_questions:
            return _show_question(app, call.args["question"])
    except Refusal as refusal:
        names = tuple(_name(app, action.call) for action in refusal.actions)
        return Shown(names, Certainty.CLOSEST if names else Certainty.NOTHING)
    return Shown((_name(app, call),), Certainty.ANSWER)


def count_answers(app: App, questions: Iterable[AskedQuestion]) -> Counter[str]:
    """Return how often each kind of answer is shown for *questions*."""
    return Counter(each for asked in questions for each in show(app, asked.ask).classify(asked))


def _show_question(app: App, question: str) -> Shown:
    understood = understand(question, app.name_registry, app.commands)
    names = (
        _name(app, each) if isinstance(each, Call) else f"faq/{each.id}"
        for each in understood.answers
    )
    return Shown(tuple(names), understood.certainty)


def _name(app: App, call: Call) -> str:
    """Return the name of the answer that *call* shows."""
    asked = call.args.get("question")
    ids = (each.id for each in app.content.faq.values() if each.question == asked)
    return next((f"faq/{each}" for each in ids), call.command)
