"""`sealwright doctor`: is everything there that hooks, CI, clusters and stores need? It changes nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.options import Parser
    from sealwright.cli.start.check import Check

DESCRIPTION = (
    "Check versions, the clone, hooks, CI, the configuration, clusters, stores and renderers, and say what to do about "
    "what is missing. Nothing is changed, and without --network nothing is asked over a network."
)


def add_options(parser: Parser) -> None:
    """Which configuration, and how to answer."""
    from sealwright.cli.options import remember

    network = "ask controllers for their certificates, and stores for an object that is not there"
    parser.add_argument("--network", action="store_true", default=None, help=network)
    parser.add_argument("--format", choices=("text", "json"), default=None, help="default: text")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """The answers; exit code 1 where there is a problem."""
    from sealwright.cli.start.check import BAD
    from sealwright.cli.start.checks import checks

    found = list(checks(options.config, network=bool(options.network)))
    sys.stdout.write(_as_json(found) if options.format == "json" else _as_text(found))
    return ExitCode.FINDINGS if any(check.level == BAD for check in found) else ExitCode.CLEAN


def _as_json(found: Sequence[Check]) -> str:
    import json

    return json.dumps({"version": 1, "checks": [check._asdict() for check in found]}, indent=2) + "\n"


def _as_text(found: Sequence[Check]) -> str:
    from sealwright.report.wording import printable

    level = max(len(check.level) for check in found)
    about = max(len(printable(check.about)) for check in found)
    lines = []
    for check in found:
        lines.append(f"{check.level:<{level}}  {printable(check.about):<{about}}  {printable(check.message)}")
        if check.hint:
            lines.append(f"{'':<{level}}  {'':<{about}}  hint: {printable(check.hint)}")
    return "".join(f"{line}\n" for line in lines)
