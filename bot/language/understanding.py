"""Understanding a question: the entries of the FAQ and the commands that may answer it."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from bot.call import Call
from bot.command import Command
from bot.language import thresholds
from bot.language.argument_types import amounts, backgrounds
from bot.language.arrangement import find_ignored
from bot.language.foreign import to_english
from bot.language.intent import is_apt, match_misspelled_line, match_whole_line
from bot.language.name_index import NameRegistry, normalize
from bot.language.occupations import names_own_occupation
from bot.language.requests import build_call, load_off_topic, load_requests
from bot.language.retrieval.community import CommunityIndex, OwnResult
from bot.language.retrieval.documents import Document
from bot.language.retrieval.names import NameMarker
from bot.language.retrieval.search import Certainty, Result, SearchIndex
from bot.language.small_talk import COMMAND as SMALL_TALK
from bot.language.small_talk import find_danger, find_small_talk
from bot.language.stories import pick_question, split_questions
from bot.pay.amount import Amount, parse_amount
from content import Content, FaqEntry

_COMMAND = "/"  # begins the ids of commands in the index
# Replies that would be odd if they were a guess, such as thanks for what may be an insult
_SURE_TALK = frozenset(
    f"/small-talk topic:{each}" for each in ("praise", "goodbye", "complaint", "thanks", "stop")
)
_SURE_COMMANDS = frozenset({"settings-panel", "schedule-panel", "help"})  # useless as a guess
_OFF_TOPIC = "-"  # begins those of subjects that have nothing to do with it


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The id of an answer that the community's moderators wrote."""

    id: str


Answer = OwnAnswer | FaqEntry | Call


@dataclass(frozen=True, slots=True)
class Understanding:
    """The *answers* that a question may get, best first: entries of the FAQ and calls to run.

    *certainty* is that of the first. *shows_two* is true if it isn't sure and the second comes
    close, or if it surely answers one question and the second another. *ignored* are places, years
    and the like that the entries shown don't mention.
    """

    answers: tuple[Answer, ...] = ()
    certainty: Certainty = Certainty.NOTHING
    ignored: tuple[str, ...] = ()
    shipped: FaqEntry | None = None  # surely answers it, too, if an own answer is first
    shows_two: bool = False
    is_whole: bool = False  # whether all words of the question were understood as a command
    is_doubtful: bool = False  # whether maybe none of the answers fits

    @property
    def call(self) -> Call | None:
        """The call that surely answers the question, or None."""
        first = self.answers[0] if self.answers else None
        is_sure = self.certainty is Certainty.ANSWER and not self.shows_two
        return first if isinstance(first, Call) and is_sure else None

    @property
    def entries(self) -> tuple[FaqEntry, ...]:
        """The entries among the answers."""
        return tuple(each for each in self.answers if isinstance(each, FaqEntry))


def understand(
    question: str,
    registry: NameRegistry,
    commands: Mapping[str, Command],
    own: CommunityIndex | None = None,
) -> Understanding:
    """Return what *question* asks for, by its first MAX_QUESTION_LENGTH characters.

    *own* finds the answers of the member's community, which come first.
    """
    question = to_english(question[: thresholds.MAX_QUESTION_LENGTH])
    shipped = _understand(question, registry, commands)
    found = own.search(question) if own else OwnResult()
    return _add_own(found, shipped, registry.content) if found.matches else shipped


def has_own_answer(question: str, own: CommunityIndex) -> bool:
    """Return True if an answer of the community surely answers *question*."""
    question = to_english(question[: thresholds.MAX_QUESTION_LENGTH])
    return own.search(question).certainty is Certainty.ANSWER


def _add_own(found: OwnResult, shipped: Understanding, content: Content) -> Understanding:
    """Return *shipped* with the own answers *found*: before the others, or the first after them."""
    known = [each for each in found.matches if not each.entry or each.entry in content.faq]
    own = [content.faq[each.entry] if each.entry else OwnAnswer(each.id) for each in known]
    others = [each for each in shipped.answers if each not in own]
    is_first = known[:1] == [*found.matches[:1]] and found.certainty is not Certainty.NOTHING
    if shipped.certainty is Certainty.ANSWER:  # the closest own answer doesn't win over a sure one
        is_first = is_first and found.certainty is Certainty.ANSWER
    if not own or (shipped.is_whole and found.certainty is not Certainty.ANSWER):
        return shipped
    if is_first:
        if found.certainty is Certainty.ANSWER and shipped.certainty is not Certainty.ANSWER:
            others = []  # they'd be far-fetched
        answers = (own[0], *others[:1], *own[1:], *others[1:])[: thresholds.MAX_ENTRIES]
        best = shipped.answers[0] if shipped.certainty is Certainty.ANSWER else None
        says = best if isinstance(best, FaqEntry) and best != own[0] else None
        return Understanding(answers, found.certainty, shipped=says)
    if shipped.certainty is Certainty.NOTHING:
        return shipped
    added = [each for each in own[:1] if each not in shipped.answers]
    kept = shipped.answers[: thresholds.MAX_ENTRIES - len(added)]
    return replace(shipped, answers=(*kept, *added))


def _understand(
    question: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Understanding:
    """Return what *question* asks for by the shipped content and commands alone."""
    content = registry.content
    talk = find_danger(question) or find_small_talk(question)
    if talk is not None and talk.command in commands:
        return Understanding((talk,), Certainty.ANSWER, is_whole=True)
    call = match_whole_line(question, registry, commands)
    call = call or match_misspelled_line(question, registry, commands)
    if call is not None and commands[call.command].is_shareable:
        return Understanding((call,), Certainty.ANSWER, is_whole=True)
    found = _search(question, content)
    both = _find_both(question, registry, commands) if found.confidence < math.inf else ()
    if both:
        others = (registry.content.faq.get(each) for each in found.ids)
        rest = [each for each in others if each is not None and each not in both]
        answers_of_both = (*both, *rest)[: thresholds.MAX_ENTRIES]
        ignored = find_ignored(question, both)
        return Understanding(answers_of_both, Certainty.ANSWER, ignored, shows_two=True)
    certainty, answers, scores = found.certainty, list[Answer](), list[float]()
    for id_, score in islice(zip(found.ids, found.scores, strict=True), 2 * thresholds.MAX_ENTRIES):
        is_panel = id_.partition(" ")[0].removeprefix(_COMMAND) in _SURE_COMMANDS
        if (is_panel or id_ in _SURE_TALK) and certainty is not Certainty.ANSWER:
            continue
        answer = _find_answer(id_, question, registry, commands, answers)
        if answer is not None:
            answers.append(answer)
            scores.append(score)
        elif not answers and certainty is Certainty.ANSWER:
            certainty = Certainty.CLOSEST  # it was sure of an answer that there isn't
        if len(answers) == thresholds.MAX_ENTRIES:
            break
    shows_two = (
        certainty is Certainty.CLOSEST
        and len(scores) > 1
        and scores[0] - scores[1] < thresholds.CLOSE_SECOND
        and all(_is_shown_beside(each, commands) for each in answers[:2])
    )
    ignored = find_ignored(question, answers[: 1 + shows_two])
    is_doubtful = certainty is Certainty.CLOSEST and (
        found.confidence < thresholds.DOUBTFUL_CONFIDENCE
    )
    return Understanding(
        tuple(answers), certainty, ignored, shows_two=shows_two, is_doubtful=is_doubtful
    )


def _search(question: str, content: Content) -> Result:
    """Return the documents that are like *question*, or like what it asks if they surely are.

    There are none if it's a short line that only comes close to small talk.
    """
    found, alone = search_index(content).search(question), pick_question(question)
    is_plain = alone != question and len(alone.split()) <= thresholds.MAX_SHORT_WORDS
    if is_plain and found.certainty is not Certainty.ANSWER:
        asked = search_index(content).search(alone)  # a story may surround it
        found = asked if asked.certainty is Certainty.ANSWER else found
    is_short = len(question.split()) <= thresholds.MAX_TALK_WORDS
    if found.certainty is Certainty.CLOSEST and is_short and found.ids[0] in _SURE_TALK:
        return Result((), 0.0)  # it's talk, but of another kind, so no answer fits
    return found


def _find_both(
    question: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> tuple[Answer, ...]:
    """Return the answers to the two questions in *question* if each surely has another one.

    A command reads its arguments from the text without the other question.
    """
    asked = split_questions(question)
    if len(asked) != 2 or len(question.split()) > thresholds.MAX_TWO_QUESTIONS_WORDS:  # noqa: PLR2004
        return ()
    answers: list[Answer] = []
    for each, other in zip(asked, reversed(asked), strict=True):
        found = search_index(registry.content).search(each)
        if found.certainty is not Certainty.ANSWER:
            return ()
        text = question.replace(other, " ")
        answer = _find_answer(found.ids[0], text, registry, commands, answers)
        if answer is None or answer in answers or not _is_shown_beside(answer, commands):
            return ()
        answers.append(answer)
    return tuple(answers)


def _is_shown_beside(answer: Answer, commands: Mapping[str, Command]) -> bool:
    """Return True unless *answer* is small talk or a command whose reply only the member sees."""
    if not isinstance(answer, Call):
        return True
    return answer.command != SMALL_TALK and commands[answer.command].is_shareable


def _find_answer(
    id_: str,
    question: str,
    registry: NameRegistry,
    commands: Mapping[str, Command],
    better: Iterable[Answer],
) -> Answer | None:
    """Return the answer with *id_* in the index.

    Return None if it needs a command that isn't there, doesn't fit or is in *better* already.
    """
    if not id_.startswith(_COMMAND):
        entry = registry.content.faq[id_]
        return entry if _fits_background(entry, question, registry) else None
    request = load_requests()[id_.removeprefix(_COMMAND)]
    used = {each.command for each in better if isinstance(each, Call)}
    if request.command not in commands.keys() - used:
        return None
    call = build_call(request, question, registry, commands)
    if not commands[call.command].required <= call.args.keys():
        return None
    may_be_pay = all(each.is_plausible for each in _list_amounts(call, commands[call.command]))
    return call if may_be_pay and is_apt(call, registry.content) else None


def _fits_background(entry: FaqEntry, question: str, registry: NameRegistry) -> bool:
    """Return False if *entry* assumes a background that the writer of *question* doesn't have."""
    if entry.background is None or not names_own_occupation(question):
        return True
    known = registry.index_for(backgrounds)
    named = (known.lookup(each) for each in normalize(question).split())
    return any(each is not None and each.id == entry.background for each in named)


def _list_amounts(call: Call, command: Command) -> Iterator[Amount]:
    """Yield the amounts of pay among the arguments of *call*."""
    texts = (value for name, value in call.args.items() if command.args[name].names is amounts)
    yield from filter(None, map(parse_amount, texts))


def _says(entry: FaqEntry) -> Iterator[str]:
    return (each.says for each in entry.answer)


@lru_cache(maxsize=1)  # a process loads the content once
def search_index(content: Content) -> SearchIndex:
    """Return the search index of the FAQ and commands, which is built with the first question."""
    return SearchIndex(list_documents(content), NameMarker(content))


def list_documents(content: Content) -> dict[str, Document]:
    """Return what a question may be about, by its id in the index."""
    documents = {
        each.id: Document(each.question, each.also, [*filter(None, [each.says]), *_says(each)])
        for each in content.faq.values()
    }
    for request in load_requests().values():
        first, *others = request.wordings
        documents[_COMMAND + request.id] = Document(first, others, group=request.command)
    for subject, (first, *others) in load_off_topic().items():
        documents[_OFF_TOPIC + subject] = Document(first, others, is_answer=False)
    return documents
