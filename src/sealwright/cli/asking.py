"""From options to what a gate is asked, and from what it has seen to findings that were judged.

Shared by the commands that look at a tree with all of the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.context import context, is_staged, read_stdin, spreading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from sealwright.cli.exceptions import Exceptions
    from sealwright.config import Config
    from sealwright.finding import Finding, Problem, Verdict
    from sealwright.manifest.git import Repository
    from sealwright.policy.packs.model import Rules
    from sealwright.run.gate.asked import Asked, Seen
    from sealwright.run.results import Result
    from sealwright.verify.examiner import Examiner

DEFAULT_PACKS = ("baseline",)


class Prepared(NamedTuple):
    """What a gate is asked, what it is told to accept, and by which configuration."""

    asked: Asked
    accepting: Exceptions
    config: Config


def prepare(options: argparse.Namespace, notes: list[str]) -> Prepared:
    """Everything that is read before the first file. `notes` takes closing lines while items are examined.

    `options.paths` are left without the `-` of standard input, which is read here.
    """
    import time

    from sealwright.cli.exceptions import gate_exceptions
    from sealwright.run.gate.asked import Asked

    selection, repository, config = context(options)
    rules = _rules(options, config, repository)
    accepting = gate_exceptions(options, repository, config, rules)
    if accepting.skip:
        selection = selection._replace(skip_files=(*selection.skip_files, accepting.skip))
    stdin, selection = read_stdin(selection)
    options.paths = list(selection.paths)
    jobs, worth = spreading(options)
    asked = Asked(
        selection,
        repository,
        rules,
        time.strftime("%Y-%m-%d", time.gmtime()),
        whole=_is_whole(options, repository, stdin),
        overrides=config.policy.overrides,
        checks=accepting.checks,
        examiner_for=_examiner_for(options, config, repository, notes),
        stdin=stdin,
        jobs=jobs,
        worth=worth,
    )
    return Prepared(asked, accepting, config)


def pack_names(options: argparse.Namespace, config: Config) -> Sequence[str]:
    """The packs that are asked for: names, or paths in the repository."""
    said = [pack.name for pack in config.policy.packs or ()]
    return options.pack or (DEFAULT_PACKS if config.policy.packs is None else said)


def staged_packs(
    options: argparse.Namespace, config: Config, repository: Repository | None
) -> dict[str, bytes | None] | None:
    """Packs by the paths that name them, as the index has them, None for one that it has not; None unless that counts.

    One that the command line names and that the index does not have is read from the disk.
    """
    if not is_staged(options) or repository is None:
        return None
    import os

    from sealwright.manifest.staged import staged_content
    from sealwright.policy.packs.load import MAX_BYTES, is_path

    said = {pack.name for pack in config.policy.packs or ()}
    paths = [path for path in (*said, *(options.pack or ())) if is_path(path)]
    found = {path: staged_content(repository, os.path.join(repository.root, path), MAX_BYTES) for path in paths}
    return {path: data for path, data in found.items() if data is not None or path in said}


def judged(accepting: Exceptions, seen: Seen) -> tuple[list[Finding], list[Finding]]:
    """The findings with their status, and what is to be said of waivers themselves."""
    from sealwright.finding import Finding
    from sealwright.gate.waiver import COMPLAINTS

    ordered: list[Result] = [*seen.problems, *sorted(seen.findings, key=place_of), *seen.done]
    results = [result for result in accepting.judged(ordered) if isinstance(result, Finding)]
    complaints = [finding for finding in results if finding.rule in COMPLAINTS]
    return [finding for finding in results if finding.rule not in COMPLAINTS], complaints


def place_of(result: Finding | Verdict | Problem) -> tuple[str, int, int]:
    """For sorting: path, line and column."""
    from sealwright.finding import Problem

    if isinstance(result, Problem):
        return result.path, result.line, result.column
    return result.location.path, *result.location.start


def _rules(options: argparse.Namespace, config: Config, repository: Repository | None) -> Rules:
    """The rules of the packs that are asked for. Raises ConfigurationError, with the place in the configuration."""
    from sealwright.cli.rule_names import check_policy_names
    from sealwright.policy.packs.load import load_packs

    names = pack_names(options, config)
    root = repository.root if repository is not None else "."
    given = staged_packs(options, config, repository)
    check_policy_names(config, names, root, given)
    params = {name.name: value for name, value in config.policy.params}
    if "-" in options.paths:
        params["rendered"] = True  # what a renderer leaves out is not there
    return load_packs(names, root=root, params=params, overrides=config.policy.overrides, given=given)


def _examiner_for(
    options: argparse.Namespace, config: Config, repository: Repository | None, notes: list[str]
) -> Callable[[str], Examiner] | None:
    if not config.clusters:
        return None
    from sealwright.run.evidence import Evidence
    from sealwright.run.stamping import kept_stamps

    stamps = kept_stamps(repository, config.stamps, staged=bool(options.staged))
    return Evidence(config, stamps, network=False, notes=notes).by_path


def _is_whole(options: argparse.Namespace, repository: Repository | None, stdin: bytes | None) -> bool:
    """Whether what is looked at is all there is: then what is not found is missing."""
    from sealwright.cli.exceptions import scope_of
    from sealwright.gate.judge import Scope

    if stdin is not None and not options.paths:
        return True
    return scope_of(options, repository) is Scope.WHOLE
