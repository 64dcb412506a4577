"""Finding the command that a line in plain words asks for, with its arguments.

"What does a senior ML engineer earn in Germany?" has a keyword of `salary` and names a role, a
level and a country. The call is only offered, because the other words may change the meaning. A
line without other words, such as "ML engineer salary", is run.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache, partial

from bot.call import Call
from bot.command import Command
from bot.language import thresholds
from bot.language.argument_parser import ArgumentParser, split_asides
from bot.language.argument_types import amounts
from bot.language.asides import describe_aside, join_region
from bot.language.name_index import NameRegistry, normalize
from bot.language.named_tokens import NamedTokens
from bot.language.places import find_place
from bot.language.retrieval.spelling import Spelling
from bot.language.retrieval.terms import extract_terms, is_same_term, is_stop_word, known_words
from bot.language.stories import FUTURE_YEARS, NOT_PAY
from bot.language.tokens import Token, lower_capitals, tokenize
from bot.pay.query import PayView
from content import Content

# A line with one of these asks for a reason or an opinion, which no command has.
_REASON_WORD = "why"
_OPINION_STARTS = frozenset(
    "is are am was do does did can could should will would has have if".split()
)
# Names of commands only where a line starts with them; elsewhere they're ordinary words.
_STARTING_NAMES = frozenset("start menu commands statistics stats".split())
_FUTURE = re.compile(r"\bin 20[3-9]\d\b|\bfrom now\b")
_NEUTRAL_TERMS = frozenset(  # they don't change what a line asks for
    extract_terms(
        "hire use average typical current now year annual list question please people someone "
        "engineer hey hi"
    )
)
_STANDING_TERMS = frozenset(  # they ask where somebody's pay stands
    extract_terms("underpaid overpaid lowballed")
)
_JUDGING_TERMS = frozenset(  # they ask where an amount stands
    extract_terms(
        "underpaid overpaid lowballed fair good bad ok okay decent enough low lowball high "
        "right reasonable competitive normal offer offered offering sound worth market rate "
        "compare hello working work live based currently"
    )
)
_COMPARISON = "compare"
_AFRICAN_AMERICAN = re.compile(r"\bAfrican[- ]Americans?\b", re.IGNORECASE)  # not from Africa
_COUNTRY = re.compile(r"\b(in|the) us\b")  # "us" is a pronoun elsewhere


def suggest_calls(line: str, registry: NameRegistry, commands: Mapping[str, Command]) -> list[Call]:
    """Return calls that *line* may ask for, one for each command with a keyword in it.

    Calls that lack a required argument are omitted. Calls with the most arguments come first.
    """
    corrected_line, calls = correct_names(line, registry), []
    tokens = _tokenize_start(corrected_line)
    terms = {*extract_terms(" ".join(line.split(" ")[: thresholds.MAX_LINE_TOKENS]))}
    terms |= {*extract_terms(corrected_line)}
    known = frozenset(term for each in commands.values() for term in _keyword_terms(each.keywords))
    asked = {keyword for term in terms for keyword in _same_keywords(term, known)}
    for command in commands.values():
        keywords = _keyword_terms(command.keywords)
        if not asked.isdisjoint(keywords):
            corrected = [_correct_keyword(token, keywords) for token in tokens]
            parser = ArgumentParser(command, registry)
            exact = thresholds.EXACT_MATCH
            calls.append(
                parser.extract_named(NamedTokens(corrected, registry), _is_ignored, exact)[0]
            )
    complete = [call for call in calls if commands[call.command].required <= call.args.keys()]
    return sorted(complete, key=lambda call: -len(call.args))


@cache  # commands don't change
def _words_for(keywords: tuple[str, ...], names: frozenset[str]) -> frozenset[str]:
    """Return the *names* of a command with their terms, and those of its *keywords*."""
    return names.union(*map(extract_terms, (*keywords, *names)))


@cache  # a command has few keywords
def _keyword_terms(keywords: tuple[str, ...]) -> dict[str, str]:
    """Return a dict from the terms of *keywords* to the keywords."""
    return {term: word for word in keywords for term in extract_terms(word)}


@lru_cache(maxsize=4096)
def _same_keywords(term: str, keywords: frozenset[str]) -> tuple[str, ...]:
    """Return those of *keywords* that *term* is, perhaps with a typo."""
    return tuple(each for each in keywords if is_same_term(term, each))


def match_whole_line(
    line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Call | None:
    """Return the call that *line* asks for if all its words are understood, else None.

    Return None also if the line asks for a reason or an opinion, if the FAQ answers it, or if
    several calls match equally well.
    """
    if not _is_readable(line) or is_known_question(line, registry.content):
        return None
    return _only_match(_matching_calls(line, registry, commands))


def match_misspelled_line(
    line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Call | None:
    """Return the call that *line* asks for if its typos are corrected, else None.

    The reply says how the line was understood.
    """
    is_short = len(line.split(" ")) < thresholds.MIN_QUESTION_TOKENS
    if is_short or not _is_readable(line) or is_known_question(line, registry.content):
        return None
    corrected = correct_names(line, registry)
    return match_whole_line(corrected, registry, commands) if corrected != line else None


@lru_cache(maxsize=4)  # a question is matched with commands, then each guess reads it
def correct_names(line: str, registry: NameRegistry) -> str:
    """Return the beginning of *line* without typos of names and keywords."""
    words = _AFRICAN_AMERICAN.sub("Black", line).split(" ")[: thresholds.MAX_LINE_TOKENS]
    spelling = _spelling_of_names(registry)
    return " ".join(_correct(spelling, each) for each in words)


@lru_cache(maxsize=1)  # a process has one registry of names
def _spelling_of_names(registry: NameRegistry) -> Spelling:
    """Return the spelling of all words in the names and keywords of members' commands.

    Words of the FAQ and of the vocabulary are no typos of them.
    """
    words = {*known_words(), *_words_of_questions(registry.content)}
    for command in registry.commands.values():
        if isinstance(command, Command) and command.is_for_members:
            words.update(command.aliases, command.keywords, (command.name,))
            for arg in command.args.values():
                entries = registry.index_for(arg.names).entries if arg.names else ()
                names = (name for each in entries for name in (each.label, *each.aliases))
                words.update(word for name in names for word in normalize(name).split())
    return Spelling(words)


def _words_of_questions(content: Content) -> Iterator[str]:
    for entry in content.faq.values():
        for text in (entry.question, *entry.also):
            yield from normalize(text).split()


def _correct(spelling: Spelling, word: str) -> str:
    """Return *word* without its typo; it stays as it is if it is an aside or no typo."""
    plain = normalize(word)
    if not plain.isalpha() or describe_aside(word) is not None:
        return word
    corrected = spelling.correct(plain)
    return word if corrected == plain else corrected


def _only_match(calls: Iterable[Call]) -> Call | None:
    """Return the call with the most arguments, or None if there is none or another has as many."""
    found = list(calls)
    most = max((len(call.args) for call in found), default=0)
    best = [call for call in found if len(call.args) == most]
    return best[0] if len(best) == 1 else None


def is_known_question(line: str, content: Content) -> bool:
    """Return True if *line* is a question of the FAQ, perhaps in another word order."""
    phrasings, term_sets = _known_questions(content)
    return normalize(line) in phrasings or frozenset(extract_terms(line)) in term_sets


def _is_plain_request(line: str) -> bool:
    """Return True unless *line* asks for a reason or opinion, is too long or has ``key:value``."""
    return _is_readable(line) and not _asks_opinion(line)


def _is_readable(line: str) -> bool:
    """Return True unless *line* asks for a reason or about the future, or is too long.

    A line with ``key:value`` isn't readable either.
    """
    words, tokens = normalize(line).split(), tokenize(line, thresholds.MAX_REQUEST_TOKENS + 1)
    if not words or len(tokens) > thresholds.MAX_REQUEST_TOKENS or any(each.key for each in tokens):
        return False
    is_future = FUTURE_YEARS.search(line) or _FUTURE.search(line.casefold())
    return _REASON_WORD not in words and not is_future and not NOT_PAY.search(line)


def _asks_opinion(line: str) -> bool:
    return normalize(line).split()[0] in _OPINION_STARTS


def _matching_calls(
    line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Iterator[Call]:
    """Yield a call for each command whose name, keywords and arguments are all the words of *line*.

    Neutral words such as "please" are ignored, and so are asides such as "in Brazil", which the
    call keeps. Of the questions for an opinion, only those about an amount of pay are answered.
    """
    tokens = _tokenize_start(line)
    named = NamedTokens(tokens, registry)
    words = {*extract_terms(line), *(token.text.casefold() for token in tokens)}
    opinion, standing = _asks_opinion(line), not _STANDING_TERMS.isdisjoint(words)
    may_have_amount = standing or any(map(str.isdecimal, line))
    for command in commands.values():
        if not command.is_for_members or command.answers_questions:
            continue
        all_names = {command.name, *command.aliases} - _STARTING_NAMES
        names = frozenset(each for each in all_names if "-" not in each)
        keywords = _words_for(command.keywords, names)
        takes_amount = any(arg.names is amounts for arg in command.args.values())
        asks_otherwise = opinion or keywords.isdisjoint(words)
        if asks_otherwise and not (takes_amount and may_have_amount):
            continue
        known = keywords | _NEUTRAL_TERMS | _JUDGING_TERMS
        extracted = ArgumentParser(command, registry).extract_whole(
            named, partial(_is_ignored, names=names), known
        )
        if extracted is None:
            continue
        call, others = extracted
        has_amount = any(command.args[each].names is amounts for each in call.args)
        judges = has_amount or (standing and takes_amount)
        if (asks_otherwise and not judges) or _names_value_twice(command, call):
            continue
        asides, others = split_asides(others)
        other_terms = {term for token in others for term in extract_terms(token.text)}
        neutral = keywords | _NEUTRAL_TERMS | (_JUDGING_TERMS if judges else frozenset())
        call = drop_gap_view(replace(call, ignored=asides))
        is_whole = other_terms <= neutral and command.required <= call.args.keys()
        if asides and not call.args and not any(map(find_place, asides)):
            continue  # "which path has more remote" isn't about a roadmap
        if is_whole and is_apt(call, registry.content):
            yield call


def drop_gap_view(call: Call) -> Call:
    """Return *call* without the view of the pay gap between roles if it's one between places."""
    has_place = "country" in call.args or any(map(find_place, call.ignored))
    has_two_roles = "other" in call.args
    if call.args.get("view") != PayView.GAP or not has_place or has_two_roles:
        return call
    return replace(call, args={name: each for name, each in call.args.items() if name != "view"})


def is_apt(call: Call, content: Content) -> bool:
    """Return False if *call* surely isn't what its line asks for.

    A comparison without places and of roles with a page is: others have pay only, and a line about
    one role's tools or about pay in a country asks for another command. A plan is if there's one.
    """
    if call.command == "roadmap" and "to" in call.args:
        return content.roles[call.args["to"]] in content.roles_with_plans()
    if call.command != _COMPARISON:
        return True
    roles = [content.roles[each] for each in call.args.values() if each in content.roles]
    aspect = call.args.get("aspect")
    if len(roles) == 1 and (call.ignored or aspect == "tools"):
        return False
    if aspect == "pay" and any(map(find_place, call.ignored)):
        return False
    return aspect == "pay" or all(each.dimensions for each in roles)


def _names_value_twice(command: Command, call: Call) -> bool:
    """Return True if two arguments of *call* have the same value, as in "LLM or AI engineer"."""
    values = [(command.args[name].names, value) for name, value in call.args.items()]
    return len(values) != len(set(values))


@lru_cache(maxsize=1)  # a process has one content
def _known_questions(content: Content) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
    """Return two sets: all phrasings of FAQ questions, and the main phrasings as sets of words.

    Phrasings are normalized text. Sets of words match a question in any word order; a phrasing that
    asks for a reason or an opinion has none.
    """
    entries = content.faq.values()
    phrasings = (normalize(text) for each in entries for text in (each.question, *each.also))
    requests = (each.question for each in entries if _is_plain_request(each.question))
    return frozenset(phrasings), frozenset(frozenset(extract_terms(text)) for text in requests)


def _is_ignored(word: str, names: Collection[str] = ()) -> bool:
    """Return True if *word* is in *names* or is a stop word not in capitals: "us", but not "US"."""
    return word.casefold() in names or (is_stop_word(word) and not word.isupper())


def _tokenize_start(line: str) -> list[Token]:
    return tokenize(
        _COUNTRY.sub(r"\1 US", lower_capitals(join_region(line))), thresholds.MAX_LINE_TOKENS
    )


def _correct_keyword(token: Token, keywords: Mapping[str, str]) -> Token:
    """Return *token*, or the keyword that it is a typo of; *keywords* maps stems to keywords.

    Keywords are corrected because some, such as "delete", are also values of an argument.
    """
    terms = [each for each in extract_terms(token.text) if each not in keywords]
    matches = (
        word for term, word in keywords.items() for each in terms if is_same_term(each, term)
    )
    corrected = next(matches, None)
    return Token(corrected) if corrected else token
