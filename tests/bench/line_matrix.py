"""Teach the matrix in bot/language/retrieval which lines of an answer fit a question.

Run: ``python tests/bench/line_matrix.py``, where numpy is installed. It takes two minutes.

tests/questions/lines.jsonl has questions with the lines of their answers that somebody found
fitting. The matrix and the weights of the other measures learn to choose these among all lines of
the answers (a softmax, by stochastic gradient descent with Adam: Kingma and Ba 2015). The matrix is
the sum of a diagonal one and one of a low rank. Those in lines_validation.jsonl are only counted:
of the answers with a fitting line, how many have one as their best, and as one of the two best.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np  # type: ignore[import-not-found,unused-ignore]  # not a dependency
from asked_questions import DEVELOPMENT

from bot.language.foreign import to_english
from bot.language.retrieval.hidden_layer import STEPS, ZERO
from bot.language.retrieval.lines import FILE, Measures
from bot.language.retrieval.search import SearchIndex
from bot.language.retrieval.vectors import DIMENSIONS
from bot.language.understanding import search_index
from content import load

_TRAINING = DEVELOPMENT.with_name("lines.jsonl")
_VALIDATION = DEVELOPMENT.with_name("lines_validation.jsonl")
_RANK, _EPOCHS, _BATCH, _RATE, _DECAY = 32, 25, 32, 0.01, 0.01
_SCALE = 8.0  # of the matrix relative to its parameters, so that all of them learn as fast
_GAIN_SCALE = 5.0  # of sums of words' weights
_LATER = 0.6  # the share of a fitting line that isn't the best
_START = (3.0, 0.0, 4.0, 0.5, 0.5)  # of the measures and the bonuses
_DIAGONAL = 5.0  # of the matrix at first: the cosine of the words


@dataclass
class Choice:
    """A question, and the lines of its answers with what is known about each."""

    asked: Any  # its vector
    vectors: Any  # of the lines
    measures: Any  # with whether it's the first line on what the sources don't say, or first fact
    answers: Any  # which answer each belongs to
    fits: Any  # how well each fits: 1, _LATER or 0


def read_choices(path: Path, index: SearchIndex) -> Iterator[Choice]:
    """Yield the questions in the file at *path* that a line fits."""
    faq, rater = load().faq, index.line_rater
    for each in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        lines, kinds, answers = list[str](), list[tuple[bool, bool]](), list[int]()
        for number, entry in enumerate(faq[id_] for id_ in each["entries"] if id_ in faq):
            facts = [part if isinstance(part, str) else part.says for part in entry.facts]
            lines += (*entry.unstated, *facts)
            kinds += [(at == 0, False) for at in range(len(entry.unstated))]
            kinds += [(False, at == 0) for at in range(len(facts))]
            answers += [number] * (len(entry.unstated) + len(facts))
        right = [line for line in each["fits"] if line in lines]
        if not right:
            continue
        asked = index.read_for_lines(to_english(each["ask"]))
        read = [*map(index.read_line, lines)]
        measured = zip(rater.measure(asked, read), kinds, strict=True)
        yield Choice(
            _unpack(asked.vector),
            np.stack([_unpack(line.vector) for line in read]),
            np.array([(*_scale(found), *kind) for found, kind in measured], np.float32),
            np.array(answers),
            np.array([(line == right[0]) or _LATER * (line in right) for line in lines]),
        )


def _unpack(packed: bytes | None) -> Any:
    if packed is None:
        return np.zeros(DIMENSIONS, np.float32)
    return (np.frombuffer(packed, np.uint8).astype(np.float32) - ZERO) / STEPS


def _scale(found: Measures) -> tuple[float, float, float]:
    return found.stems / _GAIN_SCALE, found.beginnings / _GAIN_SCALE, found.nearest


class Model:
    """The matrix and the weights while they learn."""

    def __init__(self) -> None:
        chance = np.random.default_rng(0)
        self.parts = {
            "weights": np.array(_START, np.float32),
            "diagonal": np.full(DIMENSIONS, _DIAGONAL / _SCALE, np.float32),
            "left": chance.normal(0, 0.05, (DIMENSIONS, _RANK)).astype(np.float32),
            "right": chance.normal(0, 0.05, (DIMENSIONS, _RANK)).astype(np.float32),
        }
        self._chance = chance

    @property
    def matrix(self) -> Any:
        """The matrix M: a line's vector times M times the question's vector is its rating."""
        parts = self.parts
        return _SCALE * (np.diag(parts["diagonal"]) + parts["right"] @ parts["left"].T)

    def rate(self, choice: Choice) -> Any:
        """Return the ratings of the lines of *choice*."""
        turned = choice.vectors @ (self.matrix @ choice.asked)
        return turned + choice.measures @ self.parts["weights"]

    def train(self, choices: Sequence[Choice]) -> None:
        """Learn from *choices*."""
        means = {name: np.zeros_like(part) for name, part in self.parts.items()}
        squares = {name: np.zeros_like(part) for name, part in self.parts.items()}
        step = 0
        for epoch in range(_EPOCHS):
            order = self._chance.permutation(len(choices))
            rate = _RATE * (1 - 0.9 * epoch / _EPOCHS)
            for start in range(0, len(order), _BATCH):
                step += 1
                slopes = self._find_slopes([choices[at] for at in order[start : start + _BATCH]])
                for name in self.parts:
                    means[name] = 0.9 * means[name] + 0.1 * slopes[name]
                    squares[name] = 0.999 * squares[name] + 0.001 * slopes[name] ** 2
                    mean = means[name] / (1 - 0.9**step)
                    spread = np.sqrt(squares[name] / (1 - 0.999**step)) + 1e-8
                    self.parts[name] -= rate * mean / spread

    def _find_slopes(self, choices: Sequence[Choice]) -> dict[str, Any]:
        """Return the gradient of the mean loss of *choices*."""
        parts = self.parts
        slopes = {name: np.zeros_like(part) for name, part in parts.items()}
        for each in choices:
            ahead, behind = each.asked @ parts["left"], each.vectors @ parts["right"]
            ratings = each.measures @ parts["weights"]
            ratings += _SCALE * (each.vectors @ (each.asked * parts["diagonal"]) + behind @ ahead)
            slope = np.zeros_like(ratings)
            for lines in (slice(None), *(each.answers == number for number in set(each.answers))):
                if each.fits[lines].any():
                    likely = np.exp(ratings[lines] - ratings[lines].max())
                    wanted = each.fits[lines] / each.fits[lines].sum()
                    slope[lines] += 0.5 * (likely / likely.sum() - wanted)
            moved = each.vectors.T @ slope
            slopes["weights"] += each.measures.T @ slope
            slopes["diagonal"] += _SCALE * each.asked * moved
            slopes["left"] += _SCALE * np.outer(each.asked, behind.T @ slope)
            slopes["right"] += _SCALE * np.outer(moved, ahead)
        usual = {"weights": parts["weights"], "diagonal": _DIAGONAL / _SCALE}
        return {
            name: slope / len(choices) + _DECAY * (parts[name] - usual.get(name, 0.0))
            for name, slope in slopes.items()
        }


def count(model: Model, choices: Sequence[Choice]) -> str:
    """Return the shares of answers with a fitting line that have one as the best, or second."""
    number = first = second = 0
    for each in choices:
        ratings = model.rate(each)
        for lines in (each.answers == answer for answer in set(each.answers)):
            fits = each.fits[lines][np.argsort(-ratings[lines])]
            if fits.any():
                number, first, second = number + 1, first + (fits[0] > 0), second + fits[:2].any()
    return f"{number} answers: {first / number:.1%} first, {second / number:.1%} in two"


def write(model: Model, path: Path = FILE) -> tuple[float, float]:
    """Write *model* to the file at *path*, and return the bonuses of the first lines."""
    step = float(np.abs(model.matrix).max()) / (ZERO - 1)
    packed = (np.rint(model.matrix / step) + ZERO).astype(np.uint8).tobytes()
    stems, beginnings, nearest, first_gap, first_fact = map(float, model.parts["weights"])
    weights = [round(each, 4) for each in (stems / _GAIN_SCALE, beginnings / _GAIN_SCALE, nearest)]
    head = {"step": float(f"{step:.6g}"), "weights": weights}
    path.write_bytes(json.dumps(head).encode() + b"\n" + packed)
    return first_gap, first_fact


def main() -> None:
    """Train, print the counts, and write the file."""
    if not FILE.exists():
        size = DIMENSIONS * DIMENSIONS
        FILE.write_bytes(b'{"step": 1, "weights": [1, 1, 1]}\n' + bytes([ZERO]) * size)
    index, model = search_index(load()), Model()
    training, validation = (list(read_choices(path, index)) for path in (_TRAINING, _VALIDATION))
    print("before:", count(model, validation))  # noqa: T201  # what was asked for
    model.train(training)
    print("of those learned:", count(model, training))  # noqa: T201
    print("of others:", count(model, validation))  # noqa: T201
    bonuses = write(model)
    print("FIRST_GAP, FIRST_FACT =", *(f"{each:.2f}" for each in bonuses))  # noqa: T201


if __name__ == "__main__":
    main()
