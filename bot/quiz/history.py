"""Comparison of two attempts at a quiz: changed answers, and how the result changed."""

from collections.abc import Iterable, Iterator

from bot.quiz.explanation import Result
from bot.quiz.scoring import chosen_options
from bot.quiz.session import QuizSession
from bot.quiz.wording import headline
from content import QuizOption


def find_previous(now: QuizSession, older: Iterable[QuizSession]) -> QuizSession | None:
    """Return the first of the *older* attempts at the same quiz as *now*, or None."""
    return next((each for each in older if each.quiz.id == now.quiz.id), None)


def compare_results(now: QuizSession, before: QuizSession) -> str:
    """Return a sentence with the results of two attempts."""
    return f"Before: {headline(before.result())}. Now: {headline(now.result())}."


def describe_changes(now: QuizSession, before: QuizSession) -> Iterator[str]:
    """Yield sentences on the shares and the answers that changed between two attempts."""
    yield describe_shares(now.result(), before.result())
    if now.quiz.version != before.quiz.version:
        yield "The quiz changed between the two attempts, so only the outcomes are compared."
    else:
        yield from _describe_answers(now, before)


def _describe_answers(now: QuizSession, before: QuizSession) -> Iterator[str]:
    then, later = (_options_by_item(each) for each in (before, now))
    changed = False
    for item in now.quiz.items:
        old, new = then.get(item.id), later.get(item.id)
        if old != new:
            changed = True
            yield f"{item.about}: from {_quote(old)} to {_quote(new)}"
    if now.attempt.doubled != before.attempt.doubled:
        changed = True
        yield "You chose a different answer to count double."
    if not changed:
        yield "You gave the same answers."


def _options_by_item(session: QuizSession) -> dict[str, QuizOption]:
    chosen = chosen_options(session.quiz, session.attempt.answers)
    return {item.id: option for item, option in chosen}


def _quote(option: QuizOption | None) -> str:
    return f"“{option.says}”" if option else "skipped"


def describe_shares(now: Result, before: Result) -> str:
    """Return a sentence on how the shares changed, for outcomes that both results have."""
    old, new = before.score.percentages(), now.score.percentages()
    names = {each.id: each.name for each in now.quiz.outcomes}
    moved = [
        f"{names[key]} {new[key] - old[key]:+d}".replace("-", "−")
        for key in new
        if key in old and new[key] != old[key]
    ]
    if not moved:
        return "The shares haven't changed since your previous attempt."
    return f"Changes since your last attempt, in points out of 100: {', '.join(moved)}."
