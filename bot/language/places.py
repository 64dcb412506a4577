"""Places that members name in a line: countries, their flags, and cities with their countries."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from babel.core import Locale, get_global

from bot.language.name_index import normalize

_COUNTRY_ALIASES = {  # CLDR has one name for each country
    "US": ("USA", "US", "United States of America", "America"),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales"),
    "AE": ("UAE", "Emirates"),
    "KR": ("Korea",),
    "NL": ("Holland",),
    "CZ": ("Czech Republic",),
    "TR": ("Turkey",),
    "SA": ("Saudi", "KSA"),
    "CI": ("Ivory Coast",),
    "MM": ("Burma",),
    "BA": ("Bosnia",),
    "PS": ("Palestine",),
    "MK": ("Macedonia",),
    "CD": ("Congo",),
}
_DEMONYMS = {  # that name no language: "do I need German" isn't about a place
    "NG": "Nigerian", "KE": "Kenyan", "GH": "Ghanaian", "EG": "Egyptian", "MA": "Moroccan",
    "TN": "Tunisian", "ET": "Ethiopian", "ZA": "South African", "IN": "Indian", "PK": "Pakistani",
    "BD": "Bangladeshi", "LK": "Sri Lankan", "MY": "Malaysian", "SG": "Singaporean",
    "AU": "Australian", "CA": "Canadian", "MX": "Mexican", "BR": "Brazilian", "AR": "Argentinian",
    "CO": "Colombian", "CL": "Chilean", "PE": "Peruvian", "CH": "Swiss", "AT": "Austrian",
    "BE": "Belgian", "IL": "Israeli", "GB": "British", "US": "American", "SA": "Saudi Arabian",
    "AE": "Emirati", "IR": "Iranian",
}  # fmt: skip
_PARTS = frozenset({"England", "Scotland", "Wales"})  # of the country that they stand for
_CITIES = {  # with many jobs in software, but without a time zone of their own; and US states
    "US": (
        "San Francisco, SF, Bay Area, Silicon Valley, Seattle, Boston, Austin, Washington, "
        "Washington DC, Washington D.C., Miami, Dallas, Houston, Atlanta, San Diego, Philadelphia, "
        "NYC, New York City, LA, Palo Alto, Salt Lake City, Portland, Pittsburgh, Raleigh, "
        "Minneapolis, Nashville, Alabama, Alaska, Arizona, Arkansas, California, Colorado, "
        "Connecticut, Delaware, Florida, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, "
        "Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota, Mississippi, Missouri, "
        "Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, North Carolina, "
        "North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, "
        "South Dakota, Tennessee, Texas, Utah, Vermont, Virginia, West Virginia, Wisconsin, Wyoming"
    ),
    "GB": (
        "Manchester, Birmingham, Edinburgh, Newcastle, Glasgow, Cambridge, Oxford, Bristol, Leeds, "
        "Liverpool, Sheffield, Nottingham, Cardiff"
    ),
    "AE": "Abu Dhabi",
    "AR": "Buenos Aires, Cordoba",
    "SE": "Malmö, Gothenburg, Göteborg",
    "PH": "Davao, Cebu",
    "PT": "Porto",
    "UA": "Lviv, Kharkiv",
    "PK": "Lahore, Islamabad",
    "NG": "Abuja, Ibadan",
    "KE": "Mombasa",
    "MA": "Rabat",
    "TR": "Ankara, Izmir",
    "RO": "Cluj, Cluj-Napoca, Timisoara, Iasi",
    "CA": "Montreal, Ottawa, Calgary, Waterloo, Quebec, Ontario, British Columbia, Alberta",
    "AU": "Canberra",
    "DE": (
        "Munich, München, Nuremberg, Karlsruhe, Dresden, Hannover, Hamburg, Frankfurt, Cologne, "
        "Köln, Stuttgart, Düsseldorf, Leipzig, Bremen, Mannheim, Heidelberg, Aachen"
    ),
    "FR": "Lyon, Toulouse, Marseille, Nice, Grenoble, Bordeaux, Nantes, Lille, Strasbourg, Rennes",
    "ES": "Barcelona, Valencia, Seville, Málaga, Bilbao, Zaragoza, Granada",
    "NL": "Rotterdam, The Hague, Utrecht, Eindhoven",
    "AT": "Graz, Linz, Salzburg",
    "IE": "Cork, Galway",
    "PL": "Krakow, Kraków, Wroclaw, Wrocław, Gdansk, Gdańsk, Poznan, Poznań, Katowice, Lodz, Łódź",
    "IN": (
        "Bangalore, Bengaluru, Hyderabad, Pune, Mumbai, Bombay, Delhi, New Delhi, Chennai, Gurgaon,"
        " Gurugram, Noida, Ahmedabad, Jaipur, Kochi, Coimbatore, Indore"
    ),
    "CH": "Geneva, Basel, Lausanne",
    "IL": "Tel Aviv, Haifa",
    "IT": "Milan, Turin, Bologna, Naples, Florence",
    "CN": "Beijing, Shenzhen, Hangzhou",
    "BR": "Rio de Janeiro, Rio",
    "JP": "Osaka, Kyoto",
    "RU": "Saint Petersburg, St. Petersburg, St Petersburg, Novosibirsk",
    "VN": "Hanoi, Ho Chi Minh City",
}
_CITY_ALIASES = {
    "sf": "San Francisco",
    "nyc": "New York",
    "new york city": "New York",
    "la": "Los Angeles",
    "washington dc": "Washington",
    "washington d.c.": "Washington",
    "st petersburg": "Saint Petersburg",
    "st. petersburg": "Saint Petersburg",
}
# Zones that are named after no place where people have jobs, or after an ordinary word.
_NOT_CITIES = re.compile(
    r"(?:Antarctica|Etc|US|Canada|Mexico|Brazil|Chile)/|.*/.*/|.*/(?:Oral|Wake|Christmas|Easter)"
)
_LETTERS_OF_FLAGS = range(0x1F1E6, 0x1F1E6 + 26)
_MIN_LOWER_CASE = 4  # letters of a place that isn't written in capitals: "us" is a pronoun
_ORDINARY_WORDS = frozenset({"nice", "cork"})  # no place in lower case
_SHORT_NAMES = frozenset({"usa", "uk", "uae", "sf", "nyc"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its name, with the two-letter code of its country in lower case."""

    name: str
    country: str
    country_name: str

    @property
    def is_country(self) -> bool:
        """Whether the place is a whole country."""
        return self.name == self.country_name


def find_place(text: str) -> Place | None:
    """Return the place that *text* names, which may be a flag, or None."""
    plain = normalize(text)
    if not plain:
        return _find_flag(text)
    is_short = len(plain) < _MIN_LOWER_CASE and plain not in _SHORT_NAMES
    if text.islower() and (is_short or plain in _ORDINARY_WORDS):
        return None
    places = all_places()
    return places.get(plain) or places.get(_without_accents(plain))


@lru_cache(maxsize=4096)  # each word of a question is looked at several times
def may_begin_place(word: str) -> bool:
    """Return False if surely no place begins with *word*, the first of a few words."""
    plain = normalize(word)
    return not plain or _without_accents(plain.split()[0]) in _first_words()


def _without_accents(text: str) -> str:
    """Return *text* with plain letters: "sao" for "são"."""
    if text.isascii():
        return text
    return "".join(
        each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each)
    )


def canonical_zone(name: str) -> str:
    """Return the current name of a zone: "America/New_York" for "US/Eastern"."""
    found: str = get_global("zone_aliases").get(name, name)
    return "UTC" if found == "Etc/UTC" else found


def country_names(code: str) -> tuple[str, ...]:
    """Return the names of a country by its two-letter code, the usual one first."""
    name = Locale("en").territories.get(code)
    return ((name,) if name else ()) + _COUNTRY_ALIASES.get(code, ())


def _find_flag(text: str) -> Place | None:
    letters = [
        ord(each) - _LETTERS_OF_FLAGS.start for each in text if ord(each) in _LETTERS_OF_FLAGS
    ]
    code = "".join(chr(ord("A") + each) for each in letters)
    names = country_names(code) if len(code) == 2 else ()  # noqa: PLR2004  # letters of a code
    return Place(names[0], code.lower(), names[0]) if names else None


@cache
def all_places() -> dict[str, Place]:
    """Return a dict from normalized names to places; a country wins over a city of that name."""
    found: dict[str, Place] = {}
    for each, name in (*_countries(), *_cities()):
        plain = normalize(name)
        found.setdefault(plain, each)
        found.setdefault(_without_accents(plain), each)
    return found


@cache
def _first_words() -> frozenset[str]:
    return frozenset(_without_accents(name.split()[0]) for name in all_places() if name)


def _countries() -> Iterator[tuple[Place, str]]:
    for code in filter(str.isalpha, Locale("en").territories):
        main, *others = country_names(code)
        whole = Place(main, code.lower(), main)
        yield whole, main
        for other in (*others, *filter(None, [_DEMONYMS.get(code)])):
            yield (Place(other, code.lower(), main) if other in _PARTS else whole), other


def _cities() -> Iterator[tuple[Place, str]]:
    names = {code: cities.split(", ") for code, cities in _CITIES.items()}
    for zone, code in get_global("zone_territories").items():
        if code.isalpha() and not _NOT_CITIES.match(zone) and "/" in zone:
            names.setdefault(code, []).append(zone.rpartition("/")[2].replace("_", " "))
    for code, cities in names.items():
        for city in cities:
            full = _CITY_ALIASES.get(city.casefold(), city)
            yield Place(full, code.lower(), country_names(code)[0]), city
