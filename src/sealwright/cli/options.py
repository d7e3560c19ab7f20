"""The command line: options, and their twins in the environment. Parsing only; `cli.commands` acts.

Every option can be given as SEALWRIGHT_<OPTION> (`cli.environment`); the command line wins over the environment, the
environment over the configuration file.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, NoReturn

from sealwright.cli.commands import COMMANDS, command_module
from sealwright.cli.environment import fill
from sealwright.errors import UsageError
from sealwright.report.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

SEVERITIES = ("info", "low", "medium", "high", "critical")
CONFIDENCES = ("certain", "likely", "possible")
HISTORY_REFS = ("--all", "--branches", "--tags")
SCOPES = ("strict", "namespace-wide", "cluster-wide")
_NEVER_EMPTY = frozenset({"cluster", "controller", "fingerprint"})
"""Whoever gives one of these means to make sure of something: `--fingerprint "$PIN"` must not pass for no pin."""
_MOST_IN_USAGE = 10
"""Options that a line of usage names; more would fill the page before it says what the command is for."""


class _Formatter(argparse.HelpFormatter):
    """argparse makes one for every option; its own way to find the terminal's width would load archive libraries."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Examples keep their lines; what is one line is a paragraph."""
        if "\n" in text:
            return text
        return super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """A parser of ours: as wide as the terminal, and it never repeats a value."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Formatter(self.prog)

    def format_help(self) -> str:
        """The help page, with examples at its end where there are some."""
        from sealwright.cli.examples import examples

        self.epilog = examples(self.prog, _width()) + (self.epilog or "")
        if len(self._actions) > _MOST_IN_USAGE:
            places = (action for action in self._actions if not action.option_strings)
            names = (f"[{place.metavar} ...]" if place.nargs == "*" else str(place.metavar) for place in places)
            self.usage = " ".join(("%(prog)s [OPTION ...]", *names))
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        # Values are not repeated: a secret pasted in the wrong place must not come back in a log.
        raise UsageError(_without_values(message), hint=f"see `{self.prog} --help`")


def _width() -> int:
    try:
        return min(os.get_terminal_size().columns, 120) - 2
    except (OSError, ValueError):
        return 78


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options, each with its value from the line or the environment. Raises UsageError; --help exits."""
    words, handed_on = _divided(argv)
    options = _parser(words[0] if words else "").parse_args(_joined(words))
    if handed_on:
        options.handed_on = handed_on
    for action in options.actions:
        if action.dest in _NEVER_EMPTY and getattr(options, action.dest) == "":
            hint = "leave it out, or check the variable that its value comes from"
            raise UsageError(f"{action.option_strings[0]} is empty", hint=hint)
    fill(options, whole_parser)
    return options


def _divided(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words for the command, and what follows `--` where that is for the command that it starts."""
    words = list(argv)
    if words[:2] != ["fleet", "convert"] or "--" not in words:
        return words, []
    end = words.index("--")
    return words[:end], words[end + 1 :]


def _joined(argv: Sequence[str]) -> list[str]:
    """`--history --all` as one word: argparse would take the value for an option."""
    words = list(argv)
    end = words.index("--") if "--" in words else len(words)
    for at in range(end - 1):
        if words[at] == "--history" and words[at + 1] in HISTORY_REFS:
            return [*words[:at], "=".join(words[at : at + 2]), *words[at + 2 :]]
    return words


def whole_parser() -> argparse.ArgumentParser:
    """The parser with every command: for what is made of it, such as the reference and completions."""
    return _parser("")


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser for one command; for all of them where none is named, since help and errors list them."""
    parser = Parser(
        prog="sealwright",
        description="Keeps plaintext Kubernetes Secrets out of Git.",
        epilog="\nexit codes: 0 clean or done, 1 findings, 2 usage, 3 could not finish, 130 interrupted\n",
        allow_abbrev=False,
    )
    # `prog` is given because argparse would lay out a whole help page to find it out.
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=Parser, prog=parser.prog
    )
    for name, help_text in COMMANDS.items():
        if name == wanted or wanted not in COMMANDS:
            command = command_module(name)
            added = commands.add_parser(name, help=help_text, description=command.DESCRIPTION, allow_abbrev=False)
            added.set_defaults(actions=[])
            command.add_options(added)
    return parser


def selection_options(parser: Parser) -> None:
    """Which files: left out, how deep, how large; and the configuration."""
    parser.add_argument(
        "--skip-files", action="append", default=None, metavar="GLOB", help="leave these out (repeatable)"
    )
    parser.add_argument("--depth", type=count, default=None, metavar="N", help="folder levels to go down (0: all)")
    parser.add_argument("--max-bytes", type=count, default=None, metavar="N", help="largest file to parse (10 MiB)")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )


def report_options(parser: Parser) -> None:
    """What goes where, and what makes the exit code."""
    parser.add_argument("--format", choices=tuple(FORMATS), default=None, help="what goes to stdout (default: text)")
    parser.add_argument(
        "--output", action="append", default=None, metavar="FORMAT=FILE", help="also into a file (repeatable)"
    )
    parser.add_argument("--exit-zero", action="store_true", default=None, help="findings do not make the exit code 1")
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None, help="default: auto")


def baseline_options(parser: Parser) -> None:
    """Which baseline counts."""
    baseline = "do not fail for what is in it (default: .sealwright-baseline.json at the root, if it is there)"
    parser.add_argument("--baseline", default=None, metavar="FILE", help=baseline)
    parser.add_argument("--no-baseline", action="store_true", default=None, help="count everything, whatever is known")


def stamp_options(parser: Parser) -> None:
    """Whether what is sealed is stamped, and who signs; `context.keeping` reads them."""
    lock = "leave no stamps in .sealwright.lock of what is sealed"
    parser.add_argument("--no-stamps", action="store_true", default=None, help=lock)
    key = "sign the stamps with this Ed25519 key (PEM)"
    parser.add_argument("--stamp-key", default=None, metavar="FILE", help=key)


def opening_option(parser: Parser) -> None:
    """The keys that open; `context.opening_keys` reads them."""
    keys = "a PEM file or a backup of the controller's key Secrets (repeatable)"
    parser.add_argument("--private-key", action="append", default=None, metavar="FILE", help=keys)


def remember(parser: Parser) -> None:
    """Let `parse` look for the environment's twins of these options; the last thing that `add_options` does."""
    actions = [action for action in parser._actions if action.option_strings and action.dest != "help"]  # noqa: SLF001
    parser.set_defaults(actions=actions)


def count(text: str) -> int:
    """The type of options that take a number."""
    if not text.isdecimal() or len(text) > 12:
        raise argparse.ArgumentTypeError("must be a whole number")
    return int(text)


def _without_values(message: str) -> str:
    """argparse quotes what it was given: `invalid choice: 'hunter2' (choose from ...)`."""
    if message.startswith("unrecognized arguments: "):
        words = [word.split("=", 1)[0] for word in message.split(": ", 1)[1].split() if word.startswith("-")]
        # A short option may have its value glued to it.
        names = [word if word.startswith("--") else word[:2] for word in words]
        return f"unknown option {' '.join(names)}" if names else "too many arguments"
    if "invalid choice: " in message:
        head, _, rest = message.partition("invalid choice: ")
        _, _, choices = rest.rpartition("(choose from ")
        return f"{head}must be one of {choices.rstrip(')')}" if choices else f"{head}invalid choice"
    if "ignored explicit argument" in message:
        return f"{message.partition('ignored explicit argument')[0]}takes no value"
    return message
