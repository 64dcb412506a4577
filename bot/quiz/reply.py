"""Messages of a quiz: a question with its answers, and the first screen of a result."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from textwrap import shorten

from bot.app import CommandContext
from bot.cache import LruCache
from bot.call import Call
from bot.errors import Refusal
from bot.formatting import list_sources, pluralize, source_tag
from bot.quiz.explanation import Contribution, Result
from bot.quiz.pages import PageName, list_pages
from bot.quiz.result_link import ResultLink
from bot.quiz.wording import (
    CAUTION,
    describe_answer,
    describe_completeness,
    describe_flip,
    describe_separating,
    describe_tie_breaker,
    find_leads,
    outcomes_by_id,
    result_sentence,
)
from bot.reply import (
    Action,
    Actions,
    ActionStyle,
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
from content import Quiz, QuizItem

_PLACEHOLDER = "TakeOfTheirs"  # stands for an attempt's id, and is as long as one
_question_cache = LruCache[tuple[str, int, bool], Reply](200)
_MAX_REASONS = 3  # answers shown on the first screen; the pages behind it show all
_MAX_LEVEL_REASONS = 2  # for each side, if the best outcomes are equally strong
_MAX_ADVICE = 110  # characters of the next step on the first screen


def ask_question(
    quiz: Quiz, position: int, attempt_id: str, doubled: str | None, *before: Node
) -> Reply:
    """Return the message that asks the question at *position*, with the nodes *before* first.

    *doubled* is the id of the item that counts twice, if any. The question is built once for all
    members; only the attempt's id in its buttons differs.
    """
    twice = doubled == quiz.items[position].id
    key = (quiz.version, position, twice)
    template = _question_cache.get(key)
    if template is None:
        template = _question_cache.put(key, _question_template(quiz, position, twice=twice))
    reply = FilledReply(ReplyTemplate(template, _PLACEHOLDER, attempt_id))
    if not before:
        return reply
    nodes = (*before, *reply.nodes)
    return replace(template, nodes=nodes, buttons=reply.buttons, more=reply.more)


def _question_template(quiz: Quiz, position: int, *, twice: bool) -> Reply:
    """Return the message that asks a question, with a placeholder for the attempt's id.

    *twice* says that the answer already counts double.
    """
    item = quiz.items[position]
    double = ("once", "Count this answer once") if twice else ("double", "Count this answer double")
    row = [("skip", "Skip"), *([("back", "Back one question")] if position else [])]
    menu = [double, ("leave", "Leave and continue later"), ("over", "Start over")]
    return Reply(
        item.asks,
        (
            *([] if position else [Paragraph(quiz.intro)]),
            *([Paragraph("This answer counts double.")] if twice else []),
            Progress(position, len(quiz.items), "done"),
            Actions(tuple(Action(each.says, _answer_call(item, each.id)) for each in item.options)),
        ),
        buttons=tuple(Action(label, _answer_call(item, move)) for move, label in row),
        more=tuple(Action(label, _answer_call(item, move)) for move, label in menu),
    )


def _answer_call(item: QuizItem, pick: str) -> Call:
    return Call("quiz-answer", {"take": _PLACEHOLDER, "item": item.id, "pick": pick})


def ask_skipped(result: Result, items: Sequence[QuizItem], link: ResultLink) -> Reply:
    """Return the message that asks the first of *items*, which were skipped, then the others."""
    item, *others = items
    later = link.questions(others) if others else link.result
    return Reply(
        item.asks,
        (
            Progress(result.answered, len(result.quiz.items), "answered"),
            Actions(
                tuple(Action(each.says, link.questions(items, each.id)) for each in item.options)
            ),
        ),
        buttons=(Action("Skip", later),),
    )


def show_result(
    context: CommandContext,
    result: Result,
    link: ResultLink,
    *before: Node,
    badge: Action | None = None,
) -> Reply:
    """Return the first screen of a result, with the nodes *before* first.

    It has the outcome, the answers that decided, the smallest change that would flip it, and the
    next step. *badge* is the button for the community's role, if there is one for the outcome.
    """
    actions = list(_next_steps(context, result))
    return Reply(
        result_sentence(result),
        (*before, *_result_nodes(context, result)),
        buttons=tuple(_row(result, link, actions)),
        more=(*_menu(result, link, actions), *([badge] if badge else [])),
        return_to=link.result,
        why=link.page(PageName.WHY) if PageName.WHY in list_pages(result) else None,
    )


def _result_nodes(context: CommandContext, result: Result) -> Iterator[Node]:
    if not result.answered or result.score.is_tie:
        yield from _undecided_nodes(result)
    else:
        yield from _decided_nodes(context, result)
    is_complete = result.answered == len(result.quiz.items)
    note = CAUTION if is_complete else f"{CAUTION} {describe_completeness(result)}"
    yield Paragraph((Emphasis(note),))
    cited = [point.source for each in _reasons(result) for point in each.points]
    cited += [lead.source for lead in find_leads(result)[:1]]
    if cited:
        yield list_sources(cited, context.content)


def _decided_nodes(context: CommandContext, result: Result) -> Iterator[Node]:
    won = outcomes_by_id(result.quiz)[result.score.winner.outcome]
    if result.is_level:
        yield Paragraph(describe_tie_breaker(result))
    reasons = _reasons(result)
    if reasons:
        yield Heading(f"Why {won.name}")
        yield Bullets(tuple(map(describe_answer, reasons)))
    facts: list[tuple[str, Prose]] = [("What would change it", describe_flip(result))]
    leads = find_leads(result)
    if leads:
        tag = source_tag(leads[0].source, context.content)
        facts.append(("Next", (f"{_cut(leads[0].says)} ", Emphasis(tag))))
    elif not result.is_level:
        facts.append(("In short", _cut(won.means)))
    yield Fields(tuple(facts))


def _cut(advice: str) -> str:
    """Return the sentences of *advice* that fit on the first screen; another page has all.

    If even the first is too long, it is cut at a word.
    """
    if len(advice) <= _MAX_ADVICE:
        return advice
    end = advice.rfind(". ", 0, _MAX_ADVICE)
    return advice[: end + 1] if end > 0 else shorten(advice, _MAX_ADVICE, placeholder="…")


def _undecided_nodes(result: Result) -> Iterator[Node]:
    """Yield both sides of a tie, if there are answers, and the questions that could decide."""
    names = outcomes_by_id(result.quiz)
    sides = (result.score.winner, result.score.runner_up)
    for side, answers in zip(sides, (result.supporting, result.opposing), strict=True):
        if answers and result.answered:
            said = (describe_answer(each, tie=True) for each in answers[:_MAX_LEVEL_REASONS])
            yield Paragraph((Bold(f"For {names[side.outcome].name}: "), " · ".join(said)))
    lean = "Your answers don't lean either way. " if result.answered else ""
    note = f"{lean}{describe_separating(result)}".strip()
    if note:
        yield Paragraph(note)


def _reasons(result: Result) -> tuple[Contribution, ...]:
    """Return the answers that the first screen of a result shows."""
    if result.score.is_tie:
        return (*result.supporting[:_MAX_LEVEL_REASONS], *result.opposing[:_MAX_LEVEL_REASONS])
    return result.supporting[: 1 if result.is_level else _MAX_REASONS]


def _row(result: Result, link: ResultLink, next_steps: list[Action]) -> Iterator[Action]:
    undecided = result.score.is_tie or not result.answered
    if undecided and result.separating:
        label = f"Answer {pluralize(len(result.separating), 'question')}"
        yield Action(label, link.questions(result.separating), ActionStyle.PRIMARY)
    elif next_steps and not undecided:
        plan = next_steps[0].call
        label = "See my plan" if plan.command == "roadmap" else "See the next step"
        yield Action(label, plan, ActionStyle.PRIMARY)
    pages = list_pages(result)
    for name in _row_pages(result):
        yield Action(pages[name], link.page(name))
    if link.attempt_id and result.answered:
        yield Action("Share", Call("quiz-share", {"take": link.attempt_id}))
    yield Action("Retake", Call("quiz", {"name": result.quiz.id}))


def _row_pages(result: Result) -> list[str]:
    """Return the names of the pages that have a button: in a tie, one page for each side."""
    wanted = (PageName.WHY, PageName.AGAINST) if result.score.is_tie else (PageName.WHY,)
    pages = list_pages(result)
    return [each for each in wanted if each in pages]


def _menu(result: Result, link: ResultLink, next_steps: list[Action]) -> Iterator[Action]:
    for name, label in list_pages(result).items():
        if name not in _row_pages(result):
            yield Action(label, link.page(name))
    yield from next_steps if result.score.is_tie else next_steps[1:]
    if link.attempt_id:
        yield Action("All my results", Call("results"))
    yield Action("About these sources", Call("sources"))


def _next_steps(context: CommandContext, result: Result) -> Iterator[Action]:
    """Yield buttons for next steps: first those from the answers' advice, then the outcome's own.

    In a tie, the steps of all tied outcomes are included; without answers, there are none. A step
    is a command line. Lines of an older quiz version that no longer work are skipped.
    """
    if not result.answered:
        return
    outcomes = outcomes_by_id(result.quiz)
    own = (line for each in result.score.leaders for line in outcomes[each.outcome].next)
    lines = (*(each.line for each in find_leads(result)), *own)
    for line in dict.fromkeys(lines):
        with suppress(Refusal):
            yield context.app.action_from_line(line)
