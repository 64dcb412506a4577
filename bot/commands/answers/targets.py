"""The existing answers that a member's question can be linked to: shipped and community ones."""

import re
from collections.abc import Iterable

from bot.app import CommandContext
from bot.commands.answers.arguments import parse_numbers
from bot.community.own_answers.page import shorten
from bot.errors import Refusal
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, ParsedNames
from bot.language.understanding import understand
from bot.tips.context import ModeratorContext
from bot.tips.validation import normalize_text
from content import FaqEntry
from storage import CommunityAnswer

_ANSWER = re.compile(r"answer/(\d{1,6})")
_FAQ = "faq/"
_LABEL_LENGTH = 90


def targets(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that parses "faq/phd", a shipped question, or "answer/3"."""
    by_question = {normalize_text(each.question): each for each in registry.content.faq.values()}

    def parse(text: str) -> NamedValue[str] | None:
        if _ANSWER.fullmatch(text):
            return NamedValue(text, text, text)
        found = registry.content.faq.get(text.removeprefix(_FAQ))
        found = found or by_question.get(normalize_text(text))
        return _name_entry(found) if found else None

    return ParsedNames("question", parse, "Do I need a PhD?")


def _name_entry(entry: FaqEntry) -> NamedValue[str]:
    id_ = f"{_FAQ}{entry.id}"
    return NamedValue(id_, shorten(entry.question, _LABEL_LENGTH), id_, entry.also)


async def suggest_targets(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return the answers as suggestions: the likely ones, then the community's, then all others."""
    del typed
    moderator = await ModeratorContext.open(context)
    own = await moderator.store.answers.list_for_queue(moderator.queue)
    found = [_name_entry(each) for each in await _likely_entries(moderator)]
    found += [_name_answer(each) for each in own if each.entry is None]
    found += map(_name_entry, context.content.faq.values())
    unique: dict[str, NamedValue[str]] = {}
    for each in found:
        unique.setdefault(each.id, each)
    return unique.values()


def _name_answer(answer: CommunityAnswer) -> NamedValue[str]:
    id_ = f"answer/{answer.number}"
    return NamedValue(id_, shorten(answer.question, _LABEL_LENGTH), id_, answer.wordings)


async def _likely_entries(moderator: ModeratorContext) -> tuple[FaqEntry, ...]:
    """Return the shipped questions that are the closest to the question that the call is about."""
    app, call = moderator.context.app, moderator.context.call
    for number in parse_numbers(call.args.get("item", ""))[:1]:
        item = await moderator.store.feedback.get(moderator.queue, number)
        if item is not None:
            return understand(item.text, app.name_registry, app.commands).entries
    return ()


async def find_target(
    moderator: ModeratorContext, target: str
) -> tuple[FaqEntry | None, CommunityAnswer | None]:
    """Return the shipped question, or the community's answer, that *target* names.

    A community's answer may itself lead to a shipped question. Raise Refusal if it is gone.
    """
    own = await moderator.store.answers.list_for_queue(moderator.queue)
    number = _ANSWER.fullmatch(target)
    if number:
        found = next((each for each in own if each.number == int(number[1])), None)
        if found is None:
            raise Refusal("That answer doesn't exist, or it was removed.", argument="to")
        return None, found
    entry = moderator.context.content.faq[target.removeprefix(_FAQ)]
    return entry, next((each for each in own if each.entry == entry.id), None)
