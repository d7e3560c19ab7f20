"""Which kustomizations lead to a file, and which namespaces they and Flux set for what stands in it.

Nothing is read: what leads where is told by the kustomizations themselves (`resources`, `bases`, `components`, patches)
and by Flux (`spec.path`, `spec.targetNamespace`). All paths are of one kind, relative to the same folder.
Source: kustomize, `api/types/kustomization.go`; Flux, kustomize-controller.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FLUX = "kustomize.toolkit.fluxcd.io/"
"""How the apiVersion of a Kustomization of Flux begins."""
_DEEPEST = 40
"""Kustomizations above one another; a cycle is not followed further."""


class Ways:
    """Filled with every kustomization of a tree, asked afterwards."""

    def __init__(self) -> None:
        self._namespace: dict[str, str] = {}
        self._above: dict[str, set[str]] = {}
        self._flux: dict[str, list[tuple[str, str]]] = {}
        self._patches: set[str] = set()
        self._whole: set[str] = set()
        self._known: dict[str, frozenset[str]] = {}

    def add_kustomization(self, folder: str, namespace: str) -> None:
        """There is one in the folder; `namespace` is what it sets, or ''."""
        self._namespace[folder] = namespace

    def add_entry(self, folder: str, entry: str, *, patch: bool = False) -> str:
        """The kustomization of a folder names a file or a folder; returns its path."""
        path = posixpath.normpath(posixpath.join(folder, entry))
        path = "" if path == "." else path  # the repository's own folder
        self._above.setdefault(path, set()).add(folder)
        (self._patches if patch else self._whole).add(path)
        return path

    def add_flux(self, way: str, namespace: str) -> None:
        """Flux applies a folder, of which `way` is the end, and sets the namespace, or ''."""
        self._flux.setdefault(posixpath.basename(way), []).append((way, namespace))

    def is_kustomization(self, folder: str) -> bool:
        """Whether there is one in the folder."""
        return folder in self._namespace

    def is_patch(self, path: str) -> bool:
        """Whether kustomizations name the file as a patch only: what stands in it is no object by itself."""
        return path in self._patches and path not in self._whole

    def is_named(self, path: str) -> bool:
        """Whether a kustomization names the file or folder."""
        return bool(self._above.get(path))

    def above(self, path: str, *begin: str) -> frozenset[str]:
        """The folders of all kustomizations that lead to a path: `begin`, those that name it, and those above them."""
        seen: set[str] = set()
        stack = [*self._above.get(path, ()), *begin]
        while stack:
            folder = stack.pop()
            if folder not in seen:
                seen.add(folder)
                stack.extend(self._above.get(folder, ()))
        return frozenset(seen)

    def outermost(self, folders: Iterable[str]) -> frozenset[str]:
        """Those that no kustomization names."""
        return frozenset(folder for folder in folders if not self.is_named(folder))

    def namespaces(self, path: str) -> frozenset[str]:
        """The namespaces that are set from outside for a file or a folder; '' where none is set on some way.

        The outermost one that sets any wins. {''} where nothing is known.
        """
        return self._set_for(path, 0)

    def _set_for(self, place: str, depth: int) -> frozenset[str]:
        if place not in self._known:
            self._known[place] = frozenset({""})  # for a cycle
            found: set[str] = set(self._by_flux(place))
            for folder in self._above.get(place, ()) if depth < _DEEPEST else ():
                own = self._namespace.get(folder, "")
                found |= {name or own for name in self._set_for(folder, depth + 1)}
            self._known[place] = frozenset(found or {""})
        return self._known[place]

    def _by_flux(self, place: str) -> Iterator[str]:
        """The namespaces that Flux sets for a kustomization's folder, or for a file that no kustomization names."""
        folder = place if place in self._namespace else posixpath.dirname(place)
        alone = folder == place or place not in self._above
        while folder and alone and self._flux:
            for way, namespace in self._flux.get(posixpath.basename(folder), ()):
                if f"/{folder}".endswith(f"/{way}"):
                    yield namespace
            if folder == place or folder in self._namespace:
                return
            above = posixpath.dirname(folder)
            folder = above if above != folder else ""  # the root of an absolute path is above itself
