"""The cut through claims and reports that somebody asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from bot.pay.amount import Amount
from bot.pay.survey import Cut, Distribution, recent
from content import Content, Country, Level, PayBasis, PayClaim, Role


@dataclass(frozen=True)
class Scope:
    """Whose pay, at which level, where, counted how; None leaves a thing open."""

    content: Content
    named: tuple[Role, ...]
    level: Level | None = None
    country: Country | None = None
    basis: PayBasis | None = None
    amount: Amount | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Give the roles asked for, or every role that a claim is about."""
        return self.named or self.content.roles_with_claims()

    @property
    def ids(self) -> set[str]:
        """Give the ids of those roles."""
        return {role.id for role in self.roles}

    @property
    def title(self) -> str:
        """Name the cut."""
        names = [" and ".join(role.name for role in self.roles)]
        names += [each.name for each in (self.level, self.country) if each]
        return " · ".join([*names, f"{self.basis} pay a year" if self.basis else "pay a year"])

    def fits(self) -> list[PayClaim]:
        """Give the claims about any role that pass the filters."""
        return [
            claim
            for claim in self.content.pay.values()
            if (self.level is None or claim.level == self.level.id)
            and (self.country is None or claim.country == self.country.id)
            and (self.basis is None or claim.basis == self.basis)
        ]

    def claims(self) -> list[PayClaim]:
        """Give the claims about the roles asked for."""
        return [claim for claim in self.fits() if self.ids & set(claim.roles)]

    def known(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.claims() or self.all_reports())

    def without_country(self) -> "Scope":
        """Widen the cut to claims that name no country."""
        return replace(self, country=None)

    @cached_property
    def place(self) -> tuple[str | None, str | None]:
        """Give the country and the currency of the reports that are shown.

        Without a country asked for, that is where the first role has most reports; with an amount,
        most reports in its currency.
        """
        country = self.country.id if self.country else None
        currency = self.amount.currency if self.amount else None
        for wanted in (currency, None):
            for role in self.roles:
                for each in recent(self.content, Cut(role.id, None, country, wanted), self.basis):
                    return each.group.country, each.group.currency
        return country, None

    def reports(self, role: Role, level: str | None) -> list[Distribution]:
        """Give the recent groups for *role* at *level*, where None is all levels.

        They are in the currency that is shown, or in another where there are none in that.
        """
        country, currency = self.place
        cuts = (Cut(role.id, level, country, wanted) for wanted in (currency, None))
        found = (list(recent(self.content, cut, self.basis)) for cut in cuts)
        return next(filter(None, found), [])

    def ladder(self) -> Iterator[tuple[Level, list[Distribution]]]:
        """Give every level with reports in the currency that is shown, those of each role."""
        for level in self.content.levels.values():
            found = [
                each
                for role in self.roles
                for each in self.reports(role, level.id)
                if each.group.currency == self.place[1]
            ]
            if found:
                yield level, found

    def all_reports(self) -> list[Distribution]:
        """Give every group that an answer about this cut rests on."""
        levels = [self.level.id] if self.level else [*self.content.levels, None]
        return [each for role in self.roles for at in levels for each in self.reports(role, at)]
