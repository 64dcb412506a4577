"""Replies as they were drawn, for as long as the App gives the same ones."""

from collections.abc import Mapping

from adapters.slack.render import Message, Surface, render
from bot.call import Call
from bot.memo import Memo
from bot.reply import Reply


class Drawings:
    """Draws what is not drawn yet."""

    def __init__(self, kept: int) -> None:
        """Keep as many drawings as *kept* says."""
        self._kept = Memo[tuple[object, ...], tuple[Reply, tuple[Message, ...]]](kept)

    def pages(
        self,
        reply: Reply,
        call: Call | None,
        surface: Surface,
        names: Mapping[str, str],
        *,
        share: bool,
    ) -> tuple[Message, ...]:
        """Draw *reply*; the App gives a settled one again as the same object."""
        place = (id(reply), surface, share)
        known = self._kept.get(place)
        if known is not None and known[0] is reply:
            return known[1]
        drawn = render(reply, call, share=share, surface=surface, names=names).messages
        return self._kept.keep(place, (reply, drawn))[1]
