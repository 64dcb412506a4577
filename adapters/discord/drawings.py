"""Replies as they were drawn and encoded, for as long as the App gives the same ones."""

from dataclasses import dataclass
from typing import Protocol

from adapters.discord.parts import File
from adapters.discord.render import Message, render
from bot.call import Call
from bot.memo import Memo
from bot.reply import Pattern, Reply


class Drawn(Protocol):
    """What is sent of a message."""

    @property
    def files(self) -> tuple[File, ...]:
        """The files that go with it."""
        ...

    def encoded(self, *, private: bool = False) -> str:
        """Give the body as JSON."""
        ...


@dataclass(frozen=True, slots=True)
class _Filled:
    """A message with a word where its pattern has a blank."""

    drawn: Message
    pattern: Pattern
    files: tuple[File, ...] = ()

    def encoded(self, *, private: bool = False) -> str:
        """See Drawn; neither blank nor word has anything that JSON would write otherwise."""
        blank = self.drawn.encoded(private=private)
        return blank.replace(self.pattern.blank, self.pattern.word)


class Drawings:
    """Draws what is not drawn yet."""

    def __init__(self, kept: int) -> None:
        """Keep as many drawings as *kept* says."""
        self._kept = Memo[tuple[int, bool], tuple[Reply, tuple[Message, ...]]](kept)
        self._fit = Memo[int, tuple[Reply, bool]](kept)  # patterns

    def pages(self, reply: Reply, call: Call, *, share: bool) -> tuple[Drawn, ...]:
        """Draw *reply*; the App gives a settled one again as the same object."""
        if reply.pattern is None:
            return self._drawn(reply, call, share=share)
        drawn = self._drawn(reply.pattern.reply, call, share=share)
        if self._fits(drawn, reply.pattern):
            return (_Filled(drawn[0], reply.pattern),)
        return render(reply, call, share=share).messages

    def _fits(self, drawn: tuple[Message, ...], pattern: Pattern) -> bool:
        known = self._fit.get(id(pattern.reply))
        if known is None or known[0] is not pattern.reply:
            known = self._fit.keep(id(pattern.reply), (pattern.reply, _holds(drawn, pattern)))
        return known[1]

    def _drawn(self, reply: Reply, call: Call, *, share: bool) -> tuple[Message, ...]:
        known = self._kept.get((id(reply), share))
        if known is not None and known[0] is reply:
            return known[1]
        drawn = (reply, render(reply, call, share=share).messages)
        return self._kept.keep((id(reply), share), drawn)[1]


def _holds(drawn: tuple[Message, ...], pattern: Pattern) -> bool:
    """Tell whether every blank of *pattern* was drawn as it stands there, and on one page.

    A Call that is too long for a button is packed, or written out: then there is none to fill.
    """
    if len(drawn) != 1 or drawn[0].files:
        return False
    return drawn[0].encoded(private=True).count(pattern.blank) == pattern.blanks()
