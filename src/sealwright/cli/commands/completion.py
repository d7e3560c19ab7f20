"""`sealwright completion`: a script that lets a shell complete commands, options and their values."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

DESCRIPTION = (
    "Print a script with which a shell completes commands, options, formats, packs, rules and files. It is made for "
    "this version, and does not start sealwright while you type."
)
SHELLS = ("bash", "zsh", "fish")


def add_options(parser: Parser) -> None:
    """For which shell."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def run(options: argparse.Namespace) -> ExitCode:
    """Print it."""
    from sealwright.cli.completion.pages import pages

    script = import_module(f"sealwright.cli.completion.{options.shell}").script
    sys.stdout.write(script(pages()))
    return ExitCode.CLEAN
