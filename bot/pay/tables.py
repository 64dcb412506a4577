"""Pay claims as a table, with what belongs beside it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.formatting import (
    UNSTATED,
    SourcedStatement,
    format_attributed,
    format_claim,
    join_words,
    source_tag,
)
from bot.pay.survey import Distribution
from bot.reply import (
    Bold,
    Bullets,
    Column,
    Emphasis,
    Heading,
    Inline,
    Node,
    Paragraph,
    Prose,
    Table,
)
from content import Content, PayClaim, PayRemark, Role

_COLUMNS = (
    Column("source", nowrap=True),
    Column("figure", nowrap=True),
    Column("basis"),
    Column("country"),
    Column("year"),
)


def claims_table(
    claims: Sequence[PayClaim],
    content: Content,
    reports: Sequence[Distribution],
    *,
    by_level: bool,
    notes: bool = True,
) -> Iterator[Node]:
    """Set claims side by side, in the order of the ladder where levels differ, *notes* below.

    *reports* on the same level stand below the claims, as the middle half of what was reported.
    """
    ladder = list(content.levels)
    ordered = sorted(claims, key=lambda claim: _rung(claim, ladder)) if by_level else claims
    columns = (Column("level"), *_COLUMNS) if by_level else _COLUMNS
    rows = [_row(claim, content, by_level=by_level) for claim in ordered]
    rows += [_reported(each, content) for each in reports]
    yield Table(columns, tuple(rows))
    said = tuple(dict.fromkeys(_note(claim, content) for claim in ordered if _has_note(claim)))
    if notes and said:
        yield Bullets(said)


def _rung(claim: PayClaim, ladder: list[str]) -> int:
    return ladder.index(claim.level) if claim.level else len(ladder)


def _row(claim: PayClaim, content: Content, *, by_level: bool) -> tuple[Prose, ...]:
    country = content.countries[claim.country].short if claim.country else UNSTATED
    level = (content.levels[claim.level].name if claim.level else UNSTATED,) if by_level else ()
    return (
        *level,
        content.sources[claim.source].short,
        format_claim(claim),
        claim.basis or UNSTATED,
        country,
        claim.year or UNSTATED,
    )


def _reported(found: Distribution, content: Content) -> tuple[Prose, ...]:
    group, source = found.group, content.sources[found.survey.source]
    country = content.countries[group.country].short
    return source.short, found.middle, found.survey.basis, country, group.years


def _has_note(claim: PayClaim) -> bool:
    return bool(claim.note or claim.credited)


def _note(claim: PayClaim, content: Content) -> Prose:
    credited = f"credited to {claim.credited}." if claim.credited else ""
    said = " ".join(filter(None, (credited, claim.note)))
    return (Emphasis(f"{content.sources[claim.source].short}: "), said)


def remarks(
    content: Content, roles: Collection[str], about: Collection[str]
) -> tuple[PayRemark, ...]:
    """Find what the sources say about pay of *roles* beyond the figures: equity, outliers."""
    return tuple(
        each
        for each in content.remarks.values()
        if each.about in about and set(each.roles) & set(roles)
    )


def beyond(found: Sequence[SourcedStatement], content: Content) -> Iterator[Node]:
    """Return the remarks, each with its source."""
    if found:
        yield Heading("Beyond these figures")
        yield Bullets(tuple(format_attributed(each, content) for each in found))


def side_by_side(
    roles: Sequence[Role], content: Content, claims: Collection[PayClaim]
) -> Iterator[Node]:
    """Yield a table of roles by level; each cell has all of its claims."""
    own = [claim for claim in claims if len(claim.roles) == 1]
    levels = [*content.levels, None]
    rows = []
    for level in levels:
        cells = [_claims(own, role, level, content) for role in roles]
        if any(cells):
            title = content.levels[level].name if level else f"level {UNSTATED}"
            rows.append(((Bold(title),), *(each or UNSTATED for each in cells)))
    if rows:
        yield Table((Column("level"), *(Column(role.name) for role in roles)), tuple(rows))
    yield from together(claims, content)


def together(claims: Iterable[PayClaim], content: Content) -> Iterator[Paragraph]:
    """Yield one line for each set of roles for which a source gives a single figure."""
    shared: dict[tuple[str, ...], list[PayClaim]] = defaultdict(list)
    for claim in claims:
        if len(claim.roles) > 1:
            shared[claim.roles].append(claim)
    for ids, own in shared.items():
        names = join_words(content.roles[each].name for each in ids)
        parts: list[Inline] = [Bold(f"{names} together: ")]
        for claim in own:
            parts += ["; "] if len(parts) > 1 else []
            said = source_tag(claim.source, content, claim.credited)
            parts += [f"{_described(claim, content)} ", Emphasis(said)]
        yield Paragraph(tuple(parts))


def _described(claim: PayClaim, content: Content) -> str:
    """Return a figure with its details: "mean $244K, total, US"."""
    level = content.levels[claim.level].name if claim.level else None
    country = content.countries[claim.country].short if claim.country else None
    counted = claim.basis or f"basis {UNSTATED}"
    return ", ".join(filter(None, (level, format_claim(claim), counted, country, claim.year)))


def _claims(
    claims: Sequence[PayClaim], role: Role, level: str | None, content: Content
) -> tuple[Inline, ...]:
    """Write every claim for one cell: figure, basis, place, source."""
    parts: list[Inline] = []
    for claim in claims:
        if claim.roles == (role.id,) and claim.level == level:
            counted = claim.basis or f"basis {UNSTATED}"
            parts += ["; "] if parts else []
            parts += [
                f"{format_claim(claim)} {counted} ",
                Emphasis(source_tag(claim.source, content)),
            ]
    return tuple(parts)
