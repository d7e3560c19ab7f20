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
from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, text_of
from sealwright.manifest.resource import Resource, is_core, nested_resources, resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

RULE = "embedded-manifest"
NEEDLES = ("Secret", "YXBpVmVyc2lvbj", "a2luZD", "eyJ", "ewog", "ewoJ", "LS0tCm", "H4sI")

_SHORTEST = 20
"""Characters: `{kind: Secret,data: {a: b}}` is longer."""


def find(view: View) -> Iterator[Hit]:
    """Secrets in clear inside the objects of the view, as fields or as text."""
    for document in view.documents:
        yield from _in_document(document, view.source, depth=0)


def _in_document(document: Document, source: Source, *, depth: int) -> Iterator[Hit]:
    for resource in resources(document):
        if is_core(resource.ref, "Secret"):
            continue  # its values are reported as they stand
        for inner in nested_resources(resource):
            if is_core(inner.ref, "Secret"):
                yield from _secret(inner)
        if depth < MAX_NESTING:
            for path, scalar in _texts(resource.node):
                yield from _in_text(path, scalar, source, depth=depth)


def _in_text(path: str, scalar: Scalar, source: Source, *, depth: int) -> Iterator[Hit]:
    if len(scalar.value) < _SHORTEST:
        return
    inner = InnerText(scalar, source)
    if "Secret" not in inner.text and "\\" not in inner.text:
        return
    for document in inner.documents():
        found = list(_in_document(document, document.source, depth=depth + 1))
        for resource in resources(document):
            if is_core(resource.ref, "Secret"):
                found.extend(_secret(resource))
        for hit in found:
            yield hit._replace(span=inner.outer_span(hit.span), field=f"{path}:{hit.field}")


def _secret(resource: Resource) -> Iterator[Hit]:
    yield from hits_in(resource, DATA, " inside another object (base64 is not encryption)")
    yield from hits_in(resource, STRING_DATA, " inside another object")


def _texts(root: Mapping) -> Iterator[tuple[str, Scalar]]:
    """(dotted path, scalar) of every string that may hold a manifest; last-applied annotations have their own rule."""
    stack: list[tuple[str, Node]] = [("", root)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, Mapping):
            for key, value in reversed(node.entries):
                name = text_of(key)
                if not is_last_applied(name):
                    stack.append((f"{path}.{name}" if path else name, value))
        elif isinstance(node, Sequence):
            stack.extend((f"{path}[{index}]", item) for index, item in reversed(list(enumerate(node.items))))
        elif isinstance(node, Scalar):
            yield path, node
