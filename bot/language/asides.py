"""Words that look like an argument which a command doesn't take: a place, a year, a company.

They are never dropped silently: the call keeps them, and the reply mentions them. subjects.txt
lists companies, techniques and the like.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from bot.call import Call
from bot.command import Command
from bot.formatting import join_words
from bot.language.argument_types import amounts, countries, describe_cities
from bot.language.name_index import NameRegistry, normalize
from bot.language.places import country_names, find_place, may_begin_place
from bot.language.word_lists import read_sections
from bot.pay.amount import is_currency_code, parse_amount

_YEAR = re.compile(r"(?:19|20)\d\d")
_REMOTE = frozenset({"remote", "remotely", "wfh", "work from home", "home office"})
_REGIONS = {
    "eu": "the EU", "european union": "the EU", "europe": "Europe", "asia": "Asia",
    "western europe": "Western Europe", "eastern europe": "Eastern Europe",
    "southeast asia": "Southeast Asia", "africa": "Africa", "latam": "Latin America",
    "north america": "North America", "middle east": "the Middle East", "emea": "EMEA",
    "apac": "APAC", "scandinavia": "Scandinavia",
}  # fmt: skip
_AMERICAS = re.compile(r"\b(?:latin|south|central) american?\b", re.IGNORECASE)
_CURRENCIES = {
    "euro": "€", "euros": "€", "eur": "€", "dollar": "$", "dollars": "$", "usd": "$",
    "pound": "£", "pounds": "£", "sterling": "£", "gbp": "£", "rupee": "₹", "rupees": "₹",
    "inr": "₹", "yen": "¥", "jpy": "¥", "zloty": "PLN", "franc": "CHF", "francs": "CHF",
    "lei": "RON", "lira": "TRY", "naira": "NGN", "rand": "ZAR", "shillings": "KES",
    "dirhams": "AED", "riyals": "SAR",
}  # fmt: skip
_SUBJECTS = Path(__file__).with_name("subjects.txt")
_MAX_ABBREVIATION = 3  # letters of "US", which is a pronoun in lower case
_SIGNS = frozenset("$€£₹¥")
_TAKES_ARTICLE = re.compile(r"United |Netherlands|Philippines|Bahamas|Maldives|Bay Area")


@dataclass(frozen=True, slots=True)
class _Subject:
    """Something that a question may be about in particular."""

    name: str  # as a reply writes it
    mentions: tuple[str, ...]  # words in an answer that mention it, normalized
    is_word: bool  # also an ordinary word, in lower case


@cache
def _subjects() -> dict[str, _Subject]:
    """Return the subjects by each of their normalized names."""
    found = {}
    for line in (line for _, lines in read_sections(_SUBJECTS) for line in lines if line):
        names, _, mentions = line.partition("|")
        listed = [each.strip() for each in names.split(",")]
        known = tuple(filter(None, map(normalize, (*listed, *mentions.split(",")))))
        for each in listed:
            subject = _Subject(listed[0].rstrip("!"), known, each.endswith("!"))
            found[normalize(each)] = subject
    return found


def _find_subject(phrase: str) -> _Subject | None:
    """Return the subject that *phrase* names, or None."""
    subject = _subjects().get(normalize(phrase))
    if subject is None or (subject.is_word and phrase.islower()):
        return None
    return subject


def is_subject(phrase: str) -> bool:
    """Return True if *phrase* names a company, a technique or the like in subjects.txt."""
    return _find_subject(phrase) is not None


@lru_cache(maxsize=4096)  # each word of a question is looked at several times
def may_begin_aside(word: str) -> bool:
    """Return False if surely no aside begins with *word*, the first of a few words."""
    return _may_begin_long_aside(word) or describe_aside(word) is not None


def _may_begin_long_aside(word: str) -> bool:
    """Return False if surely no aside of several words begins with *word*."""
    return may_begin_place(word) or normalize(word) in _openings()


@cache
def _openings() -> frozenset[str]:
    """Return the first words of asides other than places."""
    return frozenset(each.split()[0] for each in (*_REMOTE, *_REGIONS, *_subjects()))


def is_place(phrase: str) -> bool:
    """Return True if *phrase* names a place or a region."""
    return normalize(phrase) in _REGIONS or find_place(phrase) is not None


def find_aside(phrases: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
    """Return the number of words and the text of the longest aside in *phrases*, or None.

    *phrases* are the beginnings of a line, each with its number of words, shortest first.
    """
    first = next(phrases, None)
    if first is None:
        return None
    if _may_begin_long_aside(first[1]):
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
    if is_money(bare) or _YEAR.fullmatch(plain):
        return bare
    subject = _find_subject(bare)
    if subject is not None:
        return subject.name
    place = find_place(bare)
    if place is None or place.is_country:
        return place.name if place else None
    return f"{place.name} ({place.country_name})"


def is_money(phrase: str) -> bool:
    """Return True if *phrase* names a currency."""
    is_code = phrase.isupper() and is_currency_code(phrase)
    plain = normalize(phrase)
    is_word = plain in _CURRENCIES and not is_currency_code(plain.upper())
    return is_code or phrase in _SIGNS or is_word


def is_mentioned(aside: str, text: str) -> bool:
    """Return True if *text* has the words of *aside*, or another name of the same."""
    plain, words = _read_text(text)
    subject = _find_subject(aside)
    if subject is not None:
        return any(f" {each} " in plain for each in subject.mentions)
    signs = (_CURRENCIES.get(normalize(aside), aside), aside.upper())  # "EUR" may also be written
    if is_money(aside) and any(each in text for each in signs):
        return True
    place = find_place(aside)
    names = (place.name, *country_names(place.country.upper())) if place else (normalize(aside),)
    if normalize(aside) in _REMOTE:
        names = tuple(_REMOTE)
    long = (each for each in names if len(each) > _MAX_ABBREVIATION)
    return not words.isdisjoint(names) or any(f" {normalize(each)} " in plain for each in long)


@lru_cache(maxsize=1024)  # an answer is compared with each aside of a question
def _read_text(text: str) -> tuple[str, frozenset[str]]:
    """Return *text* normalized and between spaces, and its words as they're written."""
    return f" {normalize(text)} ", frozenset(re.split(r"[^\w.]+", text))


def find_cautions(command: Command, call: Call, registry: NameRegistry) -> Iterator[str]:
    """Yield a sentence for each part of what was asked that the reply to *call* doesn't answer.

    Places without figures are handled by `handle_missing_places`.
    """
    for name, value in call.args.items():
        arg = command.args.get(name)
        if arg and arg.names and arg.names is not countries:
            named = registry.index_for(arg.names).lookup(value)
            yield from filter(None, [named.caution if named else ""])
    places = _list_places(command, call)
    yield from _caution_places(command, call, registry)
    more = [each for each in call.ignored if parse_amount(each)]
    if more:
        yield f"For {join_words(more, 'or')}, ask again: I compare one amount at a time."
    others = describe_ignored([each for each in call.ignored if each not in (*places, *more)])
    if others:
        yield others


def _caution_places(command: Command, call: Call, registry: NameRegistry) -> Iterator[str]:
    """Yield a sentence for the cities of the country that is shown, and one for other countries."""
    index = registry.index_for(countries)
    chosen = [
        call.args[name]
        for name, arg in command.args.items()
        if arg.names is countries and name in call.args
    ]
    shown = index.lookup(chosen[0]) if chosen else None
    cities, others = dict[str, None](), list[str]()
    for each in (*chosen, *_list_places(command, call)):
        country = index.lookup(each)
        if country and shown and country.value is shown.value:
            cities |= {country.id: None} if country.caution else {}
        elif country:
            others.append(each)
    if cities:
        yield describe_cities(cities)
    if others:
        yield f"For {_list_asides(others)}, ask again: I show one country at a time."


def _list_places(command: Command, call: Call) -> list[str]:
    """Return the places and regions that *call* ignores, if *command* has figures by country."""
    by_place = any(arg.names is countries for arg in command.args.values())
    return [each for each in call.ignored if by_place and is_place(each)]


def handle_missing_places(command: Command, call: Call, registry: NameRegistry) -> tuple[Call, str]:
    """Return the call to run, and a sentence about places that *command* has no figures for.

    Without such places, the sentence is empty. If *call* names no other country, an amount is left
    out, because it can't be compared with the pay in those places.
    """
    index = registry.index_for(countries)
    missing = [each for each in _list_places(command, call) if not index.lookup(each)]
    if not missing:
        return call, ""
    says = f"I have no figures for {_list_asides(missing)}"
    kinds = {arg.names: name for name, arg in command.args.items()}
    amount = kinds.get(amounts, "")
    if amount in command.required or amount not in call.args or kinds[countries] in call.args:
        return call, f"{says}."
    rest = {name: value for name, value in call.args.items() if name != amount}
    return replace(call, args=rest), f"{says}, so I can't say where {call.args[amount]} stands."


def describe_ignored(phrases: Sequence[str]) -> str:
    """Return a sentence that an answer isn't about *phrases*; empty if there are none."""
    return f"This isn't specific to {_list_asides(phrases)}." if phrases else ""


def _list_asides(phrases: Iterable[str]) -> str:
    """Return what a reply calls *phrases*, joined by "or"."""
    named = dict.fromkeys(describe_aside(each) or each for each in phrases)
    names = (f"the {each}" if _TAKES_ARTICLE.match(each) else each for each in named)
    return join_words(names, "or")
