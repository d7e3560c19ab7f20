"""The scan of a range of commits: everything that they added or changed, even where a later commit removed it.

One finding for each place (rule, path, object, field), whatever its content was from commit to commit.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES
from sealwright.manifest.git import Repository
from sealwright.manifest.history import changes, cut_off, has_path, held
from sealwright.manifest.selected import Selected
from sealwright.run.history.merging import SHORT, Merged
from sealwright.run.history.sightings import Sightings
from sealwright.run.history.versions import Reading, scan_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.history import Range
    from sealwright.run.history.versions import Progress, Version
    from sealwright.run.results import Result

_REPOSITORY = "."
"""The path of a problem that is not about one file."""


def scan_history(
    commits: Range,
    selection: Selection,
    *,
    jobs: int = 1,
    checks: SourceChecks | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Iterator[Result]:
    """Find what the commits of a range brought in. Results come when all of it was seen, path by path.

    Raises UsageError for a path that is in none of them; what cannot be read becomes a Problem.
    """
    places = _Places(commits, selection)
    sightings = Sightings(places.wanted)
    try:
        for item in changes(commits):
            sightings.add(item)
    except SealwrightError as error:
        yield Problem(_REPOSITORY, error.message, hint=error.hint)
    places.check()
    merged = Merged(sightings)
    reading = Reading(commits, sightings, selection.max_bytes or DEFAULT_MAX_BYTES, progress)
    for oid, results in _scanned((version._replace(checks=checks) for version in reading.versions()), jobs):
        merged.add(oid, results)
    yield from merged.results(held_by_tips(commits, sightings, merged.paths()))
    yield from cut_off_within(commits.root, sightings)
    yield from reading.problems()


class _Places:
    """The paths that a selection means. They need not exist any more, but somewhere they should have."""

    def __init__(self, commits: Range, selection: Selection) -> None:
        self._commits = commits
        self._selected = Selected(selection, Repository(commits.root))
        self._missing = dict(self._selected.named)

    def wanted(self, path: str) -> bool:
        """Whether the path counts."""
        for place in self._selected.around(path) if self._missing else ():
            self._missing.pop(place, None)
        return self._selected(path)

    def check(self) -> None:
        """Raise UsageError for a path that is neither in the changes nor in a tip of the range."""
        root, tips = self._commits.root, self._commits.tips
        for place, path in self._missing.items():
            if tips and not any(has_path(root, tip, place) for tip in tips):
                hint = "check the spelling, or the current folder"
                raise UsageError("no such file or folder in these commits", place=path, hint=hint)


def _scanned(versions: Iterable[Version], jobs: int) -> Iterator[tuple[str, list[Result]]]:
    if jobs > 1:
        from sealwright.run.parallel import ordered_map

        return ordered_map(scan_version, versions, jobs, weight=lambda version: len(version.data or b""))
    return map(scan_version, versions)


def held_by_tips(commits: Range, sightings: Sightings, paths: list[str]) -> dict[tuple[str, str], list[str]]:
    """For each of the paths and the content that a tip of the range has there: which tips."""
    found: dict[tuple[str, str], list[str]] = {}
    for tip in commits.tips:
        if paths and sightings.has(tip):
            for path, oid in held(commits.root, tip, map(os.fsencode, paths)):
                found.setdefault((os.fsdecode(path), oid), []).append(tip)
    return found


def cut_off_within(root: str, sightings: Sightings) -> Iterator[Problem]:
    """Where a shallow clone ends within the range."""
    ends = sorted(filter(sightings.has, cut_off(root)))
    if ends:
        hint = "get all of it: git fetch --unshallow; in CI, fetch-depth: 0"
        message = f"the history is cut off at commit {ends[0][:SHORT]}: what came before was not checked"
        yield Problem(_REPOSITORY, message, hint=hint)
