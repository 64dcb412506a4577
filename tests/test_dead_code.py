"""There is no unused code."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for folder in ("bot", "adapters", "content", "docs")
    for path in (ROOT / folder).rglob("*.py")
}
WORDS = Counter(word for text in SOURCES.values() for word in re.findall(r"\w+", text))


def defined(text: str) -> Iterator[str]:
    """Yield the top-level names of a module, except decorated functions."""
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from [node.name] * (not node.decorator_list or isinstance(node, ast.ClassDef))
            case ast.Assign():
                names = (each for target in node.targets for each in ast.walk(target))
                yield from (each.id for each in names if isinstance(each, ast.Name))


def test_every_name_of_a_module_is_used_somewhere() -> None:
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in SOURCES.items()
        for name in defined(text)
        if WORDS[name] < 2 and not name.startswith("__")
    ]
    assert unused == []


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_every_limit_of_a_platform_is_held(platform: str) -> None:
    folder = ROOT / "adapters" / platform
    limits = SOURCES[folder / "rendering" / "limits.py"]
    used = " ".join(
        text for path, text in SOURCES.items() if folder in path.parents and path.stem != "limits"
    )
    assert [name for name in defined(limits) if not re.search(rf"\b{name}\b", used)] == []
