"""The command `sources`: the documents that answers cite, and how often each is cited."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import UNSTATED, format_claim, join_words, pluralize
from bot.language.argument_types import sources as source_names
from bot.registry import ContentContext
from bot.reply import Action, Actions, Column, Fields, Link, Paragraph, Prose, Reply, Table
from content import HIGH_REPORTS, MEDIUM_REPORTS, MIN_REPORTS, Source, Survey

_DAYS_PER_MONTH = 30.44  # average of the Gregorian calendar
_MIN_MONTHS_AS_YEARS = 24  # from this age on, ages are shown in years
_CONTRIBUTION_NOUNS = {
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
        return _source_details(context, context.content.sources[id_])
    columns = (
        Column("source", nowrap=True),
        Column("evidence"),
        Column("published"),
        Column("gave"),
    )
    every = context.content.sources.values()
    uses = (str(context.content.count_citations(each.id).total()) for each in every)
    rows = tuple(
        (each.short, each.evidence, each.published or UNSTATED, used)
        for each, used in zip(every, uses, strict=True)
    )
    intro = "Every figure and statement names its source. The last column counts them."
    actions = Actions(tuple(map(_details_action, every)))
    return Reply(
        "Sources",
        (
            Paragraph(intro),
            Table(columns, rows),
            actions,
        ),
    )


def _details_action(source: Source) -> Action:
    return Action(source.short, Call("sources", {"id": source.id}))


def _source_details(context: ContentContext, source: Source) -> Reply:
    content = context.content
    used = [
        pluralize(number, *_CONTRIBUTION_NOUNS.get(kind, (kind, kind)))
        for kind, number in content.count_citations(source.id).items()
    ]
    figures = [format_claim(each) for each in content.pay.values() if each.source == source.id]
    others = (each for each in content.sources.values() if each is not source)
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
    for survey in content.surveys.values():
        if survey.source == source.id:
            facts += _survey_facts(survey)
    facts += [("Pay figures", ", ".join(figures))] if figures else []
    return Reply(
        source.short,
        (
            Paragraph(source.about),
            Fields(tuple(facts)),
        ),
        buttons=(Action("all sources", Call("sources")), *map(_details_action, others)),
    )


def _survey_facts(survey: Survey) -> Iterator[tuple[str, Prose]]:
    """Yield pairs of a label and a text on how the rows of *survey* became groups of reports."""
    rows = survey.rows
    yield (
        "Rows",
        f"{rows.read:,} read, {rows.used:,} behind {pluralize(len(survey.groups), 'group')}",
    )
    left_out = rows.rejected | rows.left
    if left_out:
        yield (
            "Left out",
            "; ".join(f"{count:,} where {reason}" for reason, count in left_out.items()),
        )
    yield "Percentiles", f"{survey.quantiles}; groups of under {MIN_REPORTS} are left out"
    yield (
        "Confidence",
        f"low under {MEDIUM_REPORTS} distinct reports, medium under {HIGH_REPORTS}, else high",
    )
    yield "In twos", f"{survey.paired}% of the rows stand beside one that differs only in pay"


def _age(source: Source) -> str:
    """Return the time from publication to our last check as text: " (published 2 years earlier)".

    Return "" if a date isn't exact or the time rounds to zero months.
    """
    try:
        days = (date.fromisoformat(source.read) - date.fromisoformat(source.published or "")).days
    except ValueError:
        return ""
    months = round(days / _DAYS_PER_MONTH)
    if months < 1:
        return ""
    in_years = months >= _MIN_MONTHS_AS_YEARS
    age = pluralize(months // 12, "year") if in_years else pluralize(months, "month")
    return f" (published {age} earlier)"
