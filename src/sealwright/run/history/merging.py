"""What the versions of each file hold, made into one account of the file: each place is reported once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Finding, Problem, Status
from sealwright.gate.allowance import COMPLAINTS
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    from sealwright.finding import Position
    from sealwright.run.history.sightings import Sightings
    from sealwright.run.results import Result

    _Version: TypeAlias = tuple[str, Finding]
    Still: TypeAlias = Mapping[tuple[str, str], list[str]]

SHORT = 8
"""Digits of a commit's id that people get to see."""


class Merged:
    """Takes the results for each content; gives them back when it is known from when to when it was there."""

    def __init__(self, sightings: Sightings) -> None:
        self._sightings = sightings
        self._found: dict[str, dict[tuple[object, ...], list[_Version]]] = {}
        self._problems: dict[str, dict[str, list[Problem]]] = {}
        self._done: dict[str, FileDone] = {}
        self._same: dict[Finding, Finding] = {}

    def add(self, oid: str, results: Iterable[Result]) -> None:
        """The results for one content, at all of its paths."""
        for result in results:
            if isinstance(result, Finding):
                self._add(oid, result)
            elif isinstance(result, Problem):
                self._problems.setdefault(result.path, {}).setdefault(oid, []).append(result)
            elif isinstance(result, FileDone):
                before = self._done.setdefault(result.path, result)
                if not result.passed_over and before is not result:
                    documents = before.documents + result.documents
                    self._done[result.path] = FileDone(result.path, documents)

    def _add(self, oid: str, finding: Finding) -> None:
        finding = self._same.setdefault(finding, finding)  # most are the same in many versions of their file
        place = (finding.rule, finding.resource, finding.field, finding.occurrence, finding.digest)
        self._found.setdefault(finding.location.path, {}).setdefault(place, []).append((oid, finding))

    def paths(self) -> list[str]:
        """Where something was found."""
        return sorted(self._found)

    def results(self, still: Still) -> Iterator[Result]:
        """Everything, path by path. `still` has the tips for each (path, content) that they hold."""
        for path in self._sightings.paths():
            yield from self._troubles(path)
            findings = [self._merged(path, versions, still) for versions in self._found.get(path, {}).values()]
            yield from sorted((finding for finding in findings if not _is_moot(finding)), key=_order)
            if path in self._done:
                yield self._done[path]

    def _troubles(self, path: str) -> Iterator[Problem]:
        """The problems of the newest version that has any: most often the older ones have the same."""
        versions = self._problems.get(path, {})
        if not versions:
            return
        newest = max(versions, key=lambda oid: self._sightings.last(path, oid))
        others = len(versions) - 1
        more = f", and in {others} other version{'s' if others > 1 else ''}" if others else ""
        commit = self._sightings.newest(path, newest)[:SHORT]
        for problem in versions[newest]:
            yield problem._replace(message=f"{problem.message} (in commit {commit}{more})")

    def _merged(self, path: str, versions: list[_Version], still: Still) -> Finding:
        """One finding for a place. It counts where one version counts, whatever the others allow."""
        counting = [version for version in versions if version[1].status is Status.NEW] or versions
        oids = [oid for oid, _ in counting]
        tips = [tip for oid in oids for tip in still.get((path, oid), ())]
        _, finding = max(counting, key=lambda entry: ((path, entry[0]) in still, self._sightings.last(path, entry[0])))
        return finding._replace(history=self._sightings.history(path, oids, tips))


def _order(finding: Finding) -> tuple[bool, Position]:
    """What is still there comes first."""
    return finding.history is not None and not finding.history.at_tip, finding.location.start


def _is_moot(finding: Finding) -> bool:
    """A comment in an old version that allows nothing: nobody can take it out any more."""
    return finding.rule in COMPLAINTS and finding.history is not None and not finding.history.at_tip
