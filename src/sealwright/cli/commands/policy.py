"""`sealwright policy`: the rules, listed or explained."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

DESCRIPTION = "List the rules, or show one."


def add_options(parser: Parser) -> None:
    """One verb, and what it is about."""
    from sealwright.cli.options import Parser, remember

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    listing = verbs.add_parser("list", help="every rule in a line", allow_abbrev=False)
    listing.add_argument("--kind", choices=("detect",), default=None, help="only rules of this kind")
    show = verbs.add_parser("show", help="what a rule finds, what it leaves alone, how to fix it", allow_abbrev=False)
    show.add_argument("rule", metavar="ID")
    remember(listing)
    remember(show)


def run(options: argparse.Namespace) -> ExitCode:
    """Print the rules."""
    from sealwright.report.rules import rule_pages

    pages = rule_pages()
    if options.verb == "list":
        width = max(len(rule) for rule in pages)
        sys.stdout.write("".join(f"{page.rule:<{width}}  {page.title}\n" for page in pages.values()))
        return ExitCode.CLEAN
    if options.rule not in pages:
        raise UsageError("there is no such rule", hint="`sealwright policy list` names them all")
    sys.stdout.write(f"{pages[options.rule].text}\n")
    return ExitCode.CLEAN
