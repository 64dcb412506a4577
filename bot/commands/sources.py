"""What the answers rest on."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import UNSTATED, format_claim, join_words, pluralize
from bot.language.argument_types import sources as source_names
from bot.registry import ContentContext
from bot.reply import Action, Actions, Column, Fields, Heading, Link, Paragraph, Prose, Reply, Table
from content import HIGH_REPORTS, MEDIUM_REPORTS, MIN_REPORTS, Content, Source, Survey

_MONTH = 30.44  # days, on average over the Gregorian cycle
_YEAR = 24  # months from which an age is told in years
_NOUNS = {
    "levels": ("level", "levels"),
    "roles": ("role statement", "role statements"),
    "contrasts": ("contrast", "contrasts"),
    "pay": ("pay figure", "pay figures"),
    "remarks": ("remark on pay", "remarks on pay"),
    "market": ("market figure", "market figures"),
    "surveys": ("group of pay reports", "groups of pay reports"),
    "tools": ("tool mention", "tool mentions"),
    "roadmaps": ("statement in plans", "statements in plans"),
    "faq": ("FAQ statement", "FAQ statements"),
    "quiz": ("quiz weight", "quiz weights"),
}


@command(
    Example("sources", shows=("KORE1", "2026-06-16", "aggregator")),
    Example("sources samadov", shows=("early 2026", "pay figures", "Title")),
    Example("sources aijobs", shows=("74,301 read", "Hyndman-Fan type 7", "distinct")),
    aliases=("source", "evidence"),
    keywords=("source", "sources"),
)
async def sources(
    context: ContentContext,
    id_: Annotated[str | None, Arg("one source, by its name or author", source_names)] = None,
) -> Reply:
    """See what we rely on, how old it is and what it gave.

    For each source: who wrote it, what kind of evidence it is, when it was published and read, and
    how much of the answers rests on it. What a document does not state reads "not stated".
    """
    if id_ is not None:
        return _one(context, context.content.sources[id_])
    columns = (
        Column("source", nowrap=True),
        Column("evidence"),
        Column("published"),
        Column("gave"),
    )
    rows = tuple(
        (each.short, each.evidence, each.published or UNSTATED, str(_given(context.content, each)))
        for each in context.content.sources.values()
    )
    choices = tuple(
        Action(each.short, Call("sources", {"id": each.id}))
        for each in context.content.sources.values()
    )
    says = "Every figure and statement names its source. The last column counts them."
    return Reply((Heading("Sources"), Paragraph(says), Table(columns, rows), Actions(choices)))


def _given(content: Content, source: Source) -> int:
    return content.count_citations(source.id).total()


def _one(context: ContentContext, source: Source) -> Reply:
    """Give everything on one source, and what it contributed."""
    counts = context.content.count_citations(source.id)
    used = [pluralize(number, *_NOUNS.get(kind, (kind, kind))) for kind, number in counts.items()]
    figures = [each for each in context.content.pay.values() if each.source == source.id]
    facts: list[tuple[str, Prose]] = [
        ("Title", source.title or UNSTATED),
        ("Author", source.author or UNSTATED),
        ("Publisher", source.publisher or UNSTATED),
        ("Published", source.published or UNSTATED),
        ("Last checked", f"{source.read}{_age(source)}"),
        ("Evidence", source.evidence),
        ("Geography", source.geography or UNSTATED),
        ("Address", (Link(source.url, source.url),) if source.url else UNSTATED),
        ("Used for", join_words(used) if used else "nothing yet"),
    ]
    facts += [("Caution", source.caution)] if source.caution else []
    facts += [fact for each in context.content.surveys.values() for fact in _survey(each, source)]
    facts += [("Pay figures", ", ".join(map(format_claim, figures)))] if figures else []
    return Reply(
        (
            Heading(source.short),
            Paragraph(source.about),
            Fields(tuple(facts)),
            Actions(tuple(_others(context.content, source))),
        )
    )


def _survey(survey: Survey, source: Source) -> Iterator[tuple[str, Prose]]:
    """Tell how a survey of *source* became groups of reports."""
    if survey.source != source.id:
        return
    rows = survey.rows
    yield (
        "Rows",
        f"{rows.read:,} read, {rows.used:,} behind {pluralize(len(survey.groups), 'group')}",
    )
    left = rows.rejected | rows.left
    if left:
        yield "Left out", "; ".join(f"{number:,} where {why}" for why, number in left.items())
    yield "Percentiles", f"{survey.quantiles}; groups of under {MIN_REPORTS} are left out"
    yield (
        "Confidence",
        f"low under {MEDIUM_REPORTS} distinct reports, medium under {HIGH_REPORTS}, else high",
    )
    yield "In twos", f"{survey.paired}% of the rows stand beside one that differs only in pay"


def _age(source: Source) -> str:
    """Return a source's age when it was checked, if its exact date is known."""
    try:
        days = (date.fromisoformat(source.read) - date.fromisoformat(source.published or "")).days
    except ValueError:
        return ""
    months = round(days / _MONTH)
    if months < 1:
        return ""
    age = pluralize(months // 12, "year") if months >= _YEAR else pluralize(months, "month")
    return f" (published {age} earlier)"


def _others(content: Content, source: Source) -> Iterator[Action]:
    yield Action("all sources", Call("sources"))
    for each in content.sources.values():
        if each is not source:
            yield Action(each.short, Call("sources", {"id": each.id}))
