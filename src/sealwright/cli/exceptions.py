"""What a scan is told to accept: overrides, waivers, a baseline and its key, from options and files to a judge.

Most scans accept nothing: they import no more than this.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.accepted import Accepted, baseline_path
from sealwright.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from sealwright.config import Config
    from sealwright.gate.baseline import Known
    from sealwright.gate.judge import Adopting, Judge, Scope
    from sealwright.gate.source_checks import SourceChecks
    from sealwright.gate.waiver import Waivers
    from sealwright.manifest.git import Repository
    from sealwright.policy.packs.model import Rules
    from sealwright.run.results import Result

_DROP = "`sealwright {} --update-baseline` drops"


class Exceptions(NamedTuple):
    """For one scan: `checks` go with each file, `judge` looks at each finding; None where nothing is accepted.

    `updating`: the baseline is to be written; with `ratchet`, it may only shrink. `skip` is a glob for a file that was
    read and judged already, or ''.
    """

    checks: SourceChecks | None = None
    judge: Judge | None = None
    accepted: Accepted = Accepted()
    updating: bool = False
    skip: str = ""
    ratchet: bool = False
    gating: bool = False

    def with_excerpts(self) -> Exceptions:
        """The same, and findings get the line that they are on."""
        from sealwright.gate.source_checks import SourceChecks

        return self._replace(checks=(self.checks or SourceChecks())._replace(excerpts=True))

    def judged(self, results: Iterable[Result]) -> Iterable[Result]:
        """The results with their findings judged."""
        if self.judge is None:
            return results
        from sealwright.run.judged import judged

        return judged(results, self.judge)

    def closing(self) -> list[str]:
        """When all was seen: write the baseline where that was asked for; closing lines for people."""
        if self.judge is None:
            return []
        if self.updating:
            return [self._update(self.judge)]
        notes = []
        if stale := self.judge.stale():
            many = ("entry", "matches", "it") if stale == 1 else ("entries", "match", "them")
            drop = _DROP.format("gate" if self.gating else "scan")
            notes.append(f"{stale:,} {many[0]} of the baseline {many[1]} nothing any more; {drop} {many[2]}.")
        if self.judge.changed > 1 and self.judge.changed == self.judge.compared:
            notes.append("No value is the one of the baseline: is this the key that it was written with?")
        return notes

    def _update(self, judge: Judge) -> str:
        from sealwright.cli.outputs import write_whole
        from sealwright.gate.baseline import entries, write_baseline

        updated = judge.updated()
        if self.ratchet and os.path.lexists(self.accepted.path):
            _refuse_growth(self.accepted, updated)
        write_whole(self.accepted.path, write_baseline(updated), "the baseline")
        before, after = entries(self.accepted.known), entries(updated)
        count = "1 entry" if len(after) == 1 else f"{len(after):,} entries"
        return f"{self.accepted.path}: {count}, {len(after - before):,} added, {len(before - after):,} dropped."


def _refuse_growth(accepted: Accepted, updated: Known) -> None:
    from sealwright.gate.baseline import growth

    grown = growth(accepted.known, updated)
    if grown:
        more = f" and {len(grown) - 1:,} more" if len(grown) > 1 else ""
        message = f"the baseline would grow by {grown[0].rule} in {grown[0].path}{more}; nothing was written"
        hint = "mend what is new, or let it grow: --allow-growth"
        raise ConfigurationError(message, place=accepted.path, hint=hint)


def gate_exceptions(
    options: argparse.Namespace, repository: Repository | None, config: Config, rules: Rules
) -> Exceptions:
    """What a gate is told to accept: by rules of policy as well, and by waivers that count only as policy allows."""
    _check(options)
    if options.allow_growth and not options.update_baseline:
        raise UsageError("--allow-growth goes with --update-baseline", hint="add it, or leave this out")
    from sealwright.gate.rule_names import is_scan_rule
    from sealwright.gate.waiver import Waivers
    from sealwright.manifest.places import Places

    limits, where = config.policy.waivers, Places(repository).shown(config.path) if config.waivers else ""
    waivers = Waivers(config.waivers, where, _today(), limits) if config.waivers else None
    evaluated = {rule.id for rule in rules.rules}

    def answers_for(rule: str) -> bool:
        return rule in evaluated or is_scan_rule(rule)

    found = _accepting(options, repository, config, waivers, answers_for)
    return found.with_excerpts()._replace(ratchet=not options.allow_growth, gating=True)


def exceptions(options: argparse.Namespace, repository: Repository | None, config: Config) -> Exceptions:
    """Read and check everything first. Raises ConfigurationError or UsageError."""
    _check(options)
    if not baseline_path(options, repository) and not config.overrides and not config.waivers:
        return Exceptions()
    from sealwright.cli.rule_names import check_names
    from sealwright.gate.rule_names import is_scan_rule

    check_names(config)
    return _accepting(options, repository, config, _waivers(config, repository), is_scan_rule)


def _accepting(
    options: argparse.Namespace,
    repository: Repository | None,
    config: Config,
    waivers: Waivers | None,
    answers_for: Callable[[str], bool],
) -> Exceptions:
    from sealwright.cli.accepted import accepted, place_in
    from sealwright.gate.judge import Judge
    from sealwright.gate.source_checks import SourceChecks

    path = baseline_path(options, repository)
    known = accepted(path, options, repository) if path else Accepted()
    checks = SourceChecks(config.overrides, known.key, known.listed)
    judge = Judge(waivers, known.known, _adopting(options), scope_of(options, repository), answers_for)
    # What the index or a commit holds at that path may be something else.
    reread = bool(options.staged) or options.history is not None
    skip = "" if reread else place_in(known.path, repository)
    return Exceptions(checks, judge, known, bool(options.update_baseline), skip)


def _check(options: argparse.Namespace) -> None:
    if options.import_baseline and not options.update_baseline:
        hint = "add --update-baseline; or use it as it is, with --baseline"
        raise UsageError("--import-baseline goes with --update-baseline", hint=hint)
    if options.no_baseline and (options.baseline or options.update_baseline):
        raise UsageError("--no-baseline contradicts the other options", hint="leave it out, or them")
    if options.update_baseline and options.history is not None and not options.baseline:
        hint = "name one with --baseline: in that of the files, what is only in history would look gone"
        raise UsageError("--update-baseline with --history needs a baseline of its own", hint=hint)


def _adopting(options: argparse.Namespace) -> Adopting:
    from sealwright.gate.judge import Adopting

    if not options.update_baseline:
        return Adopting.NONE
    return Adopting.LISTED if options.import_baseline else Adopting.ALL


def _waivers(config: Config, repository: Repository | None) -> Waivers | None:
    from sealwright.cli.rule_names import scan_waivers

    waivers = scan_waivers(config)
    if not waivers:
        return None
    from sealwright.gate.waiver import Waivers
    from sealwright.manifest.places import Places

    return Waivers(waivers, Places(repository).shown(config.path), _today())


def _today() -> str:
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).date().isoformat()


def scope_of(options: argparse.Namespace, repository: Repository | None) -> Scope:
    """Whether everything is looked at that a baseline or a waiver could be about."""
    from sealwright.gate.judge import Scope

    if getattr(options, "history", None) is not None:
        return Scope.HISTORY
    if options.staged or options.depth or options.skip_files:
        return Scope.PART
    root = os.path.realpath(repository.root if repository else os.curdir)
    named = any(path != "-" and os.path.realpath(path) == root for path in options.paths)
    return Scope.WHOLE if named or not options.paths else Scope.PART
