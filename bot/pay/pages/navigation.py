"""The buttons and the menu below an answer about pay."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.call import Call
from bot.pay.pages.evidence import ranking_lines
from bot.pay.pages.remarks import TOPIC_NAMES, TOPICS, find_remarks, has_remarks
from bot.pay.pages.survey import has_more_countries
from bot.pay.pictures import has_chart
from bot.pay.query import PayQuery, PayView
from bot.reply import Action

_MAX_OTHER_ROLES = 5
_LABELS = {
    PayView.CLAIMS: "All figures",
    PayView.VERDICTS: "Every claim, judged",
    PayView.RANKING: "Who earns more",
    PayView.NOTES: "Notes on the figures",
    PayView.SURVEY: "The survey in detail",
    PayView.TREND: "By year",
    PayView.COUNTRIES: "By country",
    PayView.REMARKS: "What else is said",
    PayView.CHART: "Chart",
    PayView.TREND_CHART: "Chart",
    PayView.ALL_COUNTRIES: "All countries",
    PayView.LEVELS: "All levels",
    **TOPIC_NAMES,
}
_NEXT_VIEWS = {
    PayView.CLAIMS: (PayView.VERDICTS, PayView.NOTES, PayView.RANKING),
    PayView.VERDICTS: (PayView.RANKING, PayView.SURVEY, PayView.NOTES),
    PayView.RANKING: (PayView.CLAIMS, PayView.VERDICTS, PayView.SURVEY),
    PayView.NOTES: (PayView.CLAIMS, PayView.VERDICTS),
    PayView.CHART: (PayView.CLAIMS, PayView.SURVEY, PayView.TREND),
    PayView.SURVEY: (PayView.CLAIMS, PayView.TREND, PayView.COUNTRIES),
    PayView.TREND: (PayView.TREND_CHART, PayView.COUNTRIES),
    PayView.TREND_CHART: (PayView.TREND, PayView.COUNTRIES),
    PayView.COUNTRIES: (PayView.ALL_COUNTRIES, PayView.TREND),
    PayView.ALL_COUNTRIES: (PayView.TREND,),
}
_MENU_VIEWS = (
    PayView.CLAIMS,
    PayView.VERDICTS,
    PayView.RANKING,
    PayView.SURVEY,
    PayView.TREND,
    PayView.COUNTRIES,
    PayView.REMARKS,
)
_EVIDENCE_VIEWS = (PayView.CLAIMS, PayView.VERDICTS, PayView.SURVEY)
_VIEWS_OF_ALL_COUNTRIES = (PayView.COUNTRIES, PayView.ALL_COUNTRIES, PayView.REMARKS, *TOPICS)


def pay_args(query: PayQuery) -> dict[str, str]:
    """Return the arguments of the command `salary` that ask *query*."""
    roles = [role.id for role in query.named_roles]
    args = {
        "role": roles[0] if roles else None,
        "other": roles[1] if len(roles) > 1 else None,
        "level": query.level_id,
        "country": query.country.id if query.country else None,
        "basis": str(query.basis) if query.basis else None,
        "amount": query.amount.text if query.amount else None,
    }
    return {name: value for name, value in args.items() if value}


def pay_call(query: PayQuery, view: PayView | None = None) -> Call:
    """Return the call of the command `salary` that shows *view* of *query*."""
    shown = {"view": str(view)} if view else {}
    return Call("salary", {**pay_args(query), **shown})


@dataclass(frozen=True, slots=True)
class PayNavigation:
    """The buttons below the page that shows *view* of *query*; None is its first answer."""

    query: PayQuery
    view: PayView | None

    def buttons(self) -> tuple[Action, ...]:
        """Return the buttons in the row, the most wanted first."""
        if self.view in {None, PayView.LEVELS}:
            return tuple(self._first_buttons())
        views = _NEXT_VIEWS.get(self.view or PayView.LEVELS, tuple(TOPICS))
        return tuple(self._open(each) for each in views if self._leads_to(each))

    def _first_buttons(self) -> Iterator[Action]:
        query = self.query
        if has_chart(query):
            yield self._open(PayView.CHART)
        if query.level or query.amount:
            yield Action("All levels", pay_call(self._without_level(), self._levels_view()))
        elif self._leads_to(PayView.TREND):
            yield self._open(PayView.TREND)
        if query.amount:
            yield self._open(PayView.CLAIMS)
        elif any(query.all_reports()):
            args = {name: value for name, value in pay_args(query).items() if name != "basis"}
            yield Action("Where do I stand?", Call("percentile", args))

    def _without_level(self) -> PayQuery:
        return replace(self.query, level=None, amount=None)

    def _levels_view(self) -> PayView | None:
        """Return the view to ask for if no role is named, because one level is shown by default."""
        return None if self.query.named_roles else PayView.LEVELS

    def more(self) -> tuple[Action, ...]:
        """Return the lines of the menu."""
        return tuple(self._menu())

    def why(self) -> Call | None:
        """Return the call for the page with the evidence that isn't shown yet, if there is one."""
        found = (each for each in _EVIDENCE_VIEWS if self._leads_to(each))
        return next((self._open(each).call for each in found), None)

    def _menu(self) -> Iterator[Action]:
        query = self.query
        shown = [each.call for each in self.buttons()]
        if self.view not in {None, PayView.LEVELS}:
            yield Action("The main figures", pay_call(query))
        else:
            actions = (self._open(each) for each in _MENU_VIEWS if self._leads_to(each))
            yield from (each for each in actions if each.call not in shown)
        yield from self._roles()
        if query.country or query.basis:
            wider = replace(query, country=None, basis=None, amount=None)
            yield Action("Every country and basis", pay_call(wider))
        for role in query.named_roles[:1]:
            if role in query.content.roles_with_tools():
                yield Action(f"Tools for {role.name}", Call("tools", {"role": role.id}))
        yield Action("Compare the roles", Call("compare", self._compared()))
        yield Action("About these sources", Call("sources"))

    def _compared(self) -> dict[str, str]:
        """Return the arguments of `compare`, which compares two roles by default."""
        query = self.query
        args = pay_args(query)
        named = {name: role for name, role in args.items() if name in {"role", "other"}}
        is_default = len(named) == 1 and query.named_roles[0] in query.content.roles_with_claims()
        return {} if is_default else named

    def _roles(self) -> Iterator[Action]:
        """Yield the same page for each role alone, and for other roles with figures of sources."""
        query, view = self.query, self.view
        others = [each for each in query.content.roles_with_claims() if each not in query.roles]
        alone = query.roles if len(query.roles) > 1 else ()
        level = f", {query.level.name}" if query.level else ""
        for role in (*alone, *others)[:_MAX_OTHER_ROLES]:
            for_role = replace(query, named_roles=(role,))
            shown = view if for_role.has_data() and view is not PayView.LEVELS else None
            if not for_role.has_data():
                for_role = replace(PayQuery(query.content, (role,)), level=None)
            yield Action(f"{role.name}{level}", pay_call(for_role, shown))

    def _open(self, view: PayView) -> Action:
        query = self.query
        if view in _VIEWS_OF_ALL_COUNTRIES:
            query = replace(query, country=None, amount=None)
        if view is not PayView.CHART:
            query = replace(query, amount=None)
        return Action(_LABELS[view], pay_call(query, view))

    def _leads_to(self, view: PayView) -> bool:
        """Return True if *view* isn't shown already and has something to show."""
        if view is self.view:
            return False
        if view in TOPICS:
            return bool(find_remarks(self.query, view))
        return _HAS_CONTENT[view](self.query)


def _has_notes(query: PayQuery) -> bool:
    return any(each.note for each in query.claims())


def _has_ranking(query: PayQuery) -> bool:
    return any(ranking_lines(query))


def _has_claims(query: PayQuery) -> bool:
    return bool(query.claims())


def _has_reports(query: PayQuery) -> bool:
    return bool(query.all_reports())


_HAS_CONTENT: dict[PayView, Callable[[PayQuery], bool]] = {
    PayView.CLAIMS: _has_claims,
    PayView.VERDICTS: _has_claims,
    PayView.RANKING: _has_ranking,
    PayView.NOTES: _has_notes,
    PayView.SURVEY: _has_reports,
    PayView.TREND: _has_reports,
    PayView.TREND_CHART: _has_reports,
    PayView.COUNTRIES: _has_reports,
    PayView.ALL_COUNTRIES: has_more_countries,
    PayView.REMARKS: has_remarks,
}
