"""How figures and provenance are put into words, the same in every answer."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from babel.numbers import format_compact_currency, format_currency

from bot.reply import Emphasis, Prose, Sources
from content import Content, PayClaim, Source

UNSTATED = "not stated"
_LOCALE = "en_US"
_MAX_CACHED_AMOUNTS = (
    4_096  # kept as they are written; an answer has dozens, and writing one takes 0.1 ms
)
_THOUSAND, _MILLION = 1_000, 1_000_000
_ROUND_FROM = 10_000  # from here on a thousand is a tenth or less
_ORDINAL_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


@lru_cache(maxsize=_MAX_CACHED_AMOUNTS)
def format_money(amount: int, currency: str) -> str:
    """Write an amount: "$160K" where nothing is lost by it, else "$112,590"."""
    if amount < _MILLION and amount % _THOUSAND == 0:
        return format_compact_currency(amount, currency, locale=_LOCALE)
    return format_currency(amount, currency, format="¤#,##0", locale=_LOCALE, currency_digits=False)


def round_to_thousands(amount: int) -> int:
    """Round an amount that was worked out to thousands: more digits would feign precision."""
    return round(amount, -3) if abs(amount) >= _ROUND_FROM else amount


def format_estimate(amount: int, currency: str) -> str:
    """Write an amount that was worked out: "$151K"."""
    return format_money(round_to_thousands(amount), currency)


def format_ordinal(number: int) -> str:
    """Write a whole number from 0 to 100 as English orders by it: "62nd"."""
    teens = 10 <= number % 100 < 20  # noqa: PLR2004  # eleventh, twelfth, thirteenth
    return f"{number}{'th' if teens else _ORDINAL_SUFFIXES.get(number % 10, 'th')}"


def format_claim(claim: PayClaim) -> str:
    """Write a claim's figure: "$180K–$240K", "$290K–$420K+", "median £105K"."""
    return _format_amounts(claim) + (f" ({claim.among})" if claim.among else "")


def _format_amounts(claim: PayClaim) -> str:
    if claim.low is not None and claim.high is not None:
        top = format_money(claim.high, claim.currency) + "+" * claim.open_top
        return f"{format_money(claim.low, claim.currency)}–{top}"
    if claim.median is not None:
        return f"median {format_money(claim.median, claim.currency)}"
    return f"mean {format_money(claim.mean or 0, claim.currency)}"


class SourcedStatement(Protocol):
    """Words of ours for what a source says."""

    @property
    def says(self) -> str:
        """The words."""

    @property
    def source(self) -> str:
        """The source's id."""


def format_attributed(statement: SourcedStatement, content: Content) -> Prose:
    """Write what is said with its source's tag behind it, and whom the source itself cites."""
    credited: str | None = getattr(statement, "credited", None)
    return (f"{statement.says} ", Emphasis(source_tag(statement.source, content, credited)))


def source_tag(source: str, content: Content, credited: str | None = None) -> str:
    """Write a source's tag: "(Samadov, citing Levels.fyi)"."""
    citing = f", citing {credited}" if credited else ""
    known = content.sources.get(source)  # stored results can be older than the removal of a source
    return f"({known.short if known else 'a source that is no longer listed'}{citing})"


def list_sources(ids: Iterable[str], content: Content) -> Sources:
    """Say what an answer rests on: each source once, in the order of the content."""
    used = set(ids)
    return Sources(
        tuple(format_provenance(each) for each in content.sources.values() if each.id in used)
    )


def format_provenance(source: Source) -> str:
    """Write who says it, what kind of evidence it is, its date and when it was read."""
    names = ", ".join(dict.fromkeys(filter(None, (source.author, source.publisher))))
    dated = f"published {source.published}" if source.published else "date not stated"
    said = filter(None, (names, source.evidence, dated, f"read {source.read}"))
    return f"{source.short}: {'; '.join(said)}"


def pluralize(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 tip", "52 tips", "3 entries"."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """Join words as in a sentence: "a, b and c"."""
    *most, final = words
    return f"{', '.join(most)} {last} {final}" if most else final
