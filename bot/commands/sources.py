"""The command `sources`: the documents that answers cite, and how often each is cited."""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import UNSTATED, format_claim, format_provenance, join_words, pluralize
from bot.language.argument_types import sources as source_names
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.registry import ContentContext
from bot.reply import Action, Bullets, Fields, Link, Node, Paragraph, Prose, Reply
from content import (
    HIGH_REPORTS,
    MEDIUM_REPORTS,
    MIN_REPORTS,
    Content,
    EvidenceType,
    PayClaim,
    Source,
    Survey,
)

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


_MAX_BUTTONS = 4  # of sources, in the row; the menu has the others
_MAX_CAUTION = 200  # characters
_ALL_SOURCES = Action("All sources", Call("sources"))
_WITH_ARTICLE = {
    EvidenceType.OFFICIAL: "an official statistic",
    EvidenceType.SURVEY: "a survey",
    EvidenceType.OFFERS: "a recruiter's collection of offers",
    EvidenceType.AGGREGATOR: "an aggregator of other sources",
    EvidenceType.OPINION: "a practitioner's opinion",
}


class SourcePart(StrEnum):
    """A page on a source behind its first screen."""

    DETAILS = "details"
    FIGURES = "figures"
    METHOD = "method"


_PARTS = {
    SourcePart.DETAILS: ("all of it", "author", "title"),
    SourcePart.FIGURES: ("pay figures", "numbers"),
    SourcePart.METHOD: ("how it was counted", "processing"),
}


_LABELS = {
    SourcePart.DETAILS: "Details",
    SourcePart.FIGURES: "Pay figures",
    SourcePart.METHOD: "How it was counted",
}
_ANSWERS = {
    SourcePart.DETAILS: "{}: who wrote it, when, and what to be careful about",
    SourcePart.FIGURES: "{} gives these pay figures:",
    SourcePart.METHOD: "How {}'s rows were turned into groups of reports:",
}


def _part_names(registry: NameRegistry) -> NameIndex[SourcePart]:
    del registry  # the parts don't depend on the content
    entries = (NamedValue(part, part, part, also) for part, also in _PARTS.items())
    return NameIndex("part", entries)


@command(
    Example("sources", shows=("KORE1", "2026-06-16", "aggregator")),
    Example("sources samadov", shows=("early 2026", "pay figures")),
    Example("sources aijobs", shows=("survey", "groups of pay reports")),
    Example("sources aijobs method", shows=("74,301 read", "Hyndman-Fan type 7", "distinct")),
    aliases=("source", "evidence"),
    keywords=("source", "sources"),
)
async def sources(
    context: ContentContext,
    id_: Annotated[str | None, Arg("one source, by its name or author", source_names)] = None,
    part: Annotated[SourcePart | None, Arg("details, pay figures or method", _part_names)] = None,
) -> Reply:
    """See the sources.

    For each source, you see who wrote it, what kind of evidence it is, when it was published and
    when we last checked it. A source's own page says what to be careful about and what it's used
    for.
    """
    content = context.content
    if id_ is None:
        return _list_sources(content)
    source = content.sources[id_]
    if part is None:
        return _describe_source(content, source)
    nodes = tuple(_part_nodes(content, source, part))
    answer = _ANSWERS[part].format(source.short)
    if not nodes:
        answer = f"I don't have anything on that for {source.short}."
    buttons = [each for each in _part_actions(content, source) if each.call.args["part"] != part]
    return Reply(answer, nodes, buttons=(*buttons, _ALL_SOURCES))


def _list_sources(content: Content) -> Reply:
    every = tuple(content.sources.values())
    actions = tuple(Action(each.short, Call("sources", {"id": each.id})) for each in every)
    return Reply(
        f"Every figure and statement comes from one of {pluralize(len(every), 'source')}.",
        (Bullets(tuple(map(format_provenance, every))),),
        buttons=actions[:_MAX_BUTTONS],
        more=actions[_MAX_BUTTONS:],
    )


def _describe_source(content: Content, source: Source) -> Reply:
    """Return a source's first screen: what it is, what to be careful about, what it is used for."""
    used = [
        pluralize(number, *_CONTRIBUTION_NOUNS.get(kind, (kind, kind)))
        for kind, number in content.count_citations(source.id).items()
    ]
    published = f"published {source.published}" if source.published else "with no date"
    nodes: list[Node] = [Paragraph(source.about)]
    if source.caution:
        nodes.append(Paragraph(f"⚠ {_first_sentences(source.caution)}"))
    nodes.append(Fields((("Used for", join_words(used) if used else "nothing yet"),)))
    others = (each for each in content.sources.values() if each is not source)
    return Reply(
        f"{source.short} is {_WITH_ARTICLE[source.evidence]}, {published}.",
        tuple(nodes),
        buttons=(*_part_actions(content, source), _ALL_SOURCES),
        more=tuple(Action(each.short, Call("sources", {"id": each.id})) for each in others),
    )


def _first_sentences(text: str) -> str:
    """Return the sentences at the start of *text* that fit the first screen, at least one."""
    shown, *rest = re.split(r"(?<=\.) ", text)
    for each in rest:
        if len(shown) + len(each) > _MAX_CAUTION:
            break
        shown = f"{shown} {each}"
    return shown


def _part_actions(content: Content, source: Source) -> Iterator[Action]:
    for part, label in _LABELS.items():
        if next(_part_nodes(content, source, part), None):
            yield Action(label, Call("sources", {"id": source.id, "part": part}))


def _part_nodes(content: Content, source: Source, part: SourcePart) -> Iterator[Node]:
    match part:
        case SourcePart.DETAILS:
            yield Fields(tuple(_details(source)))
        case SourcePart.FIGURES:
            own = [each for each in content.pay.values() if each.source == source.id]
            if own:
                yield Bullets(tuple(_describe_figure(content, each) for each in own))
        case SourcePart.METHOD:
            for survey in content.surveys.values():
                if survey.source == source.id:
                    yield Fields(tuple(_survey_facts(survey)))


def _describe_figure(content: Content, claim: PayClaim) -> str:
    roles = join_words(content.roles[each].name for each in claim.roles)
    level = [content.levels[claim.level].name.lower()] if claim.level else []
    return f"{', '.join([roles, *level])}: {format_claim(claim)}"


def _details(source: Source) -> Iterator[tuple[str, Prose]]:
    yield "Title", source.title or UNSTATED
    yield "Author", source.author or UNSTATED
    yield "Publisher", source.publisher or UNSTATED
    yield "Published", source.published or UNSTATED
    yield "Last checked", f"{source.read}{_age(source)}"
    yield "Evidence", source.evidence
    yield "Covers", source.geography or UNSTATED
    yield "Address", (Link(source.url, source.url),) if source.url else UNSTATED
    if source.caution:
        yield "Caution", source.caution


def _survey_facts(survey: Survey) -> Iterator[tuple[str, Prose]]:
    """Yield pairs of a label and a text on how the rows of *survey* became groups of reports."""
    rows = survey.rows
    yield (
        "Rows",
        f"{rows.read:,} read, {rows.used:,} used for {pluralize(len(survey.groups), 'group')}",
    )
    left_out = rows.rejected | rows.left
    if left_out:
        yield (
            "Left out",
            "; ".join(f"{count:,} where {reason}" for reason, count in left_out.items()),
        )
    yield "Percentiles", f"{survey.quantiles}; groups of fewer than {MIN_REPORTS} are left out"
    yield (
        "Confidence",
        f"low under {MEDIUM_REPORTS} distinct reports, medium under {HIGH_REPORTS}, otherwise high",
    )
    yield "Pairs", f"{survey.paired}% of the rows match another row in everything but pay"


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
