"""The ways to a file (`manifest.ways`), told by the objects of a repository that is to be converted."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.manifest.kustomization import PATCHES, is_inline, is_kustomization, is_kustomization_name
from sealwright.manifest.nodes import FILL, Mapping, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.ways import FLUX, Ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_LISTS = ("resources", "bases", "components", "crds", *sorted(PATCHES))


class Roots:
    """Filled by `add` with every object of a repository, asked afterwards. Paths are those of the objects' sources."""

    def __init__(self) -> None:
        self._ways = Ways()

    def add(self, resource: Resource) -> None:
        """Take note of a kustomization, or of a Kustomization of Flux; of nothing else."""
        if resource.ref.api_version.startswith(FLUX) and resource.ref.kind == "Kustomization":
            spec, way = mapping_at(resource.node, "spec"), _flux_way(resource)
            if spec and way:
                self._ways.add_flux(way, text_of(lookup(spec, "targetNamespace")))
        elif is_kustomization_name(resource.document.source.path) and is_kustomization(resource):
            folder = posixpath.dirname(resource.document.source.path)
            self._ways.add_kustomization(folder, text_of(lookup(resource.node, "namespace")))
            for field in _LISTS:
                for entry in _entries(resource.node, field):
                    self._ways.add_entry(folder, entry, patch=field in PATCHES)

    def namespaces(self, path: str) -> frozenset[str]:
        """The namespaces that a file's objects are in whatever they say themselves; '' where none is set on some way.

        {''} where nothing is known.
        """
        return self._ways.namespaces(path)

    def is_patch(self, path: str) -> bool:
        """Whether kustomizations name the file as a patch only: what stands in it is no object by itself."""
        return self._ways.is_patch(path)

    def above(self, path: str) -> frozenset[str]:
        """Every kustomization (its folder) that the file is part of, or is."""
        folder = posixpath.dirname(path)
        own = (folder,) if is_kustomization_name(path) and self._ways.is_kustomization(folder) else ()
        return self._ways.above(path, *own)

    def tops(self, path: str) -> frozenset[str]:
        """The outermost kustomizations (their folders) that the file is part of; the file's own folder without any."""
        return self._ways.outermost(self.above(path)) or frozenset({posixpath.dirname(path)})

    def leads(self, kustomization: Resource, above: frozenset[str]) -> bool:
        """Whether a kustomization is one of those folders, or one of Flux leads to one of them."""
        if kustomization.ref.api_version.startswith(FLUX):
            way = _flux_way(kustomization)
            return way == "" or any(f"/{folder}/".find(f"/{way}/") >= 0 for folder in above)
        return posixpath.dirname(kustomization.document.source.path) in above

    def together(self, one: str, other: str) -> bool:
        """Whether two files are surely applied together: one file, one kustomization, or one folder without any."""
        return one == other or not self.tops(one).isdisjoint(self.tops(other))


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
