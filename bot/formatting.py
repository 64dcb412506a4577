"""Formatting of amounts, counts, lists and sources for replies."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from babel.numbers import format_compact_currency, format_currency

from bot.reply import Emphasis, Prose, Sources
from content import Content, PayClaim, Source

UNSTATED = "not stated"
_LOCALE = "en_US"
_MAX_CACHED_AMOUNTS = 4_096  # a reply shows dozens, and formatting one takes 0.1 ms
_FULL_DATE = re.compile(r"(\d{4}-\d\d)-\d\d")
_MONEY_SIGNS = frozenset("$£€")
_MAX_SOURCES = 8  # named below an answer
_THOUSAND, _MILLION = 1_000, 1_000_000
_ROUND_FROM = 10_000  # below that, rounding to thousands would change more than 5%
_ORDINAL_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


@lru_cache(maxsize=_MAX_CACHED_AMOUNTS)
def format_money(amount: int, currency: str) -> str:
    """Return *amount* as text: "$160K" for whole thousands below a million, else "$112,590"."""
    if amount < _MILLION and amount % _THOUSAND == 0:
        return format_compact_currency(amount, currency, locale=_LOCALE)
    return format_currency(amount, currency, format="¤#,##0", locale=_LOCALE, currency_digits=False)


def has_money(text: str) -> bool:
    """Return True if *text* has an amount in dollars, pounds or euros."""
    return not _MONEY_SIGNS.isdisjoint(text)


def round_to_thousands(amount: int) -> int:
    """Return a calculated *amount* rounded to thousands, or unchanged if it is below 10,000."""
    return round(amount, -3) if abs(amount) >= _ROUND_FROM else amount


def format_estimate(amount: int, currency: str) -> str:
    """Return a calculated amount as text, rounded to thousands: "$151K"."""
    return format_money(round_to_thousands(amount), currency)


def format_ordinal(number: int) -> str:
    """Return the English ordinal of a number from 0 to 100: "62nd"."""
    teens = 10 <= number % 100 < 20  # noqa: PLR2004  # eleventh, twelfth, thirteenth
    return f"{number}{'th' if teens else _ORDINAL_SUFFIXES.get(number % 10, 'th')}"


def format_claim(claim: PayClaim) -> str:
    """Return a source's pay figure as text: "$180K–$240K", "$350K–$550K (FAANG tier)"."""
    return format_range(claim) + (f" ({claim.among})" if claim.among else "")


def format_range(claim: PayClaim) -> str:
    """Return the amounts of a source's pay figure: "$180K–$240K", "$290K–$420K+", "median £105K".

    It leaves out among which employers the figure holds.
    """
    if claim.low is not None and claim.high is not None:
        top = format_money(claim.high, claim.currency) + "+" * claim.open_top
        return f"{format_money(claim.low, claim.currency)}–{top}"
    if claim.median is not None:
        return f"median {format_money(claim.median, claim.currency)}"
    return f"mean {format_money(claim.mean or 0, claim.currency)}"


class SourcedStatement(Protocol):
    """The fields needed to show a sentence with its source; several classes have them."""

    @property
    def says(self) -> str:
        """The sentence, in our words."""

    @property
    def source(self) -> str:
        """The id of the source that supports the sentence."""


def format_attributed(statement: SourcedStatement, content: Content) -> Prose:
    """Return the sentence of *statement*, followed by its source: "… (KORE1)"."""
    credited: str | None = getattr(statement, "credited", None)
    return (f"{statement.says} ", Emphasis(source_tag(statement.source, content, credited)))


def source_tag(source: str, content: Content, credited: str | None = None) -> str:
    """Return the short name of the source with the id *source*, in parentheses.

    *credited* is somebody whom this source itself cites: "(Samadov, citing Levels.fyi)".
    """
    citing = f", citing {credited}" if credited else ""
    found = content.sources.get(source)  # a stored result may cite a source that was removed since
    return f"({found.short if found else 'a source that is no longer listed'}{citing})"


def list_sources(ids: Iterable[str], content: Content) -> Sources:
    """Return the reply node that names the sources with the *ids*, each once, in one line.

    Of more than eight, it names the first seven and says how many more there are.
    """
    used = set(ids)
    named = [_format_source(each) for each in content.sources.values() if each.id in used]
    if len(named) > _MAX_SOURCES:
        hidden = len(named) - _MAX_SOURCES + 1
        named = [*named[: _MAX_SOURCES - 1], f"and {hidden} more"]
    return Sources((" · ".join(named),) if named else ())


def _format_source(source: Source) -> str:
    """Return a source's name, interest and date: "KORE1, recruiter, 2026-06"."""
    return f"{source.short}, {source.interest or source.evidence}, {format_published(source)}"


def format_published(source: Source) -> str:
    """Return when a source was published, to the month if it says so: "2026-06", "early 2026"."""
    day = _FULL_DATE.fullmatch(source.published or "")
    return day[1] if day else source.published or "no date"


def format_provenance(source: Source) -> str:
    """Return a line about a source: authors, kind of evidence, dates of publication and check."""
    names = ", ".join(dict.fromkeys(filter(None, (source.author, source.publisher))))
    dated = f"published {source.published}" if source.published else "date not stated"
    parts = filter(None, (names, source.evidence, dated, f"read {source.read}"))
    return f"{source.short}: {'; '.join(parts)}"


def pluralize(number: int, singular: str, plural: str | None = None) -> str:
    """Return *number* with its noun: "1 tip", "52 tips". *plural* is for nouns like "entries"."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def end_sentence(text: str) -> str:
    """Return *text* with a full stop, unless it ends with a mark, even in quotation marks."""
    return text if text.removesuffix("”").endswith((".", "!", "?", "…")) else f"{text}."


def format_utc(moment: datetime) -> str:
    """Return a UTC datetime to the minute: "2026-11-21 14:00 UTC"."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def join_words(words: Iterable[str], conjunction: str = "and") -> str:
    """Return *words* joined as in a sentence: "a, b and c"."""
    *most, final = words
    return f"{', '.join(most)} {conjunction} {final}" if most else final
