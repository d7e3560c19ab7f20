"""A patch for kustomize keeps a value of a Secret in clear.

Finds: JSON patches (RFC 6902) that add or replace values under `/data` or `/stringData`, in files and inside
kustomizations; strategic merge patches of Secrets inside kustomizations; and in any other patch inside one, values
whose name promises a credential. Kustomizations of Flux, applications of Argo CD and post-renderers count as well.

Leaves alone: `remove`, placeholders and references, patches of ConfigMaps with ordinary settings, ciphertext
(`encryptedData`). A strategic merge patch in a file of its own is an object like any other: see the rules for those.

Bad:

    - op: replace
      path: /data/password
      value: aHVudGVyMg==

Good:

    - op: replace
      path: /spec/encryptedData/password
      value: AgBy3i4OJSWK+...

Fix: patch the SealedSecret or ExternalSecret instead, or keep one sealed Secret for each overlay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.owners import owner_of
from sealwright.detect.credentials.pairs import pairs
from sealwright.detect.credentials.search import credentials_in, hit_of
from sealwright.detect.json_patch import Target, data_hits, operation_hits
from sealwright.detect.nested import InnerText
from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in, is_secret
from sealwright.detect.trail import walk_trails
from sealwright.finding import ResourceRef
from sealwright.manifest.kustomization import PATCHES, carries_patches, is_inline, is_operation, target_kind
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.purposes import OTHER_PATCH, SECRET_PATCH
from sealwright.manifest.resource import Resource, reference, resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View
    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node

RULE = "kustomize-patch"

_TRANSFORMERS = {
    "PatchTransformer": "patch",
    "PatchJson6902Transformer": "jsonOp",
    "PatchStrategicMergeTransformer": "patches",
}
_SECRET = "Secret"  # noqa: S105 - a kind


def find(view: View) -> Iterator[Hit]:
    """Values in clear in JSON patches, and in whatever a kustomization patches with."""
    secret = {SECRET_PATCH: True, OTHER_PATCH: False}.get(view.purpose)
    text = view.source.text
    inside = "atch" in text or "jsonOp" in text or view.hidden
    for document in view.documents:
        if isinstance(document.root, Sequence):
            yield from operation_hits(document.root, Target(document, view.budget, secret))
        if inside:
            for resource in resources(document):
                yield from _carried(resource, view.budget)


def _carried(resource: Resource, budget: Budget) -> Iterator[Hit]:
    """What the patches inside an object write."""
    document, field = resource.document, _TRANSFORMERS.get(resource.ref.kind, "")
    value = lookup(resource.node, field) if field else None
    if value is not None:
        yield from _patch(value, field, resource.node, document, budget)
    for trail, node in walk_trails(resource.node):
        budget.visit()
        if trail is not None and trail.key in PATCHES and carries_patches(resource, trail.keys()):
            target = resolve(node)
            for index, item in enumerate(target.items if isinstance(target, Sequence) else ()):
                yield from _entry(resolve(item), f"{trail}[{index}]", document, budget)


def _entry(entry: Node, field: str, document: Document, budget: Budget) -> Iterator[Hit]:
    """An entry of `patches` and its like: a text, `{target, patch}`, or an object as it is."""
    patch = lookup(entry, "patch") if isinstance(entry, Mapping) else None
    if patch is not None:
        yield from _patch(patch, f"{field}.patch", entry, document, budget)
    elif isinstance(entry, Scalar) or (isinstance(entry, Mapping) and lookup(entry, "path") is None):
        yield from _patch(entry, field, None, document, budget)


def _patch(value: Node, field: str, entry: Node | None, document: Document, budget: Budget) -> Iterator[Hit]:
    """One patch, whatever form it has."""
    node = resolve(value)
    ref = _target(entry) if isinstance(entry, Mapping) else ResourceRef()
    if isinstance(node, Scalar):
        if is_inline(node.value):
            inner = InnerText(node, document.source, budget)
            for embedded in inner.documents():
                for hit in _in_text(embedded, ref, budget):
                    yield hit._replace(span=inner.outer_span(hit.span), field=f"{field}:{hit.field}")
        return
    if isinstance(node, Sequence):
        hits = _operations(node, document, ref, budget)
    else:
        hits = _merged(Resource(document, node, reference(node)), ref, budget)
    yield from (hit._replace(field=f"{field}.{hit.field}") for hit in hits)


def _in_text(document: Document, ref: ResourceRef, budget: Budget) -> Iterator[Hit]:
    if isinstance(document.root, Sequence):
        yield from _operations(document.root, document, ref, budget)
    for resource in resources(document):
        if not is_operation(resource.node):
            yield from _merged(resource, ref, budget)


def _operations(node: Sequence, document: Document, ref: ResourceRef, budget: Budget) -> Iterator[Hit]:
    return operation_hits(node, Target(document, budget, ref.kind == _SECRET if ref.kind else None, ref))


def _merged(resource: Resource, target: ResourceRef, budget: Budget) -> Iterator[Hit]:
    """A strategic merge patch: an object, of which the target may say the kind."""
    if not resource.ref.kind:
        resource = resource._replace(ref=target)
    if target.kind == _SECRET or is_secret(resource, budget):
        for field in (DATA, STRING_DATA):
            yield from hits_in(resource, field, budget, " in a patch")
        return
    values = mapping_at(resource.node, STRING_DATA)  # which nothing but a Secret has
    if values is not None and not resource.ref.kind:
        yield from data_hits(STRING_DATA, values, Target(resource.document, budget))
    for pair in pairs(resource.node, budget):
        keys = pair.trail.keys()
        if keys and not (values is not None and keys[0] == STRING_DATA) and owner_of(resource, keys):
            for credential in credentials_in(pair.name, pair.scalar, resource.document.source):
                yield hit_of(resource, pair, credential)


def _target(entry: Mapping) -> ResourceRef:
    """What an entry says that it patches; a kind that is a pattern says nothing."""
    target = mapping_at(entry, "target")
    if target is None:
        return ResourceRef()
    name, namespace = (text_of(lookup(target, key)) for key in ("name", "namespace"))
    return ResourceRef("", target_kind(entry), namespace, name)
