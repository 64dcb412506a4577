"""Find words and patterns that Crossroads doesn't use in what people read.

Checked are the content, the docs, and the strings, docstrings and comments of the code.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "adapters", "content", "storage")
PAGES = ("README.md", "SECURITY.md", "CHANGELOG.md", "docs/*.md")
TYPED_BY_MEMBERS = {"aliases", "also", "titles"}  # keys of content that search understands

BANNED = {  # a regular expression, and what to write instead
    r"whoever|anybody who|anyone who": "you, or say who",
    r"of (ours|yours|theirs)": "our, your, their",
    r"to be had": "you can get, there is",
    r"dearer": "costs more",
    r"namings": "mention",
    r"deeds?": "action",
    r"by the word of": "according to",
    r"(is|are|was|were) held to": "must",
    r"held against|hold it against": "compare with, check against",
    r"is none of our|so far did|in silence": "plain order of words",
    r"goes on|go on|going on": "continue",
    r"stands? (in|on|beside|here|once|twice|under|above)": "is",
    r"parted|namely|besides|as of old|likewise": "a common word",
    r"is to be": "must, should",
    r"told in words|in (its|their) own place": "plain words",
    r"(the|a) road|the way takes": "plan, how long it takes",
    r"anew": "again",
    r"shall": "should, will, must",
    r"mend(s|ed|ing)?": "fix",
    r"thereof|whereof|herein|whereby|thereby|whilst|amongst|hitherto": "a common word",
    r"maths": "math",
    r"learnt": "learned",
    r"towards|afterwards": "toward, afterward",
    r"(behavi|col|fav|hon|neighb|lab)our(s|ed|ing|ite|able)?": "US spelling",
    r"(recogn|organ|optim|normal|summar|synchron|initial|minim|maxim|custom)is(e|es|ed|ing|ations?)":
        "US spelling",
    r"(cent|theat)re|catalogue|grey|programme|licences?|(mod|lab)ell(ed|ing)": "US spelling",
}  # fmt: skip
DOCSTRING_START = re.compile(r"(Give|Gives|Tell|Tells|Say|Says|What|Who|Let|Lets)\b")
EXCLAMATION = re.compile(r"[a-zA-Z)]!(?=\s|$)")
WORDS = {re.compile(rf"\b({pattern})\b", re.IGNORECASE): use for pattern, use in BANNED.items()}

ALLOWED = {  # part of a path, the word, and why it may stay
    ("bot/language/", "maths"): "members type it",
    ("bot/language/", "programme"): "members type it",
    ("bot/language/", "optimise"): "members type it",
    ("bot/language/", "labelled"): "members type it",
    ("bot/language/", "go on"): "members type it",
    ("CHANGELOG.md", "deed"): "the former name of a column",
    ("CHANGELOG.md", "deeds"): "the former name of a column",
}


@dataclass(frozen=True, order=True, slots=True)
class Text:
    """A text that people read, and where it is."""

    path: str
    line: int
    text: str
    is_docstring: bool = False
    is_answer: bool = False  # may be shown to members


def main() -> int:
    """Print what was found; return 1 if there was anything."""
    found = sorted({problem for text in texts() for problem in problems(text)})
    print(*found, sep="\n", end="\n" if found else "")  # noqa: T201
    print(f"words: {len(found)} to rewrite" if found else "words: fine")  # noqa: T201
    return 1 if found else 0


def problems(text: Text) -> Iterator[str]:
    """Yield a line for each banned word or pattern in *text*."""
    where = f"{text.path}:{text.line}"
    for banned, use in WORDS.items():
        for match in banned.finditer(text.text):
            word = match[0].lower()
            if not any(part in text.path and word == allowed for part, allowed in ALLOWED):
                yield f"{where}: “{match[0]}”: write {use}"
    if text.is_docstring and (start := DOCSTRING_START.match(text.text.strip())):
        yield f"{where}: docstring begins with “{start[0]}”: begin with Return, or what it does"
    if text.is_answer and EXCLAMATION.search(text.text):
        yield f"{where}: exclamation mark"


def texts() -> Iterator[Text]:
    """Yield all texts that people read."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from _code(path)
    for path in sorted((ROOT / "content").rglob("*.yaml")):
        yield from _content(yaml.compose(path.read_text(encoding="utf-8")), _relative(path))
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield Text(_relative(path), number, line)


def _code(path: Path) -> Iterator[Text]:
    source, name = path.read_text(encoding="utf-8"), _relative(path)
    tree = ast.parse(source)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str() as text) as doc), *_]:
                    docstrings.add(doc)
                    yield Text(name, doc.lineno, text, is_docstring=True)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if node not in docstrings and " " in text:
                yield Text(name, node.lineno, text, is_answer=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(name, token.start[0], token.string)


def _content(node: yaml.Node | None, path: str) -> Iterator[Text]:
    match node:
        case yaml.ScalarNode(value=str() as text):
            if " " in text:
                yield Text(path, node.start_mark.line + 1, text, is_answer=True)
        case yaml.SequenceNode(value=items):
            for each in items:
                yield from _content(each, path)
        case yaml.MappingNode(value=pairs):
            for key, value in pairs:
                if key.value not in TYPED_BY_MEMBERS:
                    yield from _content(value, path)


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
