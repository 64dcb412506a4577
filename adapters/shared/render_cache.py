"""Replies as they were drawn, for as long as the App gives the same ones."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.cache import LruCache
from bot.reply import Reply, ReplyTemplate

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class _RenderedPages(Generic[M]):
    """The pages of a reply, and whether the blanks of a pattern can be filled in there."""

    reply: Reply
    pages: tuple[M, ...]
    is_fillable: bool


class RenderCache(Generic[M]):
    """The last drawings, *most* of them at the most."""

    def __init__(
        self, max_size: int, serialize: Callable[[M], str], fill: Callable[[M, ReplyTemplate], M]
    ) -> None:
        """Keep pages; *written* gives all that is sent of one, *fill* puts a word in."""
        self._serialize, self._fill = serialize, fill
        self._cache = LruCache[tuple[int, Hashable], _RenderedPages[M]](max_size)

    def pages(
        self, reply: Reply, surface: Hashable, render: Callable[[Reply], tuple[M, ...]]
    ) -> tuple[M, ...]:
        """Give the pages of *reply* as they are *where* it is shown; else *draw* them.

        The App gives a settled reply, and one that is a pattern, again as the same object.
        """
        pattern = reply.template
        if pattern is None:
            return self._get_or_render(reply, surface, render, None).pages
        blank = self._get_or_render(pattern.reply, surface, render, pattern)
        return (self._fill(blank.pages[0], pattern),) if blank.is_fillable else render(reply)

    def _get_or_render(
        self,
        reply: Reply,
        surface: Hashable,
        render: Callable[[Reply], tuple[M, ...]],
        template: ReplyTemplate | None,
    ) -> _RenderedPages[M]:
        known = self._cache.get((id(reply), surface))
        if known is not None and known.reply is reply:
            return known
        pages = render(reply)
        fillable = template is not None and self._is_fillable(pages, template)
        return self._cache.put((id(reply), surface), _RenderedPages(reply, pages, fillable))

    def _is_fillable(self, pages: tuple[M, ...], template: ReplyTemplate) -> bool:
        """Tell whether every blank of *pattern* was drawn as it stands there, and on one page.

        A Call that is too long for a button is packed, or written out: then there is none to fill.
        """
        return (
            len(pages) == 1
            and self._serialize(pages[0]).count(template.placeholder)
            == template.count_placeholders()
        )
