"""`sealwright demo`: see it stop, seal, verify and gate, on a throw-away repository."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

DESCRIPTION = "See a Secret found, sealed and verified, and a change gated, on a throw-away repository. Needs git."


def add_options(parser: Parser) -> None:
    """There are none."""


def run(_options: argparse.Namespace) -> ExitCode:
    """Tell the story; exit code 3 where a step did not end as it should."""
    from sealwright.cli.start.story import tell

    good = tell()
    sys.stdout.write("\nThat is all. Next, in your own repository: sealwright init\n" if good else "\nA step failed.\n")
    return ExitCode.CLEAN if good else ExitCode.INCOMPLETE
