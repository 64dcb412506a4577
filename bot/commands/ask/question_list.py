"""The list of all questions: the community's own, then those that the sources answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bot.call import Call
from bot.command import truncate
from bot.community.answers import CommunityKnowledge
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.tokens import parse_choice_number
from bot.reply import Action, Actions, Emphasis, Heading, Node, Paragraph, Reply
from content import Content, FaqEntry, Statement

ALL_QUESTIONS = Action("Common questions", Call("ask"))
WHOLE = "all"  # the page that shows all that the sources say
_PAGE_SIZE = 10
_MAX_CHARACTERS = 640  # of the statements on the first screen
_MAX_MENU_LABEL = 45  # characters
_MAX_MENU_LINES = 20


@dataclass(frozen=True)
class QuestionList:
    """All questions that members of a community get answers to, ten a page."""

    content: Content
    own: CommunityKnowledge

    @cached_property
    def _questions(self) -> list[Action]:
        own = (question_action(each.question) for each in self.own.answers.values())
        return [*own, *map(whole_answer_action, self.content.faq.values())]

    @cached_property
    def pages(self) -> list[list[Action]]:
        """A button for each question, ten a page."""
        found = self._questions
        return [found[at : at + _PAGE_SIZE] for at in range(0, len(found), _PAGE_SIZE)]

    def show(self, page: str) -> Reply:
        """Return a page of the list; raise Refusal if there is no such page."""
        pages = self.pages
        number = parse_choice_number(page, len(pages))
        if number is None:
            raise Refusal(f"Pick a page from 1 to {len(pages)}.", Action("Page 1", Call("ask")))
        shipped, own = pluralize(len(self.content.faq), "question"), len(self.own.answers)
        what = f"{shipped} from the sources"
        if own:
            what = f"{pluralize(own, 'question')} from the moderators and {what}"
        total = pluralize(len(self._questions), "question")
        turns = (("Previous questions", number - 1), ("Next questions", number + 1))
        near = {to: label for label, to in turns if 1 <= to <= len(pages)}
        far = [to for to in range(1, len(pages) + 1) if to not in {*near, number}]
        step = -(-len(far) // _MAX_MENU_LINES) or 1
        return Reply(
            f"I answer {what}. Pick one, or ask in your own words.",
            (
                Paragraph((Emphasis(f"{self._range(number)} of {total}"),)),
                *self._lists(number),
            ),
            buttons=tuple(_page_action(label, to) for to, label in near.items()),
            more=tuple(_page_action(self._label(to), to) for to in far[::step]),
        )

    def _lists(self, number: int) -> tuple[Node, ...]:
        """Return the questions of a page, with headings where there are own ones."""
        shown = tuple(self.pages[number - 1])
        if not self.own.answers:
            return (Actions(shown),)
        at = max(0, len(self.own.answers) - (number - 1) * _PAGE_SIZE)
        lists = (("Community answers", shown[:at]), ("From the sources", shown[at:]))
        return tuple(
            node for title, part in lists if part for node in (Heading(title), Actions(part))
        )

    def _label(self, number: int) -> str:
        """Return the menu line for a page: its range, and its first question."""
        label = f"{self._range(number)}: {self.pages[number - 1][0].label}"
        return truncate(label, _MAX_MENU_LABEL)

    def _range(self, number: int) -> str:
        start = (number - 1) * _PAGE_SIZE + 1
        return f"{start}–{start + len(self.pages[number - 1]) - 1}"


def question_action(question: str) -> Action:
    """Return the button that asks *question*."""
    return Action(question, Call("ask", {"question": question}))


def whole_answer_action(entry: FaqEntry) -> Action:
    """Return the button that shows the whole answer of *entry*, however long it is."""
    if count_fitting(entry.answer) >= len(entry.answer) and not has_more_notes(entry):
        return question_action(entry.question)
    return Action(entry.question, Call("ask", {"question": entry.question, "page": WHOLE}))


def has_more_notes(entry: FaqEntry) -> bool:
    """Return True if only the whole answer of *entry* names all that the sources don't say."""
    return len(entry.unstated) > entry.begins_with_unstated


def count_fitting(statements: Sequence[Statement]) -> int:
    """Return how many of *statements*, at least one, fit on the first screen."""
    sizes = accumulate(len(each.says) for each in statements)
    return max(1, sum(size <= _MAX_CHARACTERS for size in sizes))


def _page_action(label: str, page: int) -> Action:
    return Action(label, Call("ask", {"page": str(page)} if page > 1 else {}))
