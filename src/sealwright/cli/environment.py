"""The twins of options in the environment: SEALWRIGHT_<OPTION>.

A variable is often set for a whole job, in which several commands run: a format that this command does not have, and
another one has, is left out with a word about it. Whatever goes wrong over a value from here names its variable.
"""

from __future__ import annotations

import argparse
import os
import re
from typing import TYPE_CHECKING, Any

from sealwright.cli.streams import complain
from sealwright.config import environment_value
from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.errors import SealwrightError

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def fill(options: argparse.Namespace, whole_parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Give what the command line left open the value of its variable. Raises UsageError for one that cannot be.

    `whole_parser` makes the parser of every command: what others can is asked only where this one cannot.
    """
    variables: dict[str, argparse.Action] = {}
    for action in options.actions:
        text = environment_value(action.dest, os.environ) if getattr(options, action.dest) is None else None
        if text is None:
            continue
        variable = f"SEALWRIGHT_{action.dest.upper()}"
        value = _value(action, text, variable)
        if action.dest == "output":
            value = _writable(options, value, variable, whole_parser)
        elif action.choices is not None and value not in action.choices:
            if action.dest != "format" or value not in _formats(whole_parser(), "format"):
                raise UsageError(f"must be one of {', '.join(map(str, action.choices))}", place=variable)
            complain(f"note: {options.command} has no format {value}: {variable} means nothing here\n")
            value = None
        setattr(options, action.dest, value)
        variables[variable] = action
    if variables:
        options.variables = variables


def name_variables(error: SealwrightError, options: argparse.Namespace) -> None:
    """Add to the hint where the values came from that the error is about, if that was the environment."""
    for variable, action in getattr(options, "variables", {}).items():
        if variable not in str(error) and _is_about(error, action, getattr(options, action.dest)):
            source = f"{action.option_strings[0]} comes from {variable}"
            error.hint = f"{error.hint}; {source}" if error.hint else source


def _value(action: argparse.Action, text: str, variable: str) -> Any:
    """The text as what the option takes. Lists have one entry on each line, or are one line with commas."""
    if action.nargs == 0:
        if text.lower() not in _TRUE | _FALSE:
            raise UsageError("is neither true nor false", place=variable, hint="use 1 or 0")
        return text.lower() in _TRUE
    if isinstance(action, argparse._AppendAction):  # noqa: SLF001 - argparse has no public name for it
        parts = text.splitlines() if "\n" in text.strip() else text.split(",")
        return [part.strip() for part in parts if part.strip()]
    try:
        return action.type(text) if callable(action.type) else text
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error), place=variable) from None


def _writable(
    options: argparse.Namespace, outputs: list[str], variable: str, whole_parser: Callable[[], argparse.ArgumentParser]
) -> list[str]:
    """The FORMAT=FILE that this command can write; what no command can is kept, for whoever says so."""
    own = next(action.choices or () for action in options.actions if action.dest == "format")
    others = {output.partition("=")[0] for output in outputs if "=" in output} - {*own}
    others &= _formats(whole_parser(), "output") if others else others
    for name in sorted(others):
        complain(f"note: {options.command} has no format {name}: what {variable} says of it means nothing here\n")
    return [output for output in outputs if output.partition("=")[0] not in others or "=" not in output]


def _formats(parser: argparse.ArgumentParser, option: str) -> set[str]:
    """The formats of all commands and verbs that have the option."""
    found: set[str] = set()
    actions = {action.dest: action for action in parser._actions}  # noqa: SLF001
    if option in actions and "format" in actions:
        found.update(actions["format"].choices or ())
    for action in actions.values():
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            found.update(*(_formats(below, option) for below in action.choices.values()))
    return found


def _is_about(error: SealwrightError, action: argparse.Action, value: Any) -> bool:
    """Whether the error names the option, or what the option says."""
    names = any(_stands_in(flag, f"{error} {error.hint}") for flag in action.option_strings)
    return names or any(_stands_in(text, str(error)) for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    """What an error may quote of a value: all of it, or one side of its `=`."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str):
            yield from filter(None, {text, *text.split("=", 1)})


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
