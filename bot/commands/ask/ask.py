"""The command `ask`: answers a question in a member's own words."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, command, truncate
from bot.commands.ask.closest import show_closest, show_two
from bot.commands.ask.found import Found, find_answers
from bot.commands.ask.question_list import (
    ALL_QUESTIONS,
    WHOLE,
    QuestionList,
    count_fitting,
    has_more_notes,
    question_action,
    whole_answer_action,
)
from bot.community.own_answers.page import answer_parts
from bot.community.questions import count_question
from bot.errors import Refusal
from bot.formatting import list_sources, source_tag
from bot.language.asides import describe_ignored
from bot.language.foreign import ONLY_ENGLISH, has_other_script, to_english
from bot.language.name_index import NamedValue
from bot.language.retrieval.search import Certainty
from bot.reply import (
    Action,
    Bold,
    Bullets,
    Emphasis,
    Node,
    Paragraph,
    Prose,
    Reply,
)
from content import FaqEntry, Statement
from storage import CommunityAnswer

_MAX_CLOSEST = 2  # questions offered if none is near
_MAX_ROW_COMMANDS = 2
_MAX_BESIDE = 160  # characters of what the sources say beside an own answer
_ROW_LABELS = {
    "quiz": "Take the quiz",
    "compare": "Compare the roles",
    "salary": "Look up pay",
    "tools": "See the tools",
    "roadmap": "Get a plan",
    "interview": "Interview questions",
    "sources": "About the source",
}
_MIN_FOREIGN_WORDS = 6  # of a line in another language that may be misread
_FOREIGN = "I know few words of other languages. If I misread you, ask in English."
_UNSTATED = "What the sources don't say"
_ALL_SOURCES = Action("About these sources", Call("sources"))


async def _complete_question(context: CommandContext, text: str) -> Iterable[NamedValue[str]]:
    """Return all questions as suggestions, the community's own first.

    `App.suggest` then chooses those that match *text*.
    """
    del text
    own = await context.app.community_answers.for_caller(context.caller)
    questions = {each.question: each.wordings for each in own.answers.values()}
    for entry in context.content.faq.values():
        questions.setdefault(entry.question, entry.also)
    return [NamedValue(each, each, each, others) for each, others in questions.items()]


async def _complete_page(context: CommandContext, text: str) -> Iterable[NamedValue[str]]:
    """Return a suggestion for each page of questions, labeled with the first question on it."""
    del text
    own = await context.app.community_answers.for_caller(context.caller)
    pages = enumerate(QuestionList(context.content, own).pages, 1)
    return [NamedValue(str(at), f"{at} · {page[0].label}", str(at)) for at, page in pages]


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
        Arg(
            "which page, or “all” for everything that the sources say",
            max_length=4,
            autocomplete=_complete_page,
        ),
    ] = None,
) -> Reply:
    """Ask a question in your own words.

    You get the best answer from the sources, with their names, and related questions. If a command
    answers your question, you get that command's answer. If you don't type a question, you get a
    list of all of them. If I have no answer, I say so.
    """
    own = await context.app.community_answers.for_caller(context.caller)
    page_match = re.fullmatch(r"page (\d{1,4})", question or "", re.IGNORECASE)
    if question is None or page_match:
        number = page_match[1] if page_match else page or "1"
        return QuestionList(context.content, own).show(number)
    found = find_answers(context, question, own, is_whole=page == WHOLE)
    if found.certainty is not Certainty.ANSWER:
        count_question(context, question)
    best = next(iter(found.answers), None)
    if best is None or found.certainty is Certainty.NOTHING:
        raise _no_answer(found)
    both = await show_two(found) if found.shows_two else None
    if both is not None:
        reply = both
    elif found.certainty is Certainty.CLOSEST or found.shows_two:
        reply = await show_closest(found)
    elif isinstance(best, Call):
        reply = await _run(found, best)
    elif isinstance(best, CommunityAnswer):
        reply = _own_answer(found, best)
    else:
        reply = _answer(found, best, is_full=page == WHOLE)
    is_long = len(question.split()) >= _MIN_FOREIGN_WORDS
    if has_other_script(question) or (is_long and to_english(question) != question):
        reply = reply.with_caution(_FOREIGN)
    if found.certainty is Certainty.CLOSEST or found.shows_two:  # they say so themselves
        return reply
    cautions = describe_ignored(found.ignored)
    return reply.with_caution(cautions) if cautions else reply


async def _run(found: Found, call: Call) -> Reply:
    """Return the reply to *call*, or a button for it if only the member may see that."""
    app = found.context.app
    if app.commands[call.command].is_shareable:
        return await app.run(call, found.context.caller)
    says = "Only you can see that, so use this button to open it:"
    return Reply(says, buttons=(app.action_for(call),))


def _own_answer(found: Found, own: CommunityAnswer) -> Reply:
    """Return the reply with the moderators' answer, and apart from it, what the sources say."""
    text, nodes = answer_parts(own)
    buttons: list[Action] = []
    if found.shipped is not None:
        says = _sources_say(found, found.shipped)
        nodes = (*nodes, Paragraph(says)) if says else nodes
        whole = Call("ask", {"question": found.shipped.question, "page": WHOLE})
        buttons.append(Action("What the sources say", whole))
    in_row, others = _split_row(found.calls())
    return Reply(
        text or own.question,
        nodes,
        buttons=(*buttons, *in_row, ALL_QUESTIONS),
        more=(*found.others(), *others),
        about=question_action(own.question).call,
    )


def _sources_say(found: Found, entry: FaqEntry) -> Prose | None:
    """Return the beginning of the answer of *entry*, or None if there is nothing to show."""
    lead = Bold("The sources say: ")
    facts = [each for each in found.parts(entry) if isinstance(each, Statement)]
    if not facts:
        first = next(iter(found.parts(entry)), None)
        return (lead, first) if isinstance(first, str) else None
    best = facts[0]
    tag = Emphasis(f" {source_tag(best.source, found.context.content, best.credited)}")
    return (lead, truncate(best.says, _MAX_BESIDE), tag)


def _answer(found: Found, entry: FaqEntry, *, is_full: bool) -> Reply:
    """Return the reply with the answer of *entry*, whole if *is_full*, else on one screen.

    It leads on to commands that may answer the question, to those that the entry names, to related
    questions and to other entries that match the question.
    """
    context = found.context
    parts = found.parts(entry, is_full=is_full)
    statements = [each for each in parts if isinstance(each, Statement)]
    shown = statements if is_full else statements[: count_fitting(statements)]
    first, *rest = found.lines(
        entry, (each for each in parts if isinstance(each, str) or each in shown)
    )
    nodes: list[Node] = [Bullets(tuple(rest))] if rest else []
    nodes.append(Paragraph((Emphasis(f"This answers “{entry.question}”"),)))
    nodes += [list_sources((each.source for each in shown), context.content)] if shown else []
    whole = replace(whole_answer_action(entry), label="Show everything")
    buttons = [whole] if len(shown) < len(statements) else []
    has_notes = not is_full and has_more_notes(found.without_hidden(entry))
    notes = [replace(whole, label=_UNSTATED)] if has_notes else []
    see = map(context.app.action_from_line, entry.see)
    in_row, others = _split_row(
        {each.call.to_line(): each for each in (*found.calls(), *see)}.values()
    )
    related = (question_action(context.content.faq[each].question) for each in entry.related)
    questions = {each.call.to_line(): each for each in (*related, *found.others())}
    evidence = (*buttons, *in_row, *others)
    return Reply(
        first,
        tuple(nodes),
        buttons=(*buttons, *in_row, ALL_QUESTIONS),
        more=(*questions.values(), *others, *notes, *([_ALL_SOURCES] if shown else [])),
        why=evidence[0].call if evidence else None,
        about=(whole if is_full else question_action(entry.question)).call,
    )


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


def _no_answer(found: Found) -> Refusal:
    """Return the refusal of a question without an answer, which the moderators may answer."""
    message = "I don't have an answer to that."
    if has_other_script(found.question):
        message = ONLY_ENGLISH
    row, menu = found.ask_moderators()
    closest = found.actions()[:_MAX_CLOSEST]
    if closest:
        message = f"{message} These are the closest questions I know:"
        return Refusal(message, *closest, ALL_QUESTIONS, *row, more=menu)
    about = "Ask about careers and hiring in AI and ML."
    return Refusal(f"{message} {about}", ALL_QUESTIONS, *row, more=menu)
