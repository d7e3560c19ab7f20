"""Whether a change may be merged: from findings, problems and verdicts to the exit code.

In this order: a waiver that has expired or is refused is an error of the configuration (2); what could not be looked at
is never clean (3); then what is new and weighs enough (1).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ExitCode
from sealwright.finding import Confidence, Finding, Outcome, Problem, Severity, Status
from sealwright.gate.waiver import INVALID
from sealwright.manifest.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Override
    from sealwright.finding import Verdict
    from sealwright.manifest.globs import Globs


class GateLimits(NamedTuple):
    """What blocks: findings of this severity or above, of which we are at least this sure.

    `overrides`: other severities for some paths; the first that matches and has one counts. None are to be given where
    the command line names a severity, which stands above the configuration. `proof`: items that nothing is known of
    block as well.
    """

    severity: Severity = Severity.MEDIUM
    confidence: Confidence = Confidence.LIKELY
    overrides: Sequence[Override] = ()
    proof: bool = False

    def severity_at(self, path: str) -> Severity:
        """The severity that blocks in this file."""
        for override in self.overrides:
            globs = _globs(override.paths) if override.threshold else None
            if globs is not None and globs.match(path):
                return Severity[override.threshold.upper()]
        return self.severity

    def block(self, result: Finding | Verdict) -> bool:
        """Whether this alone stands in the way of a merge."""
        if not isinstance(result, Finding):
            failed = result.outcome.is_failure and result.status is Status.NEW
            return failed or (self.proof and result.outcome is Outcome.UNKNOWN)
        if result.status is not Status.NEW or result.severity < self.severity_at(result.location.path):
            return False
        # The members of Confidence go from sure to unsure.
        order = list(Confidence)
        return order.index(result.confidence) <= order.index(self.confidence)


class GateVerdict:
    """Told of every result; says in the end whether the change may be merged."""

    def __init__(self, limits: GateLimits) -> None:
        self._limits = limits
        self.invalid = 0
        self.problems = 0
        self.blocking = 0
        self.unchanged = 0

    def count(self, result: Finding | Problem | Verdict) -> None:
        """One result."""
        if isinstance(result, Problem):
            self.problems += 1
        elif isinstance(result, Finding) and result.rule in INVALID:
            self.invalid += 1
        else:
            self.blocking += self._limits.block(result)
            self.unchanged += isinstance(result, Finding) and result.status is Status.KNOWN

    def blocks(self, result: Finding | Verdict) -> bool:
        """Whether this alone stands in the way of a merge; so does a waiver that does not count."""
        return (isinstance(result, Finding) and result.rule in INVALID) or self._limits.block(result)

    def exit_code(self) -> ExitCode:
        """Of the gate, when all results were told."""
        if self.invalid:
            return ExitCode.USAGE
        if self.problems:
            return ExitCode.INCOMPLETE
        return ExitCode.FINDINGS if self.blocking else ExitCode.CLEAN


@cache
def _globs(patterns: tuple[str, ...]) -> Globs | None:
    return compile_globs(patterns)
