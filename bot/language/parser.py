"""Parsing of a typed line into a Call: a command with arguments, or a whole question."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile

from bot.call import Call
from bot.command import Command, truncate
from bot.errors import NotAnswerable, Refusal
from bot.formatting import end_sentence
from bot.language import thresholds
from bot.language.argument_parser import (
    ArgumentParser,
    Misspelled,
    NotUnderstood,
    call_action,
    shortest_line,
)
from bot.language.argument_types import commands as command_names
from bot.language.asides import is_subject
from bot.language.foreign import ONLY_ENGLISH, has_other_script, to_english
from bot.language.intent import (
    drop_gap_view,
    is_apt,
    is_known_question,
    match_misspelled_line,
    match_whole_line,
    suggest_calls,
)
from bot.language.name_index import NameRegistry
from bot.language.retrieval.community import CommunityIndex
from bot.language.retrieval.search import Certainty
from bot.language.retrieval.terms import extract_terms
from bot.language.small_talk import find_danger, find_small_talk
from bot.language.stories import fit_question
from bot.language.tokens import Token, clean_line, tokenize
from bot.language.understanding import has_own_answer, understand
from bot.reply import Action

_QUESTION_WORDS = frozenset(
    "what what's which who whom how why when where is are do does can could should will".split()
)
_MAX_COMMAND_TOKENS = 3  # of a command's name: "schedule post now"
_VERSUS = re.compile(r"\w (?:vs?|versus)\.? \w", re.IGNORECASE)
_WHERE_FROM = re.compile(r"where\b.*\b(?:get|got|have|from)\b", re.IGNORECASE)
_ASKING = re.compile(  # begins like a command, but isn't one
    r"suggest (?:me|us|how|what|whether|which) |help (?:me|us|with) |explain "
    r"|suggest (?:an?|some|any) (?:good )?(?:book|course|laptop|tool|project|video|bootcamp)",
    re.IGNORECASE,
)
_PROSE_COLON = re.compile(r"(\w+): ")
_CODE = frozenset("{}<>%\\_")  # characters that aren't in questions
_HELP = Action("What you can ask", Call("help"))
_STARTS = (  # offered where nothing is likely
    Action("Common questions", Call("ask")),
    Action("Take the quiz", Call("quiz")),
)


def parse(
    line: str,
    registry: NameRegistry,
    commands: Mapping[str, Command],
    own: CommunityIndex | None = None,
) -> Call:
    """Return the call that *line* asks for; *own* finds the answers of the member's community.

    Raises:
        Refusal: if the line is unclear or has a typo; it offers the corrected call if possible.

    """
    cleaned = clean_line(line)
    question = question_call(cleaned, commands)
    if question is not None and _ASKING.match(cleaned):
        return question
    if own is not None and question is not None and has_own_answer(cleaned, own):
        found = find_command(tokenize(cleaned), registry)
        if found is None or not cleaned.casefold().lstrip("/!").startswith(found[0]):
            return question
    return _parse(cleaned, registry, commands)


def _parse(cleaned: str, registry: NameRegistry, commands: Mapping[str, Command]) -> Call:
    tokens = tokenize(cleaned)
    if cleaned and not cleaned.strip("?/!"):
        return Call("help")
    if not tokens:
        raise Refusal("There is nothing to answer yet. Type a command or a question.", _HELP)
    talk = find_small_talk(cleaned)
    if talk is not None and talk.command in commands:
        return talk
    found = find_command(tokens, registry)
    if found is None:
        return _parse_sentence(cleaned, tokens, registry, commands)
    name, token_count = found
    typed = "-".join(each.text for each in tokens[:token_count])
    is_typed = name == typed.lstrip("/!").casefold()
    try:
        call = _parse_arguments(commands[name], cleaned, registry, token_count)
    except Refusal as refusal:  # "data" names a command, but "data scientist salary" is another
        whole = match_whole_line(cleaned, registry, commands)
        if whole is not None and not (is_typed and whole.command == name):
            return whole  # that of a typed command would drop what was refused: "salary ai it"
        others = _commands_taking_line(cleaned, tokens, registry, commands)
        question = question_call(cleaned, commands)
        asks = not others and _reads_like_question(refusal, cleaned, commands[name])
        if not is_typed:
            is_typo = not isinstance(refusal, NotUnderstood)
            asks = asks or _asks_otherwise(cleaned, others, registry, commands, is_typo=is_typo)
        if question and asks:
            return question
        if is_typed or not others:
            raise
        raise Refusal(refusal.message, *others, *refusal.actions) from refusal
    return call if is_typed else _correct_call(call, cleaned, registry, commands)


def _correct_call(
    call: Call, line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Call:
    """Return *call*, or what *line* rather asks for: an alias may begin a question, too."""
    question = question_call(line, commands)
    return question if question and not is_apt(call, registry.content) else drop_gap_view(call)


def _parse_sentence(
    line: str, tokens: list[Token], registry: NameRegistry, commands: Mapping[str, Command]
) -> Call:
    """Return the call for a line that doesn't start with a command; raise Refusal if unclear."""
    danger = find_danger(line)
    if danger is not None and danger.command in commands:
        return danger
    foreign = question_call(line, commands) if to_english(line) != line else None
    return foreign or _parse_without_command(line, tokens, registry, commands)


def starts_with_command(line: str, registry: NameRegistry) -> bool:
    """Return True if *line* starts with the name of a command."""
    tokens = tokenize(line)
    return bool(tokens) and find_command(tokens, registry) is not None


def find_command(tokens: list[Token], registry: NameRegistry) -> tuple[str, int] | None:
    """Return the name of the command that a line starts with and its number of tokens, or None.

    "tips add" has 2 tokens.
    """
    index = registry.index_for(command_names)
    plain = takewhile(_may_be_in_name, tokens)
    words = [token.text for token in islice(plain, _MAX_COMMAND_TOKENS)]
    for count in range(len(words), 0, -1):
        found = index.lookup("-".join(words[:count]).lstrip("/!"))
        if found is not None:
            return found.id, count
    return None


def _may_be_in_name(token: Token) -> bool:
    """Return True unless *token* is keyed, quoted or without letters, such as a dash."""
    return not (token.key or token.quoted) and any(map(str.isalnum, token.text))


def _parse_arguments(
    command: Command, line: str, registry: NameRegistry, token_count: int = 1
) -> Call:
    """Return the call in *line*, whose first *token_count* words name *command*.

    Raise Refusal if the arguments are unknown or have typos.
    """
    rest = " ".join(line.split(" ")[token_count:])
    return ArgumentParser(command, registry).parse(tokenize(rest), rest)


def _parse_without_command(
    line: str, tokens: list[Token], registry: NameRegistry, commands: Mapping[str, Command]
) -> Call:
    """Return the call for such a line in English; raise Refusal if unclear."""
    call = match_whole_line(line, registry, commands)
    if call is not None:
        return call
    question = question_call(line, commands)
    asks = line.endswith("?") or tokens[0].text.casefold() in _QUESTION_WORDS
    shortest = thresholds.MIN_QUESTION_TOKENS
    if question and asks and len(tokens) >= shortest - line.endswith("?"):
        return question if extract_terms(line) else _explain(line)
    options = _commands_taking_line(line, tokens, registry, commands)
    if options and not is_known_question(line, registry.content):
        is_apt_call = len(options) > 1 or is_apt(options[0].call, registry.content)
        is_vague = len(options) > 1 or len(options[0].call.args) == 1
        ignored = [each for option in options for each in option.call.ignored]
        if any(is_vague or is_subject(each) for each in ignored):  # "Netflix MLE", "R or Python"
            is_apt_call = not _has_answer(line, registry, commands)
        return question if question and not is_apt_call else _require_clear_option(options, line)
    match = registry.index_for(command_names).fuzzy_match(tokens[0].text.lstrip("/!"))
    if match is not None and not options:
        is_long = len(tokens) >= shortest
        _require_no_typo(match[1].id, line, registry, commands, is_long=is_long)
    call = match_misspelled_line(line, registry, commands)
    if call is not None:
        return call
    if question and len(tokens) >= shortest:
        return question
    offered = list(_offer_calls(line, registry, commands))
    if question and not offered and _has_answer(line, registry, commands):
        return question
    raise _not_understood(line, offered)


def _explain(line: str) -> Call:
    """Return the call for a question whose words are all common: "where do you get this"."""
    return Call("sources" if _WHERE_FROM.match(line) else "help")


def _require_clear_option(options: list[Action], line: str) -> Call:
    """Return the call of the only button in *options* if the call has several arguments.

    Of several, it's the comparison if *line* asks for one. Otherwise raise a Refusal that offers
    *options*.
    """
    compared = [each.call for each in options if each.call.command == "compare"]
    if compared and _VERSUS.search(line):
        return compared[0]
    if len(options) > 1:
        raise Refusal("Which of these did you mean?", *options, _HELP)
    if len(options[0].call.args) == 1:
        raise Refusal(f"Did you mean “{options[0].label}”?", *options, _HELP)
    return options[0].call


def _offer_calls(
    line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> Iterator[Action]:
    """Yield buttons with the calls that an unclear line may mean."""
    corrected = match_whole_line(_correct_command_names(line, registry), registry, commands)
    suggested = suggest_calls(line, registry, commands)[: thresholds.MAX_OFFERED_CALLS]
    calls = [corrected] if corrected else suggested
    for call in calls:
        yield call_action(commands[call.command], call, registry)


def _not_understood(line: str, offered: list[Action]) -> Refusal:
    """Return a Refusal for an unclear line, with the buttons *offered*."""
    hint = "Did you mean:" if offered else "Ask about AI and ML careers, in a few words:"
    message = end_sentence(f"I don't understand “{truncate(line)}”")
    if has_other_script(line):
        message = ONLY_ENGLISH
    return NotAnswerable(f"{message} {hint}", *(offered or _STARTS), _HELP)


def _correct_command_names(line: str, registry: NameRegistry) -> str:
    """Return *line* with typos of command names corrected."""
    index = registry.index_for(command_names)
    matches = ((token.text, index.fuzzy_match(token.text)) for token in tokenize(line))
    return " ".join(match[1].id if match else text for text, match in matches)


def question_call(line: str, commands: Mapping[str, Command]) -> Call | None:
    """Return the call that passes *line* to the command for questions, or None.

    A line that is too long loses its middle.
    """
    for command in commands.values():
        if command.answers_questions:
            name, arg = next(iter(command.args.items()))
            return Call(command.name, {name: fit_question(line, arg.max_length)})
    return None


def _reads_like_question(refusal: Refusal, line: str, command: Command) -> bool:
    """Return True if *line* only begins with the name of *command*, as in "interviews scare me".

    *refusal* says what isn't understood in it.
    """
    if line[0] in "/!" or "-" in command.name:
        return False
    is_long = line.count(" ") >= thresholds.MIN_SENTENCE_SPACES
    colon = _PROSE_COLON.search(line)
    if is_long and colon and colon[1].casefold() not in command.args:
        return True
    if not isinstance(refusal, NotUnderstood):
        return False
    words = [each for each in refusal.words if each.strip(".,;:!?'’").isalpha()]
    return len(words) >= (1 if is_long else thresholds.MIN_QUESTION_UNKNOWNS)


def _asks_otherwise(
    line: str,
    others: list[Action],
    registry: NameRegistry,
    commands: Mapping[str, Command],
    *,
    is_typo: bool,
) -> bool:
    """Return True if *line*, which an alias of a command begins, rather is a question.

    It is if the command isn't apt ("data architect vs ML"). It also is if it has an answer and is
    long, or no command takes its words ("difference AI engineer / ML engineer quick"). *others* are
    the commands that may take it; *is_typo* means that its words look like names.
    """
    if not all(is_apt(each.call, registry.content) for each in others):
        return True
    if line.count(" ") >= thresholds.MIN_SENTENCE_SPACES:
        return _has_answer(line, registry, commands)
    return not others and not is_typo and _has_answer(line, registry, commands)


def _has_answer(line: str, registry: NameRegistry, commands: Mapping[str, Command]) -> bool:
    """Return True if there is an answer to *line*, or one that is close; code gets none."""
    if not _CODE.isdisjoint(line):
        return False
    return understand(line, registry, commands).certainty is not Certainty.NOTHING


def _require_no_typo(
    name: str,
    line: str,
    registry: NameRegistry,
    commands: Mapping[str, Command],
    *,
    is_long: bool,
) -> None:
    """Raise a Refusal that offers *line* with the command *name* as its first word.

    Raise nothing if the other words aren't arguments or the line reads like a question: then its
    first word is no typo.
    """
    command = commands[name]
    if is_long and any(arg.is_free_text for arg in command.args.values()):
        return
    if is_long and _is_sure_of_another(name, line, registry, commands):
        return  # "comp" is short for pay here, rather than for "compare"
    try:
        call = _parse_arguments(command, line, registry)
    except Misspelled as refusal:
        call = refusal.call
    except Refusal as refusal:
        if isinstance(refusal, NotUnderstood):
            return
        if _reads_like_question(refusal, line, command):
            return  # "they" is no typo of "help" in "They gave me the choice: ..."
        raise Refusal(f"Did you mean {command.name}? {refusal.message}", *refusal.actions) from None
    corrected = shortest_line(command, call, registry)
    others = () if call == _HELP.call else (_HELP,)
    action = call_action(command, call, registry)
    raise Refusal(f"Did you mean “{corrected}”?", action, *others)


def _is_sure_of_another(
    name: str, line: str, registry: NameRegistry, commands: Mapping[str, Command]
) -> bool:
    """Return True if there surely is an answer to *line*, other than that of the command *name*."""
    found = understand(line, registry, commands)
    is_other = found.call is None or found.call.command != name
    return found.certainty is Certainty.ANSWER and is_other


def _commands_taking_line(
    line: str, tokens: list[Token], registry: NameRegistry, commands: Mapping[str, Command]
) -> list[Action]:
    """Return a button for each command that accepts all of *line* as its arguments.

    For example, "ml senior" are valid arguments of salary. Commands that would ignore more of the
    line than others, such as a country, are left out.
    """
    calls = []
    for command in commands.values():
        if not command.is_for_members or any(arg.names is None for arg in command.args.values()):
            continue
        try:
            call = ArgumentParser(command, registry).parse(tokens, line)
        except Refusal:
            continue
        if command.required <= call.args.keys():
            calls.append(call)
    least = min((len(call.ignored) for call in calls), default=0)
    whole = [call for call in calls if len(call.ignored) == least]
    return [call_action(commands[call.command], call, registry) for call in whole]
