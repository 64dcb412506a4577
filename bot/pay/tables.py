"""Tables and fields with sources' figures on pay and survey reports."""

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
from bot.pay.query import PayQuery
from bot.pay.survey import Distribution, GroupFilter, groups_by_country, groups_by_year
from bot.reply import (
    Bold,
    Bullets,
    Column,
    Emphasis,
    Fields,
    Heading,
    Inline,
    Node,
    Paragraph,
    Prose,
    Table,
)
from content import Content, PayClaim, PayRemark, Role

_CLAIM_COLUMNS = (
    Column("source", nowrap=True),
    Column("figure", nowrap=True),
    Column("basis"),
    Column("country"),
    Column("year"),
)
_PERCENTILE_COLUMNS = tuple(Column(title, nowrap=True) for title in ("p25", "median", "p75", "n"))


def claims_table(
    claims: Sequence[PayClaim],
    content: Content,
    reports: Sequence[Distribution],
    *,
    by_level: bool,
    notes: bool = True,
) -> Iterator[Node]:
    """Yield a table of claims (pay figures that sources published), then their notes as a list.

    The last rows are the ranges from p25 to p75 of *reports*. With *by_level*, a column shows the
    level and the claims are sorted by it. Without *notes*, the list is left out.
    """
    levels = [*content.levels, None]
    if by_level:
        claims = sorted(claims, key=lambda claim: levels.index(claim.level))
    columns = (Column("level"), *_CLAIM_COLUMNS) if by_level else _CLAIM_COLUMNS
    rows = [_claim_row(claim, content, by_level=by_level) for claim in claims]
    rows += [_report_row(each, content) for each in reports]
    yield Table(columns, tuple(rows))
    with_note = (claim for claim in claims if claim.note or claim.credited)
    bullets = tuple(dict.fromkeys(_note(claim, content) for claim in with_note))
    if notes and bullets:
        yield Bullets(bullets)


def _claim_row(claim: PayClaim, content: Content, *, by_level: bool) -> tuple[Prose, ...]:
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


def _report_row(reports: Distribution, content: Content) -> tuple[Prose, ...]:
    survey, group = reports.survey, reports.group
    source, country = content.sources[survey.source].short, content.countries[group.country].short
    return source, reports.middle_half, survey.basis, country, group.years


def _note(claim: PayClaim, content: Content) -> Prose:
    credited = f"credited to {claim.credited}." if claim.credited else ""
    note = " ".join(filter(None, (credited, claim.note)))
    return (Emphasis(f"{content.sources[claim.source].short}: "), note)


def find_remarks(
    content: Content, roles: Collection[str], topics: Collection[str]
) -> tuple[PayRemark, ...]:
    """Return the remarks of sources on the pay of *roles* (ids) that are about one of *topics*."""
    return tuple(
        remark
        for remark in content.remarks.values()
        if remark.about in topics and set(remark.roles) & set(roles)
    )


def remarks_section(remarks: Sequence[SourcedStatement], content: Content) -> Iterator[Node]:
    """Yield a heading and a list of remarks with their sources; nothing without remarks."""
    if remarks:
        yield Heading("Beyond these figures")
        yield Bullets(tuple(format_attributed(each, content) for each in remarks))


def claims_by_role(
    roles: Sequence[Role], content: Content, claims: Collection[PayClaim]
) -> Iterator[Node]:
    """Yield a table of claims (pay figures that sources published) by level and role.

    Claims on several roles together follow as paragraphs.
    """
    on_one_role = [claim for claim in claims if len(claim.roles) == 1]
    rows = []
    for level in [*content.levels, None]:
        cells = [_claims_cell(on_one_role, role, level, content) for role in roles]
        if any(cells):
            title = content.levels[level].name if level else f"level {UNSTATED}"
            rows.append(((Bold(title),), *(each or UNSTATED for each in cells)))
    if rows:
        yield Table((Column("level"), *(Column(role.name) for role in roles)), tuple(rows))
    yield from joint_claims(claims, content)


def _claims_cell(
    claims: Sequence[PayClaim], role: Role, level: str | None, content: Content
) -> tuple[Inline, ...]:
    parts: list[Inline] = []
    for claim in claims:
        if claim.roles == (role.id,) and claim.level == level:
            basis = claim.basis or f"basis {UNSTATED}"
            parts += ["; "] if parts else []
            parts += [
                f"{format_claim(claim)} {basis} ",
                Emphasis(source_tag(claim.source, content)),
            ]
    return tuple(parts)


def joint_claims(claims: Iterable[PayClaim], content: Content) -> Iterator[Paragraph]:
    """Yield a paragraph for each set of roles that pay claims cover together, with the figures."""
    by_roles: dict[tuple[str, ...], list[PayClaim]] = defaultdict(list)
    for claim in claims:
        if len(claim.roles) > 1:
            by_roles[claim.roles].append(claim)
    for role_ids, own in by_roles.items():
        names = join_words(content.roles[each].name for each in role_ids)
        parts: list[Inline] = [Bold(f"{names} together: ")]
        for claim in own:
            parts += ["; "] if len(parts) > 1 else []
            source = source_tag(claim.source, content, claim.credited)
            parts += [f"{_describe(claim, content)} ", Emphasis(source)]
        yield Paragraph(tuple(parts))


def _describe(claim: PayClaim, content: Content) -> str:
    """Return a pay claim's level, figure, basis, country and year: "mean $244K, total, US"."""
    level = content.levels[claim.level].name if claim.level else None
    country = content.countries[claim.country].short if claim.country else None
    basis = claim.basis or f"basis {UNSTATED}"
    return ", ".join(filter(None, (level, format_claim(claim), basis, country, claim.year)))


def group_fields(reports: Distribution, content: Content) -> Fields:
    """Return fields on a group of reports: percentiles, number, place and level of confidence."""
    group = reports.group
    percentiles = (
        f"{'median' if percent == 50 else f'p{percent}'} {reports.format_percentile(percent)}"  # noqa: PLR2004
        for percent, _ in group.quantiles()
    )
    sample = (
        f"{reports.sample} ({group.records:,} with repeats), {place_name(reports, content)}; "
        f"confidence {group.confidence}; {group.remote}% fully remote"
    )
    source = content.sources[reports.survey.source].short
    return Fields(((source, " · ".join(percentiles)), ("rests on", sample)))


def place_name(reports: Distribution, content: Content) -> str:
    """Return the country of *reports*, with the currency if that isn't the country's own."""
    country, currency = content.countries[reports.group.country], reports.group.currency
    return country.name if currency == country.currency else f"{country.name} in {currency}"


def survey_caution(reports: Distribution) -> Paragraph:
    """Return a paragraph on how to read the survey's figures."""
    survey = reports.survey
    text = "n: distinct reports, on which the percentiles rest; repeats are left out. "
    if reports.is_mostly_advertised:
        text += (
            f"{survey.paired}% of the rows read like an end of an advertised band, so they spread "
            "wider than what people are paid. "
        )
    text += f"Pay is {survey.basis}; p25 to p75 is the middle half, p10 to p90 four fifths."
    return Paragraph((Emphasis(text),))


def level_table(query: PayQuery) -> Iterator[Node]:
    """Yield a table of the reports by level.

    For one role, the table has a column per percentile; for several roles, a column per role. The
    years of the reports are shown only if they differ.
    """
    rows = list(query.reports_by_level())
    reports = [each for _, found in rows for each in found]
    show_years = not common_years(reports)
    if len(query.roles) == 1:
        names = [
            f"{level.name}, {each.group.years}" if show_years else level.name
            for level, found in rows
            for each in found
        ]
        yield _percentile_table("level", names, reports)
        return
    columns = (Column("level"), *(Column(role.name) for role in query.roles))
    cells: list[tuple[Prose, ...]] = [
        (
            (Bold(level.name),),
            *(_level_cell(found, role, show_years=show_years) for role in query.roles),
        )
        for level, found in rows
    ]
    yield Table(columns, tuple(cells))


def _level_cell(reports: Sequence[Distribution], role: Role, *, show_years: bool) -> str:
    own = (each for each in reports if each.group.role == role.id)
    words = (summarize_group(each) + f", {each.group.years}" * show_years for each in own)
    return "; ".join(words) or UNSTATED


def place_and_years(query: PayQuery) -> str:
    """Return the country and years of the reports in the level table: "United States, 2024–25"."""
    reports = [each for _, found in query.reports_by_level() for each in found]
    return ", ".join(filter(None, (place_name(reports[0], query.content), common_years(reports))))


def summarize_group(reports: Distribution) -> str:
    """Return a summary of a group of reports: "$151K–$255K, median $200K, n 785"."""
    n = reports.group.distinct
    return f"{reports.middle_half}, median {reports.format_percentile(50)}, n {n:,}"


def common_years(reports: Sequence[Distribution]) -> str:
    """Return the years of the reports if they are the same in all groups, else ""."""
    years = {each.group.years for each in reports}
    return years.pop() if len(years) == 1 else ""


def _percentile_table(title: str, names: Sequence[str], reports: Sequence[Distribution]) -> Table:
    rows = (
        (
            name,
            *(each.format_percentile(percent) for percent in (25, 50, 75)),
            f"{each.group.distinct:,} {each.group.confidence}",
        )
        for name, each in zip(names, reports, strict=True)
    )
    return Table((Column(title, nowrap=True), *_PERCENTILE_COLUMNS), tuple(rows))


def country_tables(query: PayQuery) -> Iterator[Node]:
    """Yield a heading and a table of reports by country for each role, each in its own currency."""
    for role in query.roles:
        reports = list(groups_by_country(query.content, GroupFilter(role.id, query.level_id)))
        yield Heading(role.name)
        if reports:
            names = [place_name(each, query.content) for each in reports]
            yield _percentile_table("country", names, reports)
        else:
            yield Paragraph("No country has enough reports.")


def reports_by_year(query: PayQuery, role: Role) -> list[Distribution]:
    """Return a list of the groups of reports on *role* that cover a single year, earliest first.

    They match the query's level, and the country and currency that the answer shows.
    """
    group_filter = GroupFilter(role.id, query.level_id, *query.country_and_currency)
    return list(groups_by_year(query.content, group_filter))


def year_tables(query: PayQuery) -> Iterator[Node]:
    """Yield a heading and a table of reports by year for each role."""
    for role in query.roles:
        reports = reports_by_year(query, role)
        yield Heading(role.name)
        if reports:
            yield _percentile_table("year", [each.group.years for each in reports], reports)
        else:
            yield Paragraph("No year has enough reports.")
