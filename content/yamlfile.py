"""Safe reading of untrusted YAML files, with limits on size and nesting, and line numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from content.textfile import UnreadableFileError, read_text

MAX_BYTES = 1_048_576  # ten times as much as a year of hand-written content
MAX_DEPTH = 16  # models have up to 5 levels; libyaml's composer overflows the stack near 100,000
MAX_NODES = (
    100_000  # counted with aliases expanded, since nine lines of nested aliases can fill the memory
)

# The C scanner is about ten times faster; some platforms' wheels lack it.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_SafeLoader):  # type: ignore[misc]  # the loader's type depends on the platform
    """A YAML loader for which ``no`` and ``2026-06-16`` are strings, as in YAML 1.2."""


_DROPPED = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _DROPPED]
    for first, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf")
)
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")
)


class YamlFileError(Exception):
    """A YAML file can't be read; *line* counts from 1, and *remedy* tells how to fix *problem*."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A parsed YAML file: *data* as Python objects, and the root *node*, which has line numbers."""

    path: Path
    data: Any
    node: yaml.Node | None

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Return the line, counted from 1, of the value at *path* (keys and list indexes).

        If there is no such value, return the line of the nearest parent that exists.
        """
        node, line = self.node, _first_line(self.node)
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
            line = _first_line(key)
        return line


@dataclass(slots=True)
class _OpenCollection:
    """A mapping or list that has been entered but not read to its end.

    *before* is the number of nodes before it, and *deepest* the deepest level in it so far.
    """

    anchor: str
    before: int
    deepest: int


def read_yaml(path: Path) -> YamlFile:
    """Return a parsed YAML file.

    Raise YamlFileError if it can't be read, is too large, or isn't valid YAML.
    """
    data, node = _parse(_text(path))
    return YamlFile(path, data, node)


def parse_yaml(text: str) -> Any:
    """Return the data in YAML *text*; raise YamlFileError if it is too large or isn't valid."""
    data, _ = _parse(text)
    return data


def _parse(text: str) -> tuple[Any, yaml.Node | None]:
    try:
        _check_limits(text)
        loader = _PlainLoader(text)
        node = loader.get_single_node()
        _check_unique_keys(node)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = f"is not YAML: {error.problem or error.context}"
        raise YamlFileError(line, problem, "check quotes, colons and indentation here") from error
    except (yaml.YAMLError, ValueError) as error:
        raise YamlFileError(1, f"is not YAML: {error}", "save it as plain UTF-8 text") from error
    return data, node


def _text(path: Path) -> str:
    try:
        return read_text(path, MAX_BYTES)
    except UnreadableFileError as error:
        raise YamlFileError(error.line or 1, error.problem, error.remedy) from error


def _check_limits(text: str) -> None:
    """Raise YamlFileError if *text* has too many nodes or too many levels of nesting.

    This is checked before the nodes are built, because building them could use up the memory.
    """
    sizes: dict[str, int] = {}
    heights: dict[str, int] = {}
    opened: list[_OpenCollection] = []
    nodes = 0
    for event in yaml.parse(text, Loader=_PlainLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(_OpenCollection(event.anchor or "", nodes, len(opened) + 1))
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = opened.pop()
            sizes[closed.anchor] = nodes - closed.before
            heights[closed.anchor] = closed.deepest - len(opened)
            _deepen(opened, closed.deepest)
        elif isinstance(event, yaml.AliasEvent):
            if any(each.anchor == event.anchor for each in opened):
                raise YamlFileError(line, f"has '*{event.anchor}' inside itself", "write it out")
            nodes += sizes.get(event.anchor or "", 0)
            _deepen(opened, len(opened) + heights.get(event.anchor or "", 0))
        nodes += isinstance(event, yaml.NodeEvent)
        if opened and opened[-1].deepest > MAX_DEPTH:
            raise YamlFileError(line, f"is nested deeper than {MAX_DEPTH} levels", "flatten it")
        if nodes > MAX_NODES:
            problem = f"has more than {MAX_NODES:,} values once its aliases are expanded"
            raise YamlFileError(line, problem, "write fewer values, or drop the aliases (*name)")


def _deepen(opened: list[_OpenCollection], depth: int) -> None:
    if opened:
        opened[-1].deepest = max(opened[-1].deepest, depth)


def _check_unique_keys(root: yaml.Node | None) -> None:
    for mapping in _mappings(root):
        seen: dict[str, int] = {}
        for key, _ in mapping.value:
            name, line = str(key.value), _first_line(key)
            if name in seen:
                problem = f"has the field '{name}' twice, first in line {seen[name]}"
                raise YamlFileError(line, problem, "keep one of the two")
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
