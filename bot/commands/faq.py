"""The command `faq`: answers a question in a member's own words."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, command, truncate
from bot.errors import Refusal
from bot.formatting import format_attributed, list_sources, pluralize
from bot.language import thresholds
from bot.language.intent import match_whole_line, suggest_calls
from bot.language.name_index import NamedValue
from bot.language.search import SearchIndex
from bot.language.tokens import parse_choice_number
from bot.reply import Action, Bullets, Paragraph, Reply
from content import Content, FaqEntry

_PAGE_SIZE = 10
_MAX_ALTERNATIVES = 2


async def _complete_question(context: CommandContext, text: str) -> Iterable[NamedValue[str]]:
    """Return all questions as suggestions; `App.suggest` then chooses those that match *text*."""
    del text
    entries = context.content.faq.values()
    return [NamedValue(each.question, each.question, each.question, each.also) for each in entries]


async def _complete_page(context: CommandContext, text: str) -> Iterable[NamedValue[str]]:
    """Return a suggestion for each page of questions, labeled with the first question on it."""
    del text
    entries = enumerate(list(context.content.faq.values())[::_PAGE_SIZE], 1)
    return [NamedValue(str(page), f"{page} · {each.question}", str(page)) for page, each in entries]


@command(
    Example("faq do I need a PhD for ML?", shows=("36.2", "PhD")),
    Example("faq should my startup hire an AI engineer first?", shows=("AI engineer", "KORE1")),
    Example("faq", shows=("next page",)),
    aliases=("question", "questions"),
    answers_questions=True,
)
async def faq(
    context: CommandContext,
    question: Annotated[
        str | None, Arg("your question, in your own words", autocomplete=_complete_question)
    ] = None,
    page: Annotated[
        str | None, Arg("which page of the questions", max_length=4, autocomplete=_complete_page)
    ] = None,
) -> Reply:
    """Ask a question in your own words.

    You get the best answer that the sources give, with their names, and two related questions; or
    what a command says, where that is all you ask. Without a question, all of them are listed. When
    nothing fits, you are told so.
    """
    page_match = re.fullmatch(r"page (\d{1,4})", question or "", re.IGNORECASE)
    if question is None or page_match:
        return _question_list(context, page_match[1] if page_match else page or "1")
    app, entries = context.app, context.content.faq
    call = match_whole_line(question, app.name_registry, app.commands)
    if call is not None and app.commands[call.command].is_shareable:
        return await app.run(call, context.caller)
    hits = _search_index(context.content).search(question)
    suggested = list(map(app.action_for, suggest_calls(question, app.name_registry, app.commands)))
    if not hits or hits[0].score < thresholds.ANSWER_SCORE:
        closest = [_question_action(entries[hit.id]) for hit in hits[:4]]
        raise _no_answer(question, suggested, closest)
    best, *others = hits
    min_score = best.score * thresholds.CLOSE_SCORE_SHARE
    alternatives = [entries[hit.id] for hit in others[:_MAX_ALTERNATIVES] if hit.score > min_score]
    with_args = [each for each in suggested if each.call.args]
    return _answer(context, entries[best.id], alternatives, with_args)


@lru_cache(maxsize=1)  # a process loads the content once
def _search_index(content: Content) -> SearchIndex:
    return SearchIndex({each.id: (each.question, *each.also) for each in content.faq.values()})


def _answer(
    context: CommandContext, entry: FaqEntry, alternatives: list[FaqEntry], suggested: list[Action]
) -> Reply:
    """Return the reply with the answer of *entry* and buttons.

    The buttons are the *suggested* commands, related questions, and the *alternatives*: other
    entries that match the question.
    """
    related = [context.content.faq[each] for each in entry.related]
    questions = {each.id: _question_action(each) for each in (*related, *alternatives)}
    see = [each for each in map(context.app.action_from_line, entry.see) if each not in suggested]
    sources = (each.source for each in entry.answer)
    first, *rest = (format_attributed(each, context.content) for each in entry.answer)
    return Reply(
        entry.question,
        (
            Paragraph(first),
            *([Bullets(tuple(rest))] if rest else []),
            list_sources(sources, context.content),
        ),
        buttons=(*suggested, *questions.values(), *see),
    )


def _no_answer(question: str, suggested: list[Action], closest: list[Action]) -> Refusal:
    message = f"We have nothing on “{truncate(question, 80)}”."
    all_questions = Action("every question", Call("faq"))
    if suggested:
        message = f"“{truncate(question, 80)}” is none of our questions. Did you mean:"
        return Refusal(message, *suggested, *closest, all_questions)
    if closest:
        return Refusal(f"{message} The nearest that our sources speak to:", *closest, all_questions)
    return Refusal(
        f"{message} Our sources speak of careers and hiring in AI and ML.", all_questions
    )


def _question_action(entry: FaqEntry) -> Action:
    return Action(entry.question, Call("faq", {"question": entry.question}))


def _question_list(context: CommandContext, page: str) -> Reply:
    entries = list(context.content.faq.values())
    last = max(1, -(-len(entries) // _PAGE_SIZE))
    number = parse_choice_number(page, last)
    if number is None:
        raise Refusal(f"There are pages 1 to {last}.", Action("page 1", Call("faq")))
    start = (number - 1) * _PAGE_SIZE
    actions = [_question_action(each) for each in entries[start : start + _PAGE_SIZE]]
    if number < last:
        actions.append(Action("next page", Call("faq", {"page": str(number + 1)})))
    if number > 1:
        actions.append(Action("previous page", Call("faq", {"page": str(number - 1)})))
    title = f"{pluralize(len(entries), 'question')} with answers, page {number} of {last}"
    return Reply(title, buttons=tuple(actions))
