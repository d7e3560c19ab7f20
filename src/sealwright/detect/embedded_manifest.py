"""A manifest that keeps a Secret in clear stands inside another object.

Finds: Secrets inside fields of other objects (Crossplane Objects, OpenShift Templates, Flux ResourceSets, Kyverno
generators) and inside strings: ConfigMaps with whole manifests (ClusterResourceSet), `extraManifests` of Helm values,
JSON in one line, YAML or JSON under base64 or gzip; up to three levels deep.

Leaves alone: what the rules secret-data and secret-string-data leave alone, and the Secret that they report already.

Bad:

    kind: ConfigMap
    data:
      secret.yaml: |
        kind: Secret
        stringData:
          password: hunter2

Good:

    kind: ConfigMap
    data:
      secret.yaml: |
        kind: SealedSecret
        spec:
          encryptedData:
            password: AgBy3i4OJSWK+...

Fix: take the Secret out into a file of its own and seal it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.last_applied import is_last_applied
from sealwright.detect.nested import MAX_NESTING, InnerText
from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in, is_secret, says_secret
from sealwright.detect.trail import Trail, walk_trails
from sealwright.manifest.nodes import Mapping, Scalar, mapping_at
from sealwright.manifest.resource import Resource, is_core, reference, resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View
    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document

RULE = "embedded-manifest"

_SHORTEST = 20
"""Characters: `{kind: Secret,data: {a: b}}` is longer."""


def find(view: View) -> Iterator[Hit]:
    """Secrets in clear inside the objects of the view, as fields or as text."""
    for document in view.documents:
        yield from _in_document(document, view.budget, depth=0)


def _in_document(document: Document, budget: Budget, *, depth: int) -> Iterator[Hit]:
    for resource in resources(document):
        secret = is_secret(resource, budget)
        for trail, node in walk_trails(resource.node):
            if secret and _is_value(trail):
                continue  # reported as it stands
            if isinstance(node, Mapping) and trail is not None and says_secret(node, budget):
                yield from _in_field(Resource(document, node, reference(node), outer=str(trail)), budget)
            elif isinstance(node, Scalar) and depth < MAX_NESTING and not (depth == 0 and _is_annotation(trail)):
                yield from _in_text(trail, node, document, budget, depth=depth)


def _is_value(trail: Trail | None) -> bool:
    """Whether the way from a Secret leads into its values."""
    while trail is not None and trail.parent is not None:
        trail = trail.parent
    return trail is not None and trail.key in {DATA, STRING_DATA}


def _is_annotation(trail: Trail | None) -> bool:
    """Whether it is a last-applied annotation, which has its own rule (in manifests that are no text themselves)."""
    return trail is not None and is_last_applied(trail.key)


def _in_field(resource: Resource, budget: Budget) -> Iterator[Hit]:
    if not is_core(resource.ref, resource.ref.kind):
        return
    inner = mapping_at(resource.node, DATA)
    if not resource.ref.api_version and inner is None and mapping_at(resource.node, STRING_DATA) is None:
        return  # a reference to a Secret that has a field of that name: `{kind: Secret, name: a, data: key}`
    if inner is not None and (mapping_at(inner, DATA) or mapping_at(inner, STRING_DATA)):
        # Kyverno's `generate` names the kind and keeps the object itself, often without its kind, under `data`.
        if not says_secret(inner, budget):
            yield from _secret(resource._replace(node=inner, outer=f"{resource.outer}.{DATA}"), budget)
        return
    yield from _secret(resource, budget)


def _in_text(trail: Trail | None, scalar: Scalar, document: Document, budget: Budget, *, depth: int) -> Iterator[Hit]:
    if len(scalar.value) < _SHORTEST:
        return
    inner = InnerText(scalar, document.source, budget)
    if "Secret" not in inner.text and "\\" not in inner.text:
        return
    for embedded in inner.documents():
        found = list(_in_document(embedded, budget, depth=depth + 1))
        for resource in resources(embedded):
            if is_secret(resource, budget):
                found.extend(_secret(resource, budget))
        for hit in found:
            yield hit._replace(span=inner.outer_span(hit.span), field=f"{trail or ''}:{hit.field}")


def _secret(resource: Resource, budget: Budget) -> Iterator[Hit]:
    yield from hits_in(resource, DATA, budget, " inside another object (base64 is not encryption)")
    yield from hits_in(resource, STRING_DATA, budget, " inside another object")
