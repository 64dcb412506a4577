"""One YAML file, read without trust and with line numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from content.textfile import Unreadable, read_text

MAX_BYTES = 1_048_576  # a year of hand-written content is a tenth of this
MAX_DEPTH = 16  # our deepest model is 5; libyaml's C composer overflows the stack near 100,000
MAX_NODES = 100_000  # after aliases are expanded, so that nine lines of them cannot fill the memory

# The C scanner is some ten times faster; a platform whose wheel lacks it gets the pure one.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Safe):  # type: ignore[misc]  # the loader's type depends on the platform
    """YAML 1.2's idea of a scalar: 'no' is Norway and 2026-06-16 is text."""


_DROPPED = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")
_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _DROPPED]
    for first, resolvers in _Safe.yaml_implicit_resolvers.items()
}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
_Plain.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")
)


class YamlFault(Exception):
    """Why a file could not be read: *problem* at *line* (1-based), and what *mend* would be."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        """Keep the three parts apart for the report."""
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A parsed file: plain data, and the nodes that know their lines."""

    path: Path
    data: Any
    node: yaml.Node | None

    def line(self, place: tuple[str | int, ...]) -> int:
        """Give the 1-based line of the value at *place*, or of its nearest parent that exists."""
        node, line = self.node, _first_line(self.node)
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
            line = _first_line(key)
        return line


@dataclass(slots=True)
class _Open:
    """A collection that has begun after *before* nodes, with its *deepest* level so far."""

    anchor: str
    before: int
    deepest: int


def read(path: Path) -> YamlFile:
    """Parse *path*; raises YamlFault for anything that is not small, plain, well-formed YAML."""
    data, node = _parsed(_text(path))
    return YamlFile(path, data, node)


def parse(text: str) -> Any:
    """Return the plain data in *text*, within the same limits; raise YamlFault."""
    data, _ = _parsed(text)
    return data


def _parsed(text: str) -> tuple[Any, yaml.Node | None]:
    try:
        _bounded(text)
        loader = _Plain(text)
        node = loader.get_single_node()
        _unique_keys(node)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = f"is not YAML: {error.problem or error.context}"
        raise YamlFault(line, problem, "check quotes, colons and indentation here") from error
    except (yaml.YAMLError, ValueError) as error:
        raise YamlFault(1, f"is not YAML: {error}", "save it as plain UTF-8 text") from error
    return data, node


def _text(path: Path) -> str:
    try:
        return read_text(path, MAX_BYTES)
    except Unreadable as error:
        raise YamlFault(error.line or 1, error.problem, error.remedy) from error


def _bounded(text: str) -> None:
    """Refuse what would be huge or deep once built, from the event stream, before building it."""
    sizes: dict[str, int] = {}
    heights: dict[str, int] = {}
    opened: list[_Open] = []
    nodes = 0
    for event in yaml.parse(text, Loader=_Plain):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(_Open(event.anchor or "", nodes, len(opened) + 1))
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = opened.pop()
            sizes[closed.anchor] = nodes - closed.before
            heights[closed.anchor] = closed.deepest - len(opened)
            _deepen(opened, closed.deepest)
        elif isinstance(event, yaml.AliasEvent):
            if any(each.anchor == event.anchor for each in opened):
                raise YamlFault(line, f"has '*{event.anchor}' inside itself", "write it out")
            nodes += sizes.get(event.anchor or "", 0)
            _deepen(opened, len(opened) + heights.get(event.anchor or "", 0))
        nodes += isinstance(event, yaml.NodeEvent)
        if opened and opened[-1].deepest > MAX_DEPTH:
            raise YamlFault(line, f"is nested deeper than {MAX_DEPTH} levels", "flatten it")
        if nodes > MAX_NODES:
            problem = f"has more than {MAX_NODES:,} values once its aliases are expanded"
            raise YamlFault(line, problem, "write fewer values, or drop the aliases (*name)")


def _deepen(opened: list[_Open], depth: int) -> None:
    if opened:
        opened[-1].deepest = max(opened[-1].deepest, depth)


def _unique_keys(root: yaml.Node | None) -> None:
    for mapping in _mappings(root):
        seen: dict[str, int] = {}
        for key, _ in mapping.value:
            name, line = str(key.value), _first_line(key)
            if name in seen:
                problem = f"has the field '{name}' twice, first in line {seen[name]}"
                raise YamlFault(line, problem, "keep one of the two")
            seen[name] = line


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value)


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _first_line(node: yaml.Node | None) -> int:
    return node.start_mark.line + 1 if node is not None else 1
