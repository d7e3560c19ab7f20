"""`sealwright fleet`: one question to many repositories, and what became of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.commands import Command
    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = "Ask many repositories at once, on the cores of this machine or on a Dask cluster that exists."

VERBS = {
    "scan": "find plaintext secrets in all of them",
    "gate": "does the head of each pass its gate?",
    "convert": "prepare a branch and a patch for each; nothing is pushed unless you say so",
    "report": "what a run found: pages and files for others",
    "diff": "what is new and what is gone between two runs",
}
"""Each verb and the line that `--help` has for it. The module of that name in `cli.fleet` does it."""


def add_options(parser: Parser) -> None:
    """One verb, and what it is about."""
    from sealwright.cli.options import Parser

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    for name, text in VERBS.items():
        module = _module(name)
        module.add_options(verbs.add_parser(name, help=text, description=module.DESCRIPTION, allow_abbrev=False))


def run(options: argparse.Namespace) -> ExitCode:
    """Do what the verb says."""
    return _module(options.verb).run(options)


def _module(verb: str) -> Command:
    return cast("Command", import_module(f"sealwright.cli.fleet.{verb}"))
