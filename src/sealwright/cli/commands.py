"""Each command: its options to a pipeline, the results to the reporters, an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.plain import plain_scan
from sealwright.cli.style import style
from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    from sealwright.cli.outputs import Limits
    from sealwright.config import Config
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.report.base import Style
    from sealwright.run.results import Result


_WORTH_SPREADING = 400
"""Files from which on a scan takes every core, unless it is told how many."""
_MOST_PROCESSES = 61
"""What a pool of processes can have on Windows."""


def run(argv: Sequence[str]) -> ExitCode:
    """Parse and run one command. Raises SealwrightError for whatever the person can mend."""
    options = plain_scan(argv)
    if options is None:
        from sealwright.cli.options import parse

        options = parse(argv)
    commands: dict[str, Callable[[argparse.Namespace], ExitCode]] = {
        "scan": _scan,
        "seal": _seal,
        "verify": _verify,
        "policy": _policy,
        "version": _version,
    }
    return commands[options.command](options)


def _scan(options: argparse.Namespace) -> ExitCode:
    from sealwright.cli.exceptions import exceptions
    from sealwright.run.scan import scan

    selection, repository, config = _context(options)
    accepting = exceptions(options, repository, config)
    if accepting.skip:
        selection = selection._replace(skip_files=(*selection.skip_files, accepting.skip))
    if options.history is not None:
        from sealwright.cli.history import history_results

        results = history_results(options, selection, repository, jobs=_jobs(options), checks=accepting.checks)
    else:
        stdin, selection = _stdin(selection)
        jobs, worth = (_jobs(options), 0) if options.jobs is not None else (_cores(), _WORTH_SPREADING)
        results = scan(selection, repository, stdin=stdin, jobs=jobs, worth=worth, checks=accepting.checks)
    look = style(options.color, repository, config)._replace(explain=bool(options.explain))
    return _report(options, accepting.judged(results), look, accepting.closing)


def _verify(options: argparse.Namespace) -> ExitCode:
    if not options.private_key:
        hint = "give --private-key FILE: a key, or a backup of the controller's key Secrets"
        raise UsageError("nothing to verify with", hint=hint)
    from sealwright.run.verify import verify
    from sealwright.verify.keyring import load_keyring

    keys = load_keyring(options.private_key)
    selection, repository, config = _context(options)
    stdin, selection = _stdin(selection)
    results = verify(selection, repository, keys, stdin=stdin)
    return _report(options, results, style(options.color, repository, config))


def _report(
    options: argparse.Namespace, results: Iterable[Result], look: Style, closing: Callable[[], Sequence[str]] = tuple
) -> ExitCode:
    from sealwright.cli.outputs import Outputs, report

    limits = _limits(options)
    with Outputs(options.format or "text", options.output or (), look) as outputs:
        code = report(results, outputs, limits, verifying=options.command == "verify", closing=closing)
    return ExitCode.CLEAN if options.exit_zero and code is ExitCode.FINDINGS else code


def _seal(options: argparse.Namespace) -> ExitCode:
    from sealwright.cli.sealing import seal

    return seal(options, *_context(options))


def _policy(options: argparse.Namespace) -> ExitCode:
    from sealwright.report.rules import rule_pages

    pages = rule_pages()
    if options.verb == "list":
        width = max(len(rule) for rule in pages)
        sys.stdout.write("".join(f"{page.rule:<{width}}  {page.title}\n" for page in pages.values()))
        return ExitCode.CLEAN
    if options.rule not in pages:
        raise UsageError("there is no such rule", hint="`sealwright policy list` names them all")
    sys.stdout.write(f"{pages[options.rule].text}\n")
    return ExitCode.CLEAN


def _version(_options: argparse.Namespace) -> ExitCode:
    from sealwright import __version__

    sys.stdout.write(f"sealwright {__version__}\n")
    return ExitCode.CLEAN


def _context(options: argparse.Namespace) -> tuple[Selection, Repository | None, Config]:
    """The selection, the repository that holds the current folder, and the configuration at its root."""
    from sealwright.config import FILE_NAME, load_config
    from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection
    from sealwright.manifest.git import find_repository

    repository = find_repository()
    path = options.config or os.path.join(repository.root if repository else os.curdir, FILE_NAME)
    config = load_config(path, required=options.config is not None)
    selection = Selection(
        paths=tuple(options.paths),
        staged=bool(getattr(options, "staged", None)),
        skip_files=(*config.skip_files, *(options.skip_files or ())),
        depth=options.depth or 0,
        max_bytes=getattr(options, "max_bytes", None) or config.max_bytes or DEFAULT_MAX_BYTES,
    )
    return selection, repository, config


def _stdin(selection: Selection) -> tuple[bytes | None, Selection]:
    if "-" not in selection.paths:
        return None, selection
    rest = tuple(path for path in selection.paths if path != "-")
    if sys.stdin is None:
        raise UsageError("standard input is closed", hint="pipe a file into it, or name files")
    return sys.stdin.buffer.read(), selection._replace(paths=rest)


def _jobs(options: argparse.Namespace) -> int:
    """Never more processes than cores: they would only wait for each other, and a large number stops the machine."""
    wanted = 1 if options.jobs is None else options.jobs or _cores()
    return int(min(wanted, _cores()))


def _cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_PROCESSES)


def _limits(options: argparse.Namespace) -> Limits:
    from sealwright.cli.outputs import Limits
    from sealwright.finding import Confidence, Severity

    severity = getattr(options, "severity_threshold", None) or "low"
    return Limits(Severity[severity.upper()], Confidence(getattr(options, "confidence_threshold", None) or "likely"))
