"""`sealwright fleet scan`: plaintext secrets in many repositories; each content is looked at once."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sealwright.cli.fleet.asking import Accounts, Members
    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode
    from sealwright.fleet.scope import Scope

DESCRIPTION = (
    "Find plaintext secrets in many repositories: in the head of each, unless branches or histories are asked for. "
    "What repositories say of themselves in their configuration and baselines does not count here."
)


def add_options(parser: Parser) -> None:
    """Which repositories, how much of them, where the work is done, and what comes out."""
    from sealwright.cli.fleet.caching import cache_options
    from sealwright.cli.fleet.reporting import report_options
    from sealwright.cli.fleet.shared import fleet_options
    from sealwright.cli.options import count, remember

    fleet_options(parser)
    history = "everything that these commits of each added or changed: --all, HEAD, --branches"
    parser.add_argument("--history", default=None, metavar="RANGE", help=history)
    branches = "the newest state of every branch, not only of the default one"
    parser.add_argument("--branches", action="store_true", default=None, help=branches)
    parser.add_argument(
        "--skip-files", action="append", default=None, metavar="GLOB", help="leave these out (repeatable)"
    )
    parser.add_argument("--max-bytes", type=count, default=None, metavar="N", help="largest file to parse (10 MiB)")
    config = "severities, files to leave out and limits for all repositories"
    parser.add_argument("--config", default=None, metavar="FILE", help=config)
    cache_options(parser)
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    report_options(parser)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Ask every repository, and report."""
    from sealwright.cli.fleet.asking import ask
    from sealwright.cli.fleet.caching import open_cache
    from sealwright.fleet.coordinator import Coordinator
    from sealwright.fleet.engines import open_engine

    scope = _scope(options)
    with open_cache(options, scope.rules) as cache:

        def asking(members: Members) -> Iterator[Accounts]:
            # Workers take seconds to start: not before it is known that there is something to do for them.
            with closing(open_engine(options.scheduler, options.jobs)) as engine:
                yield from Coordinator(engine, cache, scope).accounts(members)

        return ask(options, _settings(scope), asking)


def _scope(options: argparse.Namespace) -> Scope:
    from sealwright.cli.fleet.asking import mirrors
    from sealwright.config import Config, load_config
    from sealwright.fleet.engine_name import engine_name
    from sealwright.fleet.scope import Scope
    from sealwright.manifest.discover import DEFAULT_MAX_BYTES

    if options.history and options.branches:
        hint = "--history --branches looks at the histories of all branches"
        raise UsageError("--history and --branches contradict each other", hint=hint)
    config = load_config(options.config, required=True) if options.config else Config()
    return Scope(
        engine_name(),
        options.history or "",
        bool(options.branches),
        (*config.skip_files, *(options.skip_files or ())),
        options.max_bytes or config.max_bytes or DEFAULT_MAX_BYTES,
        tuple(config.overrides),
        mirrors(options),
    )


def _settings(scope: Scope) -> dict[str, object]:
    """What the answers depend on, as the run keeps it."""
    return {
        "history": scope.history,
        "branches": scope.branches,
        "skip_files": list(scope.skip_files),
        "max_bytes": scope.max_bytes,
        "rules": scope.rules,
    }
