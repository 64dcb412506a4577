"""What the answers rest on."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Example, command
from bot.reply import Choice, Choices, Column, Facts, Heading, Link, Paragraph, Prose, Reply, Table
from bot.vocabulary import sources as source_names
from bot.wording import UNSTATED, figure, listed
from content import HIGH, MEDIUM, SMALLEST, Content, Source, Survey

_MONTH = 30.44  # days, on average over the Gregorian cycle
_YEAR = 24  # months from which an age is told in years
_WORDS = {
    "levels": "levels",
    "roles": "statements on roles",
    "contrasts": "contrasts",
    "pay": "pay figures",
    "remarks": "remarks on pay",
    "market": "market figures",
    "surveys": "groups of pay reports",
    "tools": "namings of tools",
    "roadmaps": "parts of plans",
    "faq": "parts of answers",
    "quiz": "weights in quizzes",
}


@command(
    Example("sources", shows=("KORE1", "2026-06-16", "aggregator")),
    Example("sources samadov", shows=("early 2026", "pay figures", "Title")),
    Example("sources aijobs", shows=("74,301 read", "Hyndman-Fan type 7", "distinct")),
    aliases=("source", "evidence"),
    cues=("source", "sources"),
    settled=True,
)
async def sources(
    ask: Ask,
    id_: Annotated[str | None, Arg("one source, by its name or author", source_names)] = None,
) -> Reply:
    """See what we rely on, how old it is and what it gave.

    For each source: who wrote it, what kind of evidence it is, when it was published and read, and
    how much of the answers rests on it. What a document does not state reads "not stated".
    """
    if id_ is not None:
        return _one(ask, ask.content.sources[id_])
    columns = (Column("source", firm=True), Column("evidence"), Column("published"), Column("gave"))
    rows = tuple(
        (each.short, each.evidence, each.published or UNSTATED, str(_given(ask.content, each)))
        for each in ask.content.sources.values()
    )
    choices = tuple(
        Choice(each.short, Call("sources", {"id": each.id}))
        for each in ask.content.sources.values()
    )
    says = "Every figure and statement names its source. The last column counts them."
    return Reply((Heading("Sources"), Paragraph(says), Table(columns, rows), Choices(choices)))


def _given(content: Content, source: Source) -> int:
    return content.contributions(source.id).total()


def _one(ask: Ask, source: Source) -> Reply:
    """Give everything on one source, and what it contributed."""
    counts = ask.content.contributions(source.id)
    gave = [f"{number} {_WORDS.get(kind, kind)}" for kind, number in counts.items()]
    figures = [each for each in ask.content.pay.values() if each.source == source.id]
    facts: list[tuple[str, Prose]] = [
        ("Title", source.title or UNSTATED),
        ("Author", source.author or UNSTATED),
        ("Publisher", source.publisher or UNSTATED),
        ("Published", source.published or UNSTATED),
        ("Read by us", f"{source.read}{_age(source, ask.now.date())}"),
        ("Evidence", source.evidence),
        ("Geography", source.geography or UNSTATED),
        ("Address", (Link(source.url, source.url),) if source.url else UNSTATED),
        ("Gave", listed(gave) if gave else "nothing yet"),
    ]
    facts += [("Caution", source.caution)] if source.caution else []
    facts += [fact for each in ask.content.surveys.values() for fact in _survey(each, source)]
    facts += [("Pay figures", ", ".join(map(figure, figures)))] if figures else []
    return Reply(
        (
            Heading(source.short),
            Paragraph(source.about),
            Facts(tuple(facts)),
            Choices(tuple(_others(ask.content, source))),
        )
    )


def _survey(survey: Survey, source: Source) -> Iterator[tuple[str, Prose]]:
    """Tell how a survey of *source* became groups of reports."""
    if survey.source != source.id:
        return
    rows = survey.rows
    yield "Rows", f"{rows.read:,} read, {rows.used:,} behind {len(survey.groups):,} groups"
    left = rows.rejected | rows.left
    if left:
        yield "Left out", "; ".join(f"{number:,} where {why}" for why, number in left.items())
    yield "Percentiles", f"{survey.quantiles}; groups of under {SMALLEST} are left out"
    yield "Confidence", f"low under {MEDIUM} distinct reports, medium under {HIGH}, else high"
    yield "In twos", f"{survey.paired}% of the rows stand beside one that differs only in pay"


def _age(source: Source, today: date) -> str:
    """Say how old a source is, as far as its date is stated to the day."""
    try:
        days = (today - date.fromisoformat(source.published or "")).days
    except ValueError:
        return ""
    months = round(days / _MONTH)
    age = f"{months // 12} years" if months >= _YEAR else f"{months} months"
    return f"; the document is {age} old"


def _others(content: Content, source: Source) -> Iterator[Choice]:
    yield Choice("all sources", Call("sources"))
    for each in content.sources.values():
        if each is not source:
            yield Choice(each.short, Call("sources", {"id": each.id}))
