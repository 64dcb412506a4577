"""Finding the command that a line in plain words asks for, with its arguments.

"What does a senior ML engineer earn in Germany?" has a keyword of `salary` and names a role, a
level and a country. The call is only offered, because the other words may change the meaning. A
line without other words, such as "ML engineer salary", is run.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache, partial

from bot.call import Call
from bot.command import Command
from bot.language import thresholds
from bot.language.argument_parser import ArgumentParser
from bot.language.name_index import NameRegistry, normalize
from bot.language.terms import extract_terms, is_same_term, is_stop_word
from bot.language.tokens import Token, tokenize
from content import Content

# A line with one of these asks for a reason or an opinion, which no command has.
_REASON_WORD = "why"
_OPINION_STARTS = frozenset(
    "is are am was do does did can could should will would has have if".split()
)
_NEUTRAL_TERMS = frozenset(  # they don't change what a line asks for
    extract_terms("hire use average typical current now year annual list question please")
)
_COUNTRY = re.compile(r"\b(in|the) us\b")  # "us" is a pronoun elsewhere


def suggest_calls(line: str, registry: NameRegistry, commands: Mapping[str, Command]) -> list[Call]:
    """Return calls that *line* may ask for, one for each command with a keyword in it.

    Calls that lack a required argument are omitted. Calls with the most arguments come first.
    """
    terms, tokens, calls = extract_terms(line), _tokenize_start(line), []
    for command in commands.values():
        keywords = {term: word for word in command.keywords for term in extract_terms(word)}
        if any(is_same_term(term, keyword) for term in terms for keyword in keywords):
            corrected = [_correct_keyword(token, keywords) for token in tokens]
            parser = ArgumentParser(command, registry)
            calls.append(parser.extract_named(corrected, _is_ignored)[0])
    complete = [call for call in calls if commands[call.command].required <= call.args.keys()]
    return sorted(complete, key=lambda call: -len(call.args))


def match_whole_line(
    line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Call | None:
    """Return the call that *line* asks for if all its words are understood, else None.

    Return None also if the line asks for a reason or an opinion, if the FAQ answers it, or if
    several calls match equally well.
    """
    if not _is_plain_request(line) or is_known_question(line, registry.content):
        return None
    found = list(_matching_calls(line, registry, commands))
    most = max((len(call.args) for call in found), default=0)
    best = [call for call in found if len(call.args) == most]
    return best[0] if len(best) == 1 else None


def is_known_question(line: str, content: Content) -> bool:
    """Return True if *line* is a question of the FAQ, perhaps in another word order."""
    phrasings, term_sets = _known_questions(content)
    return normalize(line) in phrasings or frozenset(extract_terms(line)) in term_sets


def _is_plain_request(line: str) -> bool:
    """Return True unless *line* asks for a reason or opinion, is too long or has ``key:value``."""
    words, tokens = normalize(line).split(), tokenize(line)
    if not words or len(tokens) > thresholds.MAX_LINE_TOKENS or any(each.key for each in tokens):
        return False
    return _REASON_WORD not in words and words[0] not in _OPINION_STARTS


def _matching_calls(
    line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Iterator[Call]:
    """Yield a call for each command whose name, keywords and arguments are all the words of *line*.

    Neutral words such as "please" are ignored.
    """
    tokens = _tokenize_start(line)
    words = {*extract_terms(line), *(token.text.casefold() for token in tokens)}
    for command in commands.values():
        if not command.is_for_members or command.answers_questions:
            continue
        names = frozenset(each for each in (command.name, *command.aliases) if "-" not in each)
        keywords = names.union(*map(extract_terms, (*command.keywords, *names)))
        if keywords.isdisjoint(words):
            continue
        call, others = ArgumentParser(command, registry).extract_named(
            tokens, partial(_is_ignored, names=names), thresholds.EXACT_MATCH
        )
        other_terms = {term for token in others for term in extract_terms(token.text)}
        if other_terms <= keywords | _NEUTRAL_TERMS and command.required <= call.args.keys():
            yield call


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
    return tokenize(_COUNTRY.sub(r"\1 US", line))[: thresholds.MAX_LINE_TOKENS]


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
