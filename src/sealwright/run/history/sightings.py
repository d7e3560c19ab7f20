"""Which content stood at which path, and from which commit to which: a range of commits turned inside out.

A content is looked at once, however many commits and paths have it.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import History
from sealwright.manifest.history import Commit
from sealwright.manifest.neighbours import KUSTOMIZATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.manifest.history import Change


_KUSTOMIZATIONS = tuple(map(os.fsencode, KUSTOMIZATIONS))


class Sighting(NamedTuple):
    """The first and the last commit that are known to have a content at a path, counted from the oldest one."""

    first: int
    last: int


class Sightings:
    """Takes commits and changes, oldest first; `wanted` says which paths count."""

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self._wanted = wanted
        self._names: dict[bytes, str | None] = {}
        self._commits: list[Commit] = []  # without their parents, whose names are most of a long list
        self._parents: tuple[str, ...] = ()
        self._numbers: dict[str, int] = {}
        self._seen: dict[str, dict[str, Sighting]] = {}
        self.naming: dict[str, set[str]] = {}
        """The paths of each kustomization that is or was there, wanted or not: it says what others are for."""

    def __getstate__(self) -> dict[str, object]:
        """For another process, where nothing more is added."""
        return {**self.__dict__, "_wanted": bool, "_names": {}}

    def add(self, item: Commit | Change) -> None:
        """A commit, or a change by the commit before."""
        if isinstance(item, Commit):
            self._numbers[item.oid] = len(self._commits)
            self._commits.append(item._replace(parents=()))
            self._parents = item.parents
            return
        if item.path.endswith(_KUSTOMIZATIONS):
            for oid in filter(None, (*item.before, item.after)):
                self.naming.setdefault(oid, set()).add(os.fsdecode(item.path))
        path = self._name(item.path)
        if path is None:
            return
        # What a commit replaces or removes was there up to its parent.
        for parent, oid in zip(self._parents, item.before, strict=False):
            if path in self._seen.get(oid, ()):
                self._see(oid, path, self._numbers.get(parent, -1))
        if item.after:
            self._see(item.after, path, len(self._commits) - 1)

    def blobs(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every content with its paths. Those of one path follow each other, newest first, as git has packed them."""
        order = sorted(
            (min(paths), -max(seen.last for seen in paths.values()), oid) for oid, paths in self._seen.items()
        )
        return [(oid, tuple(sorted(self._seen[oid]))) for _, _, oid in order]

    def holds(self, oid: str) -> bool:
        """Whether a content is one that was seen at a path that counts."""
        return oid in self._seen

    def paths(self) -> list[str]:
        """Every path that holds anything, sorted."""
        return sorted({path for paths in self._seen.values() for path in paths})

    def has(self, commit: str) -> bool:
        """Whether the commit is one of the range."""
        return commit in self._numbers

    def last(self, path: str, oid: str) -> int:
        """For telling which of two contents was there later."""
        return self._seen[oid][path].last

    def newest(self, path: str, oid: str) -> str:
        """The last commit that has the content there."""
        return self._commits[self.last(path, oid)].oid

    def history(self, path: str, oids: Iterable[str], tips: Iterable[str]) -> History:
        """From when to when any of these contents was at the path; `tips` are those that still have one of them."""
        sightings = [self._seen[oid][path] for oid in oids]
        first = self._commits[min(sighting.first for sighting in sightings)]
        still = [self._numbers[tip] for tip in tips]
        last = self._commits[max([sighting.last for sighting in sightings] + still)]
        return History(first.oid, last.oid, bool(still), _date(first.time), _date(last.time))

    def _name(self, path: bytes) -> str | None:
        if path not in self._names:
            name = os.fsdecode(path)
            self._names[path] = name if self._wanted(name) else None
        return self._names[path]

    def _see(self, oid: str, path: str, number: int) -> None:
        paths = self._seen.setdefault(oid, {})
        before = paths.get(path, Sighting(number, number))
        paths[path] = Sighting(before.first, max(before.last, number))


def _date(seconds: int) -> str:
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return ""  # a commit can say that it was made at any time
