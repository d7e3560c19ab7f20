"""Which kustomizations lead to a file, and which namespace they set for what stands in it.

Nothing is read from disk: what leads where is told by the kustomizations themselves (`resources`, `bases`,
`components`, patches) and by Flux (`spec.path`, `spec.targetNamespace`). An answer is given only where all ways to a
file agree. Source: kustomize, `api/types/kustomization.go`; Flux, kustomize-controller.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.manifest.kustomization import PATCHES, is_inline, is_kustomization, is_kustomization_name
from sealwright.manifest.nodes import FILL, Mapping, Sequence, lookup, mapping_at, resolve, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_LISTS = ("resources", "bases", "components", "crds", *sorted(PATCHES))
_FLUX = "kustomize.toolkit.fluxcd.io/"
_DEEPEST = 40
"""Kustomizations above one another; a cycle is not followed further."""


class Roots:
    """Filled by `add` with every object of a repository, asked afterwards. Paths are those of the objects' sources."""

    def __init__(self) -> None:
        self._namespace: dict[str, str] = {}
        self._above: dict[str, set[str]] = {}
        self._flux: dict[str, list[tuple[str, str]]] = {}
        self._patches: set[str] = set()
        self._known: dict[str, frozenset[str]] = {}

    def add(self, resource: Resource) -> None:
        """Take note of a kustomization, or of a Kustomization of Flux; of nothing else."""
        if resource.ref.api_version.startswith(_FLUX) and resource.ref.kind == "Kustomization":
            spec, way = mapping_at(resource.node, "spec"), _flux_way(resource)
            if spec and way:
                target = text_of(lookup(spec, "targetNamespace"))
                self._flux.setdefault(posixpath.basename(way), []).append((way, target))
        elif is_kustomization_name(resource.document.source.path) and is_kustomization(resource):
            folder = posixpath.dirname(resource.document.source.path)
            self._namespace[folder] = text_of(lookup(resource.node, "namespace"))
            for field in _LISTS:
                for entry in _entries(resource.node, field):
                    path = posixpath.normpath(posixpath.join(folder, entry))
                    path = "" if path == "." else path  # the repository's own folder
                    self._above.setdefault(path, set()).add(folder)
                    if field in PATCHES:
                        self._patches.add(path)

    def namespaces(self, path: str) -> frozenset[str]:
        """The namespaces that a file's objects are in whatever they say themselves; '' where none is set on some way.

        {''} where nothing is known.
        """
        return self._set_for(path, 0)

    def is_patch(self, path: str) -> bool:
        """Whether a kustomization names the file as a patch: what stands in it is no object by itself."""
        return path in self._patches

    def above(self, path: str) -> frozenset[str]:
        """Every kustomization (its folder) that the file is part of, or is."""
        seen: set[str] = set()
        stack = list(self._above.get(path, ()))
        if is_kustomization_name(path) and posixpath.dirname(path) in self._namespace:
            stack.append(posixpath.dirname(path))
        while stack:
            folder = stack.pop()
            if folder not in seen:
                seen.add(folder)
                stack.extend(self._above.get(folder, ()))
        return frozenset(seen)

    def tops(self, path: str) -> frozenset[str]:
        """The outermost kustomizations (their folders) that the file is part of; the file's own folder without any."""
        found = frozenset(folder for folder in self.above(path) if not self._above.get(folder))
        return found or frozenset({posixpath.dirname(path)})

    def leads(self, kustomization: Resource, above: frozenset[str]) -> bool:
        """Whether a kustomization is one of those folders, or one of Flux leads to one of them."""
        if kustomization.ref.api_version.startswith(_FLUX):
            way = _flux_way(kustomization)
            return way == "" or any(f"/{folder}/".find(f"/{way}/") >= 0 for folder in above)
        return posixpath.dirname(kustomization.document.source.path) in above

    def together(self, one: str, other: str) -> bool:
        """Whether two files are surely applied together: one file, one kustomization, or one folder without any."""
        return one == other or not self.tops(one).isdisjoint(self.tops(other))

    def _set_for(self, place: str, depth: int) -> frozenset[str]:
        """The namespaces that are set from outside for a file or a folder; the outermost one that sets any wins."""
        if place not in self._known:
            self._known[place] = frozenset({""})  # for a cycle
            found: set[str] = set(self._by_flux(place))
            for folder in self._above.get(place, ()) if depth < _DEEPEST else ():
                found |= {name or self._namespace[folder] for name in self._set_for(folder, depth + 1)}
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
            folder = above if above != folder else ""


def _flux_way(resource: Resource) -> str:
    """The folder that a Kustomization of Flux applies; '' for the whole repository, and where nobody can say."""
    spec = mapping_at(resource.node, "spec")
    path = posixpath.normpath(text_of(lookup(spec, "path")) or ".") if spec else "."
    return "" if path == "." or FILL in path else path.strip("/")


def _entries(kustomization: Mapping, field: str) -> Iterator[str]:
    value = lookup(kustomization, field)
    target = resolve(value) if value is not None else None
    for item in target.items if isinstance(target, Sequence) else ():
        yield from _path(item)


def _path(item: Node) -> Iterator[str]:
    target = resolve(item)
    text = text_of(lookup(target, "path")) if isinstance(target, Mapping) else text_of(target)
    if text and not is_inline(text) and "://" not in text:
        yield text
