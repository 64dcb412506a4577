"""The percentile of an amount among survey reports, estimated from published percentiles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.formatting import format_estimate, format_ordinal
from bot.pay.amount import Amount
from bot.pay.survey import Distribution, GroupFilter, best_groups, latest_rate
from content import Content, PayBasis, PayGroup


@dataclass(frozen=True, slots=True)
class PercentileRank:
    """An amount's percentile among the reports of one group (*distribution*).

    The percentile is None if the amount is below the 10th or above the 90th.
    """

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

    @property
    def is_below_median(self) -> bool:
        """Whether the amount is below the median of the reports."""
        return self.value < self.distribution.group.p50


def percentile_of(group: PayGroup, value: int) -> int | None:
    """Return the percentile of *value* in a group of reports, or None below p10 or above p90.

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
    """Yield the percentile of *amount* among the reports of each survey.

    In each survey, the group of reports that best fits *group_filter* is used. Groups in the
    amount's own currency come first. If there are none, the amount is converted at a survey's
    exchange rate; without a rate, nothing is yielded for the group. If *basis* (base, total or
    gross pay) isn't None, other surveys are skipped.
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
    """Return *amount* in *currency* with a sentence on the rates used, or None without a rate."""
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
        notes.append(f"1 {code} = {rate.usd:g} USD, the rate {source} used for {rate.year}")
    shown = format_estimate(round(value), currency)
    return round(value), f"{amount.format(currency)} is about {shown}: {'; '.join(notes)}."


def explain_missing_rate(amount: Amount, reports: Distribution) -> str:
    """Return the sentence shown if *amount* can't be converted to the currency of *reports*."""
    currency = reports.group.currency
    return (
        f"I can't say where {amount.text} stands: the reports are in {currency}, and I have no "
        f"exchange rate for {amount.currency}. Type a year's gross pay in {currency}."
    )
