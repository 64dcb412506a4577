"""Split a reply that is too long for one message into pages."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.reply import Actions, Node, Sources

P = TypeVar("P")


def paginate(
    parts: Iterable[P], fits: Callable[[list[P]], bool], split: Callable[[P], tuple[P, ...]]
) -> list[list[P]]:
    """Return *parts* in pages, in order; a part that doesn't fit on a page alone is *split*.

    A part that can't be split further (*split* returns it alone) gets a page of its own.
    """
    pages: list[list[P]] = []
    waiting = list(parts)[::-1]
    while waiting:
        part = waiting.pop()
        if pages and fits([*pages[-1], part]):
            pages[-1].append(part)
        elif fits([part]) or len(smaller := split(part)) == 1:
            pages.append([part])
        else:
            waiting += smaller[::-1]
    return pages


def split_text(text: str, max_length: int) -> tuple[str, str]:
    """Split *text* at the last newline within *max_length*, else at a space, else there."""
    if len(text) <= max_length:
        return text, ""
    for edge in ("\n", " "):
        at = text.rfind(edge, 1, max_length + 1)
        if at > 0:
            return text[:at], text[at + 1 :]
    return text[:max_length], text[max_length:]


def split_trailing_actions(nodes: Iterable[Node]) -> tuple[list[Node], list[Node]]:
    """Split off the actions at the end of a reply, which are repeated on every page.

    Sources below them stay with the rest.
    """
    rest, actions = list(nodes), list[Node]()
    sources = [rest.pop()] if rest and isinstance(rest[-1], Sources) else []
    while rest and isinstance(rest[-1], Actions):
        actions.insert(0, rest.pop())
    return [*rest, *sources], actions
