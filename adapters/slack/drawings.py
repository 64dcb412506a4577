"""Replies as they were drawn, for as long as the App gives the same ones."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.render import Message, Surface, render
from bot.call import Call
from bot.memo import Memo
from bot.reply import Pattern, Reply

Names = Mapping[str, str]


class Drawings:
    """Draws what is not drawn yet."""

    def __init__(self, kept: int) -> None:
        """Keep as many drawings as *kept* says."""
        self._kept = Memo[tuple[object, ...], tuple[Reply, tuple[Message, ...]]](kept)
        self._fit = Memo[tuple[object, ...], tuple[Reply, bool]](kept)  # patterns

    def pages(
        self, reply: Reply, call: Call | None, surface: Surface, names: Names, *, share: bool
    ) -> tuple[Message, ...]:
        """Draw *reply*; the App gives a settled one again as the same object."""
        pattern = reply.pattern
        if pattern is None:
            return self._drawn(reply, call, surface, names, share=share)
        drawn = self._drawn(pattern.reply, call, surface, names, share=share)
        if self._fits(drawn, pattern, surface):
            return (_filled(drawn[0], pattern),)
        return render(reply, call, share=share, surface=surface, names=names).messages

    def _drawn(
        self, reply: Reply, call: Call | None, surface: Surface, names: Names, *, share: bool
    ) -> tuple[Message, ...]:
        place = (id(reply), surface, share)
        known = self._kept.get(place)
        if known is not None and known[0] is reply:
            return known[1]
        drawn = render(reply, call, share=share, surface=surface, names=names).messages
        return self._kept.keep(place, (reply, drawn))[1]

    def _fits(self, drawn: tuple[Message, ...], pattern: Pattern, surface: Surface) -> bool:
        place = (id(pattern.reply), surface)
        known = self._fit.get(place)
        if known is None or known[0] is not pattern.reply:
            known = self._fit.keep(place, (pattern.reply, _holds(drawn, pattern)))
        return known[1]


def _holds(drawn: tuple[Message, ...], pattern: Pattern) -> bool:
    """Tell whether every blank of *pattern* was drawn as it stands there, and on one page.

    A Call that is too long for a button is packed, or written out: then there is none to fill.
    """
    written = json.dumps(drawn[0].blocks)
    return len(drawn) == 1 and written.count(pattern.blank) == pattern.blanks()


def _filled(message: Message, pattern: Pattern) -> Message:
    def filled(part: Any) -> Any:
        if isinstance(part, str):
            return part.replace(pattern.blank, pattern.word)
        if isinstance(part, dict):
            return {key: filled(each) for key, each in part.items()}
        return [filled(each) for each in part] if isinstance(part, list) else part

    return replace(message, blocks=tuple(filled(each) for each in message.blocks))
