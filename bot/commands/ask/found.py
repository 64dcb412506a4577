"""The answers found for a question, and their parts that are shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.app import CommandContext
from bot.call import Call
from bot.commands.ask.question_list import question_action
from bot.community.answers import CommunityKnowledge
from bot.community.questions import moderator_actions
from bot.formatting import format_attributed
from bot.language import small_talk
from bot.language.arrangement import arrange
from bot.language.retrieval.search import Certainty
from bot.language.understanding import OwnAnswer, search_index, understand
from bot.reply import Action, Link, Prose
from content import Content, FaqEntry, Statement
from storage import CommunityAnswer


@dataclass(frozen=True, slots=True)
class Found:
    """The results for a question, best first, and the knowledge of the member's community."""

    context: CommandContext
    question: str
    own: CommunityKnowledge
    answers: tuple[CommunityAnswer | FaqEntry | Call, ...]
    certainty: Certainty
    shipped: FaqEntry | None  # answers the question, too, if an own answer is first
    ignored: tuple[str, ...]
    shows_two: bool  # whether the second comes close to the first, or answers a second question
    is_doubtful: bool  # whether maybe none of the answers fits

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
        unstated = tuple(each for each in entry.unstated if not hides(each))
        says = None if hides(entry.says or "") else entry.says
        if (kept, unstated, says) == (entry.answer, entry.unstated, entry.says):
            return entry
        return entry.model_copy(update={"answer": kept, "unstated": unstated, "says": says})

    def ask_moderators(self) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
        """Return the buttons and menu lines that send the question to the moderators."""
        actions = moderator_actions(self.context, self.question)
        return actions[:1], actions[1:]

    def parts(self, entry: FaqEntry, *, is_full: bool = False) -> tuple[str | Statement, ...]:
        """Return the parts of *entry* that aren't hidden: all, or those that matter, best first."""
        shown = self.without_hidden(entry)
        if is_full:
            return shown.parts
        return arrange(self.question, shown, search_index(self.context.content))

    def lines(self, entry: FaqEntry, parts: Iterable[str | Statement]) -> list[Prose]:
        """Return *parts* of *entry* as members read them.

        If there are none because the moderators have hidden all, return a line that says so.
        """
        content = self.context.content
        lines = list(_all_lines(entry, parts, content))
        if lines:
            return lines
        shipped = content.faq[entry.id]
        return [self.own.hiding.explain(_all_lines(shipped, shipped.parts, content))]


def _all_lines(
    entry: FaqEntry, parts: Iterable[str | Statement], content: Content
) -> Iterator[Prose]:
    for part in parts:
        if not isinstance(part, str):
            yield format_attributed(part, content)
        elif part == entry.says and entry.link:
            yield (f"{part} ", Link(entry.link, entry.link))
        else:
            yield part


def find_answers(
    context: CommandContext, question: str, own: CommunityKnowledge, *, is_whole: bool
) -> Found:
    """Return the results for *question*; whole answers are only those from the sources."""
    app = context.app
    index = None if is_whole else own.index
    understood = understand(question, app.name_registry, app.commands, index)
    answers = tuple(
        own.answers[each.id] if isinstance(each, OwnAnswer) else each
        for at, each in enumerate(understood.answers)
        if at == 0 or not isinstance(each, Call) or each.command != small_talk.COMMAND
    )
    rest = (understood.certainty, understood.shipped, understood.ignored, understood.shows_two)
    return Found(context, question, own, answers, *rest, understood.is_doubtful)
