"""Waivers and the baseline over the findings of one run, in the process that reports them; and what the run leaves.

A finding that is allowed in its file stays allowed; then waivers are asked, then the baseline.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sealwright.finding import STDIN_NAME, Finding, Status
from sealwright.gate.allowance import COMPLAINTS
from sealwright.gate.baseline import place_of
from sealwright.gate.rule_names import is_scan_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.gate.baseline import Known, Place
    from sealwright.gate.waiver import Waivers

KNOWN = "in the baseline"
_NONE: frozenset[str] = frozenset()
_CHANGED = "; its value is not the one of the baseline"


class Adopting(Enum):
    """Which findings the baseline is to take in: none, those that another baseline lists, or all."""

    NONE = "none"
    LISTED = "listed"
    ALL = "all"


class Scope(Enum):
    """What a run looks at: some files, all of them, or versions of files that may be gone."""

    PART = "part"
    WHOLE = "whole"
    HISTORY = "history"


class Judge:
    """Asked for each finding in order, and told which files are done and which have problems."""

    def __init__(
        self,
        waivers: Waivers | None,
        baseline: Known,
        adopting: Adopting = Adopting.NONE,
        scope: Scope = Scope.PART,
        answers_for: Callable[[str], bool] = is_scan_rule,
    ) -> None:
        """`answers_for`: whether the run would have found what a rule finds. Entries of others stay as they are."""
        self._waivers = waivers
        self._baseline = baseline
        self._adopting = adopting
        self._scope = scope
        self._answers_for = answers_for
        self._met: set[Place] = set()
        self._kept: dict[Place, frozenset[str]] = {}
        self._done: set[str] = set()
        self._problems: set[str] = set()
        self.compared = 0
        self.changed = 0

    def judge(self, finding: Finding) -> Finding:
        """The finding with its status, and with a message that says why it counts again where it does."""
        if self._waivers is not None:
            finding = self._waivers.apply(finding)
        if finding.rule in COMPLAINTS or finding.location.path == STDIN_NAME:
            return finding  # neither has a place that somebody could have decided on before
        place = place_of(finding)
        digests = self._baseline.get(place, _NONE)
        self._met.add(place)
        if finding.status is Status.WAIVED:
            return finding
        finding = self._against(digests, finding)
        self._kept[place] = self._kept.get(place, _NONE) | self._left(digests, finding)
        return finding

    def done(self, path: str) -> None:
        """A file was looked at to its end."""
        if self._adopting is not Adopting.NONE:
            self._done.add(path)

    def problem(self, path: str) -> None:
        """A file, or what is in a folder, was not looked at or not all of it."""
        self._problems.add(path)

    def complaints(self) -> Iterator[Finding]:
        """What is wrong with the waivers themselves, when all findings were seen."""
        if self._waivers is not None:
            yield from self._waivers.complaints(complete=self._scope is Scope.WHOLE and not self._problems)

    def stale(self) -> int:
        """How many entries match nothing any more; 0 where not everything was looked at."""
        if self._scope is not Scope.WHOLE:
            return 0
        return sum(
            len(digests)
            for place, digests in self._baseline.items()
            if place not in self._met and self._is_settled(place)
        )

    def updated(self) -> Known:
        """The baseline as it shall be: what was found in the files that were looked at, and the rest as it was."""
        rest = {place: digests for place, digests in self._baseline.items() if not self._is_settled(place)}
        return rest | {place: digests for place, digests in self._kept.items() if digests}

    def _against(self, digests: frozenset[str], finding: Finding) -> Finding:
        changed = bool(finding.digest) and bool(digests) and not digests & {"", finding.digest}
        self.compared += bool(finding.digest) and any(digests)
        self.changed += changed
        if finding.status is Status.NEW and (self._adopting is Adopting.ALL or (digests and not changed)):
            return finding._replace(status=Status.KNOWN, reason=KNOWN)
        return finding._replace(message=finding.message + _CHANGED) if changed else finding

    def _left(self, digests: frozenset[str], finding: Finding) -> frozenset[str]:
        """What the baseline has for the place of a finding after the run."""
        if finding.status is not Status.KNOWN:
            return digests
        # Without the key nobody can vouch for a value: the digests stay, and who has the key sees a change.
        found = frozenset({finding.digest}) if finding.digest or not digests else digests
        return found | digests if self._scope is Scope.HISTORY else found

    def _is_settled(self, place: Place) -> bool:
        """Whether all that the rule finds in the file was seen, or the file is gone."""
        path = place.path
        if self._scope is Scope.HISTORY or (self._scope is Scope.PART and path not in self._done):
            return False
        if not self._answers_for(place.rule):
            return False
        while path:
            if path in self._problems:
                return False
            path = path.rpartition("/")[0]
        return "." not in self._problems
