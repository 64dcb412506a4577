"""Short texts on a quiz result: its headline, single answers, and what would change it."""

from textwrap import shorten

from bot.formatting import join_words, pluralize
from bot.quiz.explanation import Contribution, Result
from bot.quiz.sensitivity import AnswerChange
from content import NextStep, Quiz, QuizItem, QuizOption, QuizOutcome

CAUTION = "Exploration, not an assessment."
_CLEAR_LEAD, _FAIR_LEAD = 20, 8  # lowest leads called "clearly" and "fairly clearly"
_MAX_ANSWER = 38  # characters of a quoted answer on the first screen
_MAX_QUOTED_CHANGES = 1  # on the first screen; more are named by their topic


def outcomes_by_id(quiz: Quiz) -> dict[str, QuizOutcome]:
    """Return a dict from the ids of a quiz's outcomes to the outcomes."""
    return {each.id: each for each in quiz.outcomes}


def result_sentence(result: Result) -> str:
    """Return a result as a sentence: "Your result: AI Engineer, clearly (AI 64, ML 36)."."""
    if not result.answered:
        return "You skipped every question, so there's no result yet."
    return f"Your result: {headline(result)}."


def headline(result: Result) -> str:
    """Return a result in a few words: "AI Engineer, clearly (AI 64, ML 36)"."""
    if not result.answered:
        return "none, every question was skipped"
    score, names = result.score, outcomes_by_id(result.quiz)
    percent = score.percentages()
    named = [names[each.outcome].name for each in score.leaders]
    shown = score.ranking[: max(2, len(named))]
    shares = ", ".join(
        f"{short_name(names[each.outcome].name, result.quiz)} {percent[each.outcome]}"
        for each in shown
    )
    if score.is_tie:
        return f"a tie between {join_words(named)} ({shares})"
    first, second = (names[each.outcome].name for each in score.ranking[:2])
    if result.is_level:
        return f"{first}, but only on the tiebreaker ({shares})"
    if result.is_close:
        return f"{first} or {second}, too close to call ({shares})"
    lead = percent[score.winner.outcome] - percent[score.runner_up.outcome]
    clear = "clearly" if lead >= _CLEAR_LEAD else "fairly clearly"
    return f"{first}, {clear if lead >= _FAIR_LEAD else 'narrowly'} ({shares})"


def short_name(name: str, quiz: Quiz) -> str:
    """Return an outcome's name without words that all outcomes share: "AI" of "AI Engineer"."""
    others = [each.name.casefold().split() for each in quiz.outcomes]
    own = [word for word in name.split() if any(word.casefold() not in each for each in others)]
    return " ".join(own) or name


def format_lead(contribution: Contribution, *, tie: bool = False) -> str:
    """Return an answer's effect on the lead with its sign: "+9", or "−0.4" if it is below 1.

    In a *tie*, nobody leads, so the sign is "+" for either side.
    """
    lead = abs(float(contribution.lead)) if tie else float(contribution.lead)
    return (f"{lead:+.0f}" if abs(lead) >= 1 else f"{round(lead, 1):+g}").replace("-", "−")


def describe_answer(contribution: Contribution, *, tie: bool = False) -> str:
    """Return an answer with its effect on the lead: "Math: As little as possible (+9)"."""
    said = shorten(contribution.option.says, _MAX_ANSWER, placeholder="…")
    return f"{contribution.item.about}: {said} ({format_lead(contribution, tie=tie)})"


def describe_separating(result: Result) -> str:
    """Return a sentence on which skipped questions separate the outcomes most, or "" if none do."""
    topics = [each.about for each in result.separating]
    return f"These questions would help most to decide: {join_words(topics)}." if topics else ""


def describe_tie_breaker(result: Result) -> str:
    """Return a sentence on the answers that decided, if only a tie-breaking question did."""
    decided = [
        f"{item.about}: {option.says}"
        for item, option in result.tie_breakers
        if any(point.outcome == result.score.winner.outcome for point in option.points)
    ]
    breaker = f"the tie-breaker decides ({join_words(decided)})"
    return f"Your other answers don't lean either way, so {breaker}."


def describe_flip(result: Result) -> str:
    """Return a sentence on which answers would have to change for another outcome to win."""
    if result.score.is_tie:
        return "It's a tie, so a different answer to just one question can break it."
    if result.flip is None:
        return "Nothing. Any other answers to these questions would give the same result."
    changes = [_find_option(each, result.quiz) for each in result.flip]
    if len(changes) > _MAX_QUOTED_CHANGES:
        said = f"Different answers on {join_words(item.about for item, _ in changes)}"
    else:
        quoted = ((item, shorten(new.says, _MAX_ANSWER, placeholder="…")) for item, new in changes)
        said = "Answering " + join_words(f"“{says}” on {item.about}" for item, says in quoted)
    return f"{said}. Changing fewer wouldn't be enough." if len(changes) > 1 else f"{said}."


def list_changes(result: Result) -> tuple[str, ...]:
    """Return a line for each changed answer that would flip the result together."""
    chosen = {each.item.id: each.option for each in result.contributions}
    chosen |= {item.id: option for item, option in result.tie_breakers}
    changes = (_find_option(each, result.quiz) for each in result.flip or ())
    return tuple(
        f"{item.about}: “{new.says}” instead of “{chosen[item.id].says}”" for item, new in changes
    )


def describe_closeness(result: Result) -> str:
    """Return a sentence that says that the result is close, or "" if it isn't."""
    if not result.is_close or result.score.is_tie:
        return ""
    return "It's close: weighting just one answer 50% less or more could change it too."


def _find_option(change: AnswerChange, quiz: Quiz) -> tuple[QuizItem, QuizOption]:
    """Return the question whose answer changes, and the option to choose instead."""
    item = next(each for each in quiz.items if each.id == change.item)
    return item, next(each for each in item.options if each.id == change.option)


def describe_completeness(result: Result) -> str:
    """Return how many questions are answered: "14 of 14 questions answered."."""
    return f"{result.answered} of {pluralize(len(result.quiz.items), 'question')} answered."


def find_leads(result: Result) -> tuple[NextStep, ...]:
    """Return the advice on next steps that the chosen options have for the winner or the tied."""
    leaders = {each.outcome for each in result.score.leaders}
    return tuple(
        lead
        for item in result.quiz.items
        for option in item.options
        if any(each.option is option for each in result.contributions)
        for lead in option.leads
        if lead.outcome in leaders
    )
