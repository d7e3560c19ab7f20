"""Manifests that read from a store: what has to change when its values are to be read elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.discover import Selection
from sealwright.manifest.nodes import Scalar, lookup, mapping_at, text_of, walk
from sealwright.run.convert.workspace import read_workspace

if TYPE_CHECKING:
    from collections.abc import Collection

    from sealwright import config
    from sealwright.finding import ResourceRef
    from sealwright.manifest.git import Repository
    from sealwright.manifest.resource import Resource

_READERS = frozenset({"ExternalSecret", "ClusterExternalSecret", "SecretProviderClass"})


class Referrer(NamedTuple):
    """An object that reads from a store, and where it stands; `line` counts from 1."""

    path: str
    line: int
    ref: ResourceRef


def referrers(repository: Repository, settings: config.Store, names: Collection[str]) -> list[Referrer]:
    """The objects of a repository that read one of the remote names from the store, by path and line."""
    found = []
    for resource in read_workspace(Selection(), repository).resources():
        if resource.ref.kind in _READERS and _is_of(resource, settings) and _names(resource, names):
            source = resource.document.source
            found.append(Referrer(source.path, source.position(resource.node.start).line, resource.ref))
    return sorted(found)


def _is_of(resource: Resource, settings: config.Store) -> bool:
    """Whether it points at the store's object; a SecretProviderClass names none."""
    if resource.ref.kind == "SecretProviderClass":
        return True
    way = ("spec", "externalSecretSpec") if resource.ref.kind == "ClusterExternalSecret" else ("spec",)
    named = mapping_at(resource.node, *way, "secretStoreRef")
    return named is None or text_of(lookup(named, "name")) == (settings.ref_name or settings.name)


def _names(resource: Resource, names: Collection[str]) -> bool:
    return any(_is_named(node.value, names) for node in walk(resource.node) if isinstance(node, Scalar))


def _is_named(text: str, names: Collection[str]) -> bool:
    """Whether a text is one of the names, or one that lists some: that of a SecretProviderClass's objects."""
    return text in names or ("\n" in text and any(name in text for name in names))
