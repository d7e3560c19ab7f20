"""Where a scan finds the neighbours of its files: on the disk here, in the index in `index`.

A place is what tells one file of a tree from all others: its real path, or its path in the index.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from sealwright.errors import SealwrightError
from sealwright.manifest.discover import Target, read_target
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.manifest.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.finding import Problem
    from sealwright.manifest.git import Repository

_Known = TypeVar("_Known")


class Tree(Protocol):
    """What `purposes` asks of files. Folders and places are texts that mean something to the tree alone."""

    def folder(self, target: Target) -> str | None:
        """The folder that holds the target; None for what stands in no folder, as standard input."""
        ...

    def above(self, folder: str) -> str | None:
        """The next folder on the way up; None at the top."""
        ...

    def kustomizations(self, folder: str) -> list[tuple[str, bytes]]:
        """(name, content) of each kustomization in the folder that can be read and is not too large."""
        ...

    def place(self, target: Target) -> str:
        """The place of a target."""
        ...

    def find(self, folder: str, path: str) -> str:
        """The place of the regular file that `path`, from the folder, leads to; '' for none inside of the tree."""
        ...

    def follow(self, link: Target) -> Target | None:
        """The file of the tree that a symbolic link leads to, to be filled; None where it leads to none.

        A folder of the tree has a `/` behind its path.
        """
        ...

    def beside(self, target: Target, path: str) -> Target:
        """The file that `path`, from the target's folder, leads to, to be filled."""
        ...

    def holds(self, target: Target) -> bool:
        """Whether such a file is, or may come to be, in git."""
        ...

    def filled(self, targets: Sequence[Target]) -> Iterator[Target | Problem]:
        """The targets, ready to be read."""
        ...

    def close(self) -> None:
        """To be called when nothing more is asked."""
        ...


class Climb(Generic[_Known]):
    """What is known in a target's folder and in those above, from the top down; `known_in` is asked once of each."""

    def __init__(self, tree: Tree, known_in: Callable[[str], Iterable[_Known]]) -> None:
        self._tree = tree
        self._known_in = known_in
        self._chains: dict[str, tuple[_Known, ...]] = {}

    def to(self, target: Target) -> tuple[_Known, ...]:
        """() for what stands in no folder."""
        below: list[str] = []
        current = self._tree.folder(target)
        while current is not None and current not in self._chains:
            below.append(current)
            current = self._tree.above(current)
        chain = self._chains[current] if current is not None else ()
        for step in reversed(below):
            self._chains[step] = chain = (*chain, *self._known_in(step))
        return chain


class WorkTree:
    """Files on the disk. Outside of a repository a kustomization reaches no further than its own folder."""

    def __init__(self, repository: Repository | None, max_bytes: int) -> None:
        self._repository = repository
        self._places = Places(repository)
        self._max_bytes = max_bytes
        self._real: dict[str, str] = {}

    def folder(self, target: Target) -> str | None:
        """The absolute path of the folder, as it was written."""
        location = target.location
        if not location:
            return None
        if location.startswith(os.sep) and f"{os.sep}." not in location:  # nothing to resolve in what git has listed
            return location[: location.rindex(os.sep)] or os.sep
        return os.path.dirname(os.path.abspath(location))

    def above(self, folder: str) -> str | None:
        """Up to the repository's root; outside of it up to the top of the file system."""
        above = os.path.dirname(folder)
        return None if folder in {self._places.root, above} else above

    def kustomizations(self, folder: str) -> list[tuple[str, bytes]]:
        """Read from the disk."""
        found = []
        for name in KUSTOMIZATIONS:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                try:
                    data = read_target(Target(path, path), self._max_bytes)
                except SealwrightError:
                    continue  # where it is to be scanned itself, that is a problem of its own
                if len(data) <= self._max_bytes:
                    found.append((name, data))
        return found

    def place(self, target: Target) -> str:
        """Its real path."""
        if os.path.islink(target.location):
            return os.path.realpath(target.location)
        return os.path.join(self._real_folder(self.folder(target) or ""), os.path.basename(target.location))

    def find(self, folder: str, path: str) -> str:
        """Whatever links there are on the way, it must end inside the repository."""
        location = os.path.join(folder, path)
        if not os.path.lexists(location):
            return ""
        place, folder = os.path.realpath(location), self._real_folder(folder)
        root = self._places.root
        top = root if root and _is_below(folder, root) else folder
        return place if _is_below(place, top) and os.path.isfile(place) else ""

    def follow(self, link: Target) -> Target | None:
        """Files that git does not know are in nobody else's tree."""
        location = os.path.realpath(link.location)
        if not (self._places.root and _is_below(location, self._places.root)):
            return None
        found = Target(self._places.shown(location), location)
        if os.path.isdir(location):
            return found._replace(path=f"{found.path}/")
        return found if os.path.isfile(location) and found.path in self._files else None

    def beside(self, target: Target, path: str) -> Target:
        """Under the path that a scan of all files would show it by."""
        location = os.path.normpath(os.path.join(os.path.dirname(target.location), path))
        real = os.path.realpath(location)
        if real != os.path.abspath(location):
            location = real
        return Target(self._places.shown(location), location)

    def holds(self, target: Target) -> bool:
        """A file that git ignores may hold what it likes."""
        return self._repository is None or target.path in self._files

    def filled(self, targets: Sequence[Target]) -> Iterator[Target | Problem]:
        """They are read when they are scanned."""
        return iter(targets)

    def close(self) -> None:
        """Nothing is held open."""

    def _real_folder(self, folder: str) -> str:
        real = self._real.get(folder)
        if real is None:
            self._real[folder] = real = os.path.realpath(folder)
        return real

    @cached_property
    def _files(self) -> frozenset[str]:
        """What git knows or would take in."""
        return frozenset(map(os.fsdecode, self._repository.files())) if self._repository else frozenset()


def _is_below(place: str, top: str) -> bool:
    return place == top or place.startswith(top.rstrip(os.sep) + os.sep)
