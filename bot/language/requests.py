"""Requests for a command in members' own words, and questions that are off topic.

requests.txt and off_topic.txt list them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import cycle, islice
from pathlib import Path

from bot.call import Call
from bot.command import Command
from bot.language import thresholds
from bot.language.argument_parser import ArgumentParser, split_asides
from bot.language.asides import is_money, is_place, join_region
from bot.language.intent import correct_names, drop_gap_view
from bot.language.name_index import NameRegistry, normalize
from bot.language.named_tokens import NamedTokens
from bot.language.retrieval.terms import is_stop_word
from bot.language.stories import FUTURE_YEARS, NOT_PAY, pick_question
from bot.language.tokens import lower_capitals, tokenize
from bot.language.word_lists import read_sections
from bot.pay.amount import parse_amount

_REQUESTS = Path(__file__).with_name("requests.txt")
_OFF_TOPIC = Path(__file__).with_name("off_topic.txt")
# Names that stand for all of their kind; a wording is written once with each column.
_EXAMPLES = {
    "role": (("ai engineer", "ml engineer"), ("data scientist", "mlops engineer", "data engineer")),
    "place": (("germany", "london"),) * 2,
    "level": (("senior",), ("junior",)),
    "amount": (("120k",),) * 2,
    "years": (("5 years",),) * 2,
    "tool": (("pytorch", "langchain", "docker"), ("mlflow", "pinecone", "tensorflow")),
    "background": (("software engineer",), ("data scientist",)),
    "source": (("kore1",),) * 2,
}
_NAME = re.compile(r"\{(\w+)\}")
_NONE_OF = re.compile(r"\b(?:no|without|zero) (?:equity|stocks?|options|bonus)\b", re.IGNORECASE)
_TAXED = re.compile(r"(?<=\dk|\d\d) (?:net|netto|brutto)\b", re.IGNORECASE)
_AMOUNT_ENDS = frozenset("0123456789kK€£$")
_MAX_AMOUNTS = 3  # others that are mentioned
_EXPERIENCE = re.compile(r"\b\d{1,2}\+?\s?(?:years?|yrs?|yoe)\b(?: of)?(?: exp\w*)?", re.IGNORECASE)
_OWN_LEVEL = re.compile(r"\b(?:junior|senior|fresher|new grad)\b", re.IGNORECASE)
_COUNTRY_SIGNS = {  # words that tell where somebody works
    "in": re.compile(r"\b(?:\d*lpa|ctc|lakhs?|fresher)\b", re.IGNORECASE),
    "gb": re.compile(r"\bIR35\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A command that members ask for, with the wordings of it."""

    id: str  # the line of the call, such as "small-talk topic:thanks"
    wordings: tuple[str, ...]

    @property
    def command(self) -> str:
        """The name of the command."""
        return self.id.partition(" ")[0]


@cache
def load_requests() -> dict[str, Request]:
    """Return the requests by their ids."""
    return {
        id_: Request(id_, tuple(each for text in wordings for each in _fill(text)))
        for id_, wordings in read_sections(_REQUESTS)
    }


def load_off_topic() -> dict[str, list[str]]:
    """Return questions that have nothing to do with careers in AI, by their subject."""
    return dict(read_sections(_OFF_TOPIC))


def _fill(text: str) -> Iterator[str]:
    """Yield *text* with names in place of the words in braces."""
    if "{" not in text:
        yield text
        return
    for column in range(2):
        names = {kind: cycle(columns[column]) for kind, columns in _EXAMPLES.items()}
        yield _NAME.sub(lambda found, names=names: next(names[found[1]]), text)  # type: ignore[misc]


def build_call(
    request: Request, question: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Call:
    """Return the call that *question* asks for if it is *request*, with the arguments it names."""
    command = commands[request.command]
    fixed = {each.key: each.text for each in tokenize(request.id)[1:] if each.key}
    if fixed:
        return Call(command.name, fixed)
    line, parser = _read_line(question, registry), ArgumentParser(command, registry)
    call, others = parser.extract_named(line, _is_ignored, thresholds.EXACT_MATCH)
    asides, _ = split_asides(others)
    asked = _read_asked(question)
    kept = tuple(
        each
        for each in asides
        if is_place(each)
        or (f" {normalize(each)} " in asked and not (is_money(each) and "amount" in call.args))
    )
    if "amount" in call.args:
        numbers = (each.text for each in others if each.text[-1:] in _AMOUNT_ENDS)
        kept += tuple(each for each in islice(numbers, _MAX_AMOUNTS) if parse_amount(each))
    args = _without_repeated(command, call.args)
    country = _tell_country(question)
    if country and "country" in command.args.keys() - args and not any(map(is_place, asides)):
        args["country"] = country
    named = {name: args[name] for name in command.args if name in args}
    return drop_gap_view(Call(call.command, named, kept))


@lru_cache(maxsize=1)  # each request reads the same question
def _read_asked(question: str) -> str:
    """Return what *question* asks, normalized and between spaces."""
    return f" {normalize(pick_question(join_region(question)))} "


def _tell_country(question: str) -> str | None:
    """Return the id of the country that a word such as "lakh" in *question* tells, or None."""
    return next((each for each, sign in _COUNTRY_SIGNS.items() if sign.search(question)), None)


def _without_repeated(command: Command, args: Mapping[str, str]) -> dict[str, str]:
    """Return *args* without a second argument of the same kind and value."""
    kept: dict[tuple[object, str], str] = {}
    for name, value in args.items():
        kept.setdefault((command.args[name].names, value), name)
    return {name: value for (_, value), name in kept.items()}


@lru_cache(maxsize=1)  # each request reads the same question
def _read_line(question: str, registry: NameRegistry) -> NamedTokens:
    """Return the words of *question*, without the punctuation that ends them.

    In a short one, typos of names are corrected.
    """
    if question.count(" ") < thresholds.MAX_REQUEST_TOKENS:
        question = correct_names(question, registry)
    question = " ".join(question.split(" ")[: thresholds.MAX_STORY_TOKENS])
    text = re.sub(r"\b(in|the) us\b", r"\1 US", lower_capitals(join_region(question)))
    text = _NONE_OF.sub(" ", text)
    text = NOT_PAY.sub(" ", FUTURE_YEARS.sub(" ", _TAXED.sub("", text)))
    if _OWN_LEVEL.search(text):
        text = _EXPERIENCE.sub(" ", text)  # what somebody calls themselves counts more
    text = re.sub(r"(?<=\d)[,;:!?]+ (?=\d)", " or ", text)
    text = re.sub(r"(?<=\w)[,;:!?]+(?=\s|$)|[/]|\.(?=\s|$)", " ", text)
    return NamedTokens(tokenize(text), registry)


def _is_ignored(word: str) -> bool:
    return is_stop_word(word) and not word.isupper()
