"""The contents of a range of commits, each read once and scanned at every path that it stood at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Problem
from sealwright.manifest.contents import contents
from sealwright.manifest.discover import Target, too_large
from sealwright.manifest.history import everything
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.past import Past
from sealwright.manifest.purposes import WHOLLY_SECRET, purposes_in, read_as
from sealwright.run.results import FileDone
from sealwright.run.scan import scan_bytes, stream_may_matter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.contents import Content
    from sealwright.manifest.history import Range
    from sealwright.run.history.sightings import Sightings
    from sealwright.run.results import Result

    Progress: TypeAlias = Callable[[int, int], None]

_NAMES = tuple(map(os.fsencode, KUSTOMIZATIONS))
_MOST_TIPS = 20
"""A push of thousands of branches: to list all files of each would take longer than everything else."""


class Version(NamedTuple):
    """One content, and (path, purpose) where it stood. `data` is None where it is too large: `matters` says so then."""

    oid: str
    places: tuple[tuple[str, str], ...]
    data: bytes | None
    matters: Problem | None = None
    checks: SourceChecks | None = None

    def __repr__(self) -> str:
        return f"Version({self.oid!r})"  # the bytes may hold secrets


class Planned(NamedTuple):
    """A content to look at, and (path, purpose) for each place where it stood."""

    oid: str
    places: tuple[tuple[str, str], ...]


def scan_version(version: Version) -> tuple[str, list[Result]]:
    """The results for each path: a name says what a content is, so that another one may give others."""
    results: list[Result] = []
    for path, purpose in version.places:
        if version.data is not None:
            results += scan_bytes(path, version.data, purpose=purpose, checks=version.checks)
        elif version.matters is not None:
            results.append(version.matters._replace(path=path))
        else:
            results.append(FileDone(path, passed_over=True))
    return version.oid, results


class Reading:
    """All contents, the kustomizations first, since they say what others are for."""

    def __init__(self, commits: Range, sightings: Sightings, max_bytes: int, progress: Progress) -> None:
        self._commits = commits
        self._sightings = sightings
        self._max_bytes = max_bytes
        self._progress = progress
        self._absent: list[str] = []

    def planned(self) -> list[Planned]:
        """Each content that was seen, with its places."""
        blobs = self._sightings.blobs()
        if not blobs:
            return []
        naming = self._naming()
        past = Past()
        for content in contents(self._commits.root, list(naming)):
            data = _data(content, self._max_bytes)
            for path in naming[content.oid]:
                past.tell(path, data or b"")
            if content.file is None and not self._sightings.holds(content.oid):
                self._absent.append(min(naming[content.oid]))
        purpose = purposes_in(past)
        return [
            Planned(oid, tuple((path, "" if oid in naming else purpose(Target(path))) for path in paths))
            for oid, paths in blobs
        ]

    def versions(self) -> Iterator[Version]:
        """Each content that was seen, from one process of git."""
        planned = self.planned()
        read = contents(self._commits.root, [oid for oid, _ in planned])
        for number, ((_, places), content) in enumerate(zip(planned, read, strict=True), 1):
            self._progress(number, len(planned))
            version = version_of(content, places, self._max_bytes)
            if version is None:
                self._absent.append(places[0][0])
            else:
                yield version

    def problems(self) -> Iterator[Problem]:
        """What was not there to be read, in one."""
        if self._absent:
            hint = "a partial clone has left it out: git fetch --refetch --no-filter; otherwise run git fsck"
            more = f" (and neither is that of {len(self._absent) - 1:,} more)" if len(self._absent) > 1 else ""
            yield Problem(self._absent[0], f"its content is not in this clone{more}: not checked", hint=hint)

    def _naming(self) -> dict[str, set[str]]:
        """Kustomizations with their paths: those that came or went, and those that the tips have all along."""
        naming = {oid: set(paths) for oid, paths in self._sightings.naming.items()}
        for tip in self._commits.tips[:_MOST_TIPS]:
            for path, oid in everything(self._commits.root, tip):
                if path.endswith(_NAMES):
                    naming.setdefault(oid, set()).add(os.fsdecode(path))
        return naming


def version_of(content: Content, places: tuple[tuple[str, str], ...], max_bytes: int) -> Version | None:
    """The content at its places; None where the repository does not have it."""
    if content.file is None:
        return None
    data = _data(content, max_bytes)
    return Version(content.oid, places, data, None if data is not None else _matters(content, places, max_bytes))


def _data(content: Content, max_bytes: int) -> bytes | None:
    return content.file.read() if content.file is not None and content.size <= max_bytes else None


def _matters(content: Content, places: tuple[tuple[str, str], ...], max_bytes: int) -> Problem | None:
    wholly = any(purpose in WHOLLY_SECRET for _, purpose in places)
    if wholly or (content.file is not None and stream_may_matter([read_as(*place) for place in places], content.file)):
        return too_large("", max_bytes)
    return None
