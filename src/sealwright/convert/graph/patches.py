"""Patches of kustomizations that change a Secret: by a target that fits it, or by an inline patch that names it.

A patch in a file of its own is an object of its own; `Roots.is_patch` tells it from a manifest.
Source: kustomize, `api/types/patch.go`, `api/types/selector.go` (expressions are anchored).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import PATCHES, is_inline, is_kustomization
from sealwright.manifest.nodes import Mapping, Sequence, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_SECRET = "Secret"  # noqa: S105 - a kind


class Patch(NamedTuple):
    """A patch of `resource`, a kustomization; `name` is an expression for the whole name of the Secrets it changes."""

    resource: Resource
    name: str

    def fits(self, name: str) -> bool:
        """Whether the patch changes a Secret of that name."""
        return _fits(self.name, name)


def patches_in(resource: Resource) -> Iterator[Patch]:
    """Every patch of a kustomization, or of a Kustomization of Flux, that is meant for Secrets."""
    ref = resource.ref
    is_flux = ref.kind == "Kustomization" and ref.api_version.startswith("kustomize.toolkit.fluxcd.io/")
    holder = mapping_at(resource.node, "spec") if is_flux else resource.node
    if holder is None or not (is_flux or is_kustomization(resource)):
        return
    for field, _, value in entries(holder):
        target = resolve(value)
        for item in target.items if field in PATCHES and isinstance(target, Sequence) else ():
            yield from (Patch(resource, name) for name in _names(resolve(item)))


def _fits(expression: str, text: str) -> bool:
    """An expression that cannot be tried may fit everything."""
    from sealwright.regex import modest

    if expression == text:
        return True
    found = modest(f"^(?:{expression})$")
    return found is None or found.test(text)


def _names(item: Node) -> Iterator[str]:
    target = mapping_at(item, "target") if isinstance(item, Mapping) else None
    if target is not None:
        kind, name = text_of(lookup(target, "kind")), text_of(lookup(target, "name"))
        if (kind or name) and (not kind or _fits(kind, _SECRET)):
            yield name or ".*"
        return
    text = text_of(lookup(item, "patch")) if isinstance(item, Mapping) else text_of(item)
    if is_inline(text) and _SECRET in text:
        import re

        for document in read_documents(Source("", text)):
            for inner in resources(document):
                if is_core(inner.ref, _SECRET) and inner.ref.name:
                    yield re.escape(inner.ref.name)
