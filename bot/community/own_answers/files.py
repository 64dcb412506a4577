"""Export and import of community answers as the YAML of an overlay: entries of the kind faq."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.command import truncate
from bot.community.own_answers.checks import find_problems
from bot.tips.validation import normalize_line_endings, normalize_text
from content import Content, FaqEntry
from storage import CommunityAnswer, NewAnswer

# PyYAML is imported where it is used: a start needs none.
# ruff: noqa: PLC0415

MAX_ANSWERS = 500  # per import
_HEADER = (
    "# Community answers. Save this as faq/community.yaml in the folder CROSSROADS_CONTENT_DIR,\n"
    "# or import it with “answers import”.\n"
)
_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_SLUG = 36  # characters of an id after its prefix; an id has up to 48
_PREFIX, _TOPIC = "community", "careers"
_OWN_FIELDS = ("question", "also", "says", "link", "role", "review")
_KNOWN_FIELDS = frozenset(FaqEntry.model_fields)
_RELATED = 2  # questions that an entry leads to

FindLike = Callable[[str], Sequence[str]]
"""A function that returns the ids of shipped questions that are like a question."""


@dataclass(frozen=True, slots=True)
class AnswerImport:
    """The new answers of a file, the number of duplicates, and messages about all problems."""

    answers: tuple[NewAnswer, ...]
    duplicates: int
    problems: tuple[str, ...]


def export_answers(
    answers: Sequence[CommunityAnswer], content: Content, find_like: FindLike
) -> str:
    """Return *answers* as YAML that an overlay can hold and `parse_answers` can read.

    An answer that leads to a shipped question becomes that question with more wordings.
    """
    import yaml

    entries: dict[str, dict[str, Any]] = {}
    for each in answers:
        if each.entry is None:
            row = _own_entry(each, content, find_like)
            entries[_unused_id(each.question, entries, content)] = row
        elif each.entry in content.faq:
            row = entries.setdefault(each.entry, _shipped_entry(content.faq[each.entry]))
            row["also"] = [*row.get("also", ()), each.question, *each.wordings]
    rows = [{"id": name, **row} for name, row in entries.items()]
    dumped = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=90)
    return _HEADER + str(dumped)


def _own_entry(answer: CommunityAnswer, content: Content, find_like: FindLike) -> dict[str, Any]:
    related = dict.fromkeys((*find_like(answer.question), *content.faq))
    row = {
        "topic": _TOPIC,
        "question": answer.question,
        "also": list(answer.wordings),
        "says": normalize_line_endings(answer.text),
        "link": answer.link,
        "role": answer.role if answer.role in content.roles else None,
        "review": answer.review_on.isoformat() if answer.review_on else None,
        "related": [*related][:_RELATED],
    }
    return {name: value for name, value in row.items() if value}


def _shipped_entry(entry: FaqEntry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True, exclude={"id"})


def _unused_id(question: str, used: dict[str, Any], content: Content) -> str:
    """Return an id made from *question* that no other entry has."""
    slug = _SLUG.sub("-", question.casefold().encode("ascii", "ignore").decode()).strip("-")
    first = "-".join(filter(None, (_PREFIX, slug[:_MAX_SLUG].strip("-"))))
    name, number = first, 1
    while name in used or name in content.faq:
        number += 1
        name = f"{first}-{number}"
    return name


def parse_answers(text: str, content: Content, existing: Sequence[CommunityAnswer]) -> AnswerImport:
    """Parse answers from the YAML of an overlay.

    An answer whose question is in *existing*, or twice in the file, counts as a duplicate. Problems
    are returned, never raised.
    """
    try:
        rows = _parse_rows(text)
    except ValueError as error:
        return AnswerImport((), 0, (str(error),))
    new, duplicates, problems = list[NewAnswer](), 0, list[str]()
    asked = {normalize_text(each) for old in existing for each in (old.question, *old.wordings)}
    for number, row in enumerate(rows, 1):
        try:
            answer = _parse_row(row, content)
        except ValueError as error:
            problems.append(f"answer {number}: {error}")
            continue
        if answer is None:
            duplicates += 1
            continue
        found = [f"answer {number}: {problem}" for _, problem in find_problems(content, answer)]
        problems += found
        questions = {normalize_text(each) for each in (answer.question, *answer.wordings)}
        if not asked.isdisjoint(questions):
            duplicates += 1
        elif not found:
            new.append(answer)
            asked |= questions
    return AnswerImport(tuple(new), duplicates, tuple(problems))


def _parse_rows(text: str) -> list[Any]:
    """Return the entries of a file; raise ValueError if it isn't YAML or has too many or none."""
    from content.yamlfile import YamlFileError, parse_yaml

    try:
        rows = parse_yaml(text)
    except YamlFileError as fault:
        raise ValueError(f"Line {fault.line} {fault.problem}.") from fault
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not rows:
        raise ValueError("That file has no answers. To see the format, export some.")
    if len(rows) > MAX_ANSWERS:
        raise ValueError(f"That's too many answers. Import up to {MAX_ANSWERS}.")
    return rows


def _parse_row(row: Any, content: Content) -> NewAnswer | None:
    """Return the answer in an entry, or None if it is a shipped entry without new wordings.

    Raise ValueError if it isn't an answer that moderators could have written.
    """
    if not isinstance(row, dict):
        raise ValueError("isn't an entry with fields.")  # noqa: TRY004  # invalid file content
    unknown = next((str(name) for name in row if name not in _KNOWN_FIELDS), None)
    if unknown is not None:
        known = ", ".join(_OWN_FIELDS)
        raise ValueError(f"has an unknown field “{truncate(unknown)}”. The fields are {known}.")
    question, wordings = _text(row, "question"), tuple(_texts(row, "also"))
    shipped = content.faq.get(str(row.get("id")))
    if shipped is not None and shipped.says is None and "says" not in row:
        known_wordings = {normalize_text(each) for each in (shipped.question, *shipped.also)}
        added = [each for each in wordings if normalize_text(each) not in known_wordings]
        if not added:
            return None
        return NewAnswer(added[0], tuple(added[1:]), entry=shipped.id)
    if row.get("answer") or row.get("unstated"):
        raise ValueError(
            "has statements with sources. Only an admin can add those, in the content folder."
        )
    role, review = _text(row, "role") or None, _text(row, "review")
    says = normalize_line_endings(_text(row, "says"))
    return NewAnswer(question, wordings, says, _text(row, "link") or None, role, _date(review))


def _text(row: dict[Any, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, list | dict):
        raise ValueError(f"{name} has nested fields: write plain text.")  # noqa: TRY004
    text = "" if value is None else str(value).strip()
    return text if name == "says" else " ".join(text.split())


def _texts(row: dict[Any, Any], name: str) -> Iterator[str]:
    """Yield the texts in a list, each on one line."""
    values = row.get(name) or []
    if not isinstance(values, list):
        raise ValueError(f"{name} isn't a list.")  # noqa: TRY004  # invalid file content
    for each in values:
        text = _text({name: each}, name)
        if text:
            yield text


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError(f"“{truncate(text)}” isn't a date like 2027-03-01.") from error
