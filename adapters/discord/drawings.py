"""Replies as they were drawn and encoded, for as long as the App gives the same ones."""

from adapters.discord.render import Message, render
from bot.call import Call
from bot.memo import Memo
from bot.reply import Reply


class Drawings:
    """Draws what is not drawn yet."""

    def __init__(self, kept: int) -> None:
        """Keep as many drawings as *kept* says."""
        self._kept = Memo[tuple[int, bool], tuple[Reply, tuple[Message, ...]]](kept)

    def pages(self, reply: Reply, call: Call, *, share: bool) -> tuple[Message, ...]:
        """Draw *reply*; the App gives a settled one again as the same object."""
        known = self._kept.get((id(reply), share))
        if known is not None and known[0] is reply:
            return known[1]
        drawn = (reply, render(reply, call, share=share).messages)
        return self._kept.keep((id(reply), share), drawn)[1]
