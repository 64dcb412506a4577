"""The types of tip commands' arguments: each function returns a NameIndex, a lookup of values."""

import re
from collections.abc import Callable, Iterable

from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import NONE_WORDS, roles
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, ParsedNames
from bot.tips.recurrence import MINUTES_PER_DAY, WEEKDAYS, format_time
from bot.tips.time_zones import zone_index
from storage import Missed, TipState

_TIME_OF_DAY = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?\s?(?:([ap])\.?m\.?)?")
_CHANNEL = re.compile(r"[a-z]+:[A-Za-z0-9/_-]{1,80}|#(?!\d+$)\S{1,100}")  # "#3" is a number
_NUMBER = re.compile(r"#?(\d{1,6})")
_INTEGER = re.compile(r"#?[-+−]?\d+")  # may be out of range
_MAX_NUMBER = 999_999
_MAXIMUMS = {"weeks": 12, "hours": 160}  # by unit
_NOON_HOUR = 12
_DAYTIME_HOURS = range(6, 23)  # suggested to moderators
_MISSED_ALIASES = {
    Missed.CATCH_UP: ("catchup", "late"),
    Missed.SKIP: ("leave out",),
    Missed.ASK: ("ask me",),
}


class _BoundedNumber(ParsedNames[int]):
    """A NameIndex that parses numbers from 1 to 999,999; its error message names the unit's range.

    The range for a unit such as weeks is smaller: callers check it with `require_in_range`.
    """

    def __init__(
        self, label: Callable[[int], str] = "#{}".format, unit: str = "", common: Iterable[int] = ()
    ) -> None:
        def parse(text: str) -> NamedValue[int] | None:
            found = _NUMBER.fullmatch(text)
            number = int(found[1]) if found else 0
            return NamedValue(str(number), label(number), number) if number else None

        super().__init__("number", parse, "3 or #3", map(str, common))
        self._unit = unit

    def unknown_message(self, text: str) -> str:
        """Return the error message for *text*, with the allowed range if *text* is a number."""
        if _INTEGER.fullmatch(text):
            return _range_message(self._unit)
        return super().unknown_message(text)


def require_in_range(value: int, unit: str) -> int:
    """Return *value*; raise Refusal if it is out of range for *unit* ("weeks" or "hours")."""
    if not 1 <= value <= _MAXIMUMS[unit]:
        raise Refusal(_range_message(unit))
    return value


def _range_message(unit: str) -> str:
    return f"{unit or 'The number'} must be 1 to {_MAXIMUMS.get(unit, _MAX_NUMBER):,}."


def numbers(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that parses the number of a tip, schedule or page, such as "3" or "#3"."""
    del registry  # this type and all below don't depend on the content
    return _BoundedNumber()


def week_intervals(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that parses the number of weeks between two posts of a schedule."""
    del registry

    def label(number: int) -> str:
        return "every week" if number == 1 else f"every {pluralize(number, 'week')}"

    return _BoundedNumber(label, "weeks", range(1, _MAXIMUMS["weeks"] + 1))


def hour_counts(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that parses a number of hours."""
    del registry
    common = (1, 3, 6, 12, 24, 48, 72, 160)
    return _BoundedNumber(lambda number: pluralize(number, "hour"), "hours", common)


def post_counts(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that parses the number of coming posts to list for each schedule."""
    del registry
    common = (3, 6, 12, 26)
    return _BoundedNumber(lambda number: f"the next {pluralize(number, 'time')}", common=common)


def newest_counts(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that parses the number of newest posts to list."""
    del registry
    return _BoundedNumber(lambda number: f"the newest {number}", common=(10, 25, 50))


def times_of_day(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that parses a time of day, such as "9am", into minutes past midnight."""
    del registry
    common = (format_time(hour * 60) for hour in _DAYTIME_HOURS)
    return ParsedNames("time of day", _parse_time, "09:00, 17:30 or 9am", common)


def channels(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that parses a channel: "#name", or an id such as "slack:T1/C2".

    It doesn't check whether the channel exists.
    """
    del registry
    return ParsedNames("channel", _parse_channel, "#tips")


def channels_or_none(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that parses "none" or a channel, without a check whether it exists."""
    del registry

    def parse(text: str) -> NamedValue[str] | None:
        is_none = text.casefold() in NONE_WORDS
        return NamedValue("none", "none", "none") if is_none else _parse_channel(text)

    return ParsedNames("channel", parse, "#staff, or none")


def weekdays(registry: NameRegistry) -> NameIndex[int]:
    """Return a NameIndex that finds weekdays by name, with 0 for Monday to 6 for Sunday."""
    del registry
    days = (NamedValue(day, day, number, (day[:3],)) for number, day in enumerate(WEEKDAYS))
    return NameIndex("weekday", days)


def time_zones(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that finds time zones by IANA name, city and other names."""
    del registry
    return zone_index()


def yes_or_no(registry: NameRegistry) -> NameIndex[bool]:
    """Return a NameIndex with the values "yes" (True) and "no" (False)."""
    del registry
    yes = NamedValue("yes", "Yes", True, ("on", "true"))  # noqa: FBT003
    no = NamedValue("no", "No", False, ("off", "false"))  # noqa: FBT003
    return NameIndex("answer", (yes, no))


def orders(registry: NameRegistry) -> NameIndex[bool]:
    """Return a NameIndex with the orders of posts: "ordered" (False) and "shuffled" (True)."""
    del registry
    ordered = NamedValue("ordered", "ordered", False)  # noqa: FBT003
    shuffled = NamedValue("shuffled", "shuffled", True, ("random",))  # noqa: FBT003
    return NameIndex("order", (ordered, shuffled))


def missed_rules(registry: NameRegistry) -> NameIndex[Missed]:
    """Return a NameIndex with the rules for missed posts: catch up, skip or ask."""
    del registry
    rules = (NamedValue(each, each, each, aliases) for each, aliases in _MISSED_ALIASES.items())
    return NameIndex("rule", rules)


def roles_or_none(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex with the ids of all roles, and "none"."""
    found = registry.index_for(roles).entries
    values = [NamedValue(each.id, each.label, each.id, each.aliases) for each in found]
    return NameIndex("role", [*values, NamedValue("none", "No role", "none", ("off", "no"))])


def tip_states(registry: NameRegistry) -> NameIndex[TipState]:
    """Return a NameIndex with the states of a tip, such as "queued"."""
    del registry
    states = (each for each in TipState if each is not TipState.UNKNOWN)
    return NameIndex("state", (NamedValue(each, each, each) for each in states))


def file_formats(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex with the file formats for export: "csv" and "yaml"."""
    del registry
    return NameIndex("format", (NamedValue(each, each.upper(), each) for each in ("csv", "yaml")))


def _parse_channel(text: str) -> NamedValue[str] | None:
    return NamedValue(text, text, text) if _CHANNEL.fullmatch(text) else None


def _parse_time(text: str) -> NamedValue[int] | None:
    """Return the time of day in *text*: 9:30, 09.30, 9am, 5 pm, 17h30 or noon.

    Return None for any other text, even for a bare number.
    """
    lowered = text.casefold()
    if lowered in {"noon", "midnight"}:
        return _name_time(_NOON_HOUR * 60 if lowered == "noon" else 0)
    found = _TIME_OF_DAY.fullmatch(lowered)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and not 1 <= hour <= _NOON_HOUR:
        return None
    if found[3]:
        hour = hour % _NOON_HOUR + _NOON_HOUR * (found[3] == "p")
    return _name_time(hour * 60 + minute) if minute < 60 else None  # noqa: PLR2004  # minutes


def _name_time(minute: int) -> NamedValue[int] | None:
    if minute >= MINUTES_PER_DAY:
        return None
    shown = format_time(minute)
    return NamedValue(shown, shown, minute)
