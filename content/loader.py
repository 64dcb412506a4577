"""Files in, Content out; or else every fault of every file at once."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from content.faults import ContentError, Fault, Flaw, Place, Severity
from content.kinds import KINDS
from content.library import Content
from content.models import FORMS, Entry, Named
from content.references import nearest
from content.yamlfile import YamlFault, YamlFile, read

SHIPPED = Path(__file__).parent
_NOT_CONTENT = {"schemas"}
_ENDINGS = (".yaml", ".yml")
_LONGEST_SHOWN = 40  # characters of a wrong value in a message


@dataclass(frozen=True, slots=True)
class _Raw:
    """An entry before validation, with the way back to its file and line."""

    kind: str
    data: Any
    file: YamlFile
    place: Place

    @property
    def id(self) -> str | None:
        found = self.data.get("id") if isinstance(self.data, dict) else None
        return found if isinstance(found, str) else None

    def fault(
        self, place: Place, problem: str, mend: str, severity: Severity = Severity.ERROR
    ) -> Fault:
        name = ".".join(str(step) for step in (self.id or "", *place) if step != "")
        line = self.file.line(self.place + place)
        return Fault(self.file.path, line, name, problem, mend, severity)


@dataclass(slots=True)
class _Pile:
    """The entries found so far, by kind and id, and the faults found on the way."""

    entries: dict[str, dict[str, _Raw]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    faults: list[Fault] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)  # kinds of which a file could not be parsed


@dataclass(frozen=True, slots=True)
class Draft:
    """The readable content, with every fault and the place of each entry."""

    content: Content
    faults: tuple[Fault, ...]
    entries: Mapping[str, Mapping[str, _Raw]]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop the start."""
        return tuple(each for each in self.faults if each.severity is Severity.ERROR)

    def fault(self, kind: str, entry: str, flaw: Flaw) -> Fault:
        """Return the *flaw* of an *entry* of *kind* with its file and line."""
        raw = self.entries[kind][entry]
        return raw.fault(flaw.place, flaw.problem, flaw.remedy, flaw.severity)


def load(overlay: Path | None = None) -> Content:
    """Read the shipped content and lay *overlay* over it; entries with a known id are replaced.

    Raises:
        ContentError: with every fault of every file; nothing is loaded then.

    """
    read = draft(overlay)
    if read.errors:
        raise ContentError(read.faults)
    return read.content


def draft(overlay: Path | None = None) -> Draft:
    """Read the same files as `load`, and leave out faulty entries."""
    pile = _Pile()
    for folder in filter(None, (SHIPPED, overlay)):
        _collect(folder, pile)
    content = _validated(pile)
    return Draft(content, tuple(pile.faults), pile.entries)


def _collect(folder: Path, pile: _Pile) -> None:
    """Add the entries of one folder; within a folder an id may stand only once."""
    here: dict[str, dict[str, _Raw]] = {kind: {} for kind in KINDS}
    if not folder.is_dir():
        mend = "create it, or change CROSSROADS_CONTENT_DIR"
        pile.faults.append(Fault(folder, 1, "", "is not a folder", mend))
        return
    for kind, path in _files(folder, pile.faults):
        for raw in _entries(kind, path, folder, pile):
            twin = here[kind].get(raw.id or "")
            if raw.id is None:
                mend = "add 'id:', in lower case with hyphens"
                pile.faults.append(raw.fault((), "has no id", mend))
            elif twin is not None:
                first = f"{twin.file.path.name}:{twin.file.line(twin.place)}"
                problem = f"the id '{raw.id}' stands here and in {first}"
                pile.faults.append(raw.fault(("id",), problem, "rename or remove one"))
            else:
                here[kind][raw.id] = raw
    for kind, entries in here.items():
        pile.entries[kind].update(entries)


def _files(folder: Path, faults: list[Fault]) -> Iterator[tuple[str, Path]]:
    """Find the files of each kind: ``pay.yaml``, or anything under ``pay/``.

    An overlay's other files are warned of where they look like content.
    """
    for path in _below(folder, folder, frozenset({os.path.realpath(folder)})):
        if path == folder:
            faults.append(Fault(path, 1, "", "can't be read", "check its permissions"))
            return
        first = path.relative_to(folder).parts[0]
        kind = first.rsplit(".", 1)[0]
        named = path.suffix in _ENDINGS
        if kind in KINDS and (named or not path.is_file()):
            yield kind, path
        elif named and kind not in _NOT_CONTENT:
            problem = f"'{kind}' is no kind of content"
            faults.append(Fault(path, 1, "", problem, nearest(kind, KINDS)))
        elif folder != SHIPPED and _like_content(path, first):
            mend = "end its name in .yaml, in lower case, or remove it"
            if path.is_dir():
                mend = "put the folder itself there, or remove the link"
            faults.append(Fault(path, 1, "", "is not read", mend, Severity.WARNING))


def _below(root: Path, folder: Path, above: frozenset[str]) -> Iterator[Path]:
    """Find what is under *folder*, and the folders that can't be entered.

    Those are links out of *root* or to a folder *above*. Links within *root* are followed, and
    names that begin with a dot belong to tools: a mounted ConfigMap has both.
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
        if barred or not path.is_dir() or path.suffix in _ENDINGS:
            yield path
        else:
            yield from _below(root, path, above | {real})


def _like_content(path: Path, first: str) -> bool:
    """Return whether somebody may take what is at *path* for content, which it is not."""
    if path.is_dir():
        return path.is_symlink()
    name = path.name.casefold()
    of_kind = first.split(".", 1)[0].casefold() in KINDS
    return not name.endswith(".md") and (of_kind or any(each in name for each in _ENDINGS))


def _entries(kind: str, path: Path, folder: Path, pile: _Pile) -> Iterator[_Raw]:
    """Split a file into entries: a list of them, or a single one."""
    try:
        file = read(_inside(folder, path))
    except YamlFault as fault:
        pile.faults.append(Fault(path, fault.line, "", fault.problem, fault.remedy))
        pile.unreadable.add(kind)
        return
    if isinstance(file.data, dict):
        yield _Raw(kind, file.data, file, ())
    elif isinstance(file.data, list):
        yield from (_Raw(kind, data, file, (at,)) for at, data in enumerate(file.data))
    else:
        pile.faults.append(Fault(path, 1, "", "holds no entries", "write a list of entries"))


def _inside(folder: Path, path: Path) -> Path:
    """Return *path*; raise YamlFault for a link that leads out of *folder*."""
    if not _is_within(folder, path):
        what = "folder" if path.is_dir() else "file"
        raise YamlFault(1, f"is a link out of {folder}", f"put the {what} itself there")
    if path.suffix not in _ENDINGS and path.is_dir():
        if path.is_symlink():
            raise YamlFault(1, "is a link to a folder that holds it", "remove it")
        raise YamlFault(1, "can't be read", "check its permissions")
    return path


def _is_within(folder: Path, path: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _validated(pile: _Pile) -> Content:
    readable = pile.entries.keys() - pile.unreadable
    context = {
        "ids": {kind: set(pile.entries[kind]) for kind in readable},
        "unreadable": pile.unreadable,
    }
    kinds: dict[str, dict[str, Entry]] = {}
    for kind, raws in pile.entries.items():
        kinds[kind] = {}
        for raw in raws.values():
            try:
                entry = KINDS[kind].model_validate(raw.data, context=context)
            except ValidationError as error:
                pile.faults.extend(_faults(raw, error))
            else:
                kinds[kind][entry.id] = entry
        pile.faults.extend(_shared_names(kinds[kind], raws))
    return Content(**kinds)  # type: ignore[arg-type]  # KINDS and Content are held equal by a test


def _shared_names(entries: Mapping[str, Entry], raws: Mapping[str, _Raw]) -> Iterator[Fault]:
    """Find names and aliases that would mean two entries of a kind."""
    owners: dict[str, str] = {}
    for entry in entries.values():
        if not isinstance(entry, Named):
            continue
        for name in {word.casefold() for word in (entry.id, entry.name, *entry.aliases)}:
            owner = owners.setdefault(name, entry.id)
            if owner != entry.id:
                problem = f"'{name}' already means '{owner}'"
                yield raws[entry.id].fault(("aliases",), problem, "remove it from one of the two")


def _faults(raw: _Raw, error: ValidationError) -> Iterable[Fault]:
    details = error.errors(include_url=False)
    for detail in details:
        at = detail["loc"]
        if any(each["loc"][: len(at)] == at and each["loc"] != at for each in details):
            continue  # "too few items" only follows from the faulty item itself
        # pydantic marks a mapping's key with a step of its own, which is no place in the file
        place = tuple(step for step in at if step != "[key]")
        yield raw.fault(place, *_words(detail, KINDS[raw.kind]))


def _words(detail: ErrorDetails, model: type[Entry]) -> tuple[str, str]:
    """Put a pydantic error into words: the problem, and what would be right."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "is missing", "add it"
        case "extra_forbidden":
            known = [name for name in model.model_fields if len(detail["loc"]) == 1]
            return "is not a field", nearest(
                str(detail["loc"][-1]), known
            ) if known else "remove it"
        case "value_error":
            problem, _, mend = str(context["error"]).partition(": ")
            return problem, mend
        case "unknown_reference":
            return detail["msg"], str(context["mend"])
        case "string_pattern_mismatch":
            return f"'{detail['input']}' has the wrong form", f"write {FORMS[context['pattern']]}"
        case _:
            return f"is {_shown(detail['input'])}", detail["msg"].removeprefix("Input ")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
