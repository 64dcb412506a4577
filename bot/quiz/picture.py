"""What each answer did, as bars to both sides of nothing."""

from collections.abc import Iterator

from bot.charts import Bar, Bars, alt
from bot.quiz.explanation import Contribution, Result
from bot.reply import Image


def draw_contributions(
    result: Result, shares: tuple[Contribution, ...], title: str, foot: str
) -> Iterator[Image]:
    """Draw what *shares*, the answers told of, did to the winner's lead; none where nothing did."""
    names = {each.id: each.name for each in result.quiz.outcomes}
    bars = tuple(Bar(each.item.about, float(each.lead), format_lead(each)) for each in shares)
    if bars:
        chart = Bars(
            title,
            "What your answers did to the lead, in points of a hundred",
            f"for {names[result.score.runner_up.outcome]}",
            f"for {names[result.score.winner.outcome]}",
            bars,
            foot,
        )
        yield Image("answers.png", chart, alt(chart))


def format_lead(share: Contribution) -> str:
    """Write what an answer did to the lead: "+9.2", "−4"."""
    return f"{round(float(share.lead), 1):+g}".replace("-", "−")
