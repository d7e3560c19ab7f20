"""`sealwright fleet diff`: what is new and what is gone between two runs."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = "What is new, gone or changed between two runs that asked the same. What is new makes the exit code 1."


def add_options(parser: Parser) -> None:
    """Two runs, and how the difference is told."""
    from sealwright.cli.fleet.reporting import threshold_options
    from sealwright.cli.options import remember
    from sealwright.fleet.outputs.differences import FORMATS

    parser.add_argument("old", metavar="OLD", help="the folder of the earlier run")
    parser.add_argument("new", metavar="NEW", help="the folder of the later run")
    parser.add_argument("--format", choices=tuple(FORMATS), default=None, help="what goes to stdout (default: text)")
    threshold_options(parser)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Compare them, and tell while it goes on."""
    from sealwright.cli.fleet.reporting import thresholds
    from sealwright.cli.style import style
    from sealwright.config import Config
    from sealwright.errors import ExitCode
    from sealwright.fleet.diff import changes, comparable
    from sealwright.fleet.outputs.differences import Differences, exit_code
    from sealwright.fleet.run_folder import RunFolder

    with closing(RunFolder.read(options.old)) as old, closing(RunFolder.read(options.new)) as new:
        remark = comparable(old, new)
        told = Differences(options.format or "text", style(options.color, None, Config()), remark)
        for change in changes(old, new, thresholds(options)):
            sys.stdout.write(told.add(change))
        code = exit_code(old, new, told)
    sys.stdout.write(told.finish())
    sys.stdout.flush()
    return ExitCode.CLEAN if options.exit_zero and code is ExitCode.FINDINGS else code
