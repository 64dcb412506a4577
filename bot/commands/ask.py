"""The command `ask`: answers a question in a member's own words."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Annotated

from bot.app import App, CommandContext
from bot.call import Call
from bot.command import Arg, Command, Example, command, truncate
from bot.errors import Refusal
from bot.formatting import format_attributed, list_sources, pluralize
from bot.language.asides import describe_ignored
from bot.language.name_index import NamedValue
from bot.language.retrieval.search import Certainty
from bot.language.tokens import parse_choice_number
from bot.language.understanding import understand
from bot.reply import Action, Actions, Bullets, Emphasis, Node, Paragraph, Prose, Reply
from content import Content, FaqEntry

_PAGE_SIZE = 10
_WHOLE = "all"  # the page that shows an answer whole
_MAX_CHARACTERS = 540  # of the statements on the first screen
_MAX_CLOSEST = 2  # questions offered if none is near
_MAX_ROW_COMMANDS = 2
_MAX_MENU_LABEL = 45  # characters
_ROW_LABELS = {
    "quiz": "Take the quiz",
    "compare": "Compare the roles",
    "salary": "Look up pay",
    "tools": "See the tools",
    "roadmap": "Get a plan",
    "interview": "Interview questions",
    "sources": "About the source",
}
_ALL_SOURCES = Action("About these sources", Call("sources"))
_ALL_QUESTIONS = Action("Common questions", Call("ask"))


async def _complete_question(context: CommandContext, text: str) -> Iterable[NamedValue[str]]:
    """Return all questions as suggestions; `App.suggest` then chooses those that match *text*."""
    del text
    entries = context.content.faq.values()
    return [NamedValue(each.question, each.question, each.question, each.also) for each in entries]


async def _complete_page(context: CommandContext, text: str) -> Iterable[NamedValue[str]]:
    """Return a suggestion for each page of questions, labeled with the first question on it."""
    del text
    pages = enumerate(_split_pages(context.content), 1)
    return [NamedValue(str(at), f"{at} · {page[0].question}", str(at)) for at, page in pages]


@command(
    Example("ask do I need a PhD for ML?", shows=("36.2", "PhD", "Compare the roles")),
    Example("ask should my startup hire an AI engineer first?", shows=("AI engineer", "KORE1")),
    Example("ask", shows=("Next questions", "own words")),
    aliases=("question", "questions"),
    answers_questions=True,
)
async def ask(
    context: CommandContext,
    question: Annotated[
        str | None, Arg("your question, in your own words", autocomplete=_complete_question)
    ] = None,
    page: Annotated[
        str | None,
        Arg("which page, or “all” for the whole answer", max_length=4, autocomplete=_complete_page),
    ] = None,
) -> Reply:
    """Ask a question in your own words.

    You get the best answer from the sources, with their names, and related questions. If a command
    answers it, you get that command's answer. Without a question, you get a list of all of them. If
    I have no answer, I say so.
    """
    page_match = re.fullmatch(r"page (\d{1,4})", question or "", re.IGNORECASE)
    if question is None or page_match:
        return _list_questions(context, page_match[1] if page_match else page or "1")
    app = context.app
    understood = understand(question, app.name_registry, app.commands)
    best, *others = understood.answers or (None,)
    actions = [_answer_action(app, each) for each in others]
    if best is None or understood.certainty is Certainty.NOTHING:
        raise _no_answer([_answer_action(app, each) for each in understood.answers])
    if isinstance(best, Call):
        return await _run(context, best, understood.certainty, actions)
    if understood.certainty is Certainty.CLOSEST:
        reply = _closest(context, best, actions)
    else:
        calls = [action for action in actions if action.call.args and action.call.command != "ask"]
        entries = [each for each in others if not isinstance(each, Call)]
        reply = _answer(context, best, entries, calls, is_full=page == _WHOLE)
    cautions = describe_ignored(understood.ignored)
    return reply.with_caution(cautions) if cautions else reply


async def _run(
    context: CommandContext, call: Call, certainty: Certainty, others: list[Action]
) -> Reply:
    """Return the reply to *call*; if it isn't sure to answer, say so and offer *others*, too."""
    app = context.app
    action = app.action_for(call)
    is_sure = certainty is Certainty.ANSWER
    if not _can_hold(app.commands[call.command]):
        if is_sure:
            says = "Only you can see that, so use this button to open it:"
            return Reply(says, buttons=(action,))
        closest = ("I'm not sure what you mean. Closest: ", Emphasis(action.label))
        return Reply(closest, (Actions((action, *others)),), buttons=(_ALL_QUESTIONS,))
    if is_sure:
        return await app.run(call, context.caller)
    try:
        reply = await app.run(call, context.caller)
    except Refusal as refusal:
        raise Refusal(refusal.message, *refusal.actions, *others) from refusal
    closest = ("I'm not sure what you mean. Closest: ", Emphasis(action.label))
    answer = replace(action, label="Show the answer")
    return Reply(
        closest,
        (Paragraph(reply.answer), Actions(tuple(others))),
        buttons=(answer, _ALL_QUESTIONS),
        why=reply.why,
    )


def _answer_action(app: App, answer: FaqEntry | Call) -> Action:
    return app.action_for(answer) if isinstance(answer, Call) else _question_action(answer)


def _can_hold(command: Command) -> bool:
    """Return True if an answer here may hold the reply of *command*, because it can be shared."""
    return command.is_shareable


def _closest(context: CommandContext, entry: FaqEntry, alternatives: list[Action]) -> Reply:
    """Return the reply with the first statement of *entry*, the closest question, and buttons."""
    whole = replace(_whole_answer_action(entry), label="Show the answer")
    return Reply(
        ("I don't have that exact question. Closest: ", Emphasis(entry.question)),
        (Paragraph(_answer_lines(context, entry)[0]), Actions(tuple(alternatives))),
        buttons=(whole, _ALL_QUESTIONS),
        why=whole.call,
    )


def _answer_lines(context: CommandContext, entry: FaqEntry) -> list[Prose]:
    """Return what the sources don't say, if the entry says so, and the statements of *entry*."""
    lines: list[Prose] = [entry.unstated] if entry.unstated else []
    return lines + [format_attributed(each, context.content) for each in entry.answer]


def _answer(
    context: CommandContext,
    entry: FaqEntry,
    alternatives: list[FaqEntry],
    suggested: list[Action],
    *,
    is_full: bool,
) -> Reply:
    """Return the reply with the answer of *entry*, whole if *is_full*, else on one screen.

    It leads on to the *suggested* commands, to those that the entry names, to related questions and
    to the *alternatives*: other entries that match the question.
    """
    shown = entry.answer if is_full else entry.answer[: _count_fitting(entry)]
    unstated = len(_answer_lines(context, entry)) - len(entry.answer)
    first, *rest = _answer_lines(context, entry)[: len(shown) + unstated]
    nodes: list[Node] = [Bullets(tuple(rest))] if rest else []
    nodes.append(Paragraph((Emphasis(f"Question: {entry.question}"),)))
    nodes += [list_sources((each.source for each in shown), context.content)] if shown else []
    whole = replace(_whole_answer_action(entry), label="Show everything")
    buttons = [whole] if len(shown) < len(entry.answer) else []
    see = map(context.app.action_from_line, entry.see)
    in_row, others = _split_row({each.call.to_line(): each for each in (*suggested, *see)}.values())
    related = (context.content.faq[each] for each in entry.related)
    questions = {each.id: _question_action(each) for each in (*related, *alternatives)}
    evidence = (*buttons, *in_row, *others)
    return Reply(
        first,
        tuple(nodes),
        buttons=(*buttons, *in_row, _ALL_QUESTIONS),
        more=(*questions.values(), *others, *([_ALL_SOURCES] if shown else [])),
        why=evidence[0].call if evidence else None,
    )


def _count_fitting(entry: FaqEntry) -> int:
    """Return how many statements of *entry*, at least one, fit on the first screen."""
    sizes = accumulate(len(each.says) for each in entry.answer)
    return max(1, sum(size <= _MAX_CHARACTERS for size in sizes))


def _split_row(commands: Iterable[Action]) -> tuple[list[Action], list[Action]]:
    """Return the buttons of the row, at most two of different commands, and the other commands."""
    in_row: dict[str, Action] = {}
    others = []
    for action in commands:
        label = _ROW_LABELS.get(action.call.command)
        if label and action.call.command not in in_row and len(in_row) < _MAX_ROW_COMMANDS:
            in_row[action.call.command] = replace(action, label=label)
        else:
            others.append(action)
    return [*in_row.values()], others


def _no_answer(closest: list[Action]) -> Refusal:
    message = "I don't have an answer to that yet."
    if closest:
        message = f"{message} These are the closest questions I know:"
        return Refusal(message, *closest[:_MAX_CLOSEST], _ALL_QUESTIONS)
    about = "Ask about careers and hiring in AI and ML."
    return Refusal(f"{message} {about}", _ALL_QUESTIONS)


def _question_action(entry: FaqEntry) -> Action:
    return Action(entry.question, Call("ask", {"question": entry.question}))


def _whole_answer_action(entry: FaqEntry) -> Action:
    """Return the button that shows the whole answer of *entry*, however long it is."""
    if _count_fitting(entry) >= len(entry.answer):
        return _question_action(entry)
    return Action(entry.question, Call("ask", {"question": entry.question, "page": _WHOLE}))


def _list_questions(context: CommandContext, page: str) -> Reply:
    pages = _split_pages(context.content)
    number = parse_choice_number(page, len(pages))
    if number is None:
        raise Refusal(f"There are pages 1 to {len(pages)}.", Action("Page 1", Call("ask")))
    total = pluralize(len(context.content.faq), "question")
    turns = (("Previous questions", number - 1), ("Next questions", number + 1))
    near = {to: label for label, to in turns if 1 <= to <= len(pages)}
    far = (to for to in range(1, len(pages) + 1) if to not in {*near, number})
    return Reply(
        f"I answer {total} from the sources. Pick one, or ask in your own words.",
        (
            Paragraph((Emphasis(f"{_format_range(number, pages)} of {total}"),)),
            Actions(tuple(map(_whole_answer_action, pages[number - 1]))),
        ),
        buttons=tuple(_page_action(label, to) for to, label in near.items()),
        more=tuple(_page_action(_page_label(to, pages), to) for to in far),
    )


def _split_pages(content: Content) -> list[list[FaqEntry]]:
    """Return all questions, ten a page."""
    entries = list(content.faq.values())
    return [entries[at : at + _PAGE_SIZE] for at in range(0, len(entries), _PAGE_SIZE)]


def _page_action(label: str, page: int) -> Action:
    return Action(label, Call("ask", {"page": str(page)} if page > 1 else {}))


def _page_label(number: int, pages: list[list[FaqEntry]]) -> str:
    """Return the line of the menu for a page: its range, and its first question."""
    label = f"{_format_range(number, pages)}: {pages[number - 1][0].question}"
    return truncate(label, _MAX_MENU_LABEL)


def _format_range(number: int, pages: list[list[FaqEntry]]) -> str:
    start = (number - 1) * _PAGE_SIZE + 1
    return f"{start}–{start + len(pages[number - 1]) - 1}"
