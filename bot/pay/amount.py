"""Parsing of pay as people type it: 180k, $180,000, £95k, 95 000 €, 18 lakh, €4k a month."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from typing import NamedTuple

from babel.core import get_global
from babel.numbers import NumberFormatError, parse_decimal

from bot.errors import Refusal
from bot.formatting import format_money

_MIN_PAY, _MAX_PAY = 1_000, 100_000_000  # a year, in any currency that the survey uses
_MIN_BARE_NUMBER = 10_000  # smallest number that counts as pay without a unit or currency
_MAX_LENGTH = 30  # characters; "CA$ 1,180,000.00 per year" has 25
_PRECISION = 2 * _MAX_LENGTH  # digits: Decimal's default of 28 is too few for the longest amount
_CURRENCY_SIGNS = {
    "S$": "SGD", "R$": "BRL", "HK$": "HKD", "NZ$": "NZD", "MX$": "MXN",
    "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "US$": "USD", "$": "USD",
    "£": "GBP", "€": "EUR", "₹": "INR", "RS.": "INR", "RS": "INR", "ZŁ": "PLN",
    "DOLLARS": "USD", "BUCKS": "USD", "POUNDS": "GBP", "QUID": "GBP", "EURO": "EUR",
    "EUROS": "EUR", "RUPEES": "INR", "YEN": "JPY", "¥": "JPY", "WON": "KRW", "ZLOTY": "PLN",
    "FRANCS": "CHF", "LEI": "RON", "LEU": "RON", "LIRA": "TRY", "LIRAS": "TRY", "TL": "TRY",
    "₺": "TRY", "NAIRA": "NGN", "₦": "NGN", "KSH": "KES", "RAND": "ZAR", "RANDS": "ZAR",
    "REAIS": "BRL", "RINGGIT": "MYR", "RIYAL": "SAR", "RIYALS": "SAR", "BAHT": "THB",
    "KRONOR": "SEK", "FORINT": "HUF", "KORUNA": "CZK", "LEVA": "BGN", "HRYVNIA": "UAH",
    "TAKA": "BDT", "CEDIS": "GHS", "₱": "PHP",
    # Shillings and dirhams of the countries whose members ask most
    "SHILLING": "KES", "SHILLINGS": "KES", "DIRHAM": "AED", "DIRHAMS": "AED",
}  # fmt: skip
_INDIAN_MULTIPLIERS = {
    "L": 100_000, "LPA": 100_000, "LAC": 100_000, "LAKH": 100_000, "LAKHS": 100_000,
    "CR": 10_000_000, "CRORE": 10_000_000,
}  # fmt: skip
_MULTIPLIERS = _INDIAN_MULTIPLIERS | {
    "K": 1_000, "GRAND": 1_000, "THOUSAND": 1_000, "M": 1_000_000, "MILLION": 1_000_000,
}  # fmt: skip
# Digit grouping: 180,000 · 18,00,000 · 95.000 · 95 000 · 95'000
_LOCALES = ("en_US", "en_IN", "de_DE", "fr_FR", "de_CH")
_AMOUNT = re.compile(r"(?P<before>\D*)(?P<number>[0-9](?:[0-9.,'’\s]*[0-9])?)(?P<after>\D*)")
_WORD = re.compile(r"[A-Z]{1,2}\$|RS\.|[^\W\d_]+|\S")
_PER_YEAR = re.compile(r"(?:/\s*|\b(?:A|PER)\s+)(?:Y|YR|YEAR|ANNUM)$|\bP\.?\s?A\.?$|\bANNUALLY$")
_PER_MONTH = re.compile(
    r"^MONTHLY\s+|(?:/\s*|\b(?:A|PER|EACH|EVERY)\s+)(?:MONTH|MO|MTH)$|\bP\.?\s?M\.?$|\bMONTHLY$"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PER_WEEK = re.compile(r"(?:/\s*|\b(?:A|PER|EACH|EVERY)\s+)(?:WEEK|WK)$|\bWEEKLY$")
_MONTHS, _WEEKS = 12, 52
_STRONG_CURRENCIES = frozenset("USD EUR GBP CHF CAD AUD".split())
_MIN_YEARLY = 6_000  # in those; less is a month's pay
_MIN_BARE_MONTHLY = 500  # smallest number that counts as a month's pay
_WORDS = frozenset(  # codes of currencies that are words, too: "at all, 100"
    "ALL TRY TOP MOP PEN CUP GEL SOS MAD BOB COP PHP BAM ANG ERN RON DOP LAK CDF CVE".split()
)
_MINUS_SIGNS = frozenset("-−–")
_NUMBER = r"[0-9][0-9.,'’\s]*"
_DIGITS, _ONE_NUMBER = re.compile(_NUMBER), re.compile(rf"\D*(?:{_NUMBER})?\D*")
_PERIOD_WORDS = frozenset(
    (
        "A P PA PM PER EACH EVERY ANNUM ANNUALLY Y YR YEAR MONTH MONTHLY MO MTH WEEK WEEKLY WK / ."
    ).split()
)
_PENSION_PLAN = "401k"


@dataclass(frozen=True, slots=True)
class Amount:
    """Yearly pay that a member typed; ``currency`` is None if the member named none."""

    value: int
    currency: str | None
    text: str
    is_converted: bool = False  # from a month's or a week's pay
    is_currency_assumed: bool = False  # that of the country, because none was typed

    @property
    def is_plausible(self) -> bool:
        """Whether the value can be a year's pay: 1,000 to 100 million, in any currency."""
        return _MIN_PAY <= self.value <= _MAX_PAY

    def require_plausible(self) -> "Amount":
        """Return the amount itself; raise Refusal if it is too low or high for a year's pay."""
        if self.value < _MIN_PAY:
            raise Refusal(
                f"“{self.text}” is too low for a year's pay. Write the pay for a whole year: "
                f"{_EXAMPLE_TEXTS}."
            )
        if self.value > _MAX_PAY:
            raise Refusal(f"“{self.text}” is more than anyone earns in a year. Check the zeros.")
        return self

    def describe(self, currency: str) -> str:
        """Return the typed text and how it was read: "150k → USD 150,000 a year".

        *currency* is used if the amount names none.
        """
        return f"{self.text} → {self.currency or currency} {self.value:,} a year"

    def format(self, currency: str) -> str:
        """Return the amount as text, such as "$150K", in *currency* if it names none."""
        return format_money(self.value, self.currency or currency)


EXAMPLES = (
    Amount(180_000, None, "180k"),
    Amount(180_000, "USD", "$180,000"),
    Amount(95_000, "GBP", "£95k"),
    Amount(95_000, "EUR", "95 000 €"),
    Amount(1_800_000, "INR", "18 lakh"),
)
_EXAMPLE_TEXTS = ", ".join(each.text for each in EXAMPLES)


def parse_amount(text: str) -> Amount | None:
    """Return the amount that *text* states, plausible or not, or None if *text* isn't an amount.

    A month's or week's pay is read as a year's, and so is €2,100. A number below 10,000
    without a unit or currency isn't an amount, because it could be a year or a page number.
    """
    text = _clean(text)
    if len(text) > _MAX_LENGTH or text.casefold() == _PENSION_PLAN:
        return None
    rest, months = _PER_MONTH.subn("", text.upper())
    rest, weeks = _PER_WEEK.subn("", rest)
    rest, years = _PER_YEAR.subn("", rest)
    match = _AMOUNT.fullmatch(rest)
    if match is None:
        return None
    before, after = (_WORD.findall(match[side]) for side in ("before", "after"))
    if any(word in _MULTIPLIERS for word in before):
        return None  # "L5" is a job level, not five lakh
    words = before + after
    minus_signs = [word for word in words if word in _MINUS_SIGNS]
    units = _parse_units([word for word in words if word not in _MINUS_SIGNS], text)
    if units is None or len(minus_signs) > 1:
        return None
    number = _parse_number(match["number"], is_whole=units.multiplier == 1)
    smallest = _MIN_BARE_MONTHLY if months or weeks else _MIN_BARE_NUMBER
    if number is None or (not units.has_words and number < smallest):
        return None
    value = round(number * units.multiplier)
    is_year = _YEAR.fullmatch(match["number"]) and not {*words} & _CURRENCY_SIGNS.keys()
    may_be_monthly = not (years or weeks or minus_signs or is_year)
    if units.currency in _STRONG_CURRENCIES and may_be_monthly:
        months = months or _MIN_PAY <= value < _MIN_YEARLY
    value *= _MONTHS if months else _WEEKS if weeks else 1
    is_converted = bool(months or weeks)
    return Amount(-value if minus_signs else value, units.currency, text, is_converted)


def may_begin_amount(text: str) -> bool:
    """Return False if surely no amount begins with *text*, one or a few words."""
    text = _clean(text).upper().strip(" ,;.!?")
    if _ONE_NUMBER.fullmatch(text) is None:
        return False
    return all(map(_is_unit, _WORD.findall(_DIGITS.sub(" ", text))))


def _clean(text: str) -> str:
    """Return *text* with plain characters and single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _is_unit(word: str) -> bool:
    """Return True if *word*, in capitals, may come before or after the number of an amount."""
    known = (_MULTIPLIERS, _CURRENCY_SIGNS, _MINUS_SIGNS, _PERIOD_WORDS)
    return any(word in each for each in known) or _is_currency(word)


class _Units(NamedTuple):
    """The multiplier and the currency named by the words around a number, as in "95k EUR"."""

    multiplier: int
    currency: str | None
    has_words: bool  # whether any words are around the number


def _parse_units(words: list[str], typed: str) -> _Units | None:
    """Return the multiplier and the currency that *words*, in capitals, name.

    The multiplier is 1 and the currency None if no word names one. Return None if a word is
    unknown, or if two words name a multiplier or two name a currency. A code that is a word, too,
    must be in capitals in *typed*.
    """
    multipliers = [_MULTIPLIERS[word] for word in words if word in _MULTIPLIERS]
    currencies = [
        _CURRENCY_SIGNS.get(word, word)
        for word in words
        if word in _CURRENCY_SIGNS
        or is_currency_code(word)
        or (word in typed and _is_currency(word))
    ]
    if (
        len(multipliers) + len(currencies) < len(words)
        or max(len(multipliers), len(currencies)) > 1
    ):
        return None
    if any(word in _INDIAN_MULTIPLIERS for word in words):
        currencies = currencies or ["INR"]
    return _Units(
        multipliers[0] if multipliers else 1, currencies[0] if currencies else None, bool(words)
    )


def is_currency_code(code: str) -> bool:
    """Return True if *code*, in capitals, is that of a currency and no word."""
    return code not in _WORDS and _is_currency(code)


def _is_currency(code: str) -> bool:
    return code in _list_currencies()


@cache
def _list_currencies() -> frozenset[str]:
    """Return the codes of present currencies: ATS, for one, is a past one."""
    used = (each for uses in get_global("territory_currencies").values() for each in uses)
    return frozenset(code for code, _, end, is_tender in used if is_tender and end is None)


def _parse_number(text: str, *, is_whole: bool) -> Decimal | None:
    """Return the number in *text* as the first fitting locale reads it, or None if none can.

    *is_whole* means that no multiplier such as "k" follows the number. Then values below 1,000 are
    the last choice, so that "95.000" is 95,000 and not 95.
    """
    first = None
    with localcontext(prec=_PRECISION):
        for number in _possible_numbers(text):  # each further locale costs 10 ms at its first use
            if number >= _MIN_PAY or not is_whole:
                return number
            first = number if first is None else first
    return first


def _possible_numbers(text: str) -> Iterator[Decimal]:
    # In CLDR, French groups digits by narrow no-break spaces, Swiss German by curly apostrophes.
    spaced = re.sub(r"\s", "\u202f", text).replace("'", "’")
    for locale in _LOCALES:
        try:
            yield parse_decimal(spaced, locale=locale, strict=True)
        except NumberFormatError:
            continue
