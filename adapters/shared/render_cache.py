"""Replies as they were drawn, for as long as the App gives the same ones."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.cache import Memo
from bot.reply import Pattern, Reply

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class _Drawn(Generic[M]):
    """The pages of a reply, and whether the blanks of a pattern can be filled in there."""

    reply: Reply
    pages: tuple[M, ...]
    fillable: bool


class Kept(Generic[M]):
    """The last drawings, *most* of them at the most."""

    def __init__(
        self, most: int, written: Callable[[M], str], fill: Callable[[M, Pattern], M]
    ) -> None:
        """Keep pages; *written* gives all that is sent of one, *fill* puts a word in."""
        self._written, self._fill = written, fill
        self._kept = Memo[tuple[int, Hashable], _Drawn[M]](most)

    def pages(
        self, reply: Reply, where: Hashable, draw: Callable[[Reply], tuple[M, ...]]
    ) -> tuple[M, ...]:
        """Give the pages of *reply* as they are *where* it is shown; else *draw* them.

        The App gives a settled reply, and one that is a pattern, again as the same object.
        """
        pattern = reply.pattern
        if pattern is None:
            return self._drawn(reply, where, draw, None).pages
        blank = self._drawn(pattern.reply, where, draw, pattern)
        return (self._fill(blank.pages[0], pattern),) if blank.fillable else draw(reply)

    def _drawn(
        self,
        reply: Reply,
        where: Hashable,
        draw: Callable[[Reply], tuple[M, ...]],
        pattern: Pattern | None,
    ) -> _Drawn[M]:
        known = self._kept.get((id(reply), where))
        if known is not None and known.reply is reply:
            return known
        pages = draw(reply)
        fillable = pattern is not None and self._holds(pages, pattern)
        return self._kept.keep((id(reply), where), _Drawn(reply, pages, fillable))

    def _holds(self, pages: tuple[M, ...], pattern: Pattern) -> bool:
        """Tell whether every blank of *pattern* was drawn as it stands there, and on one page.

        A Call that is too long for a button is packed, or written out: then there is none to fill.
        """
        return len(pages) == 1 and self._written(pages[0]).count(pattern.blank) == pattern.blanks()
