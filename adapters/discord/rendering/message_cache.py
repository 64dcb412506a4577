"""Messages that are drawn and encoded once, and filled in for each member."""

from dataclasses import dataclass
from typing import Protocol

from adapters.discord.rendering.layout import File
from adapters.discord.rendering.render import render
from adapters.shared.render_cache import RenderCache
from bot.call import Call
from bot.reply import Reply, ReplyTemplate


class Drawn(Protocol):
    """What is sent of a message."""

    @property
    def files(self) -> tuple[File, ...]:
        """The files that go with it."""
        ...

    def encoded(self, *, private: bool = False) -> str:
        """Give the body as JSON."""
        ...

    def described(self) -> "Drawn | None":
        """Return the drawing with its pictures in words; None without pictures."""
        ...


@dataclass(frozen=True, slots=True)
class _Filled:
    """A message with a word where its pattern has a blank."""

    drawn: Drawn
    pattern: ReplyTemplate

    @property
    def files(self) -> tuple[File, ...]:
        """See Drawn."""
        return self.drawn.files

    def described(self) -> Drawn | None:
        """See Drawn."""
        described = self.drawn.described()
        return described and _Filled(described, self.pattern)

    def encoded(self, *, private: bool = False) -> str:
        """See Drawn; neither blank nor word has anything that JSON would write otherwise."""
        blank = self.drawn.encoded(private=private)
        return blank.replace(self.pattern.placeholder, self.pattern.value)


class Drawings:
    """Draws what is not drawn yet."""

    def __init__(self, kept: int) -> None:
        """Keep as many drawings as *kept* says."""
        self._kept = RenderCache[Drawn](kept, lambda page: page.encoded(private=True), _Filled)

    def pages(self, reply: Reply, call: Call, *, share: bool) -> tuple[Drawn, ...]:
        """Draw *reply*, which *call* gives once more."""
        return self._kept.pages(
            reply, share, lambda wanted: render(wanted, call, share=share).messages
        )
