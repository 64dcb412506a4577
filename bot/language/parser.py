"""A typed line in, a Call out: a command, a slip of one, or a whole question."""

from collections.abc import Iterator, Mapping

from bot.call import Call
from bot.command import Command, truncate
from bot.errors import Refusal
from bot.language.argument_parser import Reader, shortest
from bot.language.argument_types import commands as command_names
from bot.language.intent import gist, is_put, whole
from bot.language.name_index import Known
from bot.language.search import words as meaningful
from bot.language.tokens import Word, cleaned, split
from bot.reply import Action

_OFFERED = 3  # commands that a line may come down to
_QUESTION = 3  # words from which on a line without a command reads as a question
_ASKING = frozenset(
    "what what's which who whom how why when where is are do does can could should will".split()
)
_HELP = Action("what you can ask", Call("help"))


def parse(line: str, known: Known, commands: Mapping[str, Command]) -> Call:
    """Understand *line*.

    Raises:
        Refusal: in plain words, with the corrected Call as an option where there is one.

    """
    typed = cleaned(line)
    words = split(typed)
    if typed and not typed.strip("?"):
        return Call("help")
    if not words:
        raise Refusal("There is nothing to answer yet. Type a command or a question.", _HELP)
    begun = _begun(words, known)
    if begun is None:
        return _without_command(typed, words, known, commands)
    name, taken = begun
    try:
        return _read(commands[name], typed, known, taken)
    except Refusal as refusal:  # "data scientist salary": a name of ours, but of another meaning
        said = whole(typed, known, commands)
        if said is not None:
            return said
        others = list(_as_arguments(words, typed, known, commands))
        if name == words[0].text.lstrip("/!").casefold() or not others:
            raise
        raise Refusal(refusal.message, *others, *refusal.actions) from refusal


def names_command(line: str, known: Known) -> bool:
    """Return whether *line* begins with the name of a command."""
    words = split(line)
    return bool(words) and _begun(words, known) is not None


def _begun(words: list[Word], known: Known) -> tuple[str, int] | None:
    """Find the command that a line begins with, in one word or in two: "tips add", "my results"."""
    names = known.names(command_names)
    first = [word.text for word in words[:2] if not (word.key or word.quoted)]
    two = names.exact("-".join(first).lstrip("/!")) if len(first) > 1 else None
    if two is not None:
        return two.id, 2
    one = None if words[0].quoted else names.exact(words[0].text.lstrip("/!"))
    return (one.id, 1) if one is not None else None


def _read(command: Command, typed: str, known: Known, taken: int = 1) -> Call:
    """Read the arguments that follow the first word of *typed*, or the first two."""
    rest = " ".join(typed.split(" ")[taken:])
    return Reader(command, known).read(split(rest), rest)


def _without_command(
    typed: str, words: list[Word], known: Known, commands: Mapping[str, Command]
) -> Call:
    """Understand a line that starts with no command."""
    said = whole(typed, known, commands)
    if said is not None:
        return said
    question = _as_question(typed, commands)
    asks = typed.endswith("?") or words[0].text.casefold() in _ASKING
    if question and asks and len(words) >= _QUESTION - typed.endswith("?"):
        return question if meaningful(typed) else Call("help")
    near = known.names(command_names).near(words[0].text.lstrip("/!"))
    meant = list(_as_arguments(words, typed, known, commands))
    if near is not None and not meant:
        raise _did_you_mean(commands[near[1].id], typed, known)
    if meant and not is_put(typed, known.content):
        return _meant(meant)
    if question and len(words) >= _QUESTION:
        return question
    raise _not_understood(typed, known, commands)


def _meant(meant: list[Action]) -> Call:
    """Give the one command that a line is all the arguments of, if they are several; else ask."""
    if len(meant) > 1:
        raise Refusal("Which of these did you mean?", *meant, _HELP)
    if len(meant[0].call.args) == 1:
        raise Refusal(f"Did you mean “{meant[0].label}”?", *meant, _HELP)
    return meant[0].call


def _not_understood(typed: str, known: Known, commands: Mapping[str, Command]) -> Refusal:
    """Offer what the line comes near to, wherever in it a command is named."""
    mended = whole(_mended(typed, known), known, commands)
    near = [mended] if mended else gist(typed, known, commands)[:_OFFERED]
    options = [Action(shortest(commands[call.command], call, known), call) for call in near]
    listing = ", ".join(name for name, each in commands.items() if each.is_for_members)
    meant = "Did you mean:" if options else f"Commands: {listing}. Or ask a whole question."
    return Refusal(f"“{truncate(typed)}” is not a command. {meant}", *options, _HELP)


def _mended(typed: str, known: Known) -> str:
    """Write what comes near to a command's name as that name."""
    names = known.names(command_names)
    nearest = ((word.text, names.near(word.text)) for word in split(typed))
    return " ".join(near[1].id if near else text for text, near in nearest)


def _as_question(typed: str, commands: Mapping[str, Command]) -> Call | None:
    """Give *typed* to the command that answers whole questions."""
    for command in commands.values():
        if command.answers_questions:
            return Call(command.name, {next(iter(command.args)): typed})
    return None


def _did_you_mean(meant: Command, typed: str, known: Known) -> Refusal:
    """Offer the line with the command's name mended, and its arguments too where they need it."""
    try:
        call = _read(meant, typed, known)
    except Refusal as refusal:
        return Refusal(f"Did you mean {meant.name}? {refusal.message}", *refusal.actions)
    line = shortest(meant, call, known)
    return Refusal(f"Did you mean “{line}”?", Action(line, call), _HELP)


def _as_arguments(
    words: list[Word], typed: str, known: Known, commands: Mapping[str, Command]
) -> Iterator[Action]:
    """Find the commands that the whole line would be arguments of: "ml senior" is a salary."""
    for command in commands.values():
        if not command.is_for_members or any(arg.names is None for arg in command.args.values()):
            continue
        try:
            call = Reader(command, known).read(words, typed)
        except Refusal:
            continue
        if command.required <= call.args.keys():
            yield Action(shortest(command, call, known), call)
