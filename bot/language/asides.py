"""Words that look like an argument which a command doesn't take: a place, a year, a currency.

They are never dropped silently: the call keeps them, and the reply mentions them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from babel.numbers import is_currency

from bot.call import Call
from bot.command import Command
from bot.formatting import join_words
from bot.language.argument_types import countries
from bot.language.name_index import NameRegistry, normalize
from bot.language.places import country_names, find_place, may_begin_place

FUTURE_YEARS = re.compile(
    r"\b(?:(?:in|within)|(?:(?:in|over|within|for) )?the next) \d+ (?:years|yrs)\b(?! of)",
    re.IGNORECASE,
)
"""Years that aren't anybody's experience: "in 5 years", but not "for 5 years"."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_REMOTE = frozenset({"remote", "remotely", "wfh", "work from home", "home office"})
_REGIONS = {
    "eu": "the EU", "european union": "the EU", "europe": "Europe", "asia": "Asia",
    "western europe": "Western Europe", "eastern europe": "Eastern Europe",
    "southeast asia": "Southeast Asia", "africa": "Africa", "latam": "Latin America",
    "north america": "North America", "middle east": "the Middle East", "emea": "EMEA",
    "apac": "APAC", "scandinavia": "Scandinavia",
}  # fmt: skip
_AMERICAS = re.compile(r"\b(?:latin|south|central) america\b", re.IGNORECASE)
_OPENINGS = frozenset(each.split()[0] for each in (*_REMOTE, *_REGIONS))
_CURRENCIES = frozenset(
    "euro euros dollar dollars pound pounds sterling rupee rupees zloty franc francs yen".split()
)
_MAX_ABBREVIATION = 3  # letters of "US", which is a pronoun in lower case
_SIGNS = frozenset("$€£₹¥")
_TAKES_ARTICLE = re.compile(r"United |Netherlands|Philippines|Bahamas|Maldives|Bay Area")


def find_aside(phrases: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
    """Return the number of words and the text of the longest aside in *phrases*, or None.

    *phrases* are the beginnings of a line, each with its number of words, shortest first.
    """
    first = next(phrases, None)
    if first is None:
        return None
    if may_begin_place(first[1]) or normalize(first[1]) in _OPENINGS:
        # A sign, such as a flag, is an aside of its own: a place's name has none.
        for count, text in reversed([*phrases]):
            if not _has_sign(text) and describe_aside(text) is not None:
                return count, text
    return None if describe_aside(first[1]) is None else first


def join_region(text: str) -> str:
    """Return *text* with one word for Latin America, of which "America" would be read as the US."""
    return _AMERICAS.sub("LATAM", text)


def _has_sign(phrase: str) -> bool:
    return not all(map(normalize, phrase.split()))


@lru_cache(maxsize=4096)  # the words of a question are looked at several times
def describe_aside(phrase: str) -> str | None:
    """Return what a reply calls *phrase* ("remote work" for "wfh"), or None if it is no aside."""
    plain, bare = normalize(phrase), phrase.strip(" .,;:!?()")
    if plain in _REMOTE:
        return "remote work"
    if plain in _REGIONS:
        return _REGIONS[plain]
    is_code = bare.isupper() and is_currency(bare)
    if _YEAR.fullmatch(plain) or plain in _CURRENCIES or is_code or bare in _SIGNS:
        return bare
    place = find_place(bare)
    if place is None or place.is_country:
        return place.name if place else None
    return f"{place.name} ({place.country_name})"


def is_mentioned(aside: str, text: str) -> bool:
    """Return True if *text* has the words of *aside*, or another name of the same place."""
    place = find_place(aside)
    names = (place.name, *country_names(place.country.upper())) if place else (normalize(aside),)
    if normalize(aside) in _REMOTE:
        names = tuple(_REMOTE)
    long = (each for each in names if len(each) > _MAX_ABBREVIATION)
    words, plain = re.split(r"[^\w.]+", text), f" {normalize(text)} "
    return not set(names).isdisjoint(words) or any(f" {normalize(each)} " in plain for each in long)


def find_cautions(command: Command, call: Call, registry: NameRegistry) -> Iterator[str]:
    """Yield a sentence for each part of what was asked that the reply to *call* doesn't answer."""
    for name, value in call.args.items():
        arg = command.args.get(name)
        found = registry.index_for(arg.names).lookup(value) if arg and arg.names else None
        if found is not None and found.caution:
            yield found.caution
    by_place = any(arg.names is countries for arg in command.args.values())
    places = [each for each in call.ignored if by_place and find_place(each)]
    known = [each for each in places if registry.index_for(countries).lookup(each)]
    if known:
        yield f"For {_list_asides(known)}, ask again: I show one country at a time."
    unknown = [each for each in places if each not in known]
    if unknown:
        yield f"I have no figures for {_list_asides(unknown)}."
    others = describe_ignored([each for each in call.ignored if each not in places])
    if others:
        yield others


def describe_ignored(phrases: Sequence[str]) -> str:
    """Return a sentence that an answer isn't about *phrases*; empty if there are none."""
    return f"I can't narrow this down to {_list_asides(phrases)}." if phrases else ""


def _list_asides(phrases: Iterable[str]) -> str:
    """Return what a reply calls *phrases*, joined by "or"."""
    named = dict.fromkeys(describe_aside(each) or each for each in phrases)
    names = (f"the {each}" if _TAKES_ARTICLE.match(each) else each for each in named)
    return join_words(names, "or")
