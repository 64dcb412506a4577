"""Comparison of two attempts at a quiz: changed answers, and how the result changed."""

from collections.abc import Iterator

from bot.quiz.explanation import Result
from bot.quiz.reply import headline
from bot.quiz.scoring import chosen_options
from bot.quiz.session import QuizSession
from content import QuizOption


def describe_changes(now: QuizSession, before: QuizSession) -> Iterator[str]:
    """Yield sentences on the answers that changed between two attempts, and on both results."""
    if now.quiz.version != before.quiz.version:
        yield "The quiz has changed between the two takes, so they are compared by outcome only."
    else:
        yield from _describe_answers(now, before)
    new, old = now.result(), before.result()
    yield f"Then: {headline(old)}. Now: {headline(new)}."
    yield from _describe_shares(new, old)


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
        yield "Another answer counts double."
    if not changed:
        yield "You gave the same answers."


def _options_by_item(session: QuizSession) -> dict[str, QuizOption]:
    chosen = chosen_options(session.quiz, session.attempt.answers)
    return {item.id: option for item, option in chosen}


def _quote(option: QuizOption | None) -> str:
    return f"“{option.says}”" if option else "skipped"


def _describe_shares(now: Result, before: Result) -> Iterator[str]:
    """Yield a sentence on how the shares changed, for outcomes that both attempts have."""
    old, new = before.score.percentages(), now.score.percentages()
    names = {each.id: each.name for each in now.quiz.outcomes}
    moved = [
        f"{names[key]} {new[key] - old[key]:+d}".replace("-", "−")
        for key in new
        if key in old and new[key] != old[key]
    ]
    if moved:
        yield f"Shares moved by: {', '.join(moved)} points of 100."
