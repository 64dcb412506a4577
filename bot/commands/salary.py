"""What the sources say a role earns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

from bot.app import App, Ask
from bot.call import Call
from bot.command import Arg, Example, command
from bot.errors import Refusal
from bot.pay.table import beyond, claims_table, remarks
from bot.pay.verdict import Order, orders, verdict_lines
from bot.reply import Bullets, Choice, Choices, Heading, Node, Paragraph, Reply
from bot.vocabulary import bases, countries, levels, roles
from bot.wording import listed, small_print
from content import Basis, Content, Country, Level, PayClaim, Role

_AT_LEVEL = ("equity", "outlier")
_ON_LADDER = ("equity", "gap", "trend", "advice")


@command(
    Example("salary mid", shows=("$160K–$215K", "$120K–$160K", "KORE1", "conflict")),
    Example("salary ml senior", shows=("$180K–$240K", "$185K–$230K", "base", "agree")),
    Example("salary ml country:uk", shows=("£105K", "£75K", "reverse of the US figures")),
    Example("salary ai-engineer", shows=("staff", "$290K–$420K+", "not stated")),
    aliases=("pay", "salaries", "compensation", "wage"),
)
async def salary(
    ask: Ask,
    role: Annotated[Role | None, Arg("whose pay; both roles without it", roles)] = None,
    level: Annotated[Level | None, Arg("the rung, or years of experience: 4y", levels)] = None,
    country: Annotated[Country | None, Arg("only figures for this country", countries)] = None,
    basis: Annotated[Basis | None, Arg("only figures that count this", bases)] = None,
    other: Annotated[Role | None, Arg("a second role to set beside the first", roles)] = None,
) -> Reply:
    """Look up what a role earns, source by source.

    Every figure that fits stands side by side with its source, year and basis, and a verdict says
    whether the sources agree, conflict (and by how much) or count different things. Two bands
    agree when at least half of what they span together is common to both. Nothing is averaged.
    Without a level you get the whole ladder, without a role both roles.
    """
    view = _View(ask.content, tuple(filter(None, (role, other))), level, country, basis)
    shown = view.shown()
    if not shown:
        raise view.nothing(ask.app)
    order = view.orders()
    said = remarks(ask.content, view.ids(), _AT_LEVEL if level else _ON_LADDER)
    claims = (*shown, *(claim for each in order for claim in each.claims))
    used = [*(claim.source for claim in claims), *(remark.source for remark in said)]
    return Reply(
        (
            Heading(view.title()),
            *view.tables(shown),
            Heading("Verdict"),
            Bullets((*verdict_lines(shown, ask.content), *(each.says for each in order))),
            *beyond(said, ask.content),
            Choices(tuple(view.next())),
            small_print(used, ask.content),
        )
    )


@dataclass(frozen=True, slots=True)
class _View:
    """The cut through the claims that was asked for."""

    content: Content
    named: tuple[Role, ...]
    level: Level | None
    country: Country | None
    basis: Basis | None

    def roles(self) -> tuple[Role, ...]:
        """Give the roles asked for, or every role that a claim is about."""
        paid = {role for claim in self.content.pay.values() for role in claim.roles}
        return self.named or tuple(each for each in self.content.roles.values() if each.id in paid)

    def ids(self) -> set[str]:
        return {role.id for role in self.roles()}

    def fits(self) -> list[PayClaim]:
        """Give the claims of any role that pass the filters."""
        return [
            claim
            for claim in self.content.pay.values()
            if (self.level is None or claim.level == self.level.id)
            and (self.country is None or claim.country == self.country.id)
            and (self.basis is None or claim.basis == self.basis)
        ]

    def shown(self) -> list[PayClaim]:
        return [claim for claim in self.fits() if self.ids() & set(claim.roles)]

    def title(self) -> str:
        names = [" and ".join(role.name for role in self.roles())]
        names += [each.name for each in (self.level, self.country) if each]
        return " · ".join([*names, f"{self.basis} pay a year" if self.basis else "pay a year"])

    def tables(self, shown: Sequence[PayClaim]) -> Iterator[Node]:
        """Give a table for each role, and one for figures given for several roles together."""
        by_level = self.level is None
        for role in self.roles():
            own = [claim for claim in shown if claim.roles == (role.id,)]
            if len(self.roles()) > 1:
                yield Heading(role.name)
            if own:
                yield from claims_table(own, self.content, by_level=by_level)
            else:
                yield Paragraph("No source of ours gives a figure: not stated.")
        together = [claim for claim in shown if len(claim.roles) > 1]
        if together:
            yield Heading("Given for the roles taken together")
            yield from claims_table(together, self.content, by_level=by_level)
        yield from self._unplaced()

    def _unplaced(self) -> Iterator[Node]:
        """Mention the figures that a country filter hides only because they name no country."""
        if self.country is None:
            return
        wider = _View(self.content, self.named, self.level, None, self.basis).shown()
        hidden = {claim.source for claim in wider if claim.country is None}
        if hidden:
            names = listed(self.content.sources[each].short for each in sorted(hidden))
            yield Paragraph(f"Left out: figures of {names} that name no country.")

    def orders(self) -> list[Order]:
        """Say who is ahead: of the roles shown, or of the one role and each other one."""
        mine = [role.id for role in self.roles()]
        others = [role for role in self.content.roles if role not in mine]
        pairs = list(combinations(mine, 2)) or [(mine[0], role) for role in others]
        every = self.content.pay.values()
        return [each for pair in pairs for each in orders(self.fits(), every, pair, self.content)]

    def nothing(self, app: App) -> Refusal:
        """Say that no source gives such a figure, and lead to those that there are."""
        names = listed(role.name for role in self.roles())
        at = f", {self.level.name}" if self.level else ""
        where = f", {self.country.name}" if self.country else ""
        counted = f", {self.basis} pay" if self.basis else ""
        role = {"role": self.named[0].id} if self.named else {}
        level = {"level": self.level.id} if self.level else {}
        calls = [Call("salary", {**role, **level}), Call("salary", role), Call("salary")]
        wider = {app.shortest(call): call for call in calls}
        says = f"No source of ours gives a figure for {names}{at}{where}{counted}. Ask wider:"
        return Refusal(says, *(Choice(typed, call) for typed, call in wider.items()))

    def next(self) -> Iterator[Choice]:
        """Lead on: the other role, the ladder, the wider view, tools."""
        level = {"level": self.level.id} if self.level else {}
        one = {"role": self.roles()[0].id} if len(self.roles()) == 1 else {}
        for role in _View(self.content, (), None, None, None).roles():
            if one != {"role": role.id}:
                label = ", ".join([role.name, *([self.level.name] if self.level else [])])
                yield Choice(label, Call("salary", {"role": role.id, **level}))
        if self.level:
            yield Choice("the whole ladder", Call("salary", one))
        if self.country or self.basis:
            yield Choice("every country and basis", Call("salary", {**one, **level}))
        for role in self.named[:1]:
            yield Choice(f"tools for {role.name}", Call("tools", {"role": role.id}))
        yield Choice("compare the roles", Call("compare"))
