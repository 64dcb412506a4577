"""Loading of the content from its YAML files; all errors of all files are reported together."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from content.cache import SHIPPED_DIR
from content.diagnostics import Diagnostic, EntryDiagnostic, FieldPath, Severity
from content.library import KINDS, Content
from content.models import STRING_FORMATS, Entry, NamedEntry
from content.references import suggest_correction
from content.yamlfile import YamlFile, YamlFileError, read_yaml

_NOT_CONTENT = {"schemas"}
_YAML_SUFFIXES = (".yaml", ".yml")
_MAX_REPR_LENGTH = 40  # characters of a wrong value in a message


@dataclass(frozen=True, slots=True)
class _RawEntry:
    """An entry before validation, with its file and its position in that file."""

    kind: str
    data: Any
    file: YamlFile
    path: FieldPath

    @property
    def id(self) -> str | None:
        found = self.data.get("id") if isinstance(self.data, dict) else None
        return found if isinstance(found, str) else None

    def diagnose(
        self, path: FieldPath, problem: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> Diagnostic:
        name = ".".join(str(step) for step in (self.id or "", *path) if step != "")
        line = self.file.line_of(self.path + path)
        return Diagnostic(self.file.path, line, name, problem, remedy, severity)


@dataclass(slots=True)
class _Collected:
    """The entries read so far, as dicts by kind and id, and the diagnostics about them."""

    entries: dict[str, dict[str, _RawEntry]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)  # kinds with a file that can't be parsed


@dataclass(frozen=True, slots=True)
class LenientLoad:
    """The result of `load_leniently`: the valid entries, and all errors and warnings."""

    content: Content
    diagnostics: tuple[Diagnostic, ...]
    entries: Mapping[str, Mapping[str, _RawEntry]]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors; if there are any, the bot doesn't start."""
        return tuple(each for each in self.diagnostics if each.severity is Severity.ERROR)

    def locate(self, kind: str, entry_id: str, found: EntryDiagnostic) -> Diagnostic:
        """Return *found*, a diagnostic about an entry, with the entry's file and line added."""
        raw = self.entries[kind][entry_id]
        return raw.diagnose(found.path, found.problem, found.remedy, found.severity)


def load_leniently(overlay: Path | None = None) -> LenientLoad:
    """Load the shipped content and *overlay* from their files, but skip invalid entries.

    An entry of *overlay* replaces the shipped entry with the same id.
    """
    collected = _Collected()
    for folder in filter(None, (SHIPPED_DIR, overlay)):
        _collect(folder, collected)
    content = _validate(collected)
    return LenientLoad(content, tuple(collected.diagnostics), collected.entries)


def _collect(folder: Path, collected: _Collected) -> None:
    """Add the entries of one folder to *collected*; an id that is used twice is an error."""
    here: dict[str, dict[str, _RawEntry]] = {kind: {} for kind in KINDS}
    if not folder.is_dir():
        remedy = "create it, or change CROSSROADS_CONTENT_DIR"
        collected.diagnostics.append(Diagnostic(folder, 1, "", "is not a folder", remedy))
        return
    for kind, path in _find_files(folder, collected.diagnostics):
        for raw in _read_entries(kind, path, folder, collected):
            twin = here[kind].get(raw.id or "")
            if raw.id is None:
                remedy = "add 'id:', in lower case with hyphens"
                collected.diagnostics.append(raw.diagnose((), "has no id", remedy))
            elif twin is not None:
                first = f"{twin.file.path.name}:{twin.file.line_of(twin.path)}"
                problem = f"the id '{raw.id}' is also used in {first}"
                collected.diagnostics.append(raw.diagnose(("id",), problem, "rename or remove one"))
            else:
                here[kind][raw.id] = raw
    for kind, entries in here.items():
        collected.entries[kind].update(entries)


def _find_files(folder: Path, diagnostics: list[Diagnostic]) -> Iterator[tuple[str, Path]]:
    """Yield each file with its kind: the kind ``pay`` has ``pay.yaml`` and all files in ``pay/``.

    Add a warning to *diagnostics* about other files of an overlay that look like content.
    """
    for path in _walk(folder, folder, frozenset({os.path.realpath(folder)})):
        if path == folder:
            diagnostics.append(Diagnostic(path, 1, "", "can't be read", "check its permissions"))
            return
        first = path.relative_to(folder).parts[0]
        kind = first.rsplit(".", 1)[0]
        named = path.suffix in _YAML_SUFFIXES
        if kind in KINDS and (named or not path.is_file()):
            yield kind, path
        elif named and kind not in _NOT_CONTENT:
            problem = f"'{kind}' isn't a kind of content"
            diagnostics.append(Diagnostic(path, 1, "", problem, suggest_correction(kind, KINDS)))
        elif folder != SHIPPED_DIR and _looks_like_content(path, first):
            remedy = "end its name in .yaml, in lower case, or remove it"
            if path.is_dir():
                remedy = "put the folder itself there, or remove the link"
            diagnostics.append(Diagnostic(path, 1, "", "is not read", remedy, Severity.WARNING))


def _walk(root: Path, folder: Path, above: frozenset[str]) -> Iterator[Path]:
    """Yield the files in *folder* and its subfolders, and the folders that can't be read.

    A link to a folder is followed if the folder is within *root* and isn't in *above*, the folders
    that contain the link. Hidden files are skipped. A folder that Kubernetes mounts from a
    ConfigMap has such links and hidden files.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in paths:
        real = os.path.realpath(path)
        if path.name.startswith("."):
            continue
        barred = path.is_symlink() and (real in above or not _is_within(root, path))
        if barred or not path.is_dir() or path.suffix in _YAML_SUFFIXES:
            yield path
        else:
            yield from _walk(root, path, above | {real})


def _looks_like_content(path: Path, first: str) -> bool:
    """Return True if the author of an ignored file may believe that it is content.

    *first* is the first part of the file's path in the content folder.
    """
    if path.is_dir():
        return path.is_symlink()
    name = path.name.casefold()
    of_kind = first.split(".", 1)[0].casefold() in KINDS
    return not name.endswith(".md") and (of_kind or any(each in name for each in _YAML_SUFFIXES))


def _read_entries(
    kind: str, path: Path, folder: Path, collected: _Collected
) -> Iterator[_RawEntry]:
    """Yield the entries of a file, which holds a list of entries or a single entry.

    If the file can't be read, add a diagnostic to *collected*.
    """
    try:
        file = read_yaml(_require_within(folder, path))
    except YamlFileError as fault:
        collected.diagnostics.append(Diagnostic(path, fault.line, "", fault.problem, fault.remedy))
        collected.unreadable.add(kind)
        return
    if isinstance(file.data, dict):
        yield _RawEntry(kind, file.data, file, ())
    elif isinstance(file.data, list):
        yield from (_RawEntry(kind, data, file, (at,)) for at, data in enumerate(file.data))
    else:
        collected.diagnostics.append(
            Diagnostic(path, 1, "", "holds no entries", "write a list of entries")
        )


def _require_within(folder: Path, path: Path) -> Path:
    """Return *path* if it is within *folder*.

    Raise YamlFileError if *path* is a folder, or a link to a place outside *folder*.
    """
    if not _is_within(folder, path):
        what = "folder" if path.is_dir() else "file"
        problem = f"is a link to a place outside {folder}"
        raise YamlFileError(1, problem, f"put the {what} itself there")
    if path.suffix not in _YAML_SUFFIXES and path.is_dir():
        if path.is_symlink():
            raise YamlFileError(1, "is a link to a folder that contains it", "remove it")
        raise YamlFileError(1, "can't be read", "check its permissions")
    return path


def _is_within(folder: Path, path: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _validate(collected: _Collected) -> Content:
    """Return the valid entries as Content, and add diagnostics about invalid entries."""
    readable = collected.entries.keys() - collected.unreadable
    context = {
        "ids": {kind: set(collected.entries[kind]) for kind in readable},
        "unreadable": collected.unreadable,
    }
    kinds: dict[str, dict[str, Entry]] = {}
    for kind, raws in collected.entries.items():
        kinds[kind] = {}
        for raw in raws.values():
            try:
                entry = KINDS[kind].model_validate(raw.data, context=context)
            except ValidationError as error:
                collected.diagnostics.extend(_to_diagnostics(raw, error))
            else:
                kinds[kind][entry.id] = entry
        collected.diagnostics.extend(_find_shared_names(kinds[kind], raws))
    return Content(**kinds)  # type: ignore[arg-type]  # KINDS is made of its fields


def _find_shared_names(
    entries: Mapping[str, Entry], raws: Mapping[str, _RawEntry]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each name or alias that two of *entries*, all of one kind, share.

    *raws* has the same entries by id, with their files and lines.
    """
    owners: dict[str, str] = {}
    for entry in entries.values():
        if not isinstance(entry, NamedEntry):
            continue
        for name in {word.casefold() for word in (entry.id, entry.name, *entry.aliases)}:
            owner = owners.setdefault(name, entry.id)
            if owner != entry.id:
                problem = f"'{name}' already means '{owner}'"
                yield raws[entry.id].diagnose(
                    ("aliases",), problem, "remove it from one of the two"
                )


def _to_diagnostics(raw: _RawEntry, error: ValidationError) -> Iterable[Diagnostic]:
    details = error.errors(include_url=False)
    for detail in details:
        at = detail["loc"]
        if any(each["loc"][: len(at)] == at and each["loc"] != at for each in details):
            continue  # an invalid item also causes "too few items" about its list
        # pydantic adds a "[key]" step for a mapping's key, which has no counterpart in the file
        place = tuple(step for step in at if step != "[key]")
        yield raw.diagnose(place, *_describe_error(detail, KINDS[raw.kind]))


def _describe_error(detail: ErrorDetails, model: type[Entry]) -> tuple[str, str]:
    """Return a pair of texts for one of pydantic's errors: the problem, and how to fix it."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "is missing", "add it"
        case "extra_forbidden":
            known = [name for name in model.model_fields if len(detail["loc"]) == 1]
            return "is not a field", suggest_correction(
                str(detail["loc"][-1]), known
            ) if known else "remove it"
        case "value_error":
            problem, _, remedy = str(context["error"]).partition(": ")
            return problem, remedy
        case "unknown_reference":
            return detail["msg"], str(context["remedy"])
        case "string_pattern_mismatch":
            return (
                f"'{detail['input']}' has the wrong form",
                f"write {STRING_FORMATS[context['pattern']]}",
            )
        case _:
            return f"is {_shorten_repr(detail['input'])}", detail["msg"].removeprefix("Input ")


def _shorten_repr(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_REPR_LENGTH else text[: _MAX_REPR_LENGTH - 1] + "…"
