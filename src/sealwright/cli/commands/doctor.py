"""`sealwright doctor`: is everything there that hooks, clusters and stores need? It changes and fetches nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.options import Parser
    from sealwright.cli.start.checks import Check

DESCRIPTION = "Check the repository, the configuration, hooks, clusters, stores and renderers; change nothing."


def add_options(parser: Parser) -> None:
    """Which configuration, and how to answer."""
    from sealwright.cli.options import remember

    parser.add_argument("--format", choices=("text", "json"), default=None, help="default: text")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """The answers; exit code 1 where there is a problem."""
    from sealwright.cli.start.checks import BAD, checks

    found = list(checks(options.config))
    sys.stdout.write(_as_json(found) if options.format == "json" else _as_text(found))
    return ExitCode.FINDINGS if any(check.level == BAD for check in found) else ExitCode.CLEAN


def _as_json(found: Sequence[Check]) -> str:
    import json

    return json.dumps({"version": 1, "checks": [check._asdict() for check in found]}, indent=2) + "\n"


def _as_text(found: Sequence[Check]) -> str:
    from sealwright.report.wording import printable

    level = max(len(check.level) for check in found)
    about = max(len(check.about) for check in found)
    lines = []
    for check in found:
        lines.append(f"{check.level:<{level}}  {check.about:<{about}}  {printable(check.message)}")
        if check.hint:
            lines.append(f"{'':<{level}}  {'':<{about}}  hint: {printable(check.hint)}")
    return "".join(f"{line}\n" for line in lines)
