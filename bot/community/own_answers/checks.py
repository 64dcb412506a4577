"""Checks of community answers before they are stored."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.name_index import normalize
from bot.tips.validation import normalize_line_endings, normalize_text
from content import Content
from storage import CommunityAnswer, NewAnswer

MAX_TEXT_LENGTH = 600  # characters of an answer
MAX_QUESTION_LENGTH, MAX_WORDINGS = 300, 12  # of each question; and other wordings
MAX_QUESTIONS_LENGTH = 2_000  # characters of a question with all its other wordings
MAX_LINK_LENGTH = 300
_WEB_ADDRESS = re.compile(r"https://[^\s<>]{3,292}")
_SEPARATOR = re.compile(r"[\n|]")
_BULLET = re.compile(r"^\s*(?:[-*•]\s+)?")


def build_answer(  # noqa: PLR0913  # every field of an answer
    content: Content,
    questions: str,
    text: str,
    *,
    link: str | None = None,
    role: str | None = None,
    review_on: date | None = None,
    entry: str | None = None,
) -> NewAnswer:
    """Return an answer that is ready to be stored; raise Refusal if a field has a problem.

    *questions* are the question and other wordings, one a line. *role* is a role's id. *entry* is
    the id of the shipped question whose answer is shown instead of a text.
    """
    question, *wordings = split_questions(questions) or ("",)
    said = normalize_line_endings(text.strip())
    new = NewAnswer(question, tuple(wordings), said, link or None, role, review_on, entry)
    for argument, problem in find_problems(content, new):
        raise Refusal(problem, argument=argument)
    return new


def find_problems(content: Content, new: NewAnswer) -> Iterator[tuple[str, str]]:
    """Yield each problem of a new answer: the name of the argument, and a message."""
    for problem in _question_problems(new.question, new.wordings):
        yield "question", problem
    if not new.text and new.entry is None:
        yield "text", "The answer is empty. Write one."
    if len(new.text) > MAX_TEXT_LENGTH:
        limit = f"The limit is {MAX_TEXT_LENGTH}. Put the rest behind a link."
        yield "text", f"The answer has {len(new.text):,} characters. {limit}"
    if new.link and not _WEB_ADDRESS.fullmatch(new.link):
        yield "link", f"“{new.link[:60]}” isn't a web address that starts with https://."
    if new.role and new.role not in content.roles:
        yield "role", f"I don't know the role “{new.role[:40]}”."
    if new.entry is not None and new.entry not in content.faq:
        yield "to", f"“{new.entry[:60]}” isn't a question that I know."


def _question_problems(question: str, wordings: Sequence[str]) -> Iterator[str]:
    if not question:
        yield "The question is empty. Write one."
    no_words = next((each for each in (question, *wordings) if each and not normalize(each)), None)
    if no_words is not None:
        yield f"“{no_words[:40]}” has no letters or digits. Write a question."
    too_long = next((e for e in (question, *wordings) if len(e) > MAX_QUESTION_LENGTH), "")
    if too_long:
        length = f"has {len(too_long):,} characters. The limit is {MAX_QUESTION_LENGTH}."
        yield f"“{too_long[:40]}…” {length}"
    if len(wordings) > MAX_WORDINGS:
        others = pluralize(len(wordings), "other wording")
        limit = f"The limit is {MAX_WORDINGS}. The search finds similar words anyway."
        yield f"That's {others}. {limit}"
    total = len(join_questions(question, wordings))
    if total > MAX_QUESTIONS_LENGTH:
        limit = f"The limit is {MAX_QUESTIONS_LENGTH:,}."
        yield f"Together, the wordings have {total:,} characters. {limit}"


def split_questions(text: str) -> tuple[str, ...]:
    """Return the questions in *text*, which are on lines of their own or between bars, each once.

    Bullets before them are dropped.
    """
    found: dict[str, str] = {}
    for line in _SEPARATOR.split(normalize_line_endings(text)):
        question = " ".join(_BULLET.sub("", line).split())
        if question:
            found.setdefault(normalize_text(question), question)
    return tuple(found.values())


def join_questions(question: str, wordings: Iterable[str]) -> str:
    """Return a question and its other wordings as a form shows them, one a line."""
    return "\n".join((question, *wordings))


def find_same_question(
    answers: Iterable[CommunityAnswer], new: NewAnswer
) -> CommunityAnswer | None:
    """Return the answer that has a question of *new*, or None."""
    wanted = {normalize_text(each) for each in (new.question, *new.wordings)}
    return next(
        (
            each
            for each in answers
            if not wanted.isdisjoint(map(normalize_text, (each.question, *each.wordings)))
        ),
        None,
    )
