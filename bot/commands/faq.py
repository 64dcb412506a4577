"""Whole questions, as people ask them."""

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
from bot.reply import Action, Actions, Bullets, Heading, Paragraph, Reply
from content import Content, FaqEntry

_PAGE = 10
_CLOSE = 2  # entries that are offered beside the best one


async def _questions(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return every question that has an answer."""
    del typed
    entries = context.content.faq.values()
    return [NamedValue(each.question, each.question, each.question, each.also) for each in entries]


async def _pages(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return the pages, each labeled with its first question."""
    del typed
    firsts = list(context.content.faq.values())[::_PAGE]
    return [
        NamedValue(str(at), f"{at} · {each.question}", str(at)) for at, each in enumerate(firsts, 1)
    ]


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
        str | None, Arg("your question, in your own words", autocomplete=_questions)
    ] = None,
    page: Annotated[
        str | None, Arg("which page of the questions", max_length=4, autocomplete=_pages)
    ] = None,
) -> Reply:
    """Ask a whole question about careers or hiring.

    You get the best answer that the sources give, with their names, and two related questions; or
    what a command says, where that is all you ask. Without a question, all of them are listed. When
    nothing fits, you are told so.
    """
    turned = re.fullmatch(r"page (\d{1,4})", question or "", re.IGNORECASE)
    if question is None or turned:
        return _listing(context, turned[1] if turned else page or "1")
    app, entries = context.app, context.content.faq
    said = match_whole_line(question, app.name_registry, app.commands)
    if said is not None and app.commands[said.command].is_shareable:
        return await app.run(said, context.caller)
    hits = _index(context.content).search(question)
    asked = list(map(app.action_for, suggest_calls(question, app.name_registry, app.commands)))
    if not hits or hits[0].score < thresholds.ANSWER_SCORE:
        near = [_choice(entries[hit.id]) for hit in hits[:4]]
        raise _nothing(question, asked, near)
    best, *others = hits
    least = best.score * thresholds.CLOSE_SCORE_SHARE
    close = [entries[hit.id] for hit in others[:_CLOSE] if hit.score > least]
    return _answer(context, entries[best.id], close, [each for each in asked if each.call.args])


@lru_cache(maxsize=1)  # a process has one content
def _index(content: Content) -> SearchIndex:
    return SearchIndex({each.id: (each.question, *each.also) for each in content.faq.values()})


def _answer(
    context: CommandContext, entry: FaqEntry, close: list[FaqEntry], asked: list[Action]
) -> Reply:
    """Give the answer, its related questions, what else may have been meant, and what to type."""
    also = {
        each.id: each for each in (*map(context.content.faq.__getitem__, entry.related), *close)
    }
    related = [_choice(each) for each in also.values()]
    see = [each for each in map(context.app.action_from_line, entry.see) if each not in asked]
    sources = (each.source for each in entry.answer)
    first, *rest = (format_attributed(each, context.content) for each in entry.answer)
    return Reply(
        (
            Heading(entry.question),
            Paragraph(first),
            *([Bullets(tuple(rest))] if rest else []),
            Actions((*asked, *related, *see)),
            list_sources(sources, context.content),
        )
    )


def _nothing(question: str, asked: list[Action], near: list[Action]) -> Refusal:
    says = f"We have nothing on “{truncate(question, 80)}”."
    every = Action("every question", Call("faq"))
    if asked:
        says = f"“{truncate(question, 80)}” is none of our questions. Did you mean:"
        return Refusal(says, *asked, *near, every)
    if near:
        return Refusal(f"{says} The nearest that our sources speak to:", *near, every)
    return Refusal(f"{says} Our sources speak of careers and hiring in AI and ML.", every)


def _choice(entry: FaqEntry) -> Action:
    return Action(entry.question, Call("faq", {"question": entry.question}))


def _listing(context: CommandContext, page: str) -> Reply:
    """List the questions, ten to a page."""
    entries = list(context.content.faq.values())
    last = max(1, -(-len(entries) // _PAGE))
    at = parse_choice_number(page, last)
    if at is None:
        raise Refusal(f"There are pages 1 to {last}.", Action("page 1", Call("faq")))
    shown = [_choice(each) for each in entries[(at - 1) * _PAGE : at * _PAGE]]
    turn = [("next page", at + 1)] * (at < last) + [("previous page", at - 1)] * (at > 1)
    turns = [Action(label, Call("faq", {"page": str(to)})) for label, to in turn]
    title = f"{pluralize(len(entries), 'question')} with answers, page {at} of {last}"
    return Reply((Heading(title), Actions((*shown, *turns))))
