"""Messages of a quiz: a question with its answers, and a result with its explanation."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from bot.app import CommandContext
from bot.cache import LruCache
from bot.call import Call
from bot.charts.model import Bar, BarChart, alt_text
from bot.errors import Refusal
from bot.formatting import format_attributed, join_words, list_sources, pluralize, source_tag
from bot.quiz.explanation import Contribution, Result
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Emphasis,
    Fields,
    FilledReply,
    Heading,
    Image,
    Node,
    Paragraph,
    Progress,
    Prose,
    Reply,
    ReplyTemplate,
)
from content import Content, NextStep, Quiz, QuizItem, QuizOutcome

_CLEAR_LEAD, _FAIR_LEAD = 20, 8  # lowest leads called "clearly" and "fairly clearly"
_CAUTION = "Exploration, not an assessment."
_PLACEHOLDER = "TakeOfTheirs"  # stands for an attempt's id, and is as long as one
_question_cache = LruCache[tuple[str, int, bool], Reply](200)
_MAX_REASONS = 4  # answers shown for the winner, and against it; `list_points` shows all


def ask_question(
    quiz: Quiz, position: int, attempt_id: str, doubled: str | None, *before: Node
) -> Reply:
    """Return the message that asks the question at *position*, below the nodes *before*.

    *doubled* is the id of the item that counts twice, if any. The question is built once for all
    members; only the attempt's id in its buttons differs.
    """
    twice = doubled == quiz.items[position].id
    key = (quiz.version, position, twice)
    template = _question_cache.get(key)
    if template is None:
        template = _question_cache.put(key, _question_template(quiz, position, twice=twice))
    reply = FilledReply(ReplyTemplate(template, _PLACEHOLDER, attempt_id))
    return (
        replace(template, nodes=(*before, *reply.nodes), buttons=reply.buttons) if before else reply
    )


def _question_template(quiz: Quiz, position: int, *, twice: bool) -> Reply:
    """Return the message that asks a question, with a placeholder for the attempt's id.

    *twice* says that the answer already counts double.
    """
    item = quiz.items[position]
    double = ("once", "count it once again") if twice else ("double", "let this one count double")
    moves = [("skip", "skip"), double, *([("back", "back")] if position else [])]
    moves += [("leave", "leave and go on later"), ("over", "start over")]
    return Reply(
        item.asks,
        (
            *([] if position else [Paragraph(quiz.intro)]),
            Progress(position, len(quiz.items), "done"),
            Actions(tuple(Action(each.says, _answer_call(item, each.id)) for each in item.options)),
        ),
        buttons=tuple(Action(label, _answer_call(item, move)) for move, label in moves),
    )


def _answer_call(item: QuizItem, pick: str) -> Call:
    return Call("quiz-answer", {"take": _PLACEHOLDER, "item": item.id, "pick": pick})


def build_result(
    context: CommandContext,
    result: Result,
    attempt_id: str | None = None,
    extra_actions: tuple[Action, ...] = (),
) -> Iterator[Node]:
    """Yield the nodes of a result: the winner, the answers for and against it, and its flip.

    The flip is the changed answers that would make another outcome win. *attempt_id* is None if the
    result isn't stored; then it can't be shared. *extra_actions* become the first buttons.
    """
    content, names = context.content, _outcomes_by_id(result.quiz)
    percent = result.score.percentages().items()
    yield Fields(tuple((names[key].name, f"{share} of 100") for key, share in percent))
    if not result.answered:
        yield Paragraph(_describe_separating(result))
        yield Actions(tuple(_result_actions(result, None)))
        return
    won = names[result.score.winner.outcome]
    title, opposite = f"Why {won.name}", "What pointed the other way"
    if result.score.is_tie:
        yield Paragraph(f"Your answers lean nowhere. {_describe_separating(result)}")
        rival = names[result.score.runner_up.outcome]
        title, opposite = f"For {won.name}", f"For {rival.name}"
    elif result.score.winner.strength == result.score.runner_up.strength:
        yield Paragraph("Your other answers lean nowhere, so the question kept for ties decides.")
    else:
        yield Paragraph(won.means)
    pro, contra = result.supporting[:_MAX_REASONS], result.opposing[:_MAX_REASONS]
    yield from _reason_section(title, pro, result, content)
    yield from _reason_section(opposite, contra, result, content)
    yield from _draw_contributions(result, (*pro, *contra))
    yield Heading("What would flip it")
    yield Paragraph(describe_flip(result))
    yield from _lead_section(result, content)
    yield Paragraph((Emphasis(_disclaimer(result)),))
    next_steps = _next_steps(context, result)
    yield Actions((*extra_actions, *next_steps, *_result_actions(result, attempt_id)))
    yield list_sources(_cited_sources(result), content)


def headline(result: Result) -> str:
    """Return a result in one line: "AI Engineer, clearly (AI 64, ML 36)"."""
    if not result.answered:
        return "none, because every question was skipped"
    score, names = result.score, _outcomes_by_id(result.quiz)
    percent = score.percentages()
    named = [names[each.outcome].name for each in score.leaders]
    shown = score.ranking[: max(2, len(named))]
    shares = ", ".join(
        f"{_short_name(names[each.outcome].name, result.quiz)} {percent[each.outcome]}"
        for each in shown
    )
    if score.is_tie:
        return f"{join_words(named, 'or')}: a tie ({shares})"
    first, second = (names[each.outcome].name for each in score.ranking[:2])
    if score.winner.strength == score.runner_up.strength:
        return f"{first}, only by the tie-breaker ({shares})"
    if result.is_close:
        return f"{first} or {second}, too close to call ({shares})"
    lead = percent[score.winner.outcome] - percent[score.runner_up.outcome]
    clear = "clearly" if lead >= _CLEAR_LEAD else "fairly clearly"
    return f"{first}, {clear if lead >= _FAIR_LEAD else 'narrowly'} ({shares})"


def _short_name(name: str, quiz: Quiz) -> str:
    """Return an outcome's name without words that all outcomes share: "AI" of "AI Engineer"."""
    others = [each.name.casefold().split() for each in quiz.outcomes]
    own = [word for word in name.split() if any(word.casefold() not in each for each in others)]
    return " ".join(own) or name


def _describe_separating(result: Result) -> str:
    """Return a sentence on which skipped questions separate the outcomes most, or "" if none do."""
    topics = [each.about for each in result.separating]
    return f"These questions separate the outcomes most: {join_words(topics)}." if topics else ""


def describe_flip(result: Result) -> str:
    """Return a sentence on which answers would have to change for another outcome to win."""
    if result.score.is_tie:
        return "It's a tie, so another answer to a single question can decide it."
    if result.flip is None:
        return "Nothing: with other answers to the same questions it would be the same."
    items = {item.id: item for item in result.quiz.items}
    said = []
    for change in result.flip:
        item = items[change.item]
        option = next(each for each in item.options if each.id == change.option)
        said.append(f"“{option.says}” on {item.about.lower()}")
    smaller = "No smaller change does." if len(said) > 1 else "One answer is enough."
    close = (
        " It is close: counting a single answer half as much, or half as much again, would do too."
    )
    return f"If you had answered {join_words(said)}. {smaller}{close if result.is_close else ''}"


def list_points(result: Result, content: Content) -> Iterator[Node]:
    """Yield a heading, and each answer with its points, their reasons and sources."""
    yield Heading("Every answer's points")
    names = _outcomes_by_id(result.quiz)
    for each in result.contributions:
        yield Paragraph(
            (Bold(f"{each.item.about}: "), f"{each.option.says} ({_format_lead(each)})")
        )
        yield Bullets(
            tuple(
                (
                    f"{point.weight} for {names[point.outcome].name}: {point.because} ",
                    Emphasis(source_tag(point.source, content)),
                )
                for point in each.option.points
            )
            or ("No points for anybody.",)
        )


def _draw_contributions(result: Result, shown: tuple[Contribution, ...]) -> Iterator[Image]:
    """Yield a bar chart of how much the *shown* answers increased or reduced the winner's lead.

    Yield nothing without answers.
    """
    names = _outcomes_by_id(result.quiz)
    bars = tuple(Bar(each.item.about, float(each.lead), _format_lead(each)) for each in shown)
    if bars:
        chart = BarChart(
            headline(result),
            "What your answers did to the lead, in points of a hundred",
            f"for {names[result.score.runner_up.outcome].name}",
            f"for {names[result.score.winner.outcome].name}",
            bars,
            _CAUTION,
        )
        yield Image("answers.png", chart, alt_text(chart))


def _format_lead(contribution: Contribution) -> str:
    """Return an answer's contribution to the lead with its sign, such as +9.2 or −4."""
    return f"{round(float(contribution.lead), 1):+g}".replace("-", "−")


def _reason_section(
    title: str, shown: tuple[Contribution, ...], result: Result, content: Content
) -> Iterator[Node]:
    yield Heading(title)
    lines = tuple(_describe_contribution(each, result, content) for each in shown)
    yield Bullets(lines or ("Nothing among your answers.",))


def _describe_contribution(contribution: Contribution, result: Result, content: Content) -> Prose:
    """Return an answer, its effect on the lead, and the reason for its largest weight."""
    item, option = contribution.item, contribution.option
    side = result.score.winner if contribution.lead > 0 else result.score.runner_up
    point = max(
        (each for each in contribution.points if each.outcome == side.outcome),
        key=lambda each: each.weight,
        default=None,
    )
    said: Prose = (f"{item.about}: {option.says} ", Bold(f"({_format_lead(contribution)})"))
    if point is None:
        return said
    return (*said, f" {point.because} ", Emphasis(source_tag(point.source, content)))


def _lead_section(result: Result, content: Content) -> Iterator[Node]:
    found = _find_leads(result)
    if found:
        yield Heading("What it takes from where you are")
        yield Bullets(tuple(format_attributed(each, content) for each in found))


def _find_leads(result: Result) -> tuple[NextStep, ...]:
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


def _next_steps(context: CommandContext, result: Result) -> Iterator[Action]:
    """Yield buttons for next steps: first those from the answers' advice, then the outcome's own.

    In a tie, the steps of all tied outcomes are included. A step is a command line. Lines of an
    older quiz version that no longer work are skipped.
    """
    outcomes = _outcomes_by_id(result.quiz)
    own = (line for each in result.score.leaders for line in outcomes[each.outcome].next)
    lines = (*(each.line for each in _find_leads(result)), *own)
    for line in dict.fromkeys(lines):
        with suppress(Refusal):
            yield context.app.action_from_line(line)


def _result_actions(result: Result, attempt_id: str | None) -> Iterator[Action]:
    if attempt_id:
        yield Action("every answer's points", Call("results", {"take": attempt_id}))
        yield Action("share the outcome, not the answers", Call("quiz-share", {"take": attempt_id}))
    yield Action("take it again", Call("quiz", {"name": result.quiz.id}))


def _disclaimer(result: Result) -> str:
    total = pluralize(len(result.quiz.items), "question")
    return f"{_CAUTION} {result.answered} of {total} answered. Version {result.quiz.version}."


def _cited_sources(result: Result) -> Iterator[str]:
    for contribution in result.contributions:
        yield from (point.source for point in contribution.points)
    yield from (lead.source for lead in _find_leads(result))


def _outcomes_by_id(quiz: Quiz) -> dict[str, QuizOutcome]:
    return {each.id: each for each in quiz.outcomes}
