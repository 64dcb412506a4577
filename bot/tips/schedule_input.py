"""What moderators call things: numbers, weekdays, times of day, zones, channels."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.formatting import pluralize
from bot.language.name_index import Known, Name, Names, Written
from bot.tips.zones import names
from storage import Missed, TipState

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?\s?(?:([ap])\.?m\.?)?")
_CHANNEL = re.compile(r"[a-z]+:[A-Za-z0-9/_-]{1,80}|#(?!\d+$)\S{1,100}")  # #3 is a number
_NUMBER = re.compile(r"#?(\d{1,6})")
_WHOLE = re.compile(r"#?[-+−]?\d+")  # what somebody means as a number, in range or not
_MOST = 999_999
_RANGES = {"weeks": 12, "hours": 160}  # from 1 on
_DAY = 24 * 60
_HALF = 12
_HOURS, _TIMES, _LATEST = (1, 3, 6, 12, 24, 48, 72, 160), (3, 6, 12, 26), (10, 25, 50)
_CLOCK = tuple(f"{hour:02}:00" for hour in range(6, 23))  # when people are awake
_MISSED = {
    Missed.CATCH_UP: ("catchup", "late"),
    Missed.SKIP: ("leave out",),
    Missed.ASK: ("ask me",),
}


class _Counted(Written[int]):
    """Numbers from 1 on; one outside of the range is refused with the range."""

    def __init__(
        self, read: Callable[[str], Name[int] | None], what: str = "", likely: Iterable[str] = ()
    ) -> None:
        super().__init__("number", read, "3 or #3", likely)
        self._what = what

    def unknown(self, shown: str) -> str:
        """See Names."""
        return span(self._what) if _WHOLE.fullmatch(shown) else super().unknown(shown)


def in_range(value: int, what: str) -> bool:
    """Return whether there can be so many of *what*."""
    return 1 <= value <= _RANGES[what]


def span(what: str) -> str:
    """Return how many of *what* there can be, as a sentence."""
    return f"{what or 'The number'} must be 1 to {_RANGES.get(what, _MOST):,}."


def numbers(known: Known) -> Names[int]:
    """The number of a tip or a schedule, or how many."""
    del known  # the same for every content
    return _Counted(_number)


def weeks(known: Known) -> Names[int]:
    """The interval in weeks."""
    del known
    return _Counted(_weeks, "weeks", map(str, range(1, _RANGES["weeks"] + 1)))


def hours(known: Known) -> Names[int]:
    """A number of hours."""
    del known
    return _Counted(_hours, "hours", map(str, _HOURS))


def times(known: Known) -> Names[int]:
    """The number of times for each schedule."""
    del known
    return _Counted(_times, likely=map(str, _TIMES))


def latest(known: Known) -> Names[int]:
    """The number of newest posts."""
    del known
    return _Counted(_latest, likely=map(str, _LATEST))


def clock(known: Known) -> Names[int]:
    """A time of day, in minutes past midnight."""
    del known
    return Written("time of day", _clock, "09:00, 17:30 or 9am", _CLOCK)


def channels(known: Known) -> Names[str]:
    """A channel by its name or its platform-tagged id, where nobody can pick it."""
    del known
    return Written("channel", _channel, "#tips")


def channels_or_none(known: Known) -> Names[str]:
    """A channel, or none."""
    del known
    return Written("channel", lambda text: _none(text) or _channel(text), "#staff, or none")


def weekdays(known: Known) -> Names[int]:
    """The days of the week, Monday being 0."""
    del known
    return Names("weekday", (Name(day, day, at, (day[:3],)) for at, day in enumerate(_DAYS)))


def zones(known: Known) -> Names[str]:
    """Every time zone, by its IANA name or just its city."""
    del known  # the same for every content
    return names()


def yes_or_no(known: Known) -> Names[bool]:
    """Yes, or no."""
    del known
    on, off = Name("yes", "yes", True, ("on", "true")), Name("no", "no", False, ("off", "false"))  # noqa: FBT003
    return Names("yes or no", (on, off))


def orders(known: Known) -> Names[bool]:
    """Whether tips come shuffled."""
    del known
    names = (Name("ordered", "ordered", False), Name("shuffled", "shuffled", True, ("random",)))  # noqa: FBT003
    return Names("order", names)


def misses(known: Known) -> Names[Missed]:
    """What becomes of a post that was missed."""
    del known
    return Names("rule", (Name(each, each, each, also) for each, also in _MISSED.items()))


def states(known: Known) -> Names[TipState]:
    """Where a tip can stand."""
    del known
    return Names(
        "state", (Name(each, each, each) for each in TipState if each is not TipState.UNKNOWN)
    )


def formats(known: Known) -> Names[str]:
    """How a queue can be written down."""
    del known
    return Names("format", (Name(each, each.upper(), each) for each in ("csv", "yaml")))


def _number(text: str) -> Name[int] | None:
    found = _NUMBER.fullmatch(text)
    if found is None or not int(found[1]):
        return None
    return Name(str(int(found[1])), f"#{int(found[1])}", int(found[1]))


def _weeks(text: str) -> Name[int] | None:
    found = _number(text)
    if found is None:
        return None
    label = "every week" if found.meaning == 1 else f"every {pluralize(found.meaning, 'week')}"
    return replace(found, label=label)


def _hours(text: str) -> Name[int] | None:
    found = _number(text)
    return found and replace(found, label=pluralize(found.meaning, "hour"))


def _times(text: str) -> Name[int] | None:
    found = _number(text)
    return found and replace(found, label=f"the next {pluralize(found.meaning, 'time')}")


def _latest(text: str) -> Name[int] | None:
    found = _number(text)
    return found and replace(found, label=f"the newest {found.meaning}")


def _channel(text: str) -> Name[str] | None:
    return Name(text, text, text) if _CHANNEL.fullmatch(text) else None


def _none(text: str) -> Name[str] | None:
    return Name("none", "none", "none") if text.casefold() in {"none", "off"} else None


def _clock(text: str) -> Name[int] | None:
    """Read 9:30, 09.30, 9am, 5 pm, 17h30, noon; a bare number is none."""
    bare = text.casefold()
    if bare in {"noon", "midnight"}:
        return _of_day(_HALF * 60 if bare == "noon" else 0)
    found = _TIME.fullmatch(bare)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and not 1 <= hour <= _HALF:
        return None
    if found[3]:
        hour = hour % _HALF + _HALF * (found[3] == "p")
    return _of_day(hour * 60 + minute) if minute < 60 else None  # noqa: PLR2004  # minutes


def _of_day(minute: int) -> Name[int] | None:
    if minute >= _DAY:
        return None
    shown = "{:02}:{:02}".format(*divmod(minute, 60))
    return Name(shown, shown, minute)
