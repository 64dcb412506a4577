"""A tip as it is posted."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.formatting import list_sources
from bot.reply import Heading, Link, Node, Paragraph, Reply
from content import Content, cited_by
from storage import Tip

LONGEST = 1_500  # characters of a tip: one message on every platform, with room for its sources
_NAME = 90  # characters of a thread's name, of 100 that fit


def post(tip: Tip, content: Content) -> Reply:
    """Draw a tip: what `tips-preview` shows is what is posted."""
    role = content.roles.get(tip.role or "")
    about = role.name if role else tip.topic
    nodes: list[Node] = [Heading(f"Tip of the week: {about}" if about else "Tip of the week")]
    nodes.append(Paragraph(tip.text))
    if tip.link:
        nodes.append(Paragraph((Link(tip.link, tip.link),)))
    sources = list_sources(_sources(tip.cites, content), content)
    return Reply((*nodes, sources) if sources.lines else tuple(nodes))


def thread_name(tip: Tip) -> str:
    """Name the thread under a tip by how the tip begins."""
    line = " ".join(tip.text.split())
    return line if len(line) <= _NAME else line[:_NAME].rpartition(" ")[0].rstrip(",;:–") + " …"


def entry(content: Content, cite: str) -> Any:
    """Give the entry of the content that ``kind/id`` names, None where there is none."""
    kind, _, name = cite.partition("/")
    entries = getattr(content, kind, None)
    return entries.get(name) if isinstance(entries, Mapping) else None


def _sources(cites: Iterable[str], content: Content) -> Iterable[str]:
    for cite in cites:
        kind, _, name = cite.partition("/")
        found = entry(content, cite)
        yield from [name] if kind == "sources" and found else cited_by(found)
