"""Where paths lie, as the user wrote them and as the file system resolves them, against the root of the repository."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from sealwright.manifest.git import holds_repository

if TYPE_CHECKING:
    from sealwright.manifest.git import Repository


class Places:
    """Answers for one run; the current folder and the root are resolved once."""

    def __init__(self, repository: Repository | None) -> None:
        self._repository = repository
        self._cwd = os.path.realpath(os.curdir)
        self.root = os.path.realpath(repository.root) if repository else ""
        self._real: dict[str, bool] = {}

    def shown(self, path: str) -> str:
        """`path` relative to the root with `/`; outside of the repository as the user wrote it."""
        if self.root and self._is_below_root(written := self._written(path)):
            path = os.path.relpath(written, self.root)
        return os.path.normpath(path).replace(os.sep, "/")

    def leads_out(self, path: str) -> bool:
        """Whether the path is written as one inside the repository but a symbolic link in it leads elsewhere."""
        return bool(self.root) and self._is_below_root(self._written(path)) and not self._inside(path)

    def is_reached(self, location: str) -> bool:
        """Whether no symbolic link stands on the way to what git lists: the index keeps what was in a folder before
        a link took its place, and that may lead out of the repository."""
        folder = os.path.dirname(location)
        if folder not in self._real:
            self._real[folder] = os.path.normcase(os.path.realpath(folder)) == os.path.normcase(folder)
        return self._real[folder]

    def listed(self, folder: str) -> list[tuple[str, str]] | None:
        """Git's files in the folder: (relative to the root, relative to the folder).

        None where git has no say: outside of the repository, in a submodule, in a folder that it ignores.
        """
        real = os.path.realpath(folder)
        if self._repository is None or not self._is_below_root(real) or self._in_another_repository(real):
            return None
        relative = os.path.relpath(real, self.root).replace(os.sep, "/")
        prefix = "" if relative == os.curdir else f"{relative}/"
        names = [(name, name[len(prefix) :]) for name in self._files if name.startswith(prefix)]
        return None if prefix and not names and self._repository.ignores(relative) else names

    def _in_another_repository(self, folder: str) -> bool:
        while folder != self.root:
            if holds_repository(folder):
                return True
            folder = os.path.dirname(folder)
        return False

    @cached_property
    def _files(self) -> list[str]:
        return [os.fsdecode(name) for name in self._repository.files()] if self._repository else []

    def _inside(self, path: str) -> bool:
        return self._is_below_root(os.path.realpath(path))

    def _written(self, path: str) -> str:
        # The root is resolved; the current folder, or what stands before the root in an absolute path, may be named
        # through a link. Only what the user wrote after it is left as it is.
        written = os.path.normpath(os.path.join(self._cwd, path))
        if os.path.isabs(path) and not self._is_below_root(written):
            resolved = os.path.join(os.path.realpath(os.path.dirname(written)), os.path.basename(written))
            return resolved if self._is_below_root(resolved) else written
        return written

    def _is_below_root(self, absolute: str) -> bool:
        return absolute == self.root or absolute.startswith(self.root.rstrip(os.sep) + os.sep)
