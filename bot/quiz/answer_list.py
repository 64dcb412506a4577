"""Quiz answers as a line of numbers, one for each question: "3,1,-,2" ("-" skips)."""

from bot.command import truncate
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.tokens import parse_choice_number
from bot.quiz.scoring import Answers
from content import Quiz

_SKIP = "-"
_SKIP_WORDS = frozenset({_SKIP, "s", "skip", "0"})


def parse_answers(quiz: Quiz, typed: str) -> Answers:
    """Return a dict from each item's id to the id of its chosen option, or None if it is skipped.

    *typed* has the number of an option for each item, in order.

    Raises:
        Refusal: if the count is wrong, or a number isn't an option's.

    """
    picked = [each.strip().casefold() for each in typed.split(",")]
    if len(picked) != len(quiz.items):
        raise Refusal(
            f"This quiz has {pluralize(len(quiz.items), 'question')}, but you gave "
            f"{pluralize(len(picked), 'answer')}. "
            "Type one number for each question, separated by commas, or - to skip a question."
        )
    answers: dict[str, str | None] = {}
    for number, (item, pick) in enumerate(zip(quiz.items, picked, strict=True), 1):
        option = parse_choice_number(pick, len(item.options))
        if pick in _SKIP_WORDS:
            answers[item.id] = None
        elif option is not None:
            answers[item.id] = item.options[option - 1].id
        else:
            raise Refusal(
                f"Answer {number} is “{truncate(pick)}”. It has to be a number from 1 to "
                f"{len(item.options)}, or - to skip the question: {item.asks}"
            )
    return answers


def format_answers(quiz: Quiz, answers: Answers) -> str:
    """Return *answers* as a line that `parse_answers` turns into the same answers."""
    numbers = []
    for item in quiz.items:
        ids = [option.id for option in item.options]
        picked = answers.get(item.id)
        numbers.append(str(ids.index(picked) + 1) if picked in ids else _SKIP)
    return ",".join(numbers)
