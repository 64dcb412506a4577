"""Place an amount among the reports by the survey's published percentiles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.formatting import format_estimate, format_ordinal
from bot.pay.amount import Amount
from bot.pay.survey import Distribution, GroupFilter, best_groups, latest_rate
from content import Content, PayBasis, PayGroup


@dataclass(frozen=True, slots=True)
class PercentileRank:
    """An amount and its percentile, which is None below p10 and above p90."""

    distribution: Distribution
    value: int  # in the currency of the distribution
    percentile: int | None
    conversion_note: str = ""  # the exchange rate, if the amount was in another currency

    @property
    def description(self) -> str:
        """The rank in words: "at about the 62nd percentile"."""
        if self.percentile is not None:
            return f"at about the {format_ordinal(self.percentile)} percentile"
        below = self.value < self.distribution.group.p10
        percent = 10 if below else 90
        amount = self.distribution.format_percentile(percent)
        return (
            f"{'below' if below else 'above'} the {format_ordinal(percent)} percentile ({amount})"
        )


def percentile_of(group: PayGroup, value: int) -> int | None:
    """Return the percentile of *value*, or None if it is below p10 or above p90.

    It is interpolated linearly between two published percentiles. If *value* equals several of
    them, the middle one is returned.
    """
    published = group.quantiles()
    equal = [percent for percent, amount in published if amount == value]
    if equal:
        return equal[len(equal) // 2]
    for (low, low_amount), (high, high_amount) in pairwise(published):
        if low_amount < value < high_amount:
            return round(low + (high - low) * (value - low_amount) / (high_amount - low_amount))
    return None


def rank_amount(
    content: Content, amount: Amount, group_filter: GroupFilter, basis: PayBasis | None
) -> Iterator[PercentileRank]:
    """Yield the percentile rank of *amount* in the group that each survey has for *group_filter*.

    Reports in the amount's own currency are preferred. Otherwise the amount is converted at the
    survey's exchange rate, or skipped if there is none.
    """
    in_own_currency = replace(group_filter, currency=amount.currency)
    reports = list(best_groups(content, in_own_currency, basis))
    for each in reports or best_groups(content, group_filter, basis):
        currency = each.group.currency
        if amount.currency in {None, currency}:
            yield PercentileRank(each, amount.value, percentile_of(each.group, amount.value))
            continue
        converted = _convert(content, amount, currency)
        if converted is not None:
            value, note = converted
            yield PercentileRank(each, value, percentile_of(each.group, value), note)


def _convert(content: Content, amount: Amount, currency: str) -> tuple[int, str] | None:
    """Return *amount* in *currency* and a note on the rates; None if there is no rate."""
    value, notes = float(amount.value), []
    for code, exponent in ((amount.currency or currency, 1), (currency, -1)):
        if code == "USD":
            continue
        found = latest_rate(content, code)
        if found is None:
            return None
        survey, rate = found
        value *= rate.usd**exponent
        source = content.sources[survey.source].short
        notes.append(f"1 {code} = {rate.usd:g} USD, as {source} counted in {rate.year}")
    shown = format_estimate(round(value), currency)
    return round(value), f"{amount.format(currency)} is taken as {shown}: {'; '.join(notes)}."


def explain_missing_rate(amount: Amount, reports: Distribution) -> str:
    """Return the sentence shown when an amount can't be converted to the currency of *reports*."""
    currency = reports.group.currency
    return (
        f"{amount.format(currency)} is in {amount.currency} and the reports are in {currency}. We "
        f"hold no rate between the two, so it is not converted: write it in {currency}."
    )
