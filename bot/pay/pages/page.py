"""A page of an answer about pay."""

from dataclasses import dataclass

from bot.reply import Node, Prose


@dataclass(frozen=True, slots=True)
class PayPage:
    """The sentence that answers, the nodes below it, and the ids of the sources that they cite."""

    answer: Prose
    nodes: tuple[Node, ...]
    sources: tuple[str, ...]
