"""The calls that lead to a quiz result and the pages behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.call import Call
from bot.quiz.answer_list import format_answers
from bot.quiz.scoring import Answers
from content import Quiz, QuizItem


@dataclass(frozen=True, slots=True)
class ResultLink:
    """The arguments by which calls name a result.

    A stored result is named by the id of its attempt, and any other by its quiz and the answers.
    """

    args: Mapping[str, str]

    @classmethod
    def to_attempt(cls, attempt_id: str) -> "ResultLink":
        """Return the link to the stored result of an attempt."""
        return cls({"take": attempt_id})

    @classmethod
    def to_answers(cls, quiz: Quiz, answers: Answers) -> "ResultLink":
        """Return the link to the result of *answers*, which aren't stored."""
        return cls({"name": quiz.id, "answers": format_answers(quiz, answers)})

    @property
    def attempt_id(self) -> str | None:
        """The id of the attempt, or None if the result isn't stored."""
        return self.args.get("take")

    @property
    def result(self) -> Call:
        """The call that shows the result."""
        return Call("results" if self.attempt_id else "quiz", self.args)

    def page(self, name: str) -> Call:
        """Return the call that shows the page with the name *name* behind the result."""
        return Call("quiz-explain", {"show": name, **self.args})

    def questions(self, items: Iterable[QuizItem], pick: str | None = None) -> Call:
        """Return the call that asks skipped questions, the first of *items* first.

        *pick*, the id of an option, answers that question, and then the next one is asked.
        """
        named = {"items": ",".join(each.id for each in items)}
        return Call("quiz-decide", {**self.args, **named, **({"pick": pick} if pick else {})})
