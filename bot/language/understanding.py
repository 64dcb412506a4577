"""Understanding a question: it gets a command's answer, an FAQ entry, or the closest entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.call import Call
from bot.command import Command
from bot.language import thresholds
from bot.language.argument_parser import split_asides
from bot.language.asides import is_mentioned
from bot.language.intent import match_misspelled_line, match_whole_line, suggest_calls
from bot.language.name_index import NameRegistry
from bot.language.retrieval.search import Certainty, Document, SearchIndex
from bot.language.small_talk import find_small_talk
from bot.language.tokens import tokenize
from content import Content, FaqEntry


@dataclass(frozen=True, slots=True)
class Understanding:
    """The answer that a question gets: a *call* to run, or else *entries* of the FAQ, best first.

    *certainty* is that of the first entry. *suggested* are calls that the question may ask for.
    *ignored* are places, years and the like that the first entry doesn't mention.
    """

    call: Call | None
    entries: tuple[FaqEntry, ...] = ()
    certainty: Certainty = Certainty.NOTHING
    suggested: tuple[Call, ...] = ()
    ignored: tuple[str, ...] = ()


def understand(
    question: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Understanding:
    """Return what *question* asks for, by its first MAX_QUESTION_LENGTH characters."""
    question = question[: thresholds.MAX_QUESTION_LENGTH]
    content = registry.content
    talk = find_small_talk(question)
    if talk is not None and talk.command in commands:
        return Understanding(talk)
    call = match_whole_line(question, registry, commands)
    call = call or match_misspelled_line(question, registry, commands)
    if call is not None and commands[call.command].is_shareable:
        return Understanding(call)
    asides, others = split_asides(tokenize(question)[: thresholds.MAX_LINE_TOKENS])
    found = search_index(content).search(question)
    if found.certainty is Certainty.NOTHING and asides:  # they are mentioned instead
        found = search_index(content).search(" ".join(each.raw for each in others))
    entries = tuple(content.faq[id_] for id_ in found.ids[: thresholds.MAX_ENTRIES])
    return Understanding(
        call=None,
        entries=entries,
        certainty=found.certainty,
        suggested=tuple(suggest_calls(question, registry, commands)),
        ignored=tuple(_find_ignored(asides, entries[0])) if entries else (),
    )


def _find_ignored(asides: tuple[str, ...], entry: FaqEntry) -> Iterator[str]:
    """Yield those of *asides*, such as "Brazil", that *entry* doesn't mention."""
    text = _text_of(entry) if asides else ""
    yield from (each for each in asides if not is_mentioned(each, text))


def _text_of(entry: FaqEntry) -> str:
    says = (each.says for each in entry.answer)
    return " ".join((entry.question, *entry.also, entry.unstated or "", *says))


@lru_cache(maxsize=1)  # a process loads the content once
def search_index(content: Content) -> SearchIndex:
    """Return the search index of the FAQ, which is built with the first question."""
    return SearchIndex(
        {
            each.id: Document(each.question, each.also, [part.says for part in each.answer])
            for each in content.faq.values()
        }
    )
