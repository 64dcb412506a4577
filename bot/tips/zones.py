"""Time zones by their current names, and spellings that people misread.

"Etc/GMT+2" is two hours behind UTC, "GMT+2" to most people two hours ahead, "IST" the time of
India, Ireland or Israel, and none of them follows summer time. Cities are offered instead, as for
a country of several zones.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global

from bot.language.name_index import Name, Names, folded

LIKELY = (  # suggested before anything is typed
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "America/Chicago",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
)
_KNOWN_CITIES = (  # suggested instead of an offset, likeliest first
    *LIKELY[1:],
    *("Europe/Paris", "Europe/Athens", "Africa/Johannesburg", "Africa/Lagos", "Africa/Cairo"),
    *("America/Denver", "America/Phoenix", "America/Toronto", "America/Mexico_City"),
    *("America/Bogota", "America/Halifax", "America/Argentina/Buenos_Aires", "America/St_Johns"),
    *("America/Anchorage", "Pacific/Honolulu", "Europe/Istanbul", "Asia/Riyadh", "Asia/Dubai"),
    *("Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Asia/Jakarta", "Asia/Shanghai"),
    *("Asia/Manila", "Asia/Seoul", "Australia/Brisbane", "Pacific/Auckland", "Africa/Accra"),
)
_EASTERN = ("America/New_York", "America/Toronto")
_CENTRAL = ("America/Chicago", "America/Winnipeg", "America/Mexico_City")
_MOUNTAIN = ("America/Denver", "America/Edmonton", "America/Phoenix")
_PACIFIC = ("America/Los_Angeles", "America/Vancouver")
_MIDDLE_EUROPE = ("Europe/Berlin", "Europe/Paris", "Europe/Madrid")
_EAST_EUROPE = ("Europe/Athens", "Europe/Helsinki", "Europe/Kyiv")
_WEST_EUROPE = ("Europe/Lisbon", "Atlantic/Canary")
_GREENWICH = ("Europe/London", "Africa/Accra", "UTC")
_ABBREVIATIONS = {
    **dict.fromkeys(("est", "edt", "et", "eastern"), _EASTERN),
    **dict.fromkeys(("cdt", "ct", "central"), _CENTRAL),
    **dict.fromkeys(("mst", "mdt", "mt", "mountain"), _MOUNTAIN),
    **dict.fromkeys(("pdt", "pt", "pacific"), _PACIFIC),
    **dict.fromkeys(
        ("cet", "cest", "met", "mest", "mez", "mesz", "central european"), _MIDDLE_EUROPE
    ),
    **dict.fromkeys(("eet", "eest", "oez", "oesz", "eastern european"), _EAST_EUROPE),
    **dict.fromkeys(("wet", "west", "western european"), _WEST_EUROPE),
    **dict.fromkeys(
        ("gmt", "gmt0", "greenwich", "greenwich mean", "etc/gmt", "etc/gmt0"), _GREENWICH
    ),
    "etc/greenwich": _GREENWICH,
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "pst": ("America/Los_Angeles", "Asia/Manila"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "ast": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"),
    "adt": ("America/Halifax", "Atlantic/Bermuda"),
    "akst": ("America/Anchorage", "America/Juneau"),
    "akdt": ("America/Anchorage", "America/Juneau"),
    "hst": ("Pacific/Honolulu", "America/Adak"),
    "sst": ("Asia/Singapore", "Pacific/Pago_Pago"),
    "gst": ("Asia/Dubai", "Asia/Muscat"),
    "msk": ("Europe/Moscow", "Europe/Minsk"),
    "wat": ("Africa/Lagos", "Africa/Kinshasa"),
    "cat": ("Africa/Maputo", "Africa/Harare"),
    "eat": ("Africa/Nairobi", "Africa/Addis_Ababa"),
    "jst": ("Asia/Tokyo", "Asia/Seoul"),
    "kst": ("Asia/Seoul", "Asia/Tokyo"),
    "hkt": ("Asia/Hong_Kong", "Asia/Singapore"),
    "sgt": ("Asia/Singapore", "Asia/Kuala_Lumpur"),
    "pkt": ("Asia/Karachi", "Asia/Tashkent"),
    "brt": ("America/Sao_Paulo", "America/Bahia"),
    "clt": ("America/Santiago", "America/Punta_Arenas"),
    "art": ("America/Argentina/Buenos_Aires", "America/Argentina/Cordoba"),
    "aest": ("Australia/Sydney", "Australia/Brisbane", "Australia/Melbourne"),
    "aedt": ("Australia/Sydney", "Australia/Melbourne"),
    "acst": ("Australia/Adelaide", "Australia/Darwin"),
    "acdt": ("Australia/Adelaide", "Australia/Broken_Hill"),
    "awst": ("Australia/Perth", "Asia/Singapore"),
    "nzst": ("Pacific/Auckland", "Antarctica/McMurdo"),
    "nzdt": ("Pacific/Auckland", "Antarctica/McMurdo"),
}
# Abbreviations of one zone that keeps its clocks all year: they lead to it.
_UNMISTAKABLE = {
    "Asia/Jakarta": ("WIB",),
    "Asia/Makassar": ("WITA",),
    "Asia/Jayapura": ("WIT",),
    "Asia/Kathmandu": ("NPT",),
}
_ALSO_CALLED = {  # what CLDR's one name for a country leaves out
    "US": ("USA", "US", "United States of America"),
    "GB": ("UK", "Great Britain", "England", "Scotland", "Wales"),
    "AE": ("UAE", "Emirates"),
    "KR": ("Korea",),
    "NL": ("Holland",),
    "CZ": ("Czech Republic",),
}
_OFFSET = re.compile(
    r"(?:(?P<of>etc/gmt|gmt|utc|z)\s?)?(?P<sign>(?(of)[+\-−–]?|[+\-−–]))\s?(?P<hours>\d{1,2})"
    r"(?:(?P<point>[.,])(?P<part>\d{1,2})|[:h]?(?P<minutes>[0-5]\d))?\s?(?:h|hrs?|hours?)?"
)
_QUARTERS = frozenset({"00", "15", "30", "45"})
_TIME = re.compile(r"( standard| daylight| summer)? time( zone)?$")
_FEWEST, _OFFERED = 2, 3  # cities
_SEASONS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
# Last parts of names such as US/Eastern and Brazil/West that aren't places.
_NO_PLACE = frozenset(
    "Eastern Western Central Mountain Pacific Atlantic East West North South General Continental"
    " Samoa".split()
)


class Zones(Names[str]):
    """Every zone that is named after a place, and UTC: too many to list."""

    def exact(self, text: str) -> Name[str] | None:
        """Find a zone; an easily misread one matches itself, and callers suggest cities."""
        if misread(text):
            return Name(text.strip(), text.strip(), text.strip())
        return super().exact(text)

    def offered(self, text: str) -> tuple[Name[str], ...]:
        """Return matching cities if *text* is easy to misread."""
        names = (super(Zones, self).exact(city) for city in misread(text))
        return tuple(name for name in names if name) or super().offered(text)

    def near(self, text: str) -> tuple[float, Name[str]] | None:
        """Find the zone that was probably meant; nothing if cities are suggested."""
        return None if misread(text) else super().near(text)

    def listing(self) -> str:
        """Describe the form of a zone's name."""
        return "Europe/Berlin, America/New_York, Asia/Kolkata or another IANA name"


@lru_cache(maxsize=1)  # shared by the whole process
def names() -> Zones:
    """Return every zone by its current name, its older names, and its city."""
    older: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        lasting = canonical(name)
        if lasting == "UTC" or ("/" in lasting and not lasting.startswith("Etc/")):
            older.setdefault(lasting, []).extend([] if name == lasting else [name])
    order = [*(each for each in LIKELY if each in older), *sorted(older.keys() - set(LIKELY))]
    called = _called()
    found = (
        Name(each, each, each, (*_spellings(each, older[each]), *called.get(each, ())))
        for each in order
    )
    return Zones("time zone", found)


def canonical(name: str) -> str:
    """Return the current name of a zone: US/Eastern is America/New_York."""
    found: str = get_global("zone_aliases").get(name, name)
    return "UTC" if found == "Etc/UTC" else found


def _spellings(name: str, older: list[str]) -> Iterator[str]:
    yield name.rpartition("/")[2]
    yield from older
    yield from {each.rpartition("/")[2] for each in older} - _NO_PLACE


def misread(text: str) -> tuple[str, ...]:
    """Return cities for an offset, an abbreviation or a country of several zones; else none."""
    bare = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    offset = _OFFSET.fullmatch(bare)
    if offset is None:
        return _abbreviated(bare) or several(text)
    posix = offset["of"] == "etc/gmt"  # who writes this form knows that its sign is reversed
    ahead = offset["sign"] in {"+", ""}
    minutes = _minutes(offset)
    return _at(minutes if ahead is not posix else -minutes)


def _minutes(offset: re.Match[str]) -> int:
    """Return the minutes of "5:30", "5.30" and "5.5", which are the same."""
    part = offset["part"]
    if part and part not in _QUARTERS:
        more = round(float(f"0.{part}") * 60)
    else:
        more = int(part or offset["minutes"] or 0)
    return int(offset["hours"]) * 60 + more


def _abbreviated(bare: str) -> tuple[str, ...]:
    """Return cities for "cet", "eastern time" and "cet/cest"."""
    found = [_ABBREVIATIONS.get(each) for each in (bare, _TIME.sub("", bare))]
    if not any(found):
        found = [_ABBREVIATIONS.get(each.strip(), ()) for each in bare.split("/")]
        if not all(found):
            return ()
    cities = dict.fromkeys(city for each in found for city in each or ())
    return tuple(cities)[:_OFFERED]


def several(text: str) -> tuple[str, ...]:
    """Return cities of a country that has several zones; none for anything else."""
    return _countries().get(folded(text), ())


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, ...]]:
    """Return cities, by a country's name, for each country of several zones."""
    taken = {folded(each) for each in available_timezones()}  # Portugal is Europe/Lisbon
    return {
        folded(name): _apart(zones)
        for code, zones in _territories().items()
        for name in _country_names(code)
        if _differ(zones) and folded(name) not in taken
    }


def _called() -> dict[str, tuple[str, ...]]:
    """Return what else leads to a zone: its abbreviation, and the country that has no other."""
    countries = {
        zones[0]: tuple(_country_names(code))
        for code, zones in _territories().items()
        if not _differ(zones)
    }
    return countries | {
        zone: (*countries.get(zone, ()), *also) for zone, also in _UNMISTAKABLE.items()
    }


@lru_cache(maxsize=1)
def _territories() -> dict[str, tuple[str, ...]]:
    """Return the zones of each country by its code, well-known cities first."""
    found: dict[str, dict[str, None]] = {}
    known = available_timezones()
    for zone, code in sorted(get_global("zone_territories").items()):
        lasting = canonical(zone)
        if code.isalpha() and code != "ZZ" and lasting in known:
            found.setdefault(code, {})[lasting] = None
    cities = (*_KNOWN_CITIES, *(each for some in _ABBREVIATIONS.values() for each in some))
    rank = {city: at for at, city in enumerate(dict.fromkeys(cities))}
    last = len(rank)
    return {
        code: tuple(sorted(zones, key=lambda zone: rank.get(zone, last)))
        for code, zones in found.items()
    }


def _country_names(code: str) -> tuple[str, ...]:
    name = Locale("en").territories.get(code)
    return ((name,) if name else ()) + _ALSO_CALLED.get(code, ())


def _differ(zones: tuple[str, ...]) -> bool:
    """Return whether the clocks of *zones* differ."""
    return any(_offsets(each) != _offsets(zones[0]) for each in zones[1:])


@lru_cache
def _at(minutes: int) -> tuple[str, ...]:
    """Return cities that are this many minutes ahead of UTC for all or part of the year."""
    if minutes == 0:
        return _GREENWICH
    offset = timedelta(minutes=minutes)
    fitting = [each for each in _KNOWN_CITIES if offset in _offsets(each)]
    if len(fitting) < _FEWEST:  # reading every zone takes a while
        others = (name.id for name in names().all if name.id not in _KNOWN_CITIES)
        fitting += [each for each in others if offset in _offsets(each)]
    return _apart(fitting)


def _apart(zones: Sequence[str]) -> tuple[str, ...]:
    """Return the first few of *zones*, first one of those that change their clocks alike."""
    apart: dict[object, str] = {}
    for each in zones:
        apart.setdefault(_offsets(each), each)
    return tuple(dict.fromkeys((*apart.values(), *zones)))[:_OFFERED]


@cache
def _offsets(name: str) -> tuple[timedelta | None, ...]:
    zone = ZoneInfo(name)
    return tuple(season.astimezone(zone).utcoffset() for season in _SEASONS)
