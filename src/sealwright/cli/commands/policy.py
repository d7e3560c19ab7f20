"""`sealwright policy`: the rules and packs, listed, explained, tested, exported; an expression tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = "List the rules, show one, test a pack, try an expression, or export rules to a cluster."


def add_options(parser: Parser) -> None:
    """One verb, and what it is about."""
    from sealwright.cli.options import Parser, remember

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    listing = verbs.add_parser("list", help="every rule in a line", allow_abbrev=False)
    listing.add_argument("--kind", choices=("detect", "policy"), default=None, help="only rules of this kind")
    pack = "only rules of this pack: a shipped one, or a path in the repository (repeatable)"
    listing.add_argument("--pack", action="append", default=None, metavar="NAME", help=pack)
    show = verbs.add_parser("show", help="what a rule finds, why, and how to fix or accept it", allow_abbrev=False)
    show.add_argument("rule", metavar="ID", help="such as secret-data or WRK001")
    show.add_argument(
        "--pack", action="append", default=None, metavar="NAME", help="a path of a pack that has the rule"
    )
    test = verbs.add_parser("test", help="try the rules of packs on their own examples", allow_abbrev=False)
    test.add_argument(
        "packs", nargs="*", metavar="PACK", help="a shipped one, or a path in the repository (default: all)"
    )
    trying = verbs.add_parser("eval", help="the value of an expression for the objects of a file", allow_abbrev=False)
    trying.add_argument("--expression", metavar="CEL", default=None, help="may use object, params and variables")
    trying.add_argument("--object", metavar="FILE", default=None, help="a manifest; `-` for standard input")
    exporting = verbs.add_parser("export", help="rules as policies that the API server enforces", allow_abbrev=False)
    from sealwright.cli.policies.exporting import add_options as export_options

    export_options(exporting)
    for verb in (listing, show, test, trying, exporting):
        remember(verb)


def run(options: argparse.Namespace) -> ExitCode:
    """Do what the verb says."""
    if options.verb == "test":
        from sealwright.cli.policies.trying import test

        return test(options.packs)
    if options.verb == "eval":
        from sealwright.cli.policies.expression import evaluate

        return evaluate(options.expression, options.object)
    if options.verb == "export":
        from sealwright.cli.policies.exporting import export

        return export(options)
    from sealwright.cli.policies.pages import listing, show

    if options.verb == "show":
        return show(options.rule, options.pack or ())
    return listing(options.kind, options.pack or ())
