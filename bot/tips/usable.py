"""Checks whether a stored schedule is usable: another version or a person may have edited it."""

from zoneinfo import ZoneInfo

from bot.command import truncate
from bot.errors import Refusal
from storage import Missed, Plan

_WEEK, _DAY = 7, 24 * 60


def fault(plan: Plan) -> str | None:
    """Return why a plan can't be used, and how its moderators fix it."""
    if not _readable(plan.zone):
        return (
            f"I don't know its time zone “{truncate(plan.zone)}”. Set zone:Europe/Berlin or yours"
        )
    if not (0 <= plan.weekday < _WEEK and 0 <= plan.minute < _DAY and plan.weeks > 0):
        return "I can't read when it posts. Set day:monday time:09:00 weeks:1 or yours"
    if plan.missed is Missed.UNKNOWN:
        return "I can't read what happens to missed posts. Set missed:skip or yours"
    return None


def usable(plan: Plan, number: int) -> Plan:
    """Return *plan*; raises Refusal if it can't be used."""
    wrong = fault(plan)
    if wrong:
        raise Refusal(f"Schedule {number} can't be used: {wrong} with tips change {number}.")
    return plan


def _readable(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # an unknown zone, not a name, or a folder of zones
        return False
    return True
