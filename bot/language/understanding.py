"""What a question asks for: the answer of a command, an FAQ entry, or the entries closest to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.call import Call
from bot.command import Command
from bot.language import thresholds
from bot.language.intent import match_whole_line, suggest_calls
from bot.language.name_index import NameRegistry
from bot.language.search import Certainty, Document, SearchIndex
from content import Content, FaqEntry


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question asks for: a *call* to run, or else *entries* of the FAQ, best first.

    *certainty* is that of the first entry. *suggested* are calls that the question may ask for.
    """

    call: Call | None
    entries: tuple[FaqEntry, ...] = ()
    certainty: Certainty = Certainty.NOTHING
    suggested: tuple[Call, ...] = ()


def understand(
    question: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Understanding:
    """Return what *question* asks for, by its first MAX_QUESTION_LENGTH characters."""
    question = question[: thresholds.MAX_QUESTION_LENGTH]
    content = registry.content
    call = match_whole_line(question, registry, commands)
    if call is not None and commands[call.command].is_shareable:
        return Understanding(call)
    found = search_index(content).search(question)
    return Understanding(
        call=None,
        entries=tuple(content.faq[id_] for id_ in found.ids[: thresholds.MAX_ENTRIES]),
        certainty=found.certainty,
        suggested=tuple(suggest_calls(question, registry, commands)),
    )


@lru_cache(maxsize=1)  # a process loads the content once
def search_index(content: Content) -> SearchIndex:
    """Return the search index of the FAQ, which is built with the first question."""
    return SearchIndex(
        {
            each.id: Document(each.question, each.also, [part.says for part in each.answer])
            for each in content.faq.values()
        }
    )
