"""An amount of yearly pay as people write it: 180k, $180,000, £95k, 95 000 €, 18 lakh."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from babel.numbers import NumberFormatError, is_currency, parse_decimal

from bot.errors import Refusal
from bot.formatting import format_money

EXAMPLES = ("180k", "$180,000", "£95k", "95 000 €", "18 lakh")
_LEAST, _MOST = 1_000, 100_000_000  # in any currency that there is data in, USD to INR
_BARE = 10_000  # a number without a word that says that it is money
_LONGEST = 30  # characters; "CA$ 1,180,000.00 per year" has 25
_PRECISION = 2 * _LONGEST  # digits: Decimal's default of 28 is too few for the longest amount
_SIGNS = {
    "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "US$": "USD", "$": "USD",
    "£": "GBP", "€": "EUR", "₹": "INR", "RS.": "INR", "RS": "INR", "ZŁ": "PLN",
}  # fmt: skip
_TIMES = {"K": 1_000, "GRAND": 1_000, "THOUSAND": 1_000, "M": 1_000_000, "MILLION": 1_000_000}
_INDIAN = {"L": 100_000, "LPA": 100_000, "LAC": 100_000, "LAKH": 100_000, "LAKHS": 100_000,
           "CR": 10_000_000, "CRORE": 10_000_000}  # fmt: skip
_RUPEES = "INR"
# How numbers are grouped: 180,000 · 18,00,000 · 95.000 · 95 000 · 95'000
_LOCALES = ("en_US", "en_IN", "de_DE", "fr_FR", "de_CH")
_AMOUNT = re.compile(r"(?P<before>\D*)(?P<number>[0-9](?:[0-9.,'’\s]*[0-9])?)(?P<after>\D*)")
_WORD = re.compile(r"[A-Z]{1,2}\$|RS\.|[^\W\d_]+|\S")
_A_YEAR = re.compile(r"(?:/\s*|\b(?:A|PER)\s+)(?:Y|YR|YEAR|ANNUM)$|\bP\.?\s?A\.?$|\bANNUALLY$")
_MINUS = frozenset("-−–")


@dataclass(frozen=True, slots=True)
class Amount:
    """So much a year; ``currency`` is None where none was written."""

    value: int
    currency: str | None
    typed: str

    @property
    def fits(self) -> bool:
        """Whether the value is plausible as yearly pay."""
        return _LEAST <= self.value <= _MOST

    def checked(self) -> "Amount":
        """Give the amount back; raises Refusal when nobody's yearly pay is of that size."""
        if self.value < _LEAST:
            raise Refusal(
                f"“{self.typed}” is less than any yearly pay. Write the whole year's pay: "
                f"{', '.join(EXAMPLES)}."
            )
        if self.value > _MOST:
            raise Refusal(f"“{self.typed}” is beyond any yearly pay. Check the zeros.")
        return self

    def understood(self, currency: str) -> str:
        """Return how the amount was understood: "150k → USD 150,000 a year"."""
        return f"{self.typed} → {self.currency or currency} {self.value:,} a year"

    def shown(self, currency: str) -> str:
        """Write it as money, in *currency* where it came without one."""
        return format_money(self.value, self.currency or currency)


def amount(text: str) -> Amount | None:
    """Read *text* as an amount, however absurd; None where it is none.

    A bare number of under five digits is none: it would be a year, a page or a slip.
    """
    typed = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _AMOUNT.fullmatch(_A_YEAR.sub("", typed.upper())) if len(typed) <= _LONGEST else None
    if found is None:
        return None
    before, after = (_WORD.findall(found[side]) for side in ("before", "after"))
    if any(word in _TIMES or word in _INDIAN for word in before):
        return None  # "L5" is a rung, not five lakh
    words = before + after
    signs = [word for word in words if word in _MINUS]
    meaning = _meaning([word for word in words if word not in _MINUS])
    if meaning is None or len(signs) > 1:
        return None
    number = _number(found["number"], whole=meaning.times == 1)
    if number is None or (not meaning.said and number < _BARE):
        return None
    return Amount(round(number * meaning.times) * (-1 if signs else 1), meaning.currency, typed)


class _Meaning(NamedTuple):
    """What the words around a number say: how often it counts, and in which currency."""

    times: int
    currency: str | None
    said: bool


def _meaning(words: list[str]) -> _Meaning | None:
    """Understand *words*; None when one is strange, or two say the same kind of thing."""
    factors = [_TIMES.get(word) or _INDIAN[word] for word in words if word in {*_TIMES, *_INDIAN}]
    signs = [_SIGNS.get(word, word) for word in words if word in _SIGNS or is_currency(word)]
    if len(factors) + len(signs) < len(words) or len(factors) > 1 or len(signs) > 1:
        return None
    if any(word in _INDIAN for word in words):
        signs = signs or [_RUPEES]
    return _Meaning(factors[0] if factors else 1, signs[0] if signs else None, bool(words))


def _number(text: str, *, whole: bool) -> Decimal | None:
    """Read a number in the first way of grouping that fits; pay that is *whole* needs no point."""
    with localcontext(prec=_PRECISION):
        readings = list(_readings(text))
    likely = (each for each in readings if each >= _LEAST or not whole)
    return next(likely, readings[0] if readings else None)


def _readings(text: str) -> Iterator[Decimal]:
    # CLDR groups French with a narrow no-break space and Swiss German with a typographic apostrophe
    spaced = re.sub(r"\s", "\u202f", text).replace("'", "’")
    for locale in _LOCALES:
        try:
            yield parse_decimal(spaced, locale=locale, strict=True)
        except NumberFormatError:
            continue
