"""A quiz as a reply: the question to answer, and the result that explains itself."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from bot.cache import LruCache
from bot.call import Call
from bot.errors import Refusal
from bot.formatting import format_attributed, join_words, list_sources, pluralize, source_tag
from bot.quiz.explanation import Contribution, Result
from bot.quiz.picture import draw_contributions, format_lead
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Emphasis,
    Fields,
    FilledReply,
    Heading,
    Node,
    Paragraph,
    Progress,
    Prose,
    Reply,
    ReplyTemplate,
)
from content import Content, Item, Lead, Option, Outcome, Quiz

_CLEAR_LEAD, _FAIR_LEAD = (
    20,
    8,
)  # lead in points of a hundred from which on a margin is clear, or narrow
_CAUTION = "Exploration, not an assessment."
_PLACEHOLDER = "TakeOfTheirs"  # as long as an attempt's id
_question_cache = LruCache[tuple[str, int, bool], Reply](200)
_MAX_REASONS = 4  # answers named as what carried a result; the rest stands in the full account


def ask_question(
    quiz: Quiz, position: int, attempt_id: str, doubled: str | None, *before: Node
) -> Reply:
    """Ask the item at *position*, below what stands *before* it; its answers are Calls."""
    twice = doubled == quiz.items[position].id
    key = (quiz.version, position, twice)
    blank = _question_cache.get(key) or _question_cache.put(
        key, _question_template(quiz, position, twice=twice)
    )
    reply = FilledReply(ReplyTemplate(blank, _PLACEHOLDER, attempt_id))
    return Reply((*before, *reply.nodes)) if before else reply


def _question_template(quiz: Quiz, position: int, *, twice: bool) -> Reply:
    """Return an item's question, with a placeholder for the attempt's id."""
    item = quiz.items[position]
    double = ("once", "count it once again") if twice else ("double", "let this one count double")
    moves = [("skip", "skip"), double, *([("back", "back")] if position else [])]
    moves += [("leave", "leave and go on later"), ("over", "start over")]
    return Reply(
        (
            Heading(quiz.title),
            *([] if position else [Paragraph(quiz.intro)]),
            Progress(position, len(quiz.items), "done"),
            Paragraph((Bold(item.asks),)),
            Actions(tuple(Action(each.says, _answer_call(item, each.id)) for each in item.options)),
            Actions(tuple(Action(label, _answer_call(item, move)) for move, label in moves)),
        )
    )


def _answer_call(item: Item, pick: str) -> Call:
    return Call("quiz-answer", {"take": _PLACEHOLDER, "item": item.id, "pick": pick})


def build_result(
    result: Result,
    content: Content,
    attempt_id: str | None,
    to_type: Callable[[str], Action],
    offers: tuple[Action, ...] = (),
) -> Iterator[Node]:
    """Tell a result: who won and by how much, why, what spoke against it, what would flip it."""
    yield Heading(f"Your result: {headline(result)}")
    names = _outcomes_by_id(result.quiz)
    percent = result.percentages()
    yield Fields(tuple((names[key].name, f"{share} of 100") for key, share in percent.items()))
    won = names[result.score.winner.outcome]
    yield Paragraph(won.means)
    yield from _reason_section(f"Why {won.name}", result.supporting[:_MAX_REASONS], result, content)
    yield from _reason_section(
        "What pointed the other way", result.opposing[:_MAX_REASONS], result, content
    )
    told = (*result.supporting[:_MAX_REASONS], *result.opposing[:_MAX_REASONS])
    yield from draw_contributions(result, told, headline(result), _CAUTION)
    yield Heading("What would flip it")
    yield Paragraph(describe_flip(result))
    yield from _lead_section(result, content)
    yield Paragraph((Emphasis(_disclaimer(result)),))
    yield Actions((*offers, *_next_steps(result, to_type), *_result_actions(result, attempt_id)))
    yield list_sources(_cited_sources(result), content)


def headline(result: Result) -> str:
    """Return the winner and the lead: "AI Engineer, clearly (AI 64, ML 36)"."""
    percent, names = result.percentages(), _outcomes_by_id(result.quiz)
    first, second = (names[each.outcome].name for each in result.score.ranking[:2])
    one, two = (percent[each.outcome] for each in result.score.ranking[:2])
    shares = f"{_short_name(first, result.quiz)} {one}, {_short_name(second, result.quiz)} {two}"
    if result.is_close:
        return f"{first} or {second}, too close to call ({shares})"
    lead = one - two
    how = (
        "clearly" if lead >= _CLEAR_LEAD else "fairly clearly" if lead >= _FAIR_LEAD else "narrowly"
    )
    return f"{first}, {how} ({shares})"


def _short_name(name: str, quiz: Quiz) -> str:
    """Return an outcome's name without the words that all outcomes share: "AI" and "ML"."""
    others = [each.name.casefold().split() for each in quiz.outcomes]
    own = [word for word in name.split() if any(word.casefold() not in each for each in others)]
    return " ".join(own) or name


def describe_flip(result: Result) -> str:
    """Say which answers would have to be different for another outcome."""
    if result.flip is None:
        return "Nothing: with other answers to the same questions it would be the same."
    items = {item.id: item for item in result.quiz.items}
    changes = join_words(
        f"“{_find_option(items[change.item], change.option).says}” on {items[change.item].about.lower()}"
        for change in result.flip
    )
    close = (
        " It is close: counting a single answer half as much, or half as much again, would do too."
        if result.is_close
        else ""
    )
    count = len(result.flip)
    smaller = " No smaller change does." if count > 1 else " One answer is enough."
    return f"If you had answered {changes}.{smaller}{close}"


def list_points(result: Result, content: Content) -> Iterator[Node]:
    """Account for every answer: what it did, why, and who says so."""
    yield Heading("Every answer's points")
    for each in result.contributions:
        yield Paragraph((Bold(f"{each.item.about}: "), f"{each.option.says} ({format_lead(each)})"))
        names = _outcomes_by_id(result.quiz)
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


def _reason_section(
    title: str, shares: tuple[Contribution, ...], result: Result, content: Content
) -> Iterator[Node]:
    yield Heading(title)
    lines = tuple(_describe_contribution(each, result, content) for each in shares)
    yield Bullets(lines or ("Nothing among your answers.",))


def _describe_contribution(share: Contribution, result: Result, content: Content) -> Prose:
    """Name an answer, what it did to the lead, and the reason behind its weightiest point."""
    side = result.score.winner if share.lead > 0 else result.score.runner_up
    point = max(
        (each for each in share.points if each.outcome == side.outcome),
        key=lambda each: each.weight,
        default=None,
    )
    said: Prose = (f"{share.item.about}: {share.option.says} ", Bold(f"({format_lead(share)})"))
    if point is None:
        return said
    return (*said, f" {point.because} ", Emphasis(source_tag(point.source, content)))


def _lead_section(result: Result, content: Content) -> Iterator[Node]:
    found = find_leads(result)
    if found:
        yield Heading("What it takes from where you are")
        yield Bullets(tuple(format_attributed(each, content) for each in found))


def find_leads(result: Result) -> tuple[Lead, ...]:
    """Give what the chosen options have to say to somebody who came out at the winner."""
    return tuple(
        lead
        for item in result.quiz.items
        for option in item.options
        if any(each.option is option for each in result.contributions)
        for lead in option.leads
        if lead.outcome == result.score.winner.outcome
    )


def _next_lines(result: Result) -> dict[str, None]:
    """Give the lines to type next: what the answers lead to, then what the outcome does."""
    won = _outcomes_by_id(result.quiz)[result.score.winner.outcome]
    return dict.fromkeys((*(each.line for each in find_leads(result)), *won.next))


def _next_steps(result: Result, to_type: Callable[[str], Action]) -> Iterator[Action]:
    """Yield the next steps; skip lines of an older version that no longer work."""
    for line in _next_lines(result):
        with suppress(Refusal):
            yield to_type(line)


def _result_actions(result: Result, attempt_id: str | None) -> Iterator[Action]:
    if attempt_id:
        yield Action("every answer's points", Call("results", {"take": attempt_id}))
        yield Action("share the outcome, not the answers", Call("quiz-share", {"take": attempt_id}))
    yield Action("take it again", Call("quiz", {"name": result.quiz.id}))


def _disclaimer(result: Result) -> str:
    total = pluralize(len(result.quiz.items), "question")
    return f"{_CAUTION} {result.answered} of {total} answered. Version {result.quiz.version}."


def _cited_sources(result: Result) -> Iterator[str]:
    for share in result.contributions:
        yield from (point.source for point in share.points)
    yield from (lead.source for lead in find_leads(result))


def _outcomes_by_id(quiz: Quiz) -> dict[str, Outcome]:
    return {each.id: each for each in quiz.outcomes}


def _find_option(item: Item, option: str) -> Option:
    return next(each for each in item.options if each.id == option)
