"""Members' questions and reports that are waiting for the moderators; similar ones are grouped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.call import Call
from bot.community.own_answers.page import shorten
from bot.errors import Refusal
from bot.language.likeness import group_alike
from bot.language.name_index import normalize
from bot.registry import CommandRegistry
from bot.tips.context import ModeratorContext
from bot.tips.validation import normalize_text
from storage import CommunityAnswer, Feedback, FeedbackKind, FeedbackState

MAX_AT_ONCE = 10  # questions and reports that one decision is about
_QUOTE_LENGTH = 120  # characters of a question in a sentence


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Similar questions that are waiting, oldest first, or a single report.

    *asked* is how often they were asked in this month, also by members who didn't send them.
    """

    items: tuple[Feedback, ...]
    asked: int

    @property
    def first(self) -> Feedback:
        """The oldest question, or the report."""
        return self.items[0]

    @property
    def numbers(self) -> str:
        """The numbers of the items, as an argument: "7,9"."""
        return ",".join(str(each.number) for each in self.items[:MAX_AT_ONCE])

    @property
    def texts(self) -> tuple[str, ...]:
        """The different texts of the items."""
        return different_texts(self.items)


def different_texts(items: Collection[Feedback]) -> tuple[str, ...]:
    """Return the texts of *items* on one line each, without those that differ in punctuation."""
    found: dict[str, str] = {}
    for each in items:
        found.setdefault(normalize(each.text), " ".join(each.text.split()))
    return tuple(found.values())


async def list_waiting_groups(moderator: ModeratorContext) -> tuple[WaitingGroup, ...]:
    """Return all waiting items in groups, the most asked first, then the oldest."""
    store, now = moderator.store, moderator.context.now
    waiting = await store.feedback.list_for_queue(moderator.queue, FeedbackState.WAITING)
    questions = [each for each in waiting if each.kind is not FeedbackKind.REPORT]
    month = now.date().replace(day=1)
    counts = await store.question_counts.counts(moderator.queue, month)
    found = [WaitingGroup((each,), 1) for each in waiting if each.kind is FeedbackKind.REPORT]
    texts = [each.text for each in questions]
    for positions in await group_alike(texts, moderator.context.content):
        items = tuple(questions[each] for each in positions)
        counted = sum(counts.get(each, 0) for each in {each.fingerprint or "" for each in items})
        sent = sum(each.at.date() >= month for each in items)
        found.append(WaitingGroup(items, max(counted, sent)))
    return tuple(sorted(found, key=lambda each: (-each.asked, each.first.number)))


def quote(item: Feedback) -> str:
    """Return the first words of a question or report, in quotation marks."""
    return f"“{shorten(item.text, _QUOTE_LENGTH)}”"


def reported_call(item: Feedback, registry: CommandRegistry) -> Call | None:
    """Return the call whose answer is reported, or None if it isn't known anymore."""
    if item.about is None:
        return None
    try:
        return registry.parse(item.about)
    except Refusal:
        return None


def reported_question(item: Feedback, registry: CommandRegistry) -> str:
    """Return the question whose answer is reported, or "" if it wasn't a question."""
    call = reported_call(item, registry)
    command = registry.commands.get(call.command) if call else None
    is_question = call is not None and command is not None and command.answers_questions
    return next(iter(call.args.values()), "") if call and is_question else ""


def reported_answer(
    item: Feedback, registry: CommandRegistry, answers: Sequence[CommunityAnswer]
) -> CommunityAnswer | None:
    """Return the community answer that is reported, or None if another answer is."""
    question = normalize_text(reported_question(item, registry))
    return next(
        (
            each
            for each in answers
            if question and question in map(normalize_text, (each.question, *each.wordings))
        ),
        None,
    )
