"""What a pay answer is made of, for each way of looking at pay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bot.formatting import join_words
from bot.pay import pictures, reports
from bot.pay.evidence import Ahead, ahead, evidence_lines, held
from bot.pay.percentile import Standing, stand, unplaced
from bot.pay.query import Scope
from bot.pay.survey import Cut, recent
from bot.pay.tables import beyond, claims_table, remarks, side_by_side, together
from bot.pay.verdict import Order, orders, verdict_lines
from bot.pay.view import View
from bot.reply import Bold, Bullets, Heading, Node, Paragraph, Prose
from bot.roles.facts import RoleFact, facts_from_market
from content import PayClaim, PayRemark, Role

_PAIR = 2
_NO_VERDICT = (View.COUNTRIES, View.TREND, View.REMARKS)
_AT_LEVEL = ("equity", "outlier")
EVERYTHING = ("equity", "outlier", "gap", "trend", "advice")


@dataclass(frozen=True)
class Answer:
    """An answer about one scope, seen in one way; *view* None shows one level."""

    scope: Scope
    view: View | None

    def nodes(self) -> Iterator[Node]:
        """Give the parts, the answer first and its evidence below."""
        yield Heading(self.scope.title)
        standings = list(self._standings())
        yield from self._where(standings)
        match self.view:
            case View.COUNTRIES:
                yield from reports.countries(self.scope)
            case View.TREND:
                yield from reports.years(self.scope)
                yield from pictures.years(self.scope)
            case View.LADDER if len(self.scope.roles) > 1:
                yield from self._side_by_side(standings)
            case View.REMARKS:
                pass
            case _:
                yield from self._by_role(standings)
        if self.surveyed:
            yield from self._caution()
        yield from self._unplaced()
        yield from self._verdict()
        yield from beyond((*self.remarks(), *self.market()), self.scope.content)

    @property
    def surveyed(self) -> bool:
        """Tell whether reports are shown, beside claims or instead of them."""
        return self.view not in {View.CLAIMS, View.REMARKS}

    @property
    def detailed(self) -> bool:
        """Tell whether every claim is shown with its notes and verdicts."""
        return self.view in {None, View.CLAIMS}

    def remarks(self) -> tuple[PayRemark, ...]:
        """Give what is said beyond the figures: little on a level, all where it is asked for."""
        if self.view is View.REMARKS:
            return remarks(self.scope.content, self.scope.ids, EVERYTHING)
        about = _AT_LEVEL if self.view is None and self.scope.level else ()
        return remarks(self.scope.content, self.scope.ids, about)

    def market(self) -> tuple[RoleFact, ...]:
        """Return the market figures about pay, if remarks are asked for."""
        if self.view is not View.REMARKS:
            return ()
        every = self.scope.content.market.values()
        return tuple(
            facts_from_market(each for each in every if each.pay and self.scope.ids & {*each.roles})
        )

    def _standings(self) -> Iterator[Standing]:
        scope = self.scope
        if scope.amount is None:
            return
        for role in scope.roles:
            cut = Cut(role.id, scope.level.id if scope.level else None, scope.place[0])
            yield from stand(scope.content, scope.amount, cut, scope.basis)

    def _where(self, standings: Sequence[Standing]) -> Iterator[Node]:
        """Say where the amount that was named stands, or why it can't be said."""
        scope = self.scope
        if scope.amount is None:
            return
        shown = [self._stands(each) for each in standings]
        notes: list[Prose] = [
            each for each in dict.fromkeys(s.converted for s in standings) if each
        ]
        if scope.amount.currency is None and standings:
            currency = standings[0].distribution.group.currency
            notes.append(f"No currency was named: it is read in {currency}, as the reports are.")
        if scope.country is None and standings:
            country = scope.content.countries[standings[0].distribution.group.country]
            notes.append(f"No country was named: these are the reports from {country.name}.")
        if not standings:
            level = scope.level.id if scope.level else None
            found = [each for role in scope.roles for each in scope.reports(role, level)][:1]
            shown = [unplaced(scope.amount, each) for each in found]
            shown = shown or ["There are no reports to place that amount among."]
        yield Bullets((*shown, *notes))

    def _stands(self, each: Standing) -> Prose:
        group, content = each.distribution.group, self.scope.content
        level = content.levels[group.level].name if group.level else "all levels"
        amount = self.scope.amount.shown(group.currency) if self.scope.amount else ""
        among = (
            f" of {each.distribution.rests_on}: {content.roles[group.role].name}, {level}, "
            f"{reports.place(each.distribution, content)}, {each.distribution.survey.basis} pay; "
            f"confidence {group.confidence}."
        )
        return (Bold(f"{amount} stands {each.words}"), among)

    def _side_by_side(self, standings: Sequence[Standing]) -> Iterator[Node]:
        scope = self.scope
        if list(scope.ladder()):
            yield Heading(f"What reports say: {reports.where(scope)}")
            yield from reports.by_level(scope)
            yield from pictures.ladder(scope, standings)
        if scope.claims():
            yield Heading("What sources claim")
            yield from side_by_side(scope.roles, scope.content, scope.claims())

    def _by_role(self, standings: Sequence[Standing]) -> Iterator[Node]:
        """Give a table for each role, and one for figures given for several roles together."""
        scope, claims = self.scope, self.scope.claims()
        for role in scope.roles:
            if len(scope.roles) > 1:
                yield Heading(role.name)
            yield from self._of_role(role, claims)
        if self.detailed:
            yield from self._together(claims)
        if self.view is View.LADDER:
            yield from pictures.ladder(scope, standings)
        elif self.surveyed:
            yield from pictures.level(scope, claims, standings)

    def _of_role(self, role: Role, claims: Sequence[PayClaim]) -> Iterator[Node]:
        scope, ladder = self.scope, self.view is View.LADDER
        own = [claim for claim in claims if claim.roles == (role.id,)]
        shared = [claim for claim in claims if role.id in claim.roles and claim not in own]
        level = scope.level.id if scope.level else None
        found = scope.reports(role, level) if self.surveyed else []
        rows = found if scope.level else []
        if own or rows:
            yield from claims_table(
                own, scope.content, rows, by_level=scope.level is None, notes=not ladder
            )
        elif not found and not shared:
            yield Paragraph("None of our sources gives a figure.")
        if ladder:
            yield from together(shared, scope.content)
        alone = replace(scope, named=(role,))
        if not ladder or not list(alone.ladder()):
            yield from (reports.in_full(each, scope.content) for each in found)
        else:
            yield Heading(f"What reports say: {role.name}, {reports.where(alone)}")
            yield from reports.by_level(alone)

    def _together(self, claims: Sequence[PayClaim]) -> Iterator[Node]:
        shared = [claim for claim in claims if len(claim.roles) > 1]
        if shared:
            yield Heading("For the roles together")
            by_level = self.scope.level is None
            yield from claims_table(shared, self.scope.content, [], by_level=by_level)

    def _unplaced(self) -> Iterator[Node]:
        """Mention the claims that a country filter hides only because they name no country."""
        scope = self.scope
        if scope.country is None or self.view in _NO_VERDICT:
            return
        hidden = {each.source for each in scope.without_country().claims() if each.country is None}
        if hidden:
            names = join_words(scope.content.sources[each].short for each in sorted(hidden))
            yield Paragraph(f"Left out: figures of {names} that name no country.")

    def _caution(self) -> Iterator[Node]:
        surveys = {each.survey.id: each for each in self.scope.all_reports()}
        yield from map(reports.caution, surveys.values())

    def _verdict(self) -> Iterator[Node]:
        lines = tuple(self._judgements())
        if lines:
            yield Heading("Verdict")
            yield Bullets(lines)

    def _judgements(self) -> Iterator[Prose]:
        scope, content = self.scope, self.scope.content
        claims = scope.claims()
        if self.detailed and claims:
            yield from verdict_lines(claims, content)
            found = list(held(claims, content, scope.place[0], scope.basis))
            yield from evidence_lines(found, content, place=scope.level is not None)
        yield from (each.says for each in self.orders())
        yield from (each.says for each in self.ahead())

    def orders(self) -> list[Order]:
        """Say who is ahead in the claims: of the roles shown, or of the one role and each other."""
        scope = self.scope
        if self.view in _NO_VERDICT:
            return []
        mine = [role.id for role in scope.roles]
        others = [role for role in scope.content.roles if role not in mine]
        pairs = list(combinations(mine, 2)) or [(mine[0], role) for role in others]
        every, fits = scope.content.pay.values(), scope.fits()
        return [each for pair in pairs for each in orders(fits, every, pair, scope.content)]

    def ahead(self) -> list[Ahead]:
        """Say who is ahead in the reports: of the roles shown, or of one that claims compare."""
        scope = self.scope
        if self.view in _NO_VERDICT or scope.basis is not None:
            return []
        mine = [role.id for role in scope.roles]
        claimed = [role.id for role in scope.content.roles_with_claims()]
        pairs = list(combinations(mine, 2)) or [
            (mine[0], each) for each in claimed if mine[0] in claimed and each != mine[0]
        ]
        levels = [scope.level.id] if scope.level else list(scope.content.levels)
        return [
            each for pair in pairs for each in ahead(scope.content, pair, levels, scope.place[0])
        ]

    def sources(self) -> Iterator[str]:
        """Give the ids of the sources that the answer rests on."""
        if self.view not in _NO_VERDICT:
            yield from (claim.source for claim in self.scope.claims())
        yield from (claim.source for order in self.orders() for claim in order.claims)
        yield from (each.source for each in self.remarks())
        yield from (each.source for each in self.market())
        yield from (each.survey.source for found in self.ahead() for each in found.reports)
        if self.surveyed:
            yield from (each.survey.source for each in self.scope.all_reports())
        if self.view is View.COUNTRIES:
            every = (recent(self.scope.content, Cut(role.id)) for role in self.scope.roles)
            yield from (each.survey.source for found in every for each in found)
