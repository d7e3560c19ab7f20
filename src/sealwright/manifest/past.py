"""A tree of all the kustomizations that a range of commits has or had: whatever one of them named is what it says."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.manifest.discover import Target
from sealwright.manifest.neighbours import may_generate, names_others

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.finding import Problem


class Past:
    """Places and folders are paths relative to the root, with `/`; '' is the root. All is told beforehand."""

    def __init__(self) -> None:
        self._told: dict[str, list[tuple[str, bytes]]] = {}

    def tell(self, path: str, data: bytes) -> None:
        """One version of a kustomization. All that are told must be before anything is asked."""
        if may_generate(data) or b"patch" in data or names_others(data):
            folder, name = posixpath.split(path)
            versions = self._told.setdefault(folder, [])
            versions.append((f"{len(versions)}/{name}", data))

    def folder(self, target: Target) -> str | None:
        """Relative to the root."""
        return posixpath.dirname(target.path)

    def above(self, folder: str) -> str | None:
        """Up to the root."""
        return posixpath.dirname(folder) if folder else None

    def kustomizations(self, folder: str) -> list[tuple[str, bytes]]:
        """Every version, each under a name of its own."""
        return self._told.get(folder, [])

    def place(self, target: Target) -> str:
        """Its path."""
        return target.path

    def find(self, folder: str, path: str) -> str:
        """Whether it exists is not asked: at some time it may have."""
        place = posixpath.normpath(posixpath.join(folder, path))
        return "" if place.startswith(("..", "/")) else place

    def follow(self, link: Target) -> Target | None:  # noqa: ARG002 - as every tree is asked
        """What a link was at some time led to somewhere."""
        return None

    def beside(self, target: Target, path: str) -> Target:
        """By its path; a range has all files that count."""
        return Target(self.find(posixpath.dirname(target.path), path))

    def holds(self, target: Target) -> bool:  # noqa: ARG002 - as every tree is asked
        """What the range did not bring does not count."""
        return False

    def filled(self, targets: Sequence[Target]) -> Iterator[Target | Problem]:
        """None are asked for."""
        return iter(targets)

    def close(self) -> None:
        """Nothing is held open."""
