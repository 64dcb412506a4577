"""Where an amount stands among reports, as far as published percentiles tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.formatting import format_estimate, format_ordinal
from bot.pay.amount import Amount
from bot.pay.survey import Cut, Distribution, rate, recent
from content import Content, PayBasis, PayGroup

_DOLLAR = "USD"


@dataclass(frozen=True, slots=True)
class Standing:
    """An amount in a distribution's currency; ``rank`` is None beyond the outer percentiles."""

    distribution: Distribution
    value: int
    rank: int | None
    converted: str = ""  # how the amount came into that currency, where it was in another

    @property
    def words(self) -> str:
        """Say where it stands: "about the 62nd percentile", "above the 90th percentile"."""
        if self.rank is not None:
            return f"at about the {format_ordinal(self.rank)} percentile"
        below = self.value < self.distribution.group.p10
        percent = 10 if below else 90
        amount = self.distribution.at(percent)
        return (
            f"{'below' if below else 'above'} the {format_ordinal(percent)} percentile ({amount})"
        )


def rank(group: PayGroup, value: int) -> int | None:
    """Give the percentile at which *value* stands; None outside of those that are published.

    Between two published percentiles it is interpolated linearly; where several of them are equal
    to *value*, the middle one is given.
    """
    known = group.quantiles()
    equal = [percent for percent, amount in known if amount == value]
    if equal:
        return equal[len(equal) // 2]
    for (low, bottom), (high, top) in pairwise(known):
        if bottom < value < top:
            return round(low + (high - low) * (value - bottom) / (top - bottom))
    return None


def stand(content: Content, amount: Amount, cut: Cut, basis: PayBasis | None) -> Iterator[Standing]:
    """Find where *amount* stands in each survey's group for *cut*.

    Reports in the amount's own currency are preferred; else it is converted at a survey's dated
    rate, and that is told. Without a rate nothing is given.
    """
    own = Cut(cut.role, cut.level, cut.country, amount.currency)
    for each in list(recent(content, own, basis)) or recent(content, cut, basis):
        currency = each.group.currency
        if amount.currency in {None, currency}:
            yield Standing(each, amount.value, rank(each.group, amount.value))
            continue
        found = _converted(content, amount, currency)
        if found is not None:
            yield Standing(each, found[0], rank(each.group, found[0]), found[1])


def _converted(content: Content, amount: Amount, currency: str) -> tuple[int, str] | None:
    """Turn *amount* into *currency* at the rates of the content, and say by which."""
    value, told = float(amount.value), []
    for code, factor in ((amount.currency or currency, 1), (currency, -1)):
        if code == _DOLLAR:
            continue
        found = rate(content, code)
        if found is None:
            return None
        survey, each = found
        value *= each.usd**factor
        source = content.sources[survey.source].short
        told.append(f"1 {code} = {each.usd:g} USD, as {source} counted in {each.year}")
    shown = format_estimate(round(value), currency)
    return round(value), f"{amount.shown(currency)} is taken as {shown}: {'; '.join(told)}."


def unplaced(amount: Amount, found: Distribution) -> str:
    """Say why an amount can't be placed among reports in another currency."""
    currency = found.group.currency
    return (
        f"{amount.shown(currency)} is in {amount.currency} and the reports are in {currency}. We "
        f"hold no rate between the two, so it is not converted: write it in {currency}."
    )
