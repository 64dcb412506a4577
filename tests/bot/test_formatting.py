"""Amounts, counts and sources in words."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.formatting import end_sentence, format_provenance, list_sources, pluralize
from content import Content

ROOT = Path(__file__).parent.parent.parent
# A number and one of these in the plural: "1 takes", "1 servers".
_PLURAL = re.compile(
    r" (?:takes|answers|questions|statements|namings|mentions|weights|pay figures|servers|"
    r"shards|starts|commands|workspaces|channels|hours|days|weeks|months|years|seconds|attempts|"
    r"entries|sources|titles|rows|groups|distinct reports|people|tips|schedules|faults|"
    r"levels|contrasts|remarks|parts)\b"
)


@pytest.mark.parametrize(
    ("number", "noun", "nouns", "shown"),
    [
        (0, "tip", None, "0 tips"),
        (1, "tip", None, "1 tip"),
        (2, "tip", None, "2 tips"),
        (1, "entry", "entries", "1 entry"),
        (1_234, "entry", "entries", "1,234 entries"),
    ],
)
def test_one_is_written_in_the_singular(
    number: int, noun: str, nouns: str | None, shown: str
) -> None:
    assert pluralize(number, noun, nouns) == shown


def plurals(path: Path) -> list[str]:
    """Return plurals after a number that can be 1 (because it isn't a constant)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, words in zip(node.values, node.values[1:], strict=False):
            fixed = isinstance(value, ast.FormattedValue) and ast.unparse(value.value).isupper()
            text = words.value if isinstance(words, ast.Constant) else ""
            if isinstance(value, ast.FormattedValue) and not fixed and _PLURAL.match(str(text)):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    return found


def test_every_plural_goes_through_one_function() -> None:
    files = [path for name in ("bot", "adapters") for path in (ROOT / name).rglob("*.py")]
    assert [each for path in files for each in plurals(path)] == []


def test_a_source_without_publisher_or_author_has_no_empty_place(content: Content) -> None:
    source = content.sources["kore1"]
    nobody = source.model_copy(update={"author": None, "publisher": None, "published": None})
    for each in (nobody, source, *content.sources.values()):
        assert ": ;" not in format_provenance(each)
        assert not re.search(r"[:;,]\s*[:;,]|:\s*$", format_provenance(each))
    assert format_provenance(nobody).startswith(f"KORE1: {source.evidence}; date not stated")


def test_many_sources_are_named_in_part(content: Content) -> None:
    first = next(iter(content.sources.values()))
    every = {f"s{n}": first.model_copy(update={"id": f"s{n}", "short": f"S{n}"}) for n in range(40)}
    (line,) = list_sources(every, replace(content, sources=every)).lines
    assert "S6, " in str(line)
    assert str(line).endswith(" · and 33 more")
    few = dict(list(every.items())[:8])
    (line,) = list_sources(few, replace(content, sources=few)).lines
    assert "S7, " in str(line)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Added: “Dress code”", "Added: “Dress code”."),
        ("Added: “Is there a dress code?”", "Added: “Is there a dress code?”"),
        ("Hidden here: “KORE1 says so.”", "Hidden here: “KORE1 says so.”"),
        ("Declined: Not clear enough…", "Declined: Not clear enough…"),
        ("Declined: why?", "Declined: why?"),
        ("Declined", "Declined."),
    ],
)
def test_a_sentence_ends_with_one_mark(text: str, sentence: str) -> None:
    assert end_sentence(text) == sentence
