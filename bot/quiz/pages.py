"""The pages behind a quiz result: every answer's points, what would change it, and a chart."""

from collections.abc import Iterator
from enum import StrEnum
from textwrap import wrap

from bot.charts.model import Bar, BarChart, alt_text
from bot.formatting import format_attributed, list_sources, pluralize, source_tag
from bot.quiz.explanation import Contribution, Result
from bot.quiz.wording import (
    CAUTION,
    describe_answer,
    describe_closeness,
    describe_completeness,
    find_leads,
    format_lead,
    headline,
    list_changes,
    outcomes_by_id,
    result_sentence,
)
from bot.reply import Bold, Bullets, Emphasis, Image, Node, Paragraph, Prose
from content import Content

_MAX_BARS = 4  # on each side of the chart
_BLANK_LINES = 2  # around an answer
_PAGE_LINES, _LINE_LENGTH = 40, 42  # of a phone's two screens, without the answer and the sources


class PageName(StrEnum):
    """A page behind a result. A long list of answers continues on pages such as "why-2"."""

    WHY = "why"
    AGAINST = "against"
    NEUTRAL = "neutral"
    CHANGE = "change"
    CHART = "chart"
    MEANING = "meaning"


def list_pages(result: Result) -> dict[str, str]:
    """Return a dict from the names of the pages behind *result* to their labels."""
    names = outcomes_by_id(result.quiz)
    titles = {
        PageName.WHY: "Why exactly?",
        PageName.AGAINST: "What pointed the other way",
        PageName.NEUTRAL: "Answers that made no difference",
    }
    if result.score.is_tie:
        titles[PageName.WHY] = f"For {names[result.score.winner.outcome].name}"
        titles[PageName.AGAINST] = f"For {names[result.score.runner_up.outcome].name}"
    pages = {}
    for name in _answer_pages(result):
        group, _, part = name.partition("-")
        pages[name] = titles[PageName(group)] + (f", part {part}" if part else "")
    if result.flip:
        pages[PageName.CHANGE] = "What would change it"
    if result.contributions:
        pages[PageName.CHART] = "Chart"
        pages[PageName.MEANING] = "About this result"
    return pages


def build_page(result: Result, name: str, content: Content) -> tuple[str, tuple[Node, ...]] | None:
    """Return the answer and the nodes of the page *name* behind *result*, or None without it."""
    if name not in list_pages(result):
        return None
    if name == PageName.CHANGE:
        return _change_page(result)
    if name == PageName.CHART:
        return _chart_page(result)
    if name == PageName.MEANING:
        return _meaning_page(result, content)
    shown = _answer_pages(result)[name]
    nodes = [node for each in shown for node in _describe_points(each, result, content)]
    cited = (point.source for each in shown for point in each.option.points)
    return _count_answers(result, name.partition("-")[0]), (*nodes, list_sources(cited, content))


def _answer_pages(result: Result) -> dict[str, tuple[Contribution, ...]]:
    """Return the answers for, against and without effect, on pages of at most two screens."""
    groups = {
        PageName.WHY: result.supporting,
        PageName.AGAINST: result.opposing,
        PageName.NEUTRAL: result.neutral,
    }
    return {
        (f"{group}-{part}" if part > 1 else str(group)): page
        for group, answers in groups.items()
        for part, page in enumerate(_split(answers, result), 1)
    }


def _split(answers: tuple[Contribution, ...], result: Result) -> list[tuple[Contribution, ...]]:
    pages: list[tuple[Contribution, ...]] = []
    room = 0
    for each in answers:
        lines = _count_lines(each, result)
        if lines > room:
            pages.append(())
            room = _PAGE_LINES
        pages[-1] = (*pages[-1], each)
        room -= lines
    return pages


def _count_lines(contribution: Contribution, result: Result) -> int:
    """Return about how many lines of a phone an answer with its points takes."""
    names = outcomes_by_id(result.quiz)
    texts = [_title(contribution, result)]
    texts += [
        f"{point.weight} for {names[point.outcome].name}: {point.because} ({point.source})"
        for point in contribution.option.points
    ]
    return _BLANK_LINES + sum(len(wrap(text, _LINE_LENGTH)) for text in texts)


def _title(contribution: Contribution, result: Result) -> str:
    lead = format_lead(contribution, tie=result.score.is_tie)
    return f"{contribution.item.about}: {contribution.option.says} ({lead})"


def _describe_points(
    contribution: Contribution, result: Result, content: Content
) -> Iterator[Node]:
    """Yield an answer, then each of its points with the reason and the source."""
    names = outcomes_by_id(result.quiz)
    yield Paragraph((Bold(_title(contribution, result)),))
    points: tuple[Prose, ...] = tuple(
        (
            f"{point.weight} for {names[point.outcome].name}: {point.because} ",
            Emphasis(source_tag(point.source, content)),
        )
        for point in contribution.option.points
    )
    yield Bullets(points or ("No points for any outcome.",))


def _count_answers(result: Result, group: str) -> str:
    """Return a sentence on how many answers point to the winner or runner-up, or to neither."""
    names = outcomes_by_id(result.quiz)
    won, rival = (names[each.outcome].name for each in result.score.ranking[:2])
    total = pluralize(result.answered, "answer")
    if group == PageName.NEUTRAL:
        made = f"favored neither {won} nor {rival}"
        return f"{len(result.neutral)} of your {total} {made}."
    answers, side = (result.supporting, won) if group == PageName.WHY else (result.opposing, rival)
    return f"{len(answers)} of your {total} pointed to {side}."


def _change_page(result: Result) -> tuple[str, tuple[Node, ...]]:
    changes = list_changes(result)
    smaller = ["Changing fewer wouldn't be enough."] if len(changes) > 1 else []
    notes = " ".join(filter(None, [*smaller, describe_closeness(result)]))
    said = f"Changing {pluralize(len(changes), 'answer')} would change your result."
    return said, (Bullets(changes), *([Paragraph(notes)] if notes else []))


def _meaning_page(result: Result, content: Content) -> tuple[str, tuple[Node, ...]]:
    """Return what the outcome means, the advice on next steps, and the version of the quiz."""
    outcomes = outcomes_by_id(result.quiz)
    leaders = () if result.is_level else result.score.leaders
    leads = find_leads(result)
    shares = ", ".join(
        f"{outcomes[key].name} {share}" for key, share in result.score.percentages().items()
    )
    nodes: list[Node] = [Paragraph(outcomes[each.outcome].means) for each in leaders]
    nodes.append(Paragraph(f"Out of 100 points: {shares}."))
    nodes += [Bullets(tuple(format_attributed(each, content) for each in leads))] if leads else []
    note = f"{CAUTION} {describe_completeness(result)} Version {result.quiz.version}."
    nodes += [Paragraph((Emphasis(note),)), list_sources((each.source for each in leads), content)]
    return result_sentence(result), tuple(nodes)


def _chart_page(result: Result) -> tuple[str, tuple[Node, ...]]:
    """Return a bar chart of how much answers increased or reduced the lead, and its figures."""
    names = outcomes_by_id(result.quiz)
    shown = (*result.supporting[:_MAX_BARS], *result.opposing[:_MAX_BARS])
    shown = shown or result.neutral[:_MAX_BARS]
    chart = BarChart(
        headline(result),
        "How your answers changed the lead, in points",
        f"for {names[result.score.runner_up.outcome].name}",
        f"for {names[result.score.winner.outcome].name}",
        tuple(Bar(each.item.about, float(each.lead), format_lead(each)) for each in shown),
        CAUTION,
    )
    figures = Bullets(tuple(map(describe_answer, shown)))
    return result_sentence(result), (Image("answers.png", chart, alt_text(chart)), figures)
