"""The index as a tree of files: what the next commit will hold, staged just now or long ago."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

from sealwright.finding import Problem
from sealwright.manifest.discover import Target, too_large
from sealwright.manifest.git_process import start
from sealwright.manifest.neighbours import KUSTOMIZATIONS

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    from sealwright.manifest.git import Repository

_CHUNK = 1024 * 1024


class Index:
    """Places are paths relative to the root, with `/`; so are folders, and '' is the root."""

    def __init__(self, repository: Repository, max_bytes: int) -> None:
        self._repository = repository
        self._max_bytes = max_bytes
        self._process: subprocess.Popen[bytes] | None = None

    def folder(self, target: Target) -> str | None:
        """Relative to the root."""
        return posixpath.dirname(target.path)

    def above(self, folder: str) -> str | None:
        """Up to the root."""
        return posixpath.dirname(folder) if folder else None

    def kustomizations(self, folder: str) -> list[tuple[str, bytes]]:
        """Read from the index."""
        paths = ((name, posixpath.join(folder, name)) for name in KUSTOMIZATIONS)
        found = ((name, self._read(self._entries[path])[1]) for name, path in paths if path in self._entries)
        return [(name, data) for name, data in found if data is not None]

    def place(self, target: Target) -> str:
        """Its path."""
        return target.path

    def find(self, folder: str, path: str) -> str:
        """Links are not followed: what stands in the index is the link."""
        place = posixpath.normpath(posixpath.join(folder, path))
        return place if place in self._entries else ""

    def beside(self, target: Target, path: str) -> Target:
        """By its path."""
        return Target(posixpath.normpath(posixpath.join(posixpath.dirname(target.path), path)))

    def holds(self, target: Target) -> bool:
        """It was found there."""
        return target.path in self._entries

    def filled(self, targets: Sequence[Target]) -> Iterator[Target | Problem]:
        """With their content in the index."""
        for target in targets:
            size, data = self._read(self._entries[target.path])
            if data is not None:
                yield target._replace(content=data)
            elif size > self._max_bytes:
                yield too_large(target.path, self._max_bytes)
            else:
                hint = "a partial clone may have left it out: git fetch --refetch --no-filter; otherwise run git fsck"
                yield Problem(target.path, "its content is not in this clone: not checked", hint=hint)

    def close(self) -> None:
        """End the process that gave the contents, without waiting for it to see the end of its input."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _read(self, oid: str) -> tuple[int, bytes | None]:
        """(size, content) of an object; no content where it is too large or not in this clone."""
        if self._process is None:
            import subprocess

            self._process = start(self._repository.root, "cat-file", "--batch", stdin=subprocess.PIPE)
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

    @cached_property
    def _entries(self) -> dict[str, str]:
        return {os.fsdecode(entry.path): entry.oid for entry in self._repository.indexed()}
