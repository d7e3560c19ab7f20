"""`sealwright version`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

DESCRIPTION = "Print the version."


def add_options(parser: Parser) -> None:
    """There are none."""


def run(_options: argparse.Namespace) -> ExitCode:
    """Print it."""
    from sealwright import __version__

    sys.stdout.write(f"sealwright {__version__}\n")
    return ExitCode.CLEAN
