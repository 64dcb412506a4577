"""The starter pack: a sourced tip for every week of a year."""

from collections.abc import Iterable, Iterator

from bot.tips.citations import snapshot_entries
from bot.tips.validation import normalize_text
from content import Content
from storage import NewTip, Tip


def new_starter_tips(content: Content, existing: Iterable[Tip]) -> Iterator[NewTip]:
    """Yield the tips of the starter pack that aren't among the *existing* tips of a queue.

    Removed tips count as existing, so that the pack doesn't bring them back.
    """
    known = {name for tip in existing for name in (tip.origin, normalize_text(tip.text))}
    for name, tip in content.tips.items():
        if not {name, normalize_text(tip.text)} & known:
            snapshot = snapshot_entries(content, tip.cites)
            yield NewTip(tip.text, None, tip.role, tip.topic, tip.cites, snapshot, tip.id)
