"""The registry of commands: discovery, permissions, and converting lines to calls and back."""

import importlib
import pkgutil
import types
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property

from bot.call import Call, Caller
from bot.command import CacheableContext, Command, CommandGroup, declared_command
from bot.errors import Refusal
from bot.language.argument_parser import call_action, shortest_line
from bot.language.name_index import NameRegistry
from bot.language.parser import find_command, parse, starts_with_command
from bot.language.retrieval.community import CommunityIndex
from bot.language.tokens import tokenize
from bot.reply import Action
from content import Content


def discover_commands(package: types.ModuleType) -> dict[str, Command]:
    """Import all modules of *package*; return a dict from names to the commands declared there."""
    return dict(_discover(package))


@cache
def _discover(package: types.ModuleType) -> Mapping[str, Command]:
    found: dict[str, Command] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        loaded = importlib.import_module(module.name)
        for function in vars(loaded).values():
            command = declared_command(function)
            if command is not None and function.__module__ == loaded.__name__:
                found[command.name] = command
    return dict(sorted(found.items()))


class CommandRegistry:
    """All commands, and the names that their arguments take. Independent of caller and time."""

    def __init__(self, content: Content, commands: Mapping[str, Command]) -> None:
        self.content, self.commands = content, commands
        self.name_registry = NameRegistry(content, commands)

    @cached_property
    def groups(self) -> Mapping[str, CommandGroup]:
        """The groups of commands by name, such as "tips"."""
        return {each.group.name: each.group for each in self.commands.values() if each.group}

    def visible_commands(self) -> list[Command]:
        """Return the commands to list in help: all but the hidden ones."""
        return [each for each in self.commands.values() if not each.hidden]

    def visible_on(self, platform: str) -> list[Command]:
        """Return the commands that *platform*, such as "slack", offers: all but the hidden ones."""
        return [each for each in self.visible_commands() if each.is_offered_on(platform)]

    def is_allowed(self, call: Call, caller: Caller) -> bool:
        """Return True unless *call* is of a command that *caller* may not run.

        Adapters check this before they show a form, so that nobody fills in a form for nothing.
        """
        command = self.commands.get(call.command)
        return command is None or command.allows(caller)

    def parse(self, line: str, own: CommunityIndex | None = None) -> Call:
        """Return the call for a typed line; raise Refusal if the line is unclear or has a typo.

        *own* finds the answers of the member's community.
        """
        return parse(line, self.name_registry, self.commands, own)

    def find_command(self, line: str) -> Command | None:
        """Return the command with whose name a typed line begins, such as "tips add", or None."""
        found = find_command(tokenize(line), self.name_registry)
        return self.commands[found[0]] if found else None

    def starts_with_command(self, line: str) -> bool:
        """Return True if a typed line begins with the name of a command."""
        return starts_with_command(line, self.name_registry)

    def shortest_line(self, call: Call) -> str:
        """Return the shortest line that a member can type to make *call*."""
        command = self.commands.get(call.command)
        return shortest_line(command, call, self.name_registry) if command else call.to_line()

    def line_for(self, action: Action) -> str:
        """Return a line that a member can type instead of clicking the button *action*.

        It is the button's label if that parses to the same call and names the command, otherwise
        the shortest line for the call.
        """
        command, begins = self.commands.get(action.call.command), action.label.split(" ", 1)[0]
        if command and (command.answers_questions or begins in _first_words(command)):
            with suppress(Refusal):
                if self.parse(action.label) == action.call:
                    return action.label
        return self.shortest_line(action.call)

    def action_from_line(self, line: str) -> Action:
        """Return a button that does the same as typing *line*; raise Refusal if it is unclear."""
        return self.action_for(self.parse(line))

    def action_for(self, call: Call) -> Action:
        """Return a button that makes *call*, with a label such as "Salary: ML Engineer, senior"."""
        return call_action(self.commands[call.command], call, self.name_registry)


def _first_words(command: Command) -> set[str]:
    return {command.words.split(" ", 1)[0], *command.aliases}


@dataclass(frozen=True, slots=True)
class ContentContext(CacheableContext):
    """The first argument of a command whose replies are cached: content, but no caller or clock."""

    registry: CommandRegistry

    @property
    def content(self) -> Content:
        """The content that the app has loaded: roles, pay figures, FAQ, quizzes and tips."""
        return self.registry.content
