"""The search in communities' own answers: time, memory, and how well answers are found.

Run: make bench BENCHES=community_answers, or ``python tests/bench/community_answers.py NUMBER`` for
another number of communities than 1,000.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice

from asked_questions import DEVELOPMENT, load_questions
from hostile_input import HostileInput
from report import Report

from bot.app import App
from bot.language.retrieval.community import CommunityIndex, IndexedAnswer
from bot.language.retrieval.search import SearchIndex
from bot.language.understanding import OwnAnswer, search_index, understand
from content import load

_ANSWERS = 500
_ASKED = 1_000
_HOSTILE = 2_000
_COMMUNITY_ANSWERS = DEVELOPMENT.with_name("community_answers.jsonl")
_SUBJECTS = (
    "parking badge office laptop gpu cluster budget conference holiday salary mentor meeting book "
    "hackathon course newsletter channel role visa relocation interview recruiter dataset notebook "
    "license expense travel onboarding review promotion survey workshop talk recording room desk"
).split()
_FORMS = (
    ("How do I get a {0} for the {1}?", "who gives out the {0} of the {1}", "{0} {1} how"),
    ("Where is the {0} {1} here?", "which channel is for {0} and {1}", "link to the {0} {1}"),
    ("Who decides about the {1} {0}?", "whom do I ask about {0} or {1}", "{1} {0} contact"),
    ("When is the next {0} about {1}?", "what day is the {1} {0}", "date of {0} for {1}"),
)
_TEXT = (
    "Ask {2} in #{0}-{1} at least two weeks ahead. The {0} costs up to {3} euros a year, and the "
    "{1} is shared by all teams. If it's urgent, write to {0}@example.org with the form on the "
    "wiki page {1}, and {2} answers within {3} hours."
)


def resident() -> float:
    """Return the memory of this process in MiB."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        return next(int(each.split()[1]) for each in status if each.startswith("VmRSS:")) / 1024


def make_answers(community: int) -> list[IndexedAnswer]:
    """Return answers that a community might have, each with two other wordings and 300 letters."""
    chance = random.Random(community)  # noqa: S311  # a sample
    return [
        IndexedAnswer(f"{community}-{number}", question, tuple(wordings), text)
        for number, (question, *wordings, text) in enumerate(islice(_make_texts(chance), _ANSWERS))
    ]


def _make_texts(chance: random.Random) -> Iterator[list[str]]:
    while True:
        name = "".join(chance.choices("abcdefghijklmnop", k=6))
        first, second = chance.sample(_SUBJECTS, 2)
        first = chance.choice((first, name))
        words = (first, second, name.title(), chance.randrange(10, 90))
        yield [each.format(*words) for each in (*chance.choice(_FORMS), _TEXT)]


def percentiles(times: list[float]) -> str:
    """Return the median, the 99th percentile and the maximum of *times*."""
    times.sort()
    return f"{times[len(times) // 2]:.2f}, {times[len(times) * 99 // 100]:.2f}, {times[-1]:.2f}"


def measure(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that *work* takes."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1e3


def build(
    answers: list[IndexedAnswer], shared: SearchIndex, before: CommunityIndex | None = None
) -> CommunityIndex:
    """Return the index of *answers*."""
    return asyncio.run(CommunityIndex.build(answers, shared, before))


def longest_pause(answers: list[IndexedAnswer], shared: SearchIndex) -> str:
    """Return how long other tasks wait at a time while *answers* are indexed."""
    pauses: list[float] = []

    async def watch() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            pauses.append((time.thread_time() - began) * 1e3)

    async def run() -> None:
        watching = asyncio.create_task(watch())
        await CommunityIndex.build(answers, shared)
        watching.cancel()

    asyncio.run(run())
    return percentiles(pauses)


def count_found(app: App) -> list[tuple[str, int, int, int]]:
    """Return how the questions with an own answer are answered, and how those without."""
    rows = [json.loads(each) for each in _COMMUNITY_ANSWERS.read_text("utf-8").splitlines()]
    own = build(
        [
            IndexedAnswer(str(number), each["question"], tuple(each["wordings"]), each["text"])
            for number, each in enumerate(rows)
        ],
        search_index(app.content),
    )
    asked = [(text, str(number)) for number, each in enumerate(rows) for text in each["asked"]]
    others = [(each.ask, None) for each in load_questions()]
    counts = []
    for name, questions in (("with an own answer", asked), ("without", others)):
        first = offered = 0
        for question, id_ in questions:
            understood = understand(question, app.name_registry, app.commands, own)
            ids = [each.id for each in understood.answers if isinstance(each, OwnAnswer)]
            is_first = understood.answers and isinstance(understood.answers[0], OwnAnswer)
            first += bool(is_first and id_ in (None, ids[0]))
            offered += bool(ids) if id_ is None else id_ in ids
        counts.append((name, len(questions), first, offered))
    return counts


def main() -> None:
    """Print the tables."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    app, report = App(load()), Report("community_answers")
    shared = search_index(app.content)
    questions = [each.ask for each in load_questions()]
    texts = (text for each in app.content.faq.values() for text in (each.question, *each.also))
    words = sorted({word for text in texts for word in text.split()})
    hostile = HostileInput(random.randrange(2**32))  # noqa: S311  # a sample
    for each in questions:
        understand(each, app.name_registry, app.commands)
    build(make_answers(0), shared).search(questions[0])
    report.table(
        "Questions and own answers: number, own answer first, offered",
        ("questions", "number", "first", "offered"),
        count_found(app),
    )
    before, cold, indexes = resident(), list[float](), list[CommunityIndex]()
    for community in range(number):
        answers = make_answers(community)
        cold.append(measure(lambda answers=answers: indexes.append(build(answers, shared))))  # type: ignore[misc]
    grown = resident() - before
    answers = make_answers(1)
    changed = [IndexedAnswer("new", "Where is the new room?"), *answers[1:]]
    again = [measure(lambda: build(changed, shared, indexes[1])) for _ in range(20)]
    report.table(
        f"Indexes of {_ANSWERS} answers in {number} communities",
        ("", "median, 99th percentile, maximum"),
        (
            ("milliseconds to build", percentiles(cold)),
            ("milliseconds after a change", percentiles(again)),
            ("milliseconds that others wait at a time", longest_pause(answers, shared)),
            ("MiB in all", f"{grown:.0f}"),
            ("bytes an answer", f"{grown * 2**20 / number / _ANSWERS:.0f}"),
        ),
    )
    own_texts = [each.question for each in make_answers(2)]
    samples = {
        "development.jsonl": list(islice(cycle(questions), _ASKED)),
        "own questions": list(islice(cycle(own_texts), _ASKED)),
        f"{_HOSTILE} hostile ones": [hostile.question(words) for _ in range(_HOSTILE)],
    }
    rows = []
    for name, sample in samples.items():
        asked = (app.name_registry, app.commands)
        alone = [measure(partial(understand, each, *asked)) for each in sample]
        beside = [
            measure(partial(understand, each, *asked, own))
            for each, own in zip(sample, cycle(indexes), strict=False)
        ]
        ratio = sum(beside) / sum(alone)
        rows.append((name, percentiles(alone), percentiles(beside), f"{ratio:.2f}"))
    report.table(
        "Milliseconds of processor time: median, 99th percentile, maximum",
        ("questions", "shipped only", "with own answers", "ratio"),
        rows,
    )
    report.write()


if __name__ == "__main__":
    main()
