"""`sealwright fleet report`: what a run found, again and in other forms, also while it goes on."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = "What a run found, in any form. Nothing is looked at again, and a run that goes on is not disturbed."


def add_options(parser: Parser) -> None:
    """Which run, and what goes where."""
    from sealwright.cli.fleet.reporting import report_options
    from sealwright.cli.fleet.shared import DEFAULT_RUN
    from sealwright.cli.options import remember

    parser.add_argument("--run", default=None, metavar="FOLDER", help=f"where the run is kept (default: {DEFAULT_RUN})")
    report_options(parser)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Read the run once, and write everything."""
    from sealwright.cli.fleet.reporting import Report
    from sealwright.cli.fleet.shared import DEFAULT_RUN
    from sealwright.fleet.run_folder import RunFolder

    with closing(RunFolder.read(options.run or DEFAULT_RUN)) as kept, Report(options, kept.question) as report:
        for position, account in kept.accounts():
            report.add(position, account)
        return report.finish(kept.listed())
