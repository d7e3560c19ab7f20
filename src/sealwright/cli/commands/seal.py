"""`sealwright seal`: to stdout, in place over many files, into files of their own, or into SealedSecrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.sealing.options import add_seal_options_to_parser, check_options
from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = (
    "Seal every Secret of the files, or of standard input (`-`, the default). Other documents, "
    "comments and order stay. Without --in-place, -w or --into the result goes to stdout and nothing is changed."
)


def add_options(parser: Parser) -> None:
    """What to seal, with which certificate, and where the result goes."""
    add_seal_options_to_parser(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command. Any error in any file means that nothing is written."""
    check_options(options)
    from sealwright.cli.sealing.session import Session

    session = Session(options)
    if options.fetch_cert:
        from sealwright.cli.sealing.raw import print_certificate

        return print_certificate(session)
    if options.into:
        from sealwright.cli.sealing.merge import seal_into

        return seal_into(session)
    if options.raw:
        from sealwright.cli.sealing.raw import seal_raw

        return seal_raw(session)
    from sealwright.cli.sealing.output import seal_in_place, seal_to_files, seal_to_stdout

    if options.sealed_secret_file:
        return seal_to_files(session, options.sealed_secret_file)
    if not options.in_place and not options.check:
        return seal_to_stdout(session)
    if not session.selection.paths or "-" in session.selection.paths:
        raise UsageError("--in-place and --check need files or folders", hint="name them; `.` is everything below here")
    return seal_in_place(session)
