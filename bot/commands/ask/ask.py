"""The command `ask`: answers a question in a member's own words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Command, Example, command, truncate
from bot.commands.ask.question_list import (
    WHOLE,
    QuestionList,
    count_fitting,
    question_action,
    whole_answer_action,
)
from bot.community.answers import CommunityKnowledge
from bot.community.own_answers.page import answer_parts
from bot.community.questions import count_question, moderator_actions
from bot.errors import Refusal
from bot.formatting import format_attributed, has_money, list_sources, source_tag
from bot.language import small_talk
from bot.language.asides import describe_ignored, find_cautions, handle_missing_places
from bot.language.foreign import to_english
from bot.language.name_index import NamedValue
from bot.language.retrieval.search import Certainty
from bot.language.understanding import OwnAnswer, understand
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Emphasis,
    Fields,
    Link,
    Node,
    Paragraph,
    Prose,
    Reply,
)
from content import Content, FaqEntry
from storage import CommunityAnswer

_MAX_CLOSEST = 2  # questions offered if none is near
_MAX_ROW_COMMANDS = 2
_MAX_ITEMS = 2  # of a list in an answer that isn't sure
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
_ALL_SOURCES = Action("About these sources", Call("sources"))
_ALL_QUESTIONS = Action("Common questions", Call("ask"))


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
    found = _find(context, question, own, is_whole=page == WHOLE)
    if found.certainty is not Certainty.ANSWER:
        count_question(context, question)
    best = next(iter(found.answers), None)
    if best is None or found.certainty is Certainty.NOTHING:
        raise _no_answer(found)
    if isinstance(best, FaqEntry):
        best = found.without_hidden(best)
    if isinstance(best, Call):
        reply = await _run(found, best)
    elif found.certainty is Certainty.CLOSEST:
        reply = _closest(found, best)
    elif isinstance(best, CommunityAnswer):
        reply = _own_answer(found, best)
    else:
        reply = _answer(found, best, is_full=page == WHOLE)
    if len(question.split()) >= _MIN_FOREIGN_WORDS and to_english(question) != question:
        reply = reply.with_caution(_FOREIGN)
    cautions = describe_ignored(found.ignored)
    return reply.with_caution(cautions) if cautions else reply


@dataclass(frozen=True, slots=True)
class _Found:
    """The results for a question, best first, and the knowledge of the member's community."""

    context: CommandContext
    question: str
    own: CommunityKnowledge
    answers: tuple[CommunityAnswer | FaqEntry | Call, ...]
    certainty: Certainty
    shipped: FaqEntry | None  # answers the question, too, if an own answer is first
    ignored: tuple[str, ...]

    def actions(self, start: int = 0) -> list[Action]:
        """Return a button for each answer from the one at *start* on."""
        return [self._action(each) for each in self.answers[start:]]

    def _action(self, answer: CommunityAnswer | FaqEntry | Call) -> Action:
        if isinstance(answer, Call):
            return self.context.app.action_for(answer)
        return question_action(answer.question)

    def others(self) -> list[Action]:
        """Return a button for each other question that may be meant."""
        return [self._action(each) for each in self.answers[1:] if not isinstance(each, Call)]

    def calls(self) -> list[Action]:
        """Return a button for each other command that may answer the question in detail."""
        calls = (each for each in self.answers[1:] if isinstance(each, Call))
        return [self._action(each) for each in calls if each.args and each.command != "ask"]

    def without_hidden(self, entry: FaqEntry) -> FaqEntry:
        """Return *entry* without the statements that the community hides."""
        hides, content = self.own.hiding.hides, self.context.content
        kept = tuple(each for each in entry.answer if not hides(format_attributed(each, content)))
        unstated = None if hides(entry.unstated or "") else entry.unstated
        says = None if hides(entry.says or "") else entry.says
        if (kept, unstated, says) == (entry.answer, entry.unstated, entry.says):
            return entry
        return entry.model_copy(update={"answer": kept, "unstated": unstated, "says": says})

    def ask_moderators(self) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
        """Return the buttons and menu lines that send the question to the moderators."""
        actions = moderator_actions(self.context, self.question)
        return actions[:1], actions[1:]


def _find(
    context: CommandContext, question: str, own: CommunityKnowledge, *, is_whole: bool
) -> _Found:
    """Return the results for *question*; whole answers are only those from the sources."""
    app = context.app
    index = None if is_whole else own.index
    understood = understand(question, app.name_registry, app.commands, index)
    answers = tuple(
        own.answers[each.id] if isinstance(each, OwnAnswer) else each
        for at, each in enumerate(understood.answers)
        if at == 0 or not isinstance(each, Call) or each.command != small_talk.COMMAND
    )
    rest = (understood.certainty, understood.shipped, understood.ignored)
    return _Found(context, question, own, answers, *rest)


async def _run(found: _Found, call: Call) -> Reply:
    """Return the reply to *call*; if it isn't sure to answer, say so and offer others, too."""
    context, app = found.context, found.context.app
    others, (row, menu) = found.actions(1), found.ask_moderators()
    certainty = found.certainty
    action = app.action_for(call)
    is_sure = certainty is Certainty.ANSWER
    if not _can_hold(app.commands[call.command]):
        if is_sure:
            says = "Only you can see that, so use this button to open it:"
            return Reply(says, buttons=(action,))
        closest = ("My best guess: ", Emphasis(action.label))
        nodes = (Actions((action, *others)),)
        return Reply(closest, nodes, buttons=(_ALL_QUESTIONS, *row), more=menu)
    if is_sure:
        return await app.run(call, context.caller)
    try:
        reply = await app.run(call, context.caller)
    except Refusal as refusal:
        raise Refusal(refusal.message, *refusal.actions, *others) from refusal
    if call.command == small_talk.COMMAND:
        return replace(reply, nodes=(*reply.nodes, Actions(tuple(others)))) if others else reply
    closest = ("My best guess: ", Emphasis(action.label))
    answer = replace(action, label="Show the answer")
    shown = Reply(
        closest,
        (Paragraph(reply.answer), *_first_items(reply), Actions(tuple(others))),
        buttons=(answer, _ALL_QUESTIONS, *row),
        more=menu,
        why=reply.why,
    )
    command, names = app.commands[call.command], app.name_registry
    answered, _ = handle_missing_places(command, call, names)
    cautions = " ".join(find_cautions(command, answered, names))
    return shown.with_caution(cautions) if cautions else shown


def _first_items(reply: Reply) -> Iterator[Node]:
    """Yield the beginning of the list below the answer of *reply*, if it needs that.

    Bullets do, and so do fields below an answer without a figure.
    """
    first = next((each for each in reply.nodes if not isinstance(each, Paragraph)), None)
    if isinstance(first, Bullets):
        yield Bullets(first.items[:_MAX_ITEMS])
    elif isinstance(first, Fields) and not has_money(str(reply.answer)):
        yield Fields(first.items[:_MAX_ITEMS])


def _can_hold(command: Command) -> bool:
    """Return True if an answer here may hold the reply of *command*, because it can be shared."""
    return command.is_shareable


def _closest(found: _Found, best: CommunityAnswer | FaqEntry) -> Reply:
    """Return the reply with the beginning of *best*, the closest question, and buttons."""
    if isinstance(best, CommunityAnswer):
        text, nodes = answer_parts(best)
        shown, whole = (Paragraph(text), *nodes), question_action(best.question)
    else:
        first, *others = _answer_lines(found, best)
        leads_on = isinstance(first, str) and first.endswith(":")
        lines = (first, *others[:1]) if leads_on else (first,)
        shown, whole = tuple(map(Paragraph, lines)), whole_answer_action(best)
    row, menu = found.ask_moderators()
    return Reply(
        ("I don't have that exact question. Closest: ", Emphasis(best.question)),
        (*shown, Actions(tuple(found.actions(1)))),
        buttons=(replace(whole, label="Show the answer"), _ALL_QUESTIONS, *row),
        more=menu,
        why=whole.call,
    )


def _answer_lines(found: _Found, entry: FaqEntry) -> list[Prose]:
    """Return the statements of *entry* and what the sources don't say, if it says so.

    If the moderators have hidden all of them, return a line that says so.
    """
    lines = list(_all_lines(entry, found.context.content))
    whole = found.context.content.faq[entry.id]
    return lines or [found.own.hiding.explain(_all_lines(whole, found.context.content))]


def _all_lines(entry: FaqEntry, content: Content) -> Iterator[Prose]:
    for part in entry.parts:
        if not isinstance(part, str):
            yield format_attributed(part, content)
        elif part == entry.says and entry.link:
            yield (f"{part} ", Link(entry.link, entry.link))
        else:
            yield part


def _own_answer(found: _Found, own: CommunityAnswer) -> Reply:
    """Return the reply with the moderators' answer, and apart from it, what the sources say."""
    text, nodes = answer_parts(own)
    buttons: list[Action] = []
    if found.shipped is not None:
        says = _sources_say(found, found.without_hidden(found.shipped))
        nodes = (*nodes, Paragraph(says)) if says else nodes
        whole = Call("ask", {"question": found.shipped.question, "page": WHOLE})
        buttons.append(Action("What the sources say", whole))
    in_row, others = _split_row(found.calls())
    return Reply(
        text or own.question,
        nodes,
        buttons=(*buttons, *in_row, _ALL_QUESTIONS),
        more=(*found.others(), *others),
        about=question_action(own.question).call,
    )


def _sources_say(found: _Found, entry: FaqEntry) -> Prose | None:
    """Return the beginning of the answer of *entry*, or None if there is nothing to show."""
    if not entry.answer:
        return entry.unstated and (Bold("The sources say: "), entry.unstated)
    first = entry.answer[0]
    tag = Emphasis(f" {source_tag(first.source, found.context.content, first.credited)}")
    return (Bold("The sources say: "), truncate(first.says, _MAX_BESIDE), tag)


def _answer(found: _Found, entry: FaqEntry, *, is_full: bool) -> Reply:
    """Return the reply with the answer of *entry*, whole if *is_full*, else on one screen.

    It leads on to commands that may answer the question, to those that the entry names, to related
    questions and to other entries that match the question.
    """
    context = found.context
    shown = entry.answer if is_full else entry.answer[: count_fitting(entry)]
    first, *rest = _answer_lines(found, entry.model_copy(update={"answer": shown}))
    nodes: list[Node] = [Bullets(tuple(rest))] if rest else []
    nodes.append(Paragraph((Emphasis(f"Question: {entry.question}"),)))
    nodes += [list_sources((each.source for each in shown), context.content)] if shown else []
    whole = replace(whole_answer_action(entry), label="Show everything")
    buttons = [whole] if len(shown) < len(entry.answer) else []
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
        buttons=(*buttons, *in_row, _ALL_QUESTIONS),
        more=(*questions.values(), *others, *([_ALL_SOURCES] if shown else [])),
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


def _no_answer(found: _Found) -> Refusal:
    """Return the refusal of a question without an answer, which the moderators may answer."""
    message = "I don't have an answer to that yet."
    row, menu = found.ask_moderators()
    closest = found.actions()[:_MAX_CLOSEST]
    if closest:
        message = f"{message} These are the closest questions I know:"
        return Refusal(message, *closest, _ALL_QUESTIONS, *row, more=menu)
    about = "Ask about careers and hiring in AI and ML."
    return Refusal(f"{message} {about}", _ALL_QUESTIONS, *row, more=menu)
