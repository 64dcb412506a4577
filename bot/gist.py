"""What a whole question comes down to, where a command answers it better than prose would.

"What does a senior ML engineer earn in Germany?" has a word for pay, a role, a level and a country
in it: that is a line of `salary`. It is offered, never run: words can mean something else.
"""

from collections.abc import Mapping

from bot.arguments import Reader
from bot.call import Call
from bot.command import Command
from bot.line import split
from bot.names import Known
from bot.search import words


def gist(question: str, known: Known, commands: Mapping[str, Command]) -> list[Call]:
    """Give the commands that *question* has a cue for, those that it says most for first."""
    said, typed = set(words(question)), split(question)
    cued = [each for each in commands.values() if said.intersection(words(" ".join(each.cues)))]
    calls = [Reader(each, known).named(typed) for each in cued]
    whole = [call for call in calls if commands[call.command].required <= call.args.keys()]
    return sorted(whole, key=lambda call: -len(call.args))
