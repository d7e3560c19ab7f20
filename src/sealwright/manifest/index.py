"""Trees of files that git has as objects: the index, which the next commit will be made of, and commits.

Links and submodules are no files here. A link is followed to what stands in the tree itself.
"""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

from sealwright.errors import UnreadableError
from sealwright.finding import Problem
from sealwright.manifest.discover import Target, too_large
from sealwright.manifest.git_process import start
from sealwright.manifest.neighbours import KUSTOMIZATIONS

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sealwright.manifest.git import Repository

_CHUNK = 1024 * 1024
_MOST_LINKS = 40
"""Links on the way to one file, as Linux counts them."""
_PARTIAL = "a partial clone may have left it out: git fetch --refetch --no-filter; otherwise run git fsck"


class ObjectTree:
    """Regular files by their path and their content's id, read from one `git cat-file`.

    A `trees.Tree`. `listed` gives the path of each file and link, the id of its content, and whether it is a link, when
    it is first asked for. Places are paths relative to the root, with `/`; so are folders, and '' is the root. Files of
    more than `max_bytes` are not read.
    """

    def __init__(self, root: str, listed: Callable[[], Iterable[tuple[bytes, str, bool]]], max_bytes: int) -> None:
        self._root = root
        self._listed = listed
        self._max_bytes = max_bytes
        self._process: subprocess.Popen[bytes] | None = None

    def files(self) -> Iterator[tuple[str, str]]:
        """(path, content's id) of each file, sorted by path."""
        return iter(sorted(self._entries.items()))

    def read(self, path: str) -> bytes:
        """The content of a file. Raises UnreadableError where there is no such file, or it cannot be read."""
        if path not in self._entries:
            raise UnreadableError("no such file", place=path, hint="check its path")
        size, data = self._read(self._entries[path])
        if data is None:
            problem = self._unread(path, size)
            raise UnreadableError(problem.message, place=path, hint=problem.hint)
        return data

    def folder(self, target: Target) -> str | None:
        """Relative to the root."""
        return posixpath.dirname(target.path)

    def above(self, folder: str) -> str | None:
        """Up to the root."""
        return posixpath.dirname(folder) if folder else None

    def kustomizations(self, folder: str) -> list[tuple[str, bytes]]:
        """Read from the tree."""
        paths = ((name, self._real(posixpath.join(folder, name))) for name in KUSTOMIZATIONS)
        found = ((name, self._read(self._entries[path])[1]) for name, path in paths if path in self._entries)
        return [(name, data) for name, data in found if data is not None]

    def place(self, target: Target) -> str:
        """Its path."""
        return target.path

    def find(self, folder: str, path: str) -> str:
        """Links are followed inside of the tree."""
        place = self._real(posixpath.join(folder, path))
        return place if place in self._entries else ""

    def links(self) -> Iterator[Target]:
        """Every symbolic link."""
        return (Target(path, content=b"") for path in sorted(self._links))

    def follow(self, link: Target) -> Target | None:
        """Links lead to links, and through folders that are links."""
        place = self._real(link.path)
        if place in self._entries:
            return Target(place)
        return Target(f"{place}/") if any(path.startswith(f"{place}/") for path in self._entries) else None

    def beside(self, target: Target, path: str) -> Target:
        """By its path."""
        return Target(posixpath.normpath(posixpath.join(posixpath.dirname(target.path), path)))

    def holds(self, target: Target) -> bool:
        """It was found there."""
        return target.path in self._entries

    def filled(self, targets: Sequence[Target]) -> Iterator[Target | Problem]:
        """With their content in the tree."""
        for target in targets:
            size, data = self._read(self._entries[target.path])
            if data is not None:
                yield target._replace(content=data)
            else:
                yield self._unread(target.path, size)

    def close(self) -> None:
        """End the process that gave the contents, without waiting for it to see the end of its input."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _unread(self, path: str, size: int) -> Problem:
        if size > self._max_bytes:
            return too_large(path, self._max_bytes)
        return Problem(path, "its content is not in this clone: not checked", hint=_PARTIAL)

    def _read(self, oid: str) -> tuple[int, bytes | None]:
        """(size, content) of an object; no content where it is too large or not in this clone."""
        if self._process is None:
            import subprocess

            self._process = start(self._root, "cat-file", "--batch", stdin=subprocess.PIPE)
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            return 0, None
        try:
            requests.write(f"{oid}\n".encode("ascii"))
            requests.flush()
        except OSError:
            return 0, None  # git has stopped
        header = answers.readline().split()
        if len(header) != 3 or not header[2].isdigit():  # `ID missing`
            return 0, None
        size = int(header[2])
        if size <= self._max_bytes:
            data = answers.read(size + 1)
            return size, data[:size] if len(data) == size + 1 else None
        left = size + 1
        while left and (data := answers.read(min(left, _CHUNK))):
            left -= len(data)
        return size, None

    def _real(self, path: str) -> str:
        """The path without links on the way; what leads out of the tree begins with `..`."""
        if not self._links:
            return posixpath.normpath(path)
        passed: list[str] = []
        left, budget = path.split("/")[::-1], _MOST_LINKS
        while left:
            part = left.pop()
            if part == ".." and passed:
                passed.pop()
            elif part == "..":
                return part
            elif part not in {"", "."}:
                passed.append(part)
                oid = self._links.get("/".join(passed))
                if oid is not None:
                    passed.pop()
                    budget -= 1
                    leads_to = os.fsdecode(self._read(oid)[1] or b"/")
                    if leads_to.startswith("/") or not budget:
                        return ".."
                    left.extend(leads_to.split("/")[::-1])
        return "/".join(passed)

    @cached_property
    def _entries(self) -> Mapping[str, str]:
        return {path: oid for path, oid, is_link in self._all if not is_link}

    @cached_property
    def _links(self) -> Mapping[str, str]:
        return {path: oid for path, oid, is_link in self._all if is_link}

    @cached_property
    def _all(self) -> list[tuple[str, str, bool]]:
        return [(os.fsdecode(path), oid, is_link) for path, oid, is_link in self._listed()]


class Index(ObjectTree):
    """The index: what the next commit will hold, staged just now or long ago."""

    def __init__(self, repository: Repository, max_bytes: int) -> None:
        super().__init__(repository.root, lambda: repository.indexed(links=True), max_bytes)


class CommitTree(ObjectTree):
    """The files of one commit, or of a tree."""

    def __init__(self, repository: Repository, commit: str, max_bytes: int) -> None:
        def listed() -> Iterator[tuple[bytes, str, bool]]:
            from sealwright.manifest.history import with_links

            return with_links(repository.root, commit)

        super().__init__(repository.root, listed, max_bytes)
