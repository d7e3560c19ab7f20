"""`sealwright verify`: does every item of every SealedSecret open on the cluster that it is meant for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.context import context, read_stdin, report
from sealwright.cli.style import style
from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = "Try every item of every SealedSecret, and say exactly why one does not open."


def add_options(parser: Parser) -> None:
    """What to verify with, files and reports."""
    from sealwright.cli.options import remember, report_options, selection_options

    parser.add_argument("paths", nargs="*", metavar="PATH")
    keys = "a PEM file or a backup of the controller's key Secrets (repeatable)"
    parser.add_argument("--private-key", action="append", default=None, metavar="FILE", help=keys)
    parser.add_argument(
        "--staged", action="store_true", default=None, help="what the next commit holds, not the work tree"
    )
    selection_options(parser)
    report_options(parser)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Verify and report."""
    if not options.private_key:
        hint = "give --private-key FILE: a key, or a backup of the controller's key Secrets"
        raise UsageError("nothing to verify with", hint=hint)
    from sealwright.run.verify import verify
    from sealwright.verify.keyring import load_keyring
    from sealwright.verify.opening import KeyExaminer

    examiner = KeyExaminer(load_keyring(options.private_key))
    selection, repository, config = context(options)
    stdin, selection = read_stdin(selection)
    results = verify(selection, repository, lambda _: examiner, stdin=stdin)
    return report(options, results, style(options.color, repository, config))
