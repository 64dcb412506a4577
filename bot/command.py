"""Declaration of a command: one function with typed arguments, a docstring and examples.

Parsing, forms, help, slash commands, documentation and tests are derived from the declaration.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, create_model
from pydantic_core import CoreSchema, core_schema

from bot.call import Call, Caller
from bot.errors import Refusal
from bot.language.mentions import find_cut
from bot.language.name_index import NamedValue, NameIndexFactory, NameRegistry
from bot.reply import Reply

# Discord's limits; Slack's are wider.
_NAME_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,31}")
_MAX_DESCRIPTION = 100
_MAX_ARGS = 25
_MAX_FORM_FIELDS = 5
_MAX_LINE = 300  # characters of a text that fits in a one-line input
_STRICT = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)
_COMMAND_ATTRIBUTE = "command"  # of a declared function; holds its Command


class Visibility(StrEnum):
    """The people who see a command's reply. Discord needs to know them before the command runs."""

    SHAREABLE = "shareable"  # only the caller, who may share it with the channel
    PRIVATE = "private"  # only the caller, and it can't be shared
    PUBLIC = "public"  # everybody in the channel


class Permission(StrEnum):
    """The people who may run a command."""

    EVERYONE = "everyone"
    MODERATORS = "moderators"


@dataclass(frozen=True, slots=True)
class Example:
    """A line that uses a command, for help and tests, and texts that its reply must contain."""

    line: str
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands that share a first word, such as "tips add" and "tips move"."""

    name: str
    summary: str
    permission: Permission = Permission.EVERYONE


class CacheableContext:
    """The base class of contexts without clock, caller and storage.

    Replies of a command are cached if its first parameter is annotated with a subclass, such as
    `bot.registry.ContentContext`.
    """

    __slots__ = ()


class PickerType(StrEnum):
    """A kind of value that Discord or Slack have a picker for.

    The argument's value is the platform-tagged id of what was picked ("discord:123"); for a time,
    it is such as "09:00".
    """

    ROLE = "role"
    CHANNEL = "channel"
    CHANNELS = "channels"  # several: ids between spaces
    PEOPLE = "people"  # members, and roles (Discord) or user groups (Slack): ids between spaces
    TIME = "time"


Autocomplete = Callable[[Any, str], Awaitable[Iterable[NamedValue[Any]]]]
"""A function that suggests values for an argument.

Its parameters are the context, whose call holds the other arguments, and the text typed so far.
"""


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument of a command: its description and the values that it accepts."""

    description: str
    names: NameIndexFactory | None = None  # builds the index of its valid names; None: free text
    max_length: int = 300
    picker: PickerType | None = None  # shown instead of a text input if the platform has one
    autocomplete: Autocomplete | None = None  # suggests values while somebody types
    accepts_file: bool = False  # can also be sent as a file
    takes_rest: bool = False  # an optional text that is typed last, without its name
    label: str = ""  # in a form; by default, the argument's name
    is_clearable: bool = True  # False: what a form opens with can be changed but not cleared
    platforms: frozenset[str] = frozenset()  # that offer it, such as {"discord"}; empty: all
    resets: tuple[str, ...] = ()  # arguments that a follow-up drops if it changes this one

    def is_offered_on(self, platform: str) -> bool:
        """Return True if *platform*, such as "slack", offers the argument."""
        return not self.platforms or platform in self.platforms

    @property
    def is_free_text(self) -> bool:
        """Whether the argument accepts any text."""
        return self.names is None and self.picker is None

    @property
    def is_multiline(self) -> bool:
        """Whether the text may have several lines, which only a form or a file can take."""
        return self.is_free_text and self.max_length > _MAX_LINE

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return a schema with which pydantic replaces a typed name by the value that it names.

        The validation context holds the NameRegistry under the key "names".
        """
        del source, handler
        return core_schema.with_info_plain_validator_function(self._resolve)

    def _resolve(self, value: str, info: ValidationInfo) -> object:
        argument = str(info.field_name)
        if self.names is None:
            return self._validate_text(value.strip(), argument)
        registry: NameRegistry = (info.context or {})["names"]
        names = registry.index_for(self.names)
        found = names.lookup(value)
        if found is None:
            near = names.fuzzy_match(value)
            suggestion = f" Did you mean {near[1].label}?" if near else ""
            message = names.unknown_message(truncate(value)) + suggestion
            raise Refusal(message, argument=argument)
        return found.value

    def _validate_text(self, value: str, name: str) -> str:
        if not value:
            raise Refusal(f"The {name} is empty. Write something.", argument=name)
        if len(value) > self.max_length:
            message = f"The {name} has {len(value)} characters. The limit is {self.max_length}."
            raise Refusal(message, argument=name)
        return value


Prefill = Callable[[Any], Awaitable[Mapping[str, str]]]
"""A function that returns the values with which a form opens, by argument.

Its parameter is the context, whose call holds the arguments given so far.
"""


@dataclass(frozen=True, slots=True)
class FormLayout:
    """A command's form: its title, the label of its submit button, and the arguments it asks for.

    It opens if the call has none of these arguments, or lacks a required one. It doesn't open if
    the call has one of the arguments *instead*, which also say what to do. It doesn't ask for the
    arguments that it *carries*, such as the version that is edited: *prefill* returns them, and the
    call of the form has them.
    """

    title: str
    submit: str
    fields: tuple[str, ...]
    prefill: Prefill | None = None
    instead: tuple[str, ...] = ()
    hints: Prefill | None = None  # returns what some fields say in place of their descriptions
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A bot command, as declared by the decorator `command`."""

    name: str  # unique; that of "tips add" is "tips-add"
    summary: str
    details: str
    args: Mapping[str, Arg]
    parameters: Mapping[str, str]  # the function's parameter for each argument
    required: frozenset[str]
    args_model: Callable[[], type[BaseModel]]  # creates the model when it is first called
    run: Callable[..., Awaitable[Reply]]
    examples: tuple[Example, ...] = ()
    visibility: Visibility = Visibility.SHAREABLE
    permission: Permission = Permission.EVERYONE
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # words in a whole question that lead to this command
    answers_questions: bool = False  # gets questions that don't start with a command
    hidden: bool = False  # for buttons: it can be typed but isn't listed
    differs_for_moderators: bool = False  # everyone may run it, but moderators get more
    cacheable: bool = False  # its reply depends only on its arguments
    group: CommandGroup | None = None
    form: FormLayout | None = None
    platforms: frozenset[str] = frozenset()  # that offer it, such as {"discord"}; empty: all

    async def __call__(self, context: object, args: BaseModel) -> Reply:
        """Run the command with validated arguments and return its reply."""
        given = {inside: getattr(args, name) for name, inside in self.parameters.items()}
        return await self.run(context, **given)

    def allows(self, caller: Caller) -> bool:
        """Return True if *caller* may run the command."""
        return self.permission is Permission.EVERYONE or caller.moderator

    def is_offered_on(self, platform: str) -> bool:
        """Return True if *platform*, such as "slack", offers the command."""
        return not self.platforms or platform in self.platforms

    def require_offered(self, call: Call, caller: Caller) -> None:
        """Raise Refusal if the caller's platform doesn't offer the command or an argument of it."""
        platform = caller.id.partition(":")[0]
        if not self.is_offered_on(platform):
            raise Refusal(f"{self.words} only works on {_list_platforms(self.platforms)}.")
        for name in call.args:
            arg = self.args.get(name)
            if arg is not None and not arg.is_offered_on(platform):
                where = _list_platforms(arg.platforms)
                message = f"“{name}” in {self.words} only works on {where}. Leave it out here."
                raise Refusal(message, argument=name)

    @property
    def is_shareable(self) -> bool:
        """Whether the caller may share the reply with the channel."""
        return self.visibility is Visibility.SHAREABLE and self.permission is Permission.EVERYONE

    @property
    def is_for_members(self) -> bool:
        """Whether the command is listed for members: neither hidden nor only for moderators."""
        return not self.hidden and self.permission is not Permission.MODERATORS

    @property
    def words(self) -> str:
        """The command as members type it: "tips add", without arguments."""
        return f"{self.group.name} {self.local_name}" if self.group else self.name

    @property
    def local_name(self) -> str:
        """The command's name without that of its group: "add" for "tips add"."""
        return self.name.removeprefix(f"{self.group.name}-") if self.group else self.name

    def needs_form(self, call: Call) -> bool:
        """Return True if *call* lacks arguments that a form asks for."""
        if self.required - call.args.keys():
            return True
        form = self.form
        return form is not None and not call.args.keys() & {*form.fields, *form.instead}

    @property
    def file_argument(self) -> str | None:
        """The name of the argument that can be sent as a file, or None."""
        return next((name for name, arg in self.args.items() if arg.accepts_file), None)

    def usage(self) -> str:
        """Return the command with its arguments, optional ones in brackets: ``salary [role]``."""
        words = (name if name in self.required else f"[{name}]" for name in self.args)
        return " ".join([self.words, *words])


def command(  # noqa: PLR0913  # a declaration, by keyword
    *examples: Example,
    visibility: Visibility = Visibility.SHAREABLE,
    permission: Permission = Permission.EVERYONE,
    aliases: tuple[str, ...] = (),
    keywords: tuple[str, ...] = (),
    answers_questions: bool = False,
    hidden: bool = False,
    differs_for_moderators: bool = False,
    group: CommandGroup | None = None,
    form: FormLayout | None = None,
    platforms: frozenset[str] = frozenset(),
) -> Callable[[Callable[..., Awaitable[Reply]]], Callable[..., Awaitable[Reply]]]:
    """Return a decorator that declares a function as a command.

    The function's first parameter is a CommandContext or a ContentContext; the others are its
    arguments, annotated with `Arg`. A ContentContext has no clock, caller or storage, so that the
    reply can be cached. A command of a *group* has the group's permission, and its function's name
    begins with the group's.

    Raises:
        ValueError: at import, if the declaration breaks a platform's limit or is incomplete.

    """

    def declare(function: Callable[..., Awaitable[Reply]]) -> Callable[..., Awaitable[Reply]]:
        declared = replace(
            _build_command(function),
            examples=examples,
            visibility=visibility,
            permission=group.permission if group else permission,
            aliases=aliases,
            keywords=keywords,
            answers_questions=answers_questions,
            hidden=hidden,
            differs_for_moderators=differs_for_moderators,
            group=group,
            form=form,
            platforms=platforms,
        )
        for fault in _find_problems(declared):
            raise ValueError(f"command {declared.name}: {fault}")
        setattr(function, _COMMAND_ATTRIBUTE, declared)
        return function

    return declare


def declared_command(function: object) -> Command | None:
    """Return the Command that *function* was declared as, or None."""
    found = getattr(function, _COMMAND_ATTRIBUTE, None)
    return found if isinstance(found, Command) else None


def truncate(text: str, max_length: int = 40) -> str:
    """Return *text* cut to *max_length* characters with "…"; a mention is never cut in two."""
    end = find_cut(text, max_length - 1)
    return text if len(text) <= max(max_length, end) else text[:end].rstrip() + "…"


def _list_platforms(platforms: frozenset[str]) -> str:
    return " and ".join(each.capitalize() for each in sorted(platforms))


def _build_command(function: Callable[..., Awaitable[Reply]]) -> Command:
    summary, _, details = inspect.cleandoc(function.__doc__ or "").partition("\n")
    hints = get_type_hints(function, include_extras=True)
    if hints.get("return") is not Reply:
        raise ValueError(f"command {function.__name__}: annotate it as returning a Reply")
    first, *others = inspect.signature(function).parameters.values()
    parameters = {_user_facing_name(each.name): each for each in others}
    required = frozenset(key for key, each in parameters.items() if each.default is each.empty)
    fields = {
        key: (hints[each.name], ... if key in required else each.default)
        for key, each in parameters.items()
    }
    name = _user_facing_name(function.__name__)
    return Command(
        name=name,
        summary=summary.strip(),
        details=details.strip(),
        args={key: _find_arg(name, key, hints[each.name]) for key, each in parameters.items()},
        parameters={key: each.name for key, each in parameters.items()},
        required=required,
        args_model=cache(partial(create_model, f"{name}-args", __config__=_STRICT, **fields)),
        run=function,
        cacheable=issubclass(hints[first.name], CacheableContext),
    )


def _user_facing_name(name: str) -> str:
    """Return a Python name as users see it: ``from`` for ``from_``."""
    return name.rstrip("_").replace("_", "-")


def _find_arg(command_name: str, name: str, hint: object) -> Arg:
    if get_origin(hint) is Annotated:
        for mark in get_args(hint)[1:]:
            if isinstance(mark, Arg):
                return mark
    raise ValueError(f"command {command_name}: annotate '{name}' as Annotated[type, Arg(...)]")


def _find_problems(declared: Command) -> Iterator[str]:
    """Yield a message for each part that is missing or that a platform would reject."""
    if not declared.summary or len(declared.summary) > _MAX_DESCRIPTION:
        yield f"the docstring's first line must have 1 to {_MAX_DESCRIPTION} characters"
    if not declared.examples and not declared.hidden:
        yield "give at least one Example(line, shows=(...))"
    if declared.group and not declared.name.startswith(f"{declared.group.name}-"):
        yield f"the function's name must begin with {declared.group.name}_"
    if declared.form is not None:
        yield from _find_form_problems(declared.form, declared)
    if len(declared.args) > _MAX_ARGS:
        yield f"more than {_MAX_ARGS} arguments"
    for name in (declared.name, *declared.aliases, *declared.args):
        if not _NAME_PATTERN.fullmatch(name):
            yield f"'{name}' must be at most 32 lowercase letters, digits and hyphens"
    yield from _find_arg_problems(declared)


def _find_arg_problems(declared: Command) -> Iterator[str]:
    for name, arg in declared.args.items():
        if not 1 <= len(arg.description) <= _MAX_DESCRIPTION:
            yield f"describe '{name}' in 1 to {_MAX_DESCRIPTION} characters"
        if not set(arg.resets) <= declared.args.keys():
            yield f"'{name}' resets an argument that doesn't exist"


def _find_form_problems(form: FormLayout, declared: Command) -> Iterator[str]:
    if not 1 <= len(form.fields) <= _MAX_FORM_FIELDS:
        yield f"a form has 1 to {_MAX_FORM_FIELDS} fields"
    if not {*form.fields, *form.instead, *form.carries} <= declared.args.keys():
        yield "its form asks for an argument that doesn't exist"
