"""A community answer as members see it, and its first words where moderators read its name."""

import re

from bot.command import truncate
from bot.formatting import end_sentence
from bot.reply import Emphasis, Link, Node, Paragraph, Prose
from content import Content
from storage import CommunityAnswer

_MAX_NAME = 60  # characters of a question that name its answer
_BLANK_LINES = re.compile(r"\n\s*\n")


def answer_parts(answer: CommunityAnswer) -> tuple[Prose, tuple[Node, ...]]:
    """Return the first line of a community answer, and nodes: the rest, its link, its authors.

    It is literal text. The last node says that the moderators wrote it, and in which month.
    """
    first, _, rest = answer.text.partition("\n")  # a heading has one line
    others = _BLANK_LINES.split(rest.strip("\n"))
    nodes: list[Node] = [Paragraph(each) for each in others if each]
    if answer.link:
        nodes.append(Paragraph((Link(answer.link, answer.link),)))
    written = f"Community answer, by the moderators, {answer.updated_at:%Y-%m}"
    nodes.append(Paragraph((Emphasis(written),)))
    return first, tuple(nodes)


def name_answer(answer: CommunityAnswer) -> str:
    """Return the question of an answer in quotation marks, to name the answer in a sentence."""
    return f"“{shorten(answer.question)}”"


def report_change(done: str, question: str) -> str:
    """Return a sentence such as "Added: “Dress code”."; a question keeps its own mark."""
    return end_sentence(f"{done}: “{shorten(question)}”")


def linked_question(answer: CommunityAnswer, content: Content) -> str:
    """Return the shipped question to whose answer *answer* leads, or "" if it has a text.

    A question that the content no longer has is named by its id.
    """
    if answer.entry is None:
        return ""
    found = content.faq.get(answer.entry)
    return found.question if found else answer.entry


def shorten(text: str, length: int = _MAX_NAME) -> str:
    """Return the first words of *text*, on one line of up to *length* characters."""
    return truncate(" ".join(text.split()), length)
