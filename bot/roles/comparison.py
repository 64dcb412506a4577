"""Comparison of two roles: at a glance, a group of topics, one topic, and every fact about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.formatting import join_words, list_sources, pluralize
from bot.reply import Bold, Bullets, Emphasis, Fields, Heading, Inline, Node, Paragraph, Prose
from bot.roles.facts import RoleFact, facts_from_contrasts, find_contrasts, find_facts
from bot.roles.pay_summary import PaySummary
from bot.roles.sections import CONTRAST_TITLES, FactPage, find_sections
from bot.roles.wording import (
    count_lines,
    plain_words,
    sentence_on_sides,
    short_name,
    side_by_side,
    summarize,
    take_fitting,
)
from content import Content, Dimension, DimensionGroup, FactOrigin, Role

_CHOICE = "choose-if"  # the dimension that says whom a role suits
_SCREEN_LINES = 23  # of a phone's 25, because two are blank
_GROUP_LINES, _TOPIC_LINES, _NOTE_LINES = 14, 14, 4
_LISTED = 2  # statements on each role, in addition to the one in the answer


@dataclass(frozen=True, slots=True)
class Findings:
    """The text of a reply: the answer, what follows it and the ids of the cited sources."""

    answer: Prose
    nodes: tuple[Node, ...]
    sources: frozenset[str]

    def all_nodes(self, content: Content) -> tuple[Node, ...]:
        """Return the nodes with the line of sources at the end."""
        return (*self.nodes, list_sources(self.sources, content))


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the comparison: its text for both roles."""

    label: str
    prose: tuple[Inline, ...]
    sources: tuple[str, ...]
    as_answer: tuple[Inline, ...] = ()  # if it reads better than the label and the prose

    @property
    def sentence(self) -> tuple[Inline, ...]:
        """The row as a sentence: "Time to learn: AI 6–18 months; ML 9–24 months (Traecta)."."""
        return self.as_answer or (f"{self.label}: ", *self.prose, ".")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of two roles; its methods return the text of a reply."""

    content: Content
    pair: tuple[Role, Role]

    @property
    def described(self) -> tuple[Role, ...]:
        """The roles of the pair that a source describes; of others, only the pay is known."""
        return tuple(role for role in self.pair if role.dimensions)

    @property
    def pay(self) -> PaySummary:
        """The pay of both roles."""
        return PaySummary(self.content, self.pair)

    def at_a_glance(self) -> Findings:
        """Return the difference in a sentence, the main topics, pay and how to choose."""
        if len(self.described) < len(self.pair):
            return self._pay_only()
        glance = (each for each in self.content.dimensions.values() if each.glance)
        choice = self._choice()
        last = [choice] if choice else []
        lead = self._lead_contrast()
        answer = self._says(lead) if lead else self._no_contrast()
        cited = {*self.pay.source_ids(), *([lead.source] if lead else [])}
        wanted = [*self._rows(glance)]
        for pay in (self.pay.lines(), self.pay.lines(is_brief=True)):
            room = _SCREEN_LINES - count_lines(answer)
            room -= sum(count_lines(f"{label}: {plain_words(prose)}") for label, prose in pay)
            rows = self._fitting(wanted, last, room, cited)
            if len(rows) == len(wanted):
                break
        fields = (
            *((row.label, row.prose) for row in rows),
            *pay,
            *((row.label, row.prose) for row in last),
        )
        cited.update(source for row in (*rows, *last) for source in row.sources)
        return Findings(answer, (Fields(fields),), frozenset(cited))

    def _fitting(
        self, rows: list[_Row], last: list[_Row], room: int, cited: set[str]
    ) -> list[_Row]:
        """Return as many of *rows* as fit in *room* lines with *last* and the line of sources."""
        while rows:
            sources = {source for row in (*rows, *last) for source in row.sources}
            small_print = list_sources({*cited, *sources}, self.content).lines
            used = [*(row.sentence for row in (*rows, *last)), *small_print]
            if sum(map(count_lines, used)) <= room:
                break
            rows = rows[:-1]
        return rows

    def on_group(self, group: DimensionGroup) -> Findings:
        """Return the strongest fact on each role about each dimension (topic) of *group*."""
        rows = list(self._rows(self.dimensions_of(group)))
        if not rows:
            return self._nothing_on(group.name)
        first, *others = rows
        note = self._gap_note()
        shown = _fitting_rows(others, _GROUP_LINES - (_NOTE_LINES if note else 0))
        fields = Fields(tuple((row.label, row.prose) for row in shown))
        cited = (source for row in (first, *shown) for source in row.sources)
        nodes = (*((fields,) if shown else ()), *note)
        return Findings(first.sentence, nodes, frozenset(cited))

    def on_topic(self, dimension: Dimension) -> Findings:
        """Return the three strongest statements on each role about *dimension*."""
        if dimension.view is FactOrigin.CONTRASTS:
            return self._contrast_by_source()
        row = next(self._rows([dimension]), None)
        if row is None:
            return self._nothing_on(dimension.name)
        if dimension.view is FactOrigin.PAY:
            return self._pay_by_level(row)
        skipped = 0 if dimension.view is FactOrigin.INTERVIEW else 1  # is in the answer
        facts = [
            (role, fact)
            for role in self.pair
            for fact in _strongest(find_facts(self.content, role, dimension))[
                skipped : skipped + _LISTED
            ]
        ]
        bullets = [self._bullet(role, fact) for role, fact in facts]
        shown = take_fitting(bullets, _TOPIC_LINES) if bullets else ()
        cited = (fact.source for _, fact in facts[: len(shown)])
        nodes = (*((Bullets(shown),) if shown else ()), *self._gap_note())
        return Findings(row.sentence, nodes, frozenset([*row.sources, *cited]))

    def in_full(self, dimension: Dimension, page: FactPage) -> Findings:
        """Return every statement on *page*, which is one of the pages about *dimension*."""
        sides = tuple((each.role, each.facts[0]) for each in page.sections if each.role)
        cited = tuple(fact.source for section in page.sections for fact in section.facts)
        answer: Prose = self._count(dimension, page)
        if sides and dimension.view not in (FactOrigin.PAY, FactOrigin.MARKET):
            answer = sentence_on_sides(dimension.name, sides, self.content)
        nodes = tuple(
            node
            for section in page.sections
            for node in (Heading(section.title), Bullets(section.bullets(self.content)))
        )
        nodes = nodes if sides or len(page.sections) > 1 else nodes[1:]  # the answer is its title
        return Findings(answer, nodes, frozenset(cited))

    def _count(self, dimension: Dimension, page: FactPage) -> str:
        """Return how many statements are on *page*, and whose they are."""
        facts = [fact for section in page.sections for fact in section.facts]
        names = dict.fromkeys(self.content.sources[each.source].short for each in facts)
        title = page.title or dimension.name
        return f"{title}: {pluralize(len(facts), 'statement')} from {join_words(names)}."

    def dimensions_of(self, group: DimensionGroup) -> tuple[Dimension, ...]:
        """Return the dimensions in *group* about which there is a fact on the roles."""
        found = (each for each in self.content.dimensions.values() if each.group == group.id)
        return tuple(each for each in found if find_sections(self.content, self.pair, each))

    def _rows(self, dimensions: Iterable[Dimension]) -> Iterator[_Row]:
        """Yield a row for each dimension with facts, except those that only compare roles."""
        for dimension in dimensions:
            pay = self.pay.label_and_figures() if dimension.view is FactOrigin.PAY else None
            if pay:
                yield _Row(pay[0], (pay[1],), tuple(self.pay.shown_source_ids()))
                continue
            found = [
                (role, find_facts(self.content, role, dimension))
                for role in self.described or self.pair
            ]
            sources = tuple(fact.source for _, facts in found for fact in facts[:1])
            if not sources or dimension.view is FactOrigin.CONTRASTS:
                continue
            if dimension.view is FactOrigin.INTERVIEW:
                counts = (f"{len(facts)} for {short_name(role)}" for role, facts in found)
                yield _Row(dimension.name, (f"questions and tasks, {join_words(counts)}",), sources)
                continue
            sides = [(role, next(iter(facts), None)) for role, facts in found]
            said = sentence_on_sides(dimension.name, sides, self.content)
            choice = self._choice() if dimension.id == _CHOICE else None
            yield choice or _Row(dimension.name, side_by_side(sides, self.content), sources, said)

    def _bullet(self, role: Role, fact: RoleFact) -> Prose:
        source = self.content.sources[fact.source].short
        return Bold(short_name(role)), f": {summarize(fact)} ", Emphasis(f"({source})")

    def _choice(self) -> _Row | None:
        """Return whom each role suits, in one row, if a source says it of both."""
        dimension = self.content.dimensions.get(_CHOICE)
        found = [
            (role, find_facts(self.content, role, dimension)) for role in self.pair if dimension
        ]
        sides = [(role, facts[0]) for role, facts in found if facts]
        if len(sides) < len(self.pair):
            return None
        prose = side_by_side(sides, self.content, link=" if ")
        return _Row("How to choose", prose, tuple(fact.source for _, fact in sides))

    def _lead_contrast(self) -> RoleFact | None:
        found = find_contrasts(self.content, self.pair, "difference")
        return next(facts_from_contrasts(found), None)

    def _says(self, fact: RoleFact) -> str:
        text = summarize(fact).rstrip(".")
        return f"{text}, says {self.content.sources[fact.source].short}."

    def _no_contrast(self) -> str:
        return f"Our sources describe {self._names()}, but none compares the two directly."

    def _names(self) -> str:
        return join_words(role.name for role in self.pair)

    def _pay_only(self) -> Findings:
        """Return the pay of both roles, and what no source says about them."""
        reports = self.pay.reports()
        sentence = self.pay.sentence()
        nodes: list[Node] = [Fields(self.pay.lines())] if sentence else []
        nodes += [Paragraph(f"{role.name}: {role.brief}") for role in self.described if role.brief]
        nodes += self._gap_note()
        if reports and reports[0].is_mostly_advertised and not self.pay.central_claims():
            nodes.append(
                Paragraph(
                    f"⚠ {reports[0].survey.paired}% of the survey's rows look like the ends of "
                    "advertised ranges, so the spread is wider than that of actual pay."
                )
            )
        answer = sentence or f"None of our sources compares {self._names()}."
        return Findings(answer, tuple(nodes), frozenset(self.pay.source_ids()))

    def _gap_note(self) -> list[Node]:
        """Return a paragraph on what no source says, if one of the roles isn't described."""
        return [Paragraph(self._gap())] if len(self.described) < len(self.pair) else []

    def _gap(self) -> str:
        """Return what no source says about the roles, and which roles are described."""
        unknown = join_words(f"{role.name}s" for role in self.pair if role not in self.described)
        full = [role.name for role in self.content.roles.values() if role.dimensions]
        instead = f" They describe {join_words(full)} in full." if full else ""
        return f"Our sources only cover pay for {unknown}, not the work, skills or hiring.{instead}"

    def _nothing_on(self, topic: str) -> Findings:
        answer = f"None of our sources covers “{topic.lower()}” for {self._names()}."
        sentence = self.pay.sentence()
        nodes: list[Node] = [Paragraph(sentence)] if sentence else []
        nodes += self._gap_note()
        return Findings(answer, tuple(nodes), frozenset(self.pay.shown_source_ids()))

    def _pay_by_level(self, row: _Row) -> Findings:
        table, lines = self.pay.level_table(), self.pay.lines()
        nodes = (*((table,) if table else ()), *((Fields(lines),) if lines else ()))
        cited = frozenset([*row.sources, *self.pay.source_ids()])
        return Findings(self.pay.sentence() or row.sentence, nodes, cited)

    def _contrast_by_source(self) -> Findings:
        """Return the first statement of each source on the pair, then what the roles share."""
        facts = list(
            facts_from_contrasts(find_contrasts(self.content, self.pair, *CONTRAST_TITLES))
        )
        if not facts:
            return self._nothing_on("differences")
        first, *others = _one_per_source(facts)
        bullets = [
            (Bold(self.content.sources[each.source].short), f": {summarize(each)}")
            for each in others
        ]
        shown = take_fitting(bullets, _TOPIC_LINES) if bullets else ()
        cited = frozenset(each.source for each in (first, *others[: len(shown)]))
        return Findings(self._says(first), (Bullets(shown),) if shown else (), cited)


def _fitting_rows(rows: Iterable[_Row], lines: int) -> list[_Row]:
    """Return the first of *rows* that together fill at most *lines* lines of a phone."""
    shown = []
    for row in rows:
        lines -= count_lines(plain_words(row.sentence))
        if lines < 0:
            break
        shown.append(row)
    return shown


def _one_per_source(facts: Sequence[RoleFact]) -> list[RoleFact]:
    firsts: dict[str, RoleFact] = {}
    for each in facts:
        firsts.setdefault(each.source, each)
    return list(firsts.values())


def _strongest(facts: Sequence[RoleFact]) -> list[RoleFact]:
    """Return *facts* with the first of each source before all others."""
    firsts = _one_per_source(facts)
    return [*firsts, *(each for each in facts if each not in firsts)]
