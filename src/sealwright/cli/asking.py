"""From options to what a gate is asked, and from what it has seen to findings that were judged.

Shared by the commands that look at a tree with all of the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.context import spreading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.exceptions import Exceptions
    from sealwright.config import Config
    from sealwright.finding import Finding, Problem, Verdict
    from sealwright.manifest.git import Repository
    from sealwright.policy.packs.model import Rules
    from sealwright.run.gate.asked import Asked, Seen
    from sealwright.run.results import Result

DEFAULT_PACKS = ("baseline",)


def rules_of(options: argparse.Namespace, config: Config, repository: Repository | None) -> Rules:
    """The rules of the packs that are asked for. Raises ConfigurationError, with the place in the configuration."""
    from sealwright.cli.rule_names import check_policy_names
    from sealwright.policy.packs.load import load_packs

    names = pack_names(options, config)
    root = repository.root if repository is not None else "."
    check_policy_names(config, names, root)
    params = {name.name: value for name, value in config.policy.params}
    if "-" in options.paths:
        params["rendered"] = True  # what a renderer leaves out is not there
    return load_packs(names, root=root, params=params, overrides=config.policy.overrides)


def pack_names(options: argparse.Namespace, config: Config) -> Sequence[str]:
    """The packs that are asked for: names, or paths in the repository."""
    said = [pack.name for pack in config.policy.packs or ()]
    return options.pack or (DEFAULT_PACKS if config.policy.packs is None else said)


def asked_of(
    options: argparse.Namespace, config: Config, repository: Repository | None, rules: Rules, notes: list[str]
) -> Asked:
    """All but the selection and what is accepted. `notes` takes closing lines while items are examined."""
    import time

    from sealwright.manifest.discover import Selection
    from sealwright.run.gate.asked import Asked

    jobs, worth = spreading(options)
    examiner_for = None
    if config.clusters:
        from sealwright.run.evidence import Evidence
        from sealwright.run.stamping import kept_stamps

        stamps = kept_stamps(repository, config.stamps, staged=bool(options.staged))
        examiner_for = Evidence(config, stamps, network=False, notes=notes).by_path
    today = time.strftime("%Y-%m-%d", time.gmtime())
    overrides = config.policy.overrides
    return Asked(Selection(), repository, rules, today, True, overrides, None, examiner_for, None, jobs, worth)


def is_whole(options: argparse.Namespace, repository: Repository | None, stdin: bytes | None) -> bool:
    """Whether what is looked at is all there is: then what is not found is missing."""
    from sealwright.cli.exceptions import scope_of
    from sealwright.gate.judge import Scope

    if stdin is not None and not options.paths:
        return True
    return scope_of(options, repository) is Scope.WHOLE


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
