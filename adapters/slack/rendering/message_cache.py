"""Messages that are drawn once, and filled in for each member."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.shared.render_cache import RenderCache
from adapters.slack.rendering.render import Message, Surface, render
from bot.call import Call
from bot.reply import Reply, ReplyTemplate


class Drawings:
    """Draws what is not drawn yet."""

    def __init__(self, kept: int) -> None:
        """Keep as many drawings as *kept* says."""
        self._kept = RenderCache[Message](kept, lambda page: json.dumps(page.blocks), _filled)

    def pages(
        self,
        reply: Reply,
        call: Call | None,
        surface: Surface,
        names: Mapping[str, str],
        *,
        share: bool,
    ) -> tuple[Message, ...]:
        """Draw *reply*, which *call* gives once more."""

        def draw(wanted: Reply) -> tuple[Message, ...]:
            return render(wanted, call, share=share, surface=surface, names=names).messages

        return self._kept.pages(reply, (surface, share), draw)


def _filled(message: Message, pattern: ReplyTemplate) -> Message:
    def filled(part: Any) -> Any:
        if isinstance(part, str):
            return part.replace(pattern.placeholder, pattern.value)
        if isinstance(part, dict):
            return {key: filled(each) for key, each in part.items()}
        return [filled(each) for each in part] if isinstance(part, list) else part

    return replace(message, blocks=tuple(filled(each) for each in message.blocks))
