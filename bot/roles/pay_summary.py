"""Pay of two roles at one level in a few lines: one source's figures for both, or the survey's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formatting import format_claim, join_words
from bot.pay.claims import Verdict, compare_claims, figure_kind
from bot.pay.survey import Distribution, GroupFilter, best_groups
from bot.pay.wording import missing_term
from bot.reply import Column, Prose, Table
from bot.roles.wording import short_name
from content import Content, PayClaim, Role

_MAX_NAMES = 2  # of sources that agree
ClaimPair = tuple[PayClaim, PayClaim]


@dataclass(frozen=True, slots=True)
class PaySummary:
    """The pay of a pair of roles, as far as figures for both can be compared."""

    content: Content
    pair: tuple[Role, Role]

    def claims(self) -> tuple[ClaimPair, ...]:
        """Return the claims of the source that has comparable figures for both at most levels.

        They are in the order of the levels, a pair for each.
        """
        by_source = [tuple(self._claims_of(source)) for source in self.content.sources]
        return max(by_source, key=len, default=())

    def _claims_of(self, source: str) -> Iterator[ClaimPair]:
        own = [claim for claim in self.content.pay.values() if claim.source == source]
        first, second = ([each for each in own if each.roles == (role.id,)] for role in self.pair)
        for level in (*self.content.levels, None):
            yield from (
                (one, other)
                for one in first
                for other in second
                if one.level == other.level == level and _measure(one) == _measure(other)
            )

    def central_claims(self) -> ClaimPair | None:
        """Return the claims at the level on which most sources give figures; None without any."""
        return max(self.claims(), key=self._count_at_level, default=None)

    def _count_at_level(self, claims: ClaimPair) -> int:
        return sum(len(self._others(each)) for each in claims)

    def _others(self, claim: PayClaim) -> list[PayClaim]:
        return [
            each
            for each in self.content.pay.values()
            if (each.roles, each.level) == (claim.roles, claim.level)
            and each.source != claim.source
        ]

    def lines(self, *, is_brief: bool = False) -> tuple[tuple[str, Prose], ...]:
        """Return a label and a line for each role; empty if no source has comparable figures.

        Brief lines say which source differs, but not its figure.
        """
        claims = self.central_claims()
        if claims:
            return tuple(
                (
                    f"{short_name(role)}, {self._level(claim.level)}",
                    self._claim_line(claim, is_first=claim is claims[0], is_brief=is_brief),
                )
                for role, claim in zip(self.pair, claims, strict=True)
            )
        reports = self.reports()
        return tuple(
            (f"{short_name(role)}, {self._level(each.group.level)}", self._report_line(each))
            for role, each in zip(self.pair, reports or (), strict=False)
        )

    def sentence(self) -> str:
        """Return the pay of both roles in one sentence, or "" if nothing can be compared."""
        found = self.label_and_figures()
        return f"{found[0]}: {found[1]}." if found else ""

    def label_and_figures(self) -> tuple[str, str] | None:
        """Return what is compared, such as "Mid-level base pay", and the figures with the source.

        Return None if no source has comparable figures for both roles.
        """
        claims, reports = self.central_claims(), self.reports()
        if claims:
            shown = claims[0]
            kind = self._kind_of_pay(shown.level, shown.basis)
            figures = tuple(map(format_claim, claims))
            about = (self._short(shown), *self._where_and_when(shown))
        elif reports:
            group, survey = reports[0].group, reports[0].survey
            kind = self._kind_of_pay(group.level, survey.basis)
            figures = tuple(f"median {each.format_percentile(50)}" for each in reports)
            source, country = self.content.sources[survey.source], group.country
            about = (source.short, self.content.countries[country].short, group.years)
        else:
            return None
        both = ", ".join(
            f"{short_name(role)} {figure}" for role, figure in zip(self.pair, figures, strict=True)
        )
        return kind, f"{both} ({', '.join(about)})"

    def _kind_of_pay(self, level: str | None, basis: str | None) -> str:
        """Return the level and the basis as a label: "Mid-level base pay"."""
        named = f"{self.content.levels[level].name}-level" if level else ""
        label = " ".join(filter(None, (named, basis, "pay")))
        return f"{label[0].upper()}{label[1:]}"

    def level_table(self) -> Table | None:
        """Return a table of one source's figures for both roles by level, or None."""
        claims = self.claims()
        if len(claims) < 2:  # noqa: PLR2004  # one level is in the sentence
            return None
        columns = (Column("level"), *(Column(short_name(role), nowrap=True) for role in self.pair))
        rows = (
            (
                self.content.levels[one.level].name if one.level else missing_term("level"),
                format_claim(one),
                format_claim(other),
            )
            for one, other in claims
        )
        return Table(columns, tuple(rows))

    def reports(self) -> tuple[Distribution, Distribution] | None:
        """Return the survey's reports on both roles at the level that sources write about most.

        Among equals, it is the level with most reports on each role.
        """
        claimed = Counter(claim.level for claim in self.content.pay.values())
        return max(
            self._report_pairs(),
            key=lambda pair: (
                claimed[pair[0].group.level],
                min(each.group.distinct for each in pair),
            ),
            default=None,
        )

    def _report_pairs(self) -> Iterator[tuple[Distribution, Distribution]]:
        first, second = (role.id for role in self.pair)
        for home in best_groups(self.content, GroupFilter(first)):
            place = home.group.country, home.group.currency
            for level in self.content.levels:
                for one in best_groups(self.content, GroupFilter(first, level, *place)):
                    for other in best_groups(self.content, GroupFilter(second, level, *place)):
                        if one.survey is other.survey and one.group.years == other.group.years:
                            yield one, other

    def shown_source_ids(self) -> Iterator[str]:
        """Yield the ids of the sources that the sentence cites."""
        claims = self.central_claims()
        if claims:
            yield from (each.source for each in claims)
        else:
            yield from (each.survey.source for each in self.reports() or ())

    def source_ids(self) -> Iterator[str]:
        """Yield the ids of the sources that the lines cite."""
        claims = self.central_claims()
        yield from self.shown_source_ids()
        yield from (other.source for claim in claims or () for other in self._others(claim))

    def _claim_line(self, claim: PayClaim, *, is_first: bool, is_brief: bool) -> str:
        """Return a claim and what other sources say, or, if it *is_brief*, whether they differ.

        The basis, the country and the year are the same for both roles, so they are in the first
        line only.
        """
        basis = f" {claim.basis or missing_term('basis')}" if is_first else ""
        where = self._where_and_when(claim) if is_first else ()
        about = ", ".join((self._short(claim), *where))
        return (
            f"{format_claim(claim)}{basis} ({about}){self._other_sources(claim, is_brief=is_brief)}"
        )

    def _where_and_when(self, claim: PayClaim) -> Iterator[str]:
        if claim.country:
            yield self.content.countries[claim.country].short
        if claim.year:
            yield claim.year

    def _other_sources(self, claim: PayClaim, *, is_brief: bool) -> str:
        """Return which other sources agree on most of the band, and what the others say.

        If it *is_brief*, return only that the others differ.
        """
        verdicts = [(each, compare_claims(claim, each).verdict) for each in self._others(claim)]
        agreeing = [self._short(each) for each, verdict in verdicts if verdict is Verdict.AGREE]
        verb = "agrees" if len(agreeing) == 1 else "agree"
        parts = [f"{_some(agreeing)} mostly {verb}"] if agreeing else []
        differing = [each for each, verdict in verdicts if verdict is Verdict.CONFLICT]
        for each in differing[:1]:
            says = "differs" if is_brief else f"says {format_claim(each)}"
            parts.append(f"{self._short(each)} {says}")
        more = len(differing) - 1
        parts += [f"{more} more differ{'s' if more == 1 else ''}"] if more > 0 else []
        return "".join(f"; {each}" for each in parts)

    def _report_line(self, reports: Distribution) -> str:
        group = reports.group
        return (
            f"middle half {reports.middle_half}, median {reports.format_percentile(50)}, "
            f"{group.distinct:,} reports"
        )

    def _short(self, claim: PayClaim) -> str:
        return self.content.sources[claim.source].short

    def _level(self, level: str | None) -> str:
        return f"{self.content.levels[level].name} level" if level else "any level"


def _some(names: Sequence[str]) -> str:
    """Return up to two names, and how many more there are."""
    more = len(names) - _MAX_NAMES
    return join_words([*names[:_MAX_NAMES], *([f"{more} more"] if more > 0 else [])])


def _measure(claim: PayClaim) -> tuple[object, ...]:
    """Return what two figures of one source must have in common to be compared."""
    where_and_when = (claim.currency, claim.country, claim.basis, claim.year, claim.among)
    return (*where_and_when, figure_kind(claim))
