"""Short wording for first screens: names of roles, one-line facts and the room they take."""

import textwrap
from collections.abc import Iterable, Iterator

from bot.command import truncate
from bot.reply import Bold, Emphasis, Inline, Prose
from bot.roles.facts import RoleFact
from content import Content, Role

_PHONE_COLUMNS = 45
BULLET = 2  # columns of the mark before an item of a list
_MAX_SUMMARY = 110  # characters


def short_name(role: Role) -> str:
    """Return "AI" for "AI Engineer"; names whose first word isn't an acronym stay whole."""
    first, _, rest = role.name.partition(" ")
    is_acronym = sum(letter.isupper() for letter in first) > 1
    return first if is_acronym and rest and " " not in rest else role.name


def summarize(fact: RoleFact) -> str:
    """Return a fact in a line or two: its short form, or the beginning of its sentence."""
    return fact.brief or truncate(fact.says, _MAX_SUMMARY)


def count_lines(prose: Prose, indent: int = 0) -> int:
    """Return the number of lines that *prose*, indented by *indent* columns, fills on a phone."""
    return len(textwrap.wrap(plain_words(prose), _PHONE_COLUMNS - indent)) or 1


def plain_words(prose: Prose) -> str:
    """Return the words of *prose* that are text, bold or emphasis."""
    if isinstance(prose, str):
        return prose
    texts = (each.text if isinstance(each, Bold | Emphasis) else each for each in prose)
    return "".join(each for each in texts if isinstance(each, str))


def take_fitting(items: Iterable[Prose], lines: int) -> tuple[Prose, ...]:
    """Return the first bullets of *items* that fill at most *lines* lines; at least one."""
    taken: list[Prose] = []
    for each in items:
        lines -= count_lines(each, BULLET)
        if taken and lines < 0:
            break
        taken.append(each)
    return tuple(taken)


def side_by_side(
    sides: Iterable[tuple[Role, RoleFact | None]], content: Content, link: str = " "
) -> tuple[Inline, ...]:
    """Return each role with its fact: "AI 6–18 months; ML 9–24 months (Traecta)".

    *link* stands between a role and its fact. The source stands
    once if all facts have the same one.
    """
    parts: list[Inline] = []
    for name, text, tag in _name_sides(sides, content):
        parts += [*(["; "] if parts else []), Emphasis(name), f"{link}{text}{tag}"]
    return tuple(parts)


def sentence_on_sides(
    label: str, sides: Iterable[tuple[Role, RoleFact | None]], content: Content
) -> tuple[Inline, ...]:
    """Return "Time to learn: AI 6–18 months; ML 9–24 months (Traecta)." for the label and roles.

    Facts that have a colon or semicolon themselves are clearer as sentences of their own:
    "Education, for AI: degree helps; a portfolio counts more. For ML: technical degree (Traecta)."
    """
    sides = list(sides)
    named = list(_name_sides(sides, content))
    if not any(mark in text for _, text, _ in named for mark in ";:"):
        return (f"{label}: ", *side_by_side(sides, content), ".")
    parts: list[Inline] = []
    for name, text, tag in named:
        parts += [" For " if parts else f"{label}, for ", Emphasis(name), f": {text}{tag}."]
    return tuple(parts)


def _name_sides(
    sides: Iterable[tuple[Role, RoleFact | None]], content: Content
) -> Iterator[tuple[str, str, str]]:
    """Yield the short name of each role, its fact as part of a sentence, and its source's tag.

    If all facts have the same source, only the last has a tag.
    """
    sides = list(sides)
    sources = [fact.source for _, fact in sides if fact]
    is_shared = len(sources) == len(sides) and len(set(sources)) == 1
    for number, (role, fact) in enumerate(sides, 1):
        text = lower_first(summarize(fact), content).rstrip(".") if fact else "not covered"
        is_tagged = fact and (not is_shared or number == len(sides))
        tag = f" ({content.sources[fact.source].short})" if fact and is_tagged else ""
        yield short_name(role), text, tag


def lower_first(text: str, content: Content) -> str:
    """Return *text* without the capital that begins a sentence, to continue one.

    Names of tools and acronyms keep their capitals.
    """
    first = text.split(maxsplit=1)[0].rstrip(":;,.") if text else ""
    is_name = any(first == tool.name for tool in content.tools.values())
    is_acronym = first != "A" and not first[1:].islower()
    return text if is_name or is_acronym else text[0].lower() + text[1:]
