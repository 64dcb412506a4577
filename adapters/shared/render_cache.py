"""A cache of rendered replies, used when the app returns the same Reply object again."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.cache import LruCache
from bot.reply import Reply, ReplyTemplate

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class _RenderedPages(Generic[M]):
    reply: Reply
    pages: tuple[M, ...]
    is_fillable: bool  # the placeholders of its template can be replaced in the page


class RenderCache(Generic[M]):
    """A cache with the rendered pages of the most recently used replies."""

    def __init__(
        self, max_size: int, serialize: Callable[[M], str], fill: Callable[[M, ReplyTemplate], M]
    ) -> None:
        """Create a cache for the pages of at most *max_size* replies.

        *serialize* returns everything that is sent for a page as one text. *fill* returns a copy of
        a page with the template's value in place of its placeholder.
        """
        self._serialize, self._fill = serialize, fill
        self._cache = LruCache[tuple[int, Hashable], _RenderedPages[M]](max_size)

    def pages(
        self, reply: Reply, surface: Hashable, render: Callable[[Reply], tuple[M, ...]]
    ) -> tuple[M, ...]:
        """Return the pages of *reply* from the cache, or call *render* if they aren't cached.

        *surface* is anything else that the pages depend on, such as whether they are for a message
        or a modal.
        """
        template = reply.template
        if template is None:
            return self._get_or_render(reply, surface, render, None).pages
        shared = self._get_or_render(template.reply, surface, render, template)
        return (self._fill(shared.pages[0], template),) if shared.is_fillable else render(reply)

    def _get_or_render(
        self,
        reply: Reply,
        surface: Hashable,
        render: Callable[[Reply], tuple[M, ...]],
        template: ReplyTemplate | None,
    ) -> _RenderedPages[M]:
        key = (id(reply), surface)
        cached = self._cache.get(key)
        if cached is not None and cached.reply is reply:  # an id may be reused
            return cached
        pages = render(reply)
        is_fillable = template is not None and self._is_fillable(pages, template)
        return self._cache.put(key, _RenderedPages(reply, pages, is_fillable))

    def _is_fillable(self, pages: tuple[M, ...], template: ReplyTemplate) -> bool:
        """Return True if there is one page and it contains every placeholder of *template*.

        A call that is too long for a button is compressed or shown as a line to type. Then the
        page lacks the placeholder, so that it can't be replaced.
        """
        if len(pages) > 1:
            return False
        found = self._serialize(pages[0]).count(template.placeholder)
        return found == template.count_placeholders()
