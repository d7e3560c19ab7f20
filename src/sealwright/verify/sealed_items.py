"""The items of SealedSecrets, as the controller would see them.

Name, namespace and scope come from the top-level metadata; those of the template do not count for opening.
Source: upstream sealedsecret_expansion.go, `Unseal`, `EncryptionLabel`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Location, ResourceRef, Span
from sealwright.manifest.nodes import Mapping, Scalar, entries, lookup, mapping_at, resolve
from sealwright.manifest.resource import annotations_of, resources
from sealwright.sealing.scope import Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node

GROUP = "bitnami.com/"
KIND = "SealedSecret"


class SealedItem(NamedTuple):
    """One item. `text` is the ciphertext in base64, None where the manifest holds something else than a string."""

    resource: ResourceRef
    scope: Scope
    name: str
    location: Location
    text: str | None


class Malformed(NamedTuple):
    """A SealedSecret from which no item can be taken, and why."""

    resource: ResourceRef
    location: Location
    reason: str


def sealed_items(document: Document) -> Iterator[SealedItem | Malformed]:
    """Every item of every SealedSecret of a document, duplicates included, in order."""
    for resource in resources(document):
        if resource.ref.kind == KIND and resource.ref.api_version.startswith(GROUP):
            scope = scope_of(annotations_of(resource.node))
            yield from _items(document, resource.node, resource.ref, scope)


def _items(document: Document, node: Mapping, ref: ResourceRef, scope: Scope) -> Iterator[SealedItem | Malformed]:
    spec = mapping_at(node, "spec")
    place = document.source.location(Span(node.start, node.start))
    if spec is None:
        yield Malformed(ref, place, "it has no `spec`")
        return
    if lookup(spec, "data") is not None:
        yield Malformed(ref, place, "it uses the `data` format of before 2019, which is not checked; seal it again")
        return
    data = lookup(spec, "encryptedData")
    holder = resolve(data) if data is not None else None
    if not isinstance(holder, Mapping):
        yield Malformed(ref, place, "`spec.encryptedData` is not a mapping, so the Secret would have no data")
        return
    if not holder.entries:
        yield Malformed(ref, place, "`spec.encryptedData` is empty, so the Secret would have no data")
    for name, _, value in entries(holder):
        yield SealedItem(ref, scope, name, document.source.location(_span(value)), _text(value))


def _span(node: Node) -> Span:
    return Span(node.start, node.end)


def _text(node: Node) -> str | None:
    target = resolve(node)
    return target.value if isinstance(target, Scalar) else None
