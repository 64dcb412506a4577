"""Words for pay figures: whose pay they are, where they hold and what they count."""

from collections.abc import Iterable, Sequence

from bot.formatting import format_claim, join_words
from bot.pay.survey import Distribution
from content import Content, Country, PayClaim, Role, Survey

_NAMES_WITH_ARTICLE = {
    "us": "the US",
    "gb": "the UK",
    "nl": "the Netherlands",
    "ae": "the UAE",
    "ph": "the Philippines",
}
_MAX_NAMES = 4
_MISSING_TERMS = {
    "level": "no level given",
    "basis": "base or total unclear",
    "country": "no country given",
    "year": "no year given",
}
_MISSING_TERM_VERBS = {
    "basis": "specify base or total pay",
    "country": "give a country",
    "year": "give a year",
}
_LEVEL_ADJECTIVES = {"mid": "mid-level", "executive": "executive-level"}


def name_country(country: Country) -> str:
    """Return the country as a sentence has it: "the US", "Germany"."""
    return _NAMES_WITH_ARTICLE.get(country.id, country.name)


def in_country(content: Content, country: str | None) -> str:
    """Return " in the US" for the country with that id, or "" for None."""
    return f" in {name_country(content.countries[country])}" if country else ""


def plural(role: Role) -> str:
    """Return the people in a role: "ML Engineers"."""
    return f"{role.name}s"


def name_people(content: Content, roles: Iterable[str], level: str | None = None) -> str:
    """Return the people in the roles (ids) at a level: "senior AI Engineers and ML Engineers"."""
    people = join_words(plural(content.roles[each]) for each in roles)
    if level is None:
        return people
    return f"{_LEVEL_ADJECTIVES.get(level, content.levels[level].name)} {people}"


def capitalize(text: str) -> str:
    """Return *text* with its first letter in upper case and the others unchanged."""
    return text[:1].upper() + text[1:]


def join_few(names: Iterable[str]) -> str:
    """Return up to four *names* joined, or the first three and how many more there are."""
    every = list(dict.fromkeys(names))
    if len(every) <= _MAX_NAMES:
        return join_words(every)
    shown = every[: _MAX_NAMES - 1]
    return join_words([*shown, f"{len(every) - len(shown)} more"])


def describe_claim(claim: PayClaim, content: Content) -> str:
    """Return a pay claim with what it counts: "$180K–$240K base, US, 2026".

    If the source leaves out the basis or the country, the text says so.
    """
    country = content.countries[claim.country].short if claim.country else None
    stated = filter(None, (country, claim.year))
    parts = [format_claim(claim) + (f" {claim.basis}" if claim.basis else ""), *stated]
    return ", ".join([*parts, *map(missing_term, unstated_terms(claim))])


def unstated_terms(claim: PayClaim) -> list[str]:
    """Return which of basis and country the source of a pay claim leaves out."""
    terms = {"basis": claim.basis, "country": claim.country}
    return [name for name, stated in terms.items() if stated is None]


def missing_term(term: str) -> str:
    """Return that a pay figure has no level, basis, country or year: "no country given"."""
    return _MISSING_TERMS[term]


def missing_terms_sentence(sources: Iterable[str], terms: Iterable[str], so: str = "") -> str:
    """Return that *sources* leave out *terms*: "Traecta doesn't specify base or total pay."."""
    names = list(sources)
    verbs = join_words((_MISSING_TERM_VERBS[each] for each in terms), "or")
    dont = "doesn't" if len(names) == 1 else "don't"
    return f"{join_few(names)} {dont} {verbs}{so}."


def name_source(claim: PayClaim, content: Content) -> str:
    """Return the short name of a pay claim's source, with whom it cites: "Howell, citing …"."""
    citing = f", citing {claim.credited}" if claim.credited else ""
    return f"{content.sources[claim.source].short}{citing}"


def name_place(reports: Distribution, content: Content) -> str:
    """Return the country of *reports* in short, with a currency that isn't its own: "AU in USD"."""
    country, currency = content.countries[reports.group.country], reports.group.currency
    return country.short if currency == country.currency else f"{country.short} in {currency}"


def in_place(reports: Distribution, content: Content) -> str:
    """Return where *reports* are from: " in Canada, in USD" if that isn't its currency."""
    country, currency = content.countries[reports.group.country], reports.group.currency
    paid = "" if currency == country.currency else f", in {currency}"
    return f" in {name_country(country)}{paid}"


def name_survey(survey: Survey, content: Content) -> str:
    """Return "the survey", or its source's short name if the content has several surveys."""
    return "the survey" if len(content.surveys) == 1 else content.sources[survey.source].short


def describe_reports(reports: Distribution, content: Content) -> str:
    """Return a group of reports with what it counts: "$151K–$255K gross, US, 2024–25: …"."""
    group = reports.group
    place = name_place(reports, content)
    return (
        f"{reports.middle_half} {reports.survey.basis}, {place}, {group.years} (middle half of "
        f"{reports.size}, median {reports.format_percentile(50)})"
    )


def few_reports_caution(reports: Sequence[Distribution]) -> str:
    """Return the caution that there are too few reports."""
    if len(reports) == 1:
        return f"That's only {reports[0].size}, too few to rely on."
    return "There are too few reports to rely on."


def advertised_caution(reports: Distribution) -> str:
    """Return the caution that most of a survey's rows are ends of advertised ranges."""
    return (
        f"{reports.survey.paired}% of the survey's rows look like the ends of advertised ranges, "
        "so the spread is wider than that of actual pay."
    )
