"""The commands over the content: discovery, names, permissions, and calls from and to lines."""

import importlib
import pkgutil
import types
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot.call import Call, Caller
from bot.command import CacheableContext, Command, declared_command
from bot.errors import Refusal
from bot.language.argument_parser import shortest_line
from bot.language.name_index import NameRegistry
from bot.language.parser import parse, starts_with_command
from bot.reply import Action
from content import Content


def discover_commands(package: types.ModuleType) -> dict[str, Command]:
    """Return the commands declared in the modules of *package* and its subpackages, by name."""
    found: dict[str, Command] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        loaded = importlib.import_module(module.name)
        for function in vars(loaded).values():
            command = declared_command(function)
            if command is not None and function.__module__ == loaded.__name__:
                found[command.name] = command
    return dict(sorted(found.items()))


class CommandRegistry:
    """The commands and the names they take; the same for everybody at any time."""

    def __init__(self, content: Content, commands: Mapping[str, Command]) -> None:
        self.content, self.commands = content, commands
        self.name_registry = NameRegistry(content, commands)

    def visible_commands(self) -> list[Command]:
        """Return the commands that help lists."""
        return [each for each in self.commands.values() if not each.hidden]

    def is_allowed(self, call: Call, caller: Caller) -> bool:
        """Return whether *caller* may make a call, so that nobody fills in a form in vain."""
        command = self.commands.get(call.command)
        return command is None or command.allows(caller)

    def missing_arguments(self, call: Call) -> tuple[str, ...]:
        """Return the required arguments that *call* does not give."""
        command = self.commands.get(call.command)
        if command is None:
            return ()
        missing = command.required - call.args.keys()
        return tuple(name for name in command.args if name in missing)

    def parse(self, line: str) -> Call:
        """Return the call that a typed line means; raise Refusal."""
        return parse(line, self.name_registry, self.commands)

    def starts_with_command(self, line: str) -> bool:
        """Return whether a typed line begins with the name of a command."""
        return starts_with_command(line, self.name_registry)

    def shortest_line(self, call: Call) -> str:
        """Return the shortest line that makes *call* when it is typed."""
        command = self.commands.get(call.command)
        return shortest_line(command, call, self.name_registry) if command else call.to_line()

    def line_for(self, action: Action) -> str:
        """Return the line that does *action*: its label, if that works and names the command."""
        command, begins = self.commands.get(action.call.command), action.label.split(" ", 1)[0]
        if command and (command.answers_questions or begins in {command.name, *command.aliases}):
            with suppress(Refusal):
                if self.parse(action.label) == action.call:
                    return action.label
        return self.shortest_line(action.call)

    def action_from_line(self, line: str) -> Action:
        """Return an action for a line from the content or a declaration."""
        return self.action_for(self.parse(line))

    def action_for(self, call: Call) -> Action:
        """Return an action for *call*, labeled in plain words: "salary: ML Engineer, senior"."""
        command = self.commands[call.command]
        names = (command.args[name].names for name in call.args)
        labels = [
            value if names_of is None else self.name_registry.label_for(names_of, value)
            for names_of, value in zip(names, call.args.values(), strict=True)
        ]
        if command.answers_questions and labels:
            return Action(labels[0], call)
        return Action(": ".join(filter(None, [call.command, ", ".join(labels)])), call)


@dataclass(frozen=True, slots=True)
class ContentContext(CacheableContext):
    """The content, for a cached command to use; there is no caller, clock or storage."""

    registry: CommandRegistry

    @property
    def content(self) -> Content:
        """The loaded content."""
        return self.registry.content
