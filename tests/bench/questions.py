"""How the bot answers a file of questions, in counts; the time and the memory of the search.

Run: make bench BENCHES=questions, or ``python tests/bench/questions.py FILE`` for another file than
the development set. With ``--misses``, the questions without the right answer at once are printed.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from asked_questions import DEVELOPMENT, AskedQuestion, count_answers, load_questions, show
from hostile_input import HostileInput
from report import Report, say

from bot.app import App
from bot.language import thresholds
from bot.language.understanding import search_index, understand
from content import Content, load

_COUNTS = ("in one", "in two", "in three", "right", "wrong", "closest", "nothing")
_HOSTILE = 2000
_FIRST = """
import time
from bot.language import thresholds
from bot.language.understanding import search_index
from content import load

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024

content = load()
before, began = resident(), time.perf_counter()
search_index(content).search("salery of a machien lerning enginer")
print(f"{(time.perf_counter() - began) * 1e3:.0f} {resident() - before:.1f}")
"""


def tabulate(report: Report, app: App, questions: Sequence[AskedQuestion], name: str) -> None:
    """Add the table of the counts for *questions* in scope and out of scope."""
    rows = []
    for scope, asked in (
        ("in scope", [each for each in questions if each.right]),
        ("out of scope", [each for each in questions if not each.right]),
    ):
        counts = count_answers(app, asked)
        shares = (f"{counts[each]} ({counts[each] / max(len(asked), 1):.1%})" for each in _COUNTS)
        rows.append((scope, len(asked), *shares))
    report.table(
        f"Answers to {name}: right in the first one, two or three; how they are shown",
        ("questions", "number", *_COUNTS),
        rows,
    )


def list_misses(app: App, questions: Sequence[AskedQuestion]) -> None:
    """Print the questions whose right answer isn't shown at once, and those answered wrongly."""
    for each in questions:
        shown = show(app, each.ask)
        counts = shown.classify(each)
        if "wrong" in counts or (each.right and "in one" not in counts):
            names = ", ".join(shown.names[:3])
            say(f"{each.id} {shown.certainty.name}: {each.ask} → {names} ({', '.join(each.right)})")


def milliseconds(work: Callable[[str], object], questions: Sequence[str]) -> str:
    """Return the median, the 99th percentile and the maximum processor time of *work*."""
    times = []
    for each in questions:
        began = time.thread_time()
        work(each)
        times.append((time.thread_time() - began) * 1e3)
    times.sort()
    return f"{statistics.median(times):.2f}, {times[len(times) * 99 // 100]:.2f}, {times[-1]:.2f}"


def hostile_questions(content: Content) -> list[str]:
    """Return random hostile questions."""
    texts = (text for each in content.faq.values() for text in (each.question, *each.also))
    words = sorted({word for text in texts for word in text.split()})
    hostile = HostileInput(random.randrange(2**32))  # noqa: S311  # a sample
    return [hostile.question(words) for _ in range(_HOSTILE)]


def main() -> None:
    """Print the tables."""
    files = [Path(each) for each in sys.argv[1:] if each != "--misses"]
    path = files[0] if files else DEVELOPMENT
    app, report, questions = App(load()), Report("questions"), load_questions(path)
    tabulate(report, app, questions, path.name)
    if "--misses" in sys.argv:
        list_misses(app, questions)
    searched = search_index(app.content)
    asked, hostile = [each.ask for each in questions], hostile_questions(app.content)

    def search(question: str) -> object:
        return searched.search(question[: thresholds.MAX_QUESTION_LENGTH])

    def understood(question: str) -> object:
        return understand(question, app.name_registry, app.commands)

    report.table(
        "Milliseconds of processor time: median, 99th percentile, maximum",
        ("questions", "search alone", "with commands"),
        [
            (name, milliseconds(search, sample), milliseconds(understood, sample))
            for name, sample in ((path.name, asked), (f"{_HOSTILE} hostile ones", hostile))
        ],
    )
    first = subprocess.run([sys.executable, "-c", _FIRST], check=True, capture_output=True)
    report.table("The first question of a process", ("ms", "MiB"), [first.stdout.decode().split()])
    report.write()


if __name__ == "__main__":
    main()
