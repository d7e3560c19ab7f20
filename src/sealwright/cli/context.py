"""What commands have in common: which files, which repository, which configuration, and where the results go."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.cli.streams import standard_input
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
    from sealwright.run.stamping import Keeping

_MOST_PROCESSES = 61
"""What a pool of processes can have on Windows."""
_WORTH_SPREADING = 400
"""Files from which on a scan takes every core, unless it is told how many."""


def context(options: argparse.Namespace) -> tuple[Selection, Repository | None, Config]:
    """The selection, the repository that holds the current folder, and the configuration at its root."""
    from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection
    from sealwright.manifest.git import find_repository

    repository = find_repository()
    config = configuration(options.config, repository, staged=is_staged(options))
    selection = Selection(
        paths=tuple(options.paths),
        staged=is_staged(options),
        skip_files=(*config.skip_files, *(options.skip_files or ())),
        depth=options.depth or 0,
        max_bytes=getattr(options, "max_bytes", None) or config.max_bytes or DEFAULT_MAX_BYTES,
    )
    return selection, repository, config


def is_staged(options: argparse.Namespace) -> bool:
    """Whether a run is about the next commit."""
    return bool(getattr(options, "staged", None))


def configuration(path: str | None, repository: Repository | None, *, staged: bool = False) -> Config:
    """The one that is named, which must be there, or that of the repository, which need not.

    `staged`: as the index has it. Where it has none, one that is named is read from the disk, and there is no other.
    """
    from sealwright.config import MAX_BYTES, Config, load_config, parse_config

    place = configuration_path(path, repository)
    if staged and repository is not None:
        from sealwright.manifest.staged import staged_content

        data = staged_content(repository, place, MAX_BYTES)
        if data is not None:
            return parse_config(data, place)
        if path is None:
            return Config()
    return load_config(place, required=path is not None)


def configuration_path(path: str | None, repository: Repository | None) -> str:
    """Where the configuration is, or is to be."""
    from sealwright.config import FILE_NAME

    return path or os.path.join(repository.root if repository else os.curdir, FILE_NAME)


def read_stdin(selection: Selection) -> tuple[bytes | None, Selection]:
    """What standard input holds where `-` is among the paths, and the selection without it."""
    if "-" not in selection.paths:
        return None, selection
    rest = tuple(path for path in selection.paths if path != "-")
    return standard_input(), selection._replace(paths=rest)


def keeping(options: argparse.Namespace, config: Config) -> Keeping:
    """Which stamps are left of what is sealed, as `options.stamp_options` and the configuration say."""
    from sealwright.run.stamping import Keeping

    keep = config.stamps.keep and not getattr(options, "no_stamps", None)
    return Keeping(keep, getattr(options, "stamp_key", None) or "", config.stamps.trusted)


def opening_keys(options: argparse.Namespace) -> list[str]:
    """The files of `options.opening_option`. Raises UsageError where there are none."""
    if not options.private_key:
        hint = "give --private-key FILE: a key, or a backup of the controller's key Secrets"
        raise UsageError("nothing to open with", hint=hint)
    return list(options.private_key)


def process_count(options: argparse.Namespace) -> int:
    """Never more processes than cores: they would only wait for each other, and a large number stops the machine."""
    wanted = 1 if options.jobs is None else options.jobs or core_count()
    return int(min(wanted, core_count()))


def spreading(options: argparse.Namespace) -> tuple[int, int]:
    """Processes for a scan, and the number of files from which on they are used: what is asked for always is."""
    return (process_count(options), 0) if options.jobs is not None else (core_count(), _WORTH_SPREADING)


def core_count() -> int:
    """The cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_PROCESSES)


def wants_record(options: argparse.Namespace) -> bool:
    """Whether a format is asked for that says what the run was."""
    return not formats(options).isdisjoint(("in-toto", "oscal", "html"))


def formats(options: argparse.Namespace) -> set[str]:
    """The formats that are asked for; what is not said is not among them."""
    return {options.format or "", *(text.partition("=")[0] for text in options.output or ())}


def report(
    options: argparse.Namespace, results: Iterable[Result], look: Style, closing: Callable[[], Sequence[str]] = tuple
) -> ExitCode:
    """Every result to every reporter; the exit code."""
    from sealwright.cli.outputs import Outputs
    from sealwright.cli.outputs import report as write

    limits = _limits(options)
    with Outputs(options.format or "text", options.output or (), look._replace(blocks=limits.block)) as outputs:
        code = write(results, outputs, limits, verifying=options.command == "verify", closing=closing)
    return ExitCode.CLEAN if options.exit_zero and code is ExitCode.FINDINGS else code


def _limits(options: argparse.Namespace) -> Limits:
    from sealwright.cli.outputs import Limits
    from sealwright.finding import Confidence, Severity

    severity = getattr(options, "severity_threshold", None) or "low"
    confidence = getattr(options, "confidence_threshold", None) or "likely"
    proof = bool(getattr(options, "require_proof", None))
    return Limits(Severity[severity.upper()], Confidence(confidence), proof)
