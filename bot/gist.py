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
        cues = words(" ".join(command.cues))
        if any(same(word, cue) for word in said for cue in cues):
            named = [word for word in typed if not _misspelt(word, cues)]
            calls.append(Reader(command, known).named(named))
    whole = [call for call in calls if commands[call.command].required <= call.args.keys()]
    return sorted(whole, key=lambda call: -len(call.args))


def _misspelt(word: Word, cues: list[str]) -> bool:
    """Tell whether *word* is a cue with a slip in it: then it names nothing else."""
    said = [each for each in words(word.text) if each not in cues]
    return any(same(each, cue) for each in said for cue in cues)
