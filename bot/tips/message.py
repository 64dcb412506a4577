"""Rendering of a tip as a channel message."""

from collections.abc import Iterable

from bot.command import truncate
from bot.formatting import list_sources
from bot.reply import Link, Node, Paragraph, Reply
from content import Content, cited_sources
from storage import Tip

_MAX_NAME = 60  # characters of a tip that name it
_MAX_THREAD_NAME = 90  # characters; Discord takes 100


def render_tip(tip: Tip, content: Content) -> Reply:
    """Return the message that shows a tip in its channel and in previews."""
    role = content.roles.get(tip.role or "")
    subject = role.name if role else tip.topic
    nodes: list[Node] = [Paragraph(tip.text)]
    if tip.link:
        nodes.append(Paragraph((Link(tip.link, tip.link),)))
    sources = list_sources(_source_ids(tip.cites, content), content)
    nodes += [sources] if sources.lines else []
    return Reply(f"Tip of the week: {subject}" if subject else "Tip of the week", tuple(nodes))


def name_tip(tip: Tip) -> str:
    """Return a tip's first words in quotation marks, to name it in a sentence."""
    return f"“{shorten_tip(tip).rstrip('.')}”"


def shorten_tip(tip: Tip, length: int = _MAX_NAME) -> str:
    """Return a tip's first words, on one line of up to *length* characters."""
    return truncate(" ".join(tip.text.split()), length)


def thread_name(tip: Tip) -> str:
    """Return the name of a tip's thread: the first words of the tip."""
    line = " ".join(tip.text.split())
    if len(line) <= _MAX_THREAD_NAME:
        return line
    return line[:_MAX_THREAD_NAME].rpartition(" ")[0].rstrip(",;:–") + " …"


def _source_ids(cites: Iterable[str], content: Content) -> Iterable[str]:
    for cite in cites:
        kind, _, name = cite.partition("/")
        found = content.resolve(cite)
        yield from [name] if kind == "sources" and found else cited_sources(found)
