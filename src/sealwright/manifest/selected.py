"""Which paths of a tree a selection means: the same for what lies here, for the index and for any commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from sealwright.manifest.globs import compile_globs
from sealwright.manifest.places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.manifest.git import Repository


class Meant(Protocol):
    """What of a `discover.Selection` says which paths are meant."""

    @property
    def paths(self) -> Sequence[str]:
        """As they were written; none is all."""
        ...

    @property
    def skip_files(self) -> tuple[str, ...]:
        """Globs of what is left out."""
        ...

    @property
    def depth(self) -> int:
        """Levels of folders; 0 is no limit."""
        ...


class Selected:
    """Asked about paths relative to the root, with `/`. They need not exist.

    `named` gives each path that was named, relative to the root, and how it was written.
    """

    def __init__(self, selection: Meant, repository: Repository | None) -> None:
        places = Places(repository)
        self.named = {places.shown(path): path for path in selection.paths}
        self._skip = compile_globs(selection.skip_files)
        self._depth = selection.depth

    def around(self, path: str) -> list[str]:
        """The named paths that the path is or lies in."""
        return [place for place in self.named if _is_in(path, place)]

    def __call__(self, path: str) -> bool:
        """Whether the path is meant: it lies in what was named, not too deep, and is not to be skipped."""
        if self._skip is not None and self._skip.match(path):
            return False
        if not self.named:
            return is_within(path, self._depth)
        return any(path == place or is_within(_below(path, place), self._depth) for place in self.around(path))


def is_within(relative: str, depth: int) -> bool:
    """Whether a path has no more than `depth` levels below the folder that it is relative to; 0 is no limit."""
    return depth == 0 or relative.count("/") < depth


def _is_in(path: str, place: str) -> bool:
    return place in {"", os.curdir, path} or path.startswith(f"{place}/")


def _below(path: str, place: str) -> str:
    return path if place in {"", os.curdir} else path[len(place) + 1 :]
