"""Charts as data, drawn to a PNG only when one is asked for."""

from bot.charts.model import Bar, Bars, Chart, Mark, Panel, Ranges, Span, Trait, alt

__all__ = ["Bar", "Bars", "Chart", "Mark", "Panel", "Ranges", "Span", "Trait", "alt"]
