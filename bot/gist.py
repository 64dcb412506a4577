"""What a whole question comes down to, where a command answers it better than prose would.

"What does a senior ML engineer earn in Germany?" has a word for pay, a role, a level and a country
in it: that is a line of `salary`. It is offered, never run: words can mean something else.
"""

from collections.abc import Mapping

from bot.arguments import Reader
from bot.call import Call
from bot.command import Command
from bot.line import Word, split
from bot.names import Known
from bot.search import same, words

_MOST = 30  # words that are looked at: a question is rarely longer, and each is held against names


def gist(question: str, known: Known, commands: Mapping[str, Command]) -> list[Call]:
    """Give the commands that *question* has a cue for, those that it says most for first."""
    said, typed, calls = words(question), split(question)[:_MOST], []
    for command in commands.values():
        cues = {one: cue for cue in command.cues for one in words(cue)}
        if any(same(word, cue) for word in said for cue in cues):
            calls.append(Reader(command, known).named([_spelt(word, cues) for word in typed]))
    whole = [call for call in calls if commands[call.command].required <= call.args.keys()]
    return sorted(whole, key=lambda call: -len(call.args))


def _spelt(word: Word, cues: Mapping[str, str]) -> Word:
    """Write a misspelt cue as it was meant: it may name something as well, as "delete" does."""
    said = [each for each in words(word.text) if each not in cues]
    meant = (text for cue, text in cues.items() for each in said if same(each, cue))
    right = next(meant, None)
    return Word(right) if right else word
