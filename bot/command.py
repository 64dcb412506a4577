"""A command: one function with typed arguments, a docstring and examples.

Everything else about it (parsing, forms, help, native slash commands, documentation, tests) is
derived from its declaration, so a command is one file.
"""

import importlib
import inspect
import pkgutil
import re
import types
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, create_model
from pydantic_core import CoreSchema, core_schema

from bot.errors import Refusal
from bot.language.mentions import whole
from bot.language.name_index import Known, Name, NamesOf
from bot.reply import Reply

# The platforms' limits that a declaration has to keep (Discord's; Slack's are wider).
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_ABOUT = 100
_ARGS = 25
_LINE = 300  # characters of a text that is written in one line
_MARKER = "command"  # the attribute by which discovery finds a declaration


class Audience(StrEnum):
    """Who sees the reply. It belongs to the command since Discord fixes it before it runs."""

    ASKER = "asker"  # who may share it with the channel
    ALONE = "alone"  # the asker, about whom it is: never shared
    CHANNEL = "channel"
    MODERATORS = "moderators"


@dataclass(frozen=True, slots=True)
class Example:
    """A line that somebody types, and words that its answer must contain."""

    typed: str
    shows: tuple[str, ...]


class Cacheable:
    """Marks the first parameter of a cached command; see `bot.catalog.Lookup`."""

    __slots__ = ()


class Picked(StrEnum):
    """What a platform lets people pick by itself; its value is a platform-tagged id."""

    ROLE = "role"
    CHANNEL = "channel"


Offers = Callable[[Any, str], Awaitable[Iterable[Name[Any]]]]
"""Gets the Ask, whose call holds what was given before, and what has been typed of the argument."""


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument's description and, unless it takes free text, the names it takes."""

    about: str
    names: NamesOf | None = None
    longest: int = 300
    picked: Picked | None = None  # a platform that has such a thing offers it instead of text
    offers: Offers | None = None  # suggestions while somebody types it
    file: bool = False  # can also be sent as a file

    @property
    def free(self) -> bool:
        """Whether any text is valid."""
        return self.names is None and self.picked is None

    @property
    def long(self) -> bool:
        """Whether it may have several lines, which some platforms' commands can't."""
        return self.free and self.longest > _LINE

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate to what the name means; the context brings the names that are known."""
        del source, handler
        return core_schema.with_info_plain_validator_function(self._meaning)

    def _meaning(self, value: str, info: ValidationInfo) -> object:
        if self.names is None:
            return self._text(value.strip(), str(info.field_name))
        known: Known = (info.context or {})["known"]
        names = known.names(self.names)
        found = names.exact(value)
        if found is None:
            near = names.near(value)
            meant = f" Did you mean {near[1].label}?" if near else ""
            raise Refusal(names.unknown(clipped(value)) + meant)
        return found.meaning

    def _text(self, value: str, name: str) -> str:
        if not value:
            raise Refusal(f"The {name} is empty. Write it out.")
        if len(value) > self.longest:
            raise Refusal(f"The {name} has {len(value)} characters; up to {self.longest} fit.")
        return value


@dataclass(frozen=True, slots=True)
class Command:
    """A declared command."""

    name: str
    summary: str
    details: str
    args: Mapping[str, Arg]
    parameters: Mapping[str, str]  # an argument's name, and what the function calls it
    required: frozenset[str]
    shape: type[BaseModel]
    run: Callable[..., Awaitable[Reply]]
    examples: tuple[Example, ...] = ()
    audience: Audience = Audience.ASKER
    aliases: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()  # words by which a whole question may ask for it
    answers_questions: bool = False  # gets the lines that start with no command
    hidden: bool = False  # made for buttons: it can be typed, but is not listed
    in_place: bool = False  # its buttons change the message that they stand on
    cacheable: bool = False  # it gets a Lookup: its answer depends only on its arguments

    async def __call__(self, ask: object, args: BaseModel) -> Reply:
        """Run it with validated arguments."""
        given = {inside: getattr(args, name) for name, inside in self.parameters.items()}
        return await self.run(ask, **given)

    @property
    def for_members(self) -> bool:
        """Tell whether members type it: it is not made for buttons, nor for moderators alone."""
        return not self.hidden and self.audience is not Audience.MODERATORS

    @property
    def written(self) -> tuple[str, ...]:
        """The texts that a form asks for: all of them if one is long, else none."""
        long = any(arg.long for arg in self.args.values())
        return tuple(name for name, arg in self.args.items() if long and arg.free)

    @property
    def sent(self) -> str | None:
        """The argument that may be sent as a file."""
        return next((name for name, arg in self.args.items() if arg.file), None)

    def usage(self) -> str:
        """Give the form in which it is typed: ``salary [role] [level]``."""
        words = (name if name in self.required else f"[{name}]" for name in self.args)
        return " ".join([self.name, *words])


def command(  # noqa: PLR0913  # a declaration, by keyword
    *examples: Example,
    audience: Audience = Audience.ASKER,
    aliases: tuple[str, ...] = (),
    cues: tuple[str, ...] = (),
    answers_questions: bool = False,
    hidden: bool = False,
    in_place: bool = False,
) -> Callable[[Callable[..., Awaitable[Reply]]], Callable[..., Awaitable[Reply]]]:
    """Declare a function as a command; its first parameter is an Ask or a Lookup, then its Args.

    A Lookup has no clock, no asker and no storage, so the answer is kept and given again.

    Raises:
        ValueError: at import, when the declaration breaks a platform's limit or lacks something.

    """

    def declare(function: Callable[..., Awaitable[Reply]]) -> Callable[..., Awaitable[Reply]]:
        declared = replace(
            _declared(function),
            examples=examples,
            audience=audience,
            aliases=aliases,
            cues=cues,
            answers_questions=answers_questions,
            hidden=hidden,
            in_place=in_place,
        )
        for fault in _faults(declared):
            raise ValueError(f"command {declared.name}: {fault}")
        setattr(function, _MARKER, declared)
        return function

    return declare


def discover(package: types.ModuleType) -> dict[str, Command]:
    """Return the commands of all modules in *package* and its subpackages, by name."""
    found: dict[str, Command] = {}
    modules = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    for module in sorted(modules, key=lambda each: each.name):
        loaded = importlib.import_module(module.name)
        for function in vars(loaded).values():
            declared = getattr(function, _MARKER, None)
            if isinstance(declared, Command) and function.__module__ == loaded.__name__:
                found[declared.name] = declared
    return found


def clipped(text: str, longest: int = 40) -> str:
    """Shorten a user's text to show it; a mention is never cut in two."""
    end = whole(text, longest - 1)
    return text if len(text) <= max(longest, end) else text[:end].rstrip() + "…"


def _declared(function: Callable[..., Awaitable[Reply]]) -> Command:
    summary, _, details = inspect.cleandoc(function.__doc__ or "").partition("\n")
    hints = get_type_hints(function, include_extras=True)
    first, *parameters = inspect.signature(function).parameters.values()
    fields = {
        _spoken(each.name): (hints[each.name], ... if each.default is each.empty else each.default)
        for each in parameters
    }
    name = _spoken(function.__name__)
    return Command(
        name=name,
        summary=summary.strip(),
        details=details.strip(),
        args={_spoken(each.name): _arg(name, each.name, hints[each.name]) for each in parameters},
        parameters={_spoken(each.name): each.name for each in parameters},
        required=frozenset(_spoken(each.name) for each in parameters if each.default is each.empty),
        shape=create_model(f"{name}-args", __config__=_STRICT, **fields),  # type: ignore[call-overload]
        run=function,
        cacheable=issubclass(hints[first.name], Cacheable),
    )


def _spoken(name: str) -> str:
    """Give the name that users meet: Python's ``from_`` is their ``from``."""
    return name.rstrip("_").replace("_", "-")


_STRICT = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _arg(command_name: str, name: str, hint: object) -> Arg:
    if get_origin(hint) is Annotated:
        for mark in get_args(hint)[1:]:
            if isinstance(mark, Arg):
                return mark
    raise ValueError(f"command {command_name}: annotate '{name}' as Annotated[type, Arg(...)]")


def _faults(declared: Command) -> Iterator[str]:
    """Find what the platforms would refuse, and what every command must bring."""
    if not declared.summary or len(declared.summary) > _ABOUT:
        yield f"the docstring's first line must have 1 to {_ABOUT} characters"
    if not declared.examples and not declared.hidden:
        yield "give at least one Example(typed, shows=(...))"
    if len(declared.args) > _ARGS:
        yield f"more than {_ARGS} arguments"
    for name in (declared.name, *declared.aliases, *declared.args):
        if not _NAME.fullmatch(name):
            yield f"'{name}' must be lower case letters, digits and hyphens, 32 at most"
    for name, arg in declared.args.items():
        if not 1 <= len(arg.about) <= _ABOUT:
            yield f"describe '{name}' in 1 to {_ABOUT} characters"
