"""A typed line in, a Call out: forgiving in order and spelling, never guessing in silence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.call import Call
from bot.command import Arg, Command, clipped, not_one_of
from bot.errors import Refusal
from bot.names import Known, Name
from bot.reply import Choice
from bot.vocabulary import commands as command_names

LONGEST_LINE = 1_000
_LONGEST_NAME = 5  # words in a name: "4 years of relevant experience"
_QUESTION_WORDS = 3  # from here on an unknown line reads as a question
_WORD = re.compile(r"""(?:(?P<key>[A-Za-z][\w-]*)[:=])?(?:["“”](?P<quoted>[^"“”]*)["“”]|(?P<plain>\S+))?""")
_FILLERS = frozenset(
    "vs vs. v versus or and for in at of the a an as to with from by & + - / , against than".split()
)
# Control characters, and the format characters that reorder or hide text; joiners stay for emoji.
_UNTYPABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the line; *key* is set for ``key:value``."""

    text: str
    key: str = ""
    quoted: bool = False


@dataclass(slots=True)
class Reading:
    """What has been understood so far, and what has not."""

    args: dict[str, str] = field(default_factory=dict)
    mended: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def parse(line: str, known: Known, commands: Mapping[str, Command]) -> Call:
    """Understand *line*.

    Raises:
        Refusal: in plain words, with the corrected Call as an option where there is one.

    """
    typed = cleaned(line)
    words = split(typed)
    if not words:
        raise Refusal("There is nothing to answer yet. Type a command or a question.", _help())
    found = known.names(command_names).exact(words[0].text.lstrip("/!"))
    if found is not None and not words[0].quoted:
        return read(commands[found.id], words[1:], known, typed)
    return _without_command(typed, words, known, commands)


def cleaned(line: str) -> str:
    """Trim *line* to what was meant: no slash prefix of ours; raises Refusal if it can't be read."""
    if len(line) > LONGEST_LINE:
        raise Refusal(
            f"That is {len(line):,} characters long; up to {LONGEST_LINE:,} fit. Shorten it.", _help()
        )
    visible = " ".join(_UNTYPABLE.sub(" ", line).split())
    if _UNTYPABLE.search(line):
        says = "That line has control characters in it, so it was not carried out."
        again = f" Without them it reads: “{clipped(visible, 80)}”." if visible else ""
        raise Refusal(says + again + " Type it again.", _help())
    return re.sub(r"^[/!]?crossroads(\s+|$)", "", visible, flags=re.IGNORECASE)


def split(line: str) -> list[Word]:
    """Cut *line* into words; quotes hold a value together, ``key:`` names its argument."""
    words = []
    for match in _WORD.finditer(line):
        text = match["quoted"] if match["quoted"] is not None else (match["plain"] or "")
        if text or match["key"]:
            words.append(Word(text.strip(), (match["key"] or "").casefold(), match["quoted"] is not None))
    return words


def read(command: Command, words: list[Word], known: Known, typed: str) -> Call:
    """Assign *words* to the arguments of *command* by what they can name, in any order."""
    free = next((name for name, arg in command.args.items() if arg.names is None), None)
    if free is not None and not any(word.key in command.args for word in words):
        text = typed.partition(" ")[2].strip().strip('"“”')
        return Call(command.name, {free: text} if text else {})
    reading = Reading()
    at = 0
    while at < len(words):
        at += _take(command, words, at, known, reading)
    call = Call(command.name, reading.args)
    if reading.unknown:
        raise _unknown(command, reading, call, known)
    if reading.mended:
        meant = ", ".join(f"“{wrong}” as {right}" for wrong, right in reading.mended)
        raise Refusal(f"Did you mean {meant}?", Choice(call.typed(), call))
    return call


def _take(command: Command, words: list[Word], at: int, known: Known, reading: Reading) -> int:
    """Read the next argument; returns how many words it took."""
    word = words[at]
    if word.key:
        return _take_keyed(command, words, at, known, reading)
    left = {name: arg for name, arg in command.args.items() if name not in reading.args}
    if at + 1 < len(words) and len(word.text) > 1 and not word.quoted and word.text.casefold() in left:
        key = word.text.casefold()
        if _longest(words, at + 1, {key: left[key]}, known) is not None:
            left = {key: left[key]}
            return 1 + _bind(_longest(words, at + 1, left, known), reading)
    exact = _longest(words, at, left, known)
    if exact is not None:
        return _bind(exact, reading)
    if word.text.casefold().strip(",;") in _FILLERS:
        return 1
    return _take_near(words, at, left, known, reading)


Match = tuple[str, Name[object], int]


def _bind(match: Match | None, reading: Reading) -> int:
    if match is None:
        return 0
    name, found, taken = match
    reading.args[name] = found.id
    return taken


def _longest(words: list[Word], at: int, left: Mapping[str, Arg], known: Known) -> Match | None:
    """Find the longest run of words from *at* that is exactly a name of one of *left*."""
    for taken in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
        run = words[at : at + taken]
        if any(word.key for word in run):
            continue
        text = _joined(run)
        for name, arg in left.items():
            found = known.names(arg.names).exact(text) if arg.names else None
            if found is not None:
                return name, found, taken
    return None


def _take_near(
    words: list[Word], at: int, left: Mapping[str, Arg], known: Known, reading: Reading
) -> int:
    """Take the run of words that comes nearest to a name, to be confirmed by the user."""
    best: tuple[float, int, str, Name[object]] | None = None
    for taken in range(1, min(3, len(words) - at) + 1):
        text = _joined(words[at : at + taken])
        for name, arg in left.items():
            near = known.names(arg.names).near(text) if arg.names else None
            if near is not None and (best is None or (near[0], taken) > best[:2]):
                best = near[0], taken, name, near[1]
    if best is None:
        reading.unknown.append(words[at].text)
        return 1
    _, taken, name, meant = best
    reading.args[name] = meant.id
    reading.mended.append((_joined(words[at : at + taken]), meant.label))
    return taken


def _take_keyed(command: Command, words: list[Word], at: int, known: Known, reading: Reading) -> int:
    """Read ``key:value``, where an unquoted value may go on over the next words."""
    word = words[at]
    arg = command.args.get(word.key)
    if arg is None:
        options = ", ".join(command.args) or "none"
        raise Refusal(
            f"{command.name} has no option “{clipped(word.key)}”. Its options: {options}.",
            _help(command),
        )
    if arg.names is None:
        rest = words[at:]
        reading.args[word.key] = _joined(rest)
        return len(rest)
    bare = [Word(word.text), *words[at + 1 :]] if word.text else words[at + 1 :]
    match = _longest(bare, 0, {word.key: arg}, known) if bare else None
    if match is not None:
        return _bind(match, reading) + (0 if word.text else 1)
    raise _wrong_value(command, word.key, arg, bare[0].text if bare else "", reading, known)


def _wrong_value(
    command: Command, key: str, arg: Arg, value: str, reading: Reading, known: Known
) -> Refusal:
    names = known.names(arg.names) if arg.names else None
    if names is None:
        return Refusal(f"The {key} is empty. Write it out.", _help(command))
    near = names.near(value)
    meant = [near[1]] if near else list(names.all[:4])
    options = [
        Choice(call.typed(), call)
        for call in (Call(command.name, {**reading.args, key: name.id}) for name in meant)
    ]
    return Refusal(not_one_of(value, names.noun, names.listing()), *options)


def _unknown(command: Command, reading: Reading, call: Call, known: Known) -> Refusal:
    """Say which words were not understood, and what would be."""
    words = ", ".join(f"“{clipped(word)}”" for word in reading.unknown[:3])
    left = {
        names.noun: names.listing()
        for names in (known.names(arg.names) for arg in command.args.values() if arg.names)
        if len(names.all) <= 12
    }
    takes = " ".join(f"{noun.capitalize()}: {listing}." for noun, listing in left.items())
    says = f"{command.name} does not know what to do with {words}. {takes or 'It takes no options.'}"
    return Refusal(says, Choice(call.typed(), call), _help(command))


def _without_command(
    typed: str, words: list[Word], known: Known, commands: Mapping[str, Command]
) -> Call:
    """Understand a line that starts with no command: a question, a slip, or arguments alone."""
    answering = next((each for each in commands.values() if each.answers_questions), None)
    asks = answering and Call(answering.name, {next(iter(answering.args)): typed})
    if asks and typed.endswith("?"):
        return asks
    near = known.names(command_names).near(words[0].text)
    if near is not None:
        meant = near[1].id
        raise _did_you_mean(meant, typed.partition(" ")[2], known, commands)
    if asks and len(words) >= _QUESTION_WORDS:
        return asks
    options = _as_arguments(words, typed, known, commands)
    listing = ", ".join(commands)
    says = f"“{clipped(typed)}” is not a command. Commands: {listing}. Or ask a whole question."
    raise Refusal(says, *options, _help())


def _did_you_mean(
    meant: str, rest: str, known: Known, commands: Mapping[str, Command]
) -> Refusal:
    """Offer the line with the command mended, and its arguments too where they need it."""
    try:
        call = read(commands[meant], split(rest), known, f"{meant} {rest}")
    except Refusal as refusal:
        return Refusal(f"Did you mean {meant}? {refusal.says}", *refusal.options)
    return Refusal(f"Did you mean “{call.typed()}”?", Choice(call.typed(), call), _help())


def _as_arguments(
    words: list[Word], typed: str, known: Known, commands: Mapping[str, Command]
) -> list[Choice]:
    """Find the commands whose arguments the whole line would be: "ml senior" is a salary."""
    options = []
    for command in commands.values():
        if any(arg.names is None for arg in command.args.values()):
            continue
        try:
            call = read(command, words, known, typed)
        except Refusal:
            continue
        if command.required <= call.args.keys():
            options.append(Choice(call.typed(), call))
    return options[:4]


def _joined(words: list[Word]) -> str:
    return " ".join(word.text for word in words).strip(" ,;.!?")


def _help(command: Command | None = None) -> Choice:
    if command is None:
        return Choice("what you can ask", Call("help"))
    return Choice(f"how {command.name} works", Call("help", {"command": command.name}))
