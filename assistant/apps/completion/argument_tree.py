"""What may be typed where: an argparse parser as plain data."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ValueKind(StrEnum):
    """What an argument is completed with."""

    NOTHING = "nothing"
    """It takes no value, or one that cannot be guessed."""

    WORD = "word"
    """One of ``choices``, or free text if there are none."""

    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True)
class ArgumentValue:
    """The value of an option, or an operand."""

    kind: ValueKind = ValueKind.NOTHING
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommandOption:
    """An option, with all its spellings."""

    flags: tuple[str, ...]
    value: ArgumentValue
    help: str


@dataclass(frozen=True)
class CommandNode:
    """A command: the top one has no words."""

    words: tuple[str, ...]
    """As typed behind the program's name."""

    help: str
    options: tuple[CommandOption, ...]
    operand: ArgumentValue
    commands: tuple["CommandNode", ...] = ()

    def every(self) -> Iterator["CommandNode"]:
        """This command and all below it."""
        yield self
        for one in self.commands:
            yield from one.every()


def argument_tree(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = (), summary: str = ""
) -> CommandNode:
    """The tree of ``parser``; commands that its help does not list are left out."""
    options: list[CommandOption] = []
    commands: list[CommandNode] = []
    operand = ArgumentValue()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for entry in action._choices_actions:
                below = action.choices[entry.dest]
                commands.append(argument_tree(below, (*words, entry.dest), entry.help or ""))
        elif action.option_strings:
            value = ArgumentValue() if action.nargs == 0 else _value(action)
            options.append(CommandOption(tuple(action.option_strings), value, action.help or ""))
        elif operand.kind is ValueKind.NOTHING:
            operand = _value(action)
    return CommandNode(words, summary, tuple(options), operand, tuple(commands))


def _value(action: argparse.Action) -> ArgumentValue:
    if action.choices is not None:
        return ArgumentValue(ValueKind.WORD, tuple(str(one) for one in action.choices))
    if action.type is Path:
        return ArgumentValue(ValueKind.FOLDER if action.metavar == "DIR" else ValueKind.FILE)
    return ArgumentValue(ValueKind.WORD)
