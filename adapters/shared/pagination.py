"""Splitting of a reply that is too long for one message into pages."""

from collections.abc import Callable, Iterable
from typing import TypeVar

P = TypeVar("P")


def _keep_whole(part: P, page: list[P]) -> tuple[P, ...]:
    del page
    return (part,)


def paginate(
    parts: Iterable[P],
    fits: Callable[[list[P]], bool],
    split: Callable[[P], tuple[P, ...]],
    split_to_fill: Callable[[P, list[P]], tuple[P, ...]] = _keep_whole,
) -> list[list[P]]:
    """Return *parts* grouped into pages, in order.

    *fits* returns True if the parts in a list fit on one page. *split* divides a part that is too
    long for a page. If it returns only one part, that part gets a page of its own.
    *split_to_fill* divides a part so that its beginning fits on a page after the parts that are
    there, or returns only that part if it is better moved to the next page.
    """
    pages: list[list[P]] = []
    waiting = list(parts)[::-1]
    while waiting:
        part = waiting.pop()
        if pages and fits([*pages[-1], part]):
            pages[-1].append(part)
        elif pages and len(pieces := split_to_fill(part, pages[-1])) > 1:
            pages[-1].append(pieces[0])
            waiting += pieces[:0:-1]
        elif fits([part]) or len(smaller := split(part)) == 1:
            pages.append([part])
        else:
            waiting += smaller[::-1]
    return pages


def split_text(text: str, max_length: int) -> tuple[str, str]:
    """Return the start of *text* (at most *max_length* characters) and the rest.

    The text is split at the last newline in that range, else at the last space, else after
    *max_length* characters.
    """
    if len(text) <= max_length:
        return text, ""
    for edge in ("\n", " "):
        at = text.rfind(edge, 1, max_length + 1)
        if at > 0:
            return text[:at], text[at + 1 :]
    return text[:max_length], text[max_length:]
