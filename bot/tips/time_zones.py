"""Time zone names, and cities to suggest for ambiguous ones.

Names such as "GMT+2" and "IST" are ambiguous: "Etc/GMT+2" is two hours behind UTC but most people
mean two hours ahead, and "IST" is the time of India, Ireland or Israel. Neither follows summer
time. The bot suggests cities instead, and also for a country with several zones.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from bot.language.name_index import NamedValue, NameIndex, normalize
from bot.language.places import canonical_zone, country_names

_COMMON_ZONES = (  # suggested before anything is typed
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
    *_COMMON_ZONES[1:],
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
# Abbreviations of a single zone without summer time.
_UNAMBIGUOUS = {
    "Asia/Jakarta": ("WIB",),
    "Asia/Makassar": ("WITA",),
    "Asia/Jayapura": ("WIT",),
    "Asia/Kathmandu": ("NPT",),
}
_OFFSET = re.compile(
    r"(?:(?P<of>etc/gmt|gmt|utc|z)\s?)?(?P<sign>(?(of)[+\-−–]?|[+\-−–]))\s?(?P<hours>\d{1,2})"
    r"(?:(?P<point>[.,])(?P<part>\d{1,2})|[:h]?(?P<minutes>[0-5]\d))?\s?(?:h|hrs?|hours?)?"
)
_QUARTERS = frozenset({"00", "15", "30", "45"})
_TIME_SUFFIX = re.compile(r"( standard| daylight| summer)? time( zone)?$")
_MAX_LIKELY, _MAX_AT_HOME = 25, 5  # zones in a menu, and of the reader's country among them
_MIN_CITIES, _MAX_CITIES = 2, 3  # how many cities are suggested
_SEASONS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
# Last parts of names such as US/Eastern and Brazil/West that aren't places.
_NOT_PLACES = frozenset(
    "Eastern Western Central Mountain Pacific Atlantic East West North South General Continental"
    " Samoa".split()
)


class ZoneIndex(NameIndex[str]):
    """A NameIndex of all time zones that are named after a place, and of UTC."""

    @property
    def accepts_unlisted(self) -> bool:
        """Always True, because ambiguous text is accepted and answered with cities."""
        return True

    def may_begin(self, word: str) -> bool:
        """Return True, because offsets and abbreviations are too many to list."""
        del word
        return True

    def lookup(self, text: str) -> NamedValue[str] | None:
        """Return the zone that *text* names, or None.

        Ambiguous text is returned as if it were a zone; the caller must then suggest cities.
        """
        if suggest_cities(text):
            return NamedValue(text.strip(), text.strip(), text.strip())
        return super().lookup(text)

    def first_suggestions(self, text: str) -> tuple[NamedValue[str], ...]:
        """Return the zones of suitable cities if *text* is ambiguous, else the usual values."""
        names = (super(ZoneIndex, self).lookup(city) for city in suggest_cities(text))
        return tuple(name for name in names if name) or super().first_suggestions(text)

    def fuzzy_match(self, text: str) -> tuple[float, NamedValue[str]] | None:
        """Return the zone that *text* is probably a typo of, with a score up to 100.

        Return None if nothing is similar or *text* is ambiguous.
        """
        return None if suggest_cities(text) else super().fuzzy_match(text)

    def describe_values(self) -> str:
        """Return examples for an error message, because there are too many zones to list."""
        return "Europe/Berlin, America/New_York, Asia/Kolkata or another IANA name"


@lru_cache(maxsize=1)  # shared by the whole process
def zone_index() -> ZoneIndex:
    """Return the NameIndex of time zones by current name, older names, city and other names."""
    return ZoneIndex("time zone", _list_zones())


def _list_zones() -> Iterator[NamedValue[str]]:
    """Yield all zones with their names, common zones first."""
    older: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        current = canonical_zone(name)
        if current == "UTC" or ("/" in current and not current.startswith("Etc/")):
            older.setdefault(current, []).extend([] if name == current else [name])
    order = [
        *(each for each in _COMMON_ZONES if each in older),
        *sorted(older.keys() - set(_COMMON_ZONES)),
    ]
    aliases = _aliases_by_zone()
    for each in order:
        names = (*_zone_spellings(each, older[each]), *aliases.get(each, ()))
        yield NamedValue(each, each, each, names)


def _zone_spellings(name: str, older: list[str]) -> Iterator[str]:
    yield name.rpartition("/")[2]
    yield from older
    yield from {each.rpartition("/")[2] for each in older} - _NOT_PLACES


def suggest_cities(text: str) -> tuple[str, ...]:
    """Return the zones of cities to suggest instead of *text* if it is ambiguous, else ().

    UTC offsets, abbreviations and countries with several zones are ambiguous.
    """
    bare = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    offset = _OFFSET.fullmatch(bare)
    if offset is None:
        return _cities_for_abbreviation(bare) or cities_of_country(text)
    posix = offset["of"] == "etc/gmt"  # such names have the sign reversed: Etc/GMT+2 is behind UTC
    ahead = offset["sign"] in {"+", ""}
    minutes = _offset_minutes(offset)
    return _cities_at_offset(minutes if ahead is not posix else -minutes)


def _offset_minutes(offset: re.Match[str]) -> int:
    """Return a UTC offset in minutes without its sign: "5:30", "5.30" and "5.5" are all 330."""
    part = offset["part"]
    if part and part not in _QUARTERS:
        more = round(float(f"0.{part}") * 60)
    else:
        more = int(part or offset["minutes"] or 0)
    return int(offset["hours"]) * 60 + more


def _cities_for_abbreviation(bare: str) -> tuple[str, ...]:
    """Return cities for texts such as "cet", "eastern time" and "cet/cest"; () for others."""
    found = [_ABBREVIATIONS.get(each) for each in (bare, _TIME_SUFFIX.sub("", bare))]
    if not any(found):
        found = [_ABBREVIATIONS.get(each.strip(), ()) for each in bare.split("/")]
        if not all(found):
            return ()
    cities = dict.fromkeys(city for each in found for city in each or ())
    return tuple(cities)[:_MAX_CITIES]


def cities_of_country(text: str) -> tuple[str, ...]:
    """Return cities of a country with several zones; () for any other text."""
    return _cities_by_country().get(normalize(text), ())


@lru_cache(maxsize=1)
def _cities_by_country() -> dict[str, tuple[str, ...]]:
    """Return a dict from normalized names of countries with several zones to zones of cities."""
    taken = {normalize(each) for each in available_timezones()}  # such as "Portugal"
    return {
        normalize(name): _distinct_zones(zones)
        for code, zones in _zones_by_country().items()
        for name in country_names(code)
        if _clocks_differ(zones) and normalize(name) not in taken
    }


def _aliases_by_zone() -> dict[str, tuple[str, ...]]:
    """Return a dict from zones to other names: abbreviations, and countries with only this zone."""
    countries = {
        zones[0]: tuple(country_names(code))
        for code, zones in _zones_by_country().items()
        if not _clocks_differ(zones)
    }
    return countries | {
        zone: (*countries.get(zone, ()), *names) for zone, names in _UNAMBIGUOUS.items()
    }


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    """Return a dict from two-letter country codes to zones, well-known cities' zones first."""
    found: dict[str, dict[str, None]] = {}
    known = available_timezones()
    for zone, code in sorted(get_global("zone_territories").items()):
        current = canonical_zone(zone)
        if code.isalpha() and code != "ZZ" and current in known:
            found.setdefault(code, {})[current] = None
    cities = (*_KNOWN_CITIES, *(each for some in _ABBREVIATIONS.values() for each in some))
    rank = {city: at for at, city in enumerate(dict.fromkeys(cities))}
    last = len(rank)
    return {
        code: tuple(sorted(zones, key=lambda zone: rank.get(zone, last)))
        for code, zones in found.items()
    }


def likely_zones(zone: str, locale: str) -> tuple[str, ...]:
    """Return up to 25 zones for a menu: *zone*, those of the locale's country, the biggest ones.

    *locale* is such as "de" or "en-GB"; both may be empty or unknown.
    """
    mine = [canonical_zone(zone)] if zone in available_timezones() else []
    parsed = locale.replace("-", "_")
    likely = get_global("likely_subtags").get(parsed, "") if parsed.isalpha() else parsed
    country = likely.rpartition("_")[2] if "_" in likely else ""
    at_home = _differing_zones(_zones_by_country().get(country, ()))[:_MAX_AT_HOME]
    return tuple(dict.fromkeys((*mine, *at_home, "UTC", *_KNOWN_CITIES)))[:_MAX_LIKELY]


def _clocks_differ(zones: tuple[str, ...]) -> bool:
    """Return True if *zones* don't all have the same UTC offsets in winter and in summer."""
    return any(_utc_offsets(each) != _utc_offsets(zones[0]) for each in zones[1:])


@lru_cache
def _cities_at_offset(minutes: int) -> tuple[str, ...]:
    """Return cities whose clocks are *minutes* ahead of UTC in winter, in summer or both."""
    if minutes == 0:
        return _GREENWICH
    offset = timedelta(minutes=minutes)
    fitting = [each for each in _KNOWN_CITIES if offset in _utc_offsets(each)]
    if len(fitting) < _MIN_CITIES:  # only now, because comparing every zone is slow
        others = (name.id for name in zone_index().entries if name.id not in _KNOWN_CITIES)
        fitting += [each for each in others if offset in _utc_offsets(each)]
    return _distinct_zones(fitting)


def _distinct_zones(zones: Sequence[str]) -> tuple[str, ...]:
    """Return up to three of *zones*, preferring zones with different UTC offsets."""
    return tuple(dict.fromkeys((*_differing_zones(zones), *zones)))[:_MAX_CITIES]


def _differing_zones(zones: Sequence[str]) -> tuple[str, ...]:
    """Return the first of *zones* for each pair of UTC offsets in winter and in summer."""
    by_offsets: dict[object, str] = {}
    for each in zones:
        by_offsets.setdefault(_utc_offsets(each), each)
    return tuple(by_offsets.values())


@cache
def _utc_offsets(name: str) -> tuple[timedelta | None, ...]:
    zone = ZoneInfo(name)
    return tuple(season.astimezone(zone).utcoffset() for season in _SEASONS)
