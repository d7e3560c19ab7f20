"""An annotation written by `kubectl apply` repeats a Secret in clear.

`kubectl apply` keeps the whole object as JSON in `kubectl.kubernetes.io/last-applied-configuration`. Exported objects
(`kubectl get -o yaml`) carry it into Git, and sealing tools have carried it into SealedSecrets.

Finds: every non-empty value of a Secret inside such an annotation, on whatever object it stands (also kubecfg's and
kapp's annotations of the same kind).

Leaves alone: annotations that repeat other kinds, and what the rules secret-data and secret-string-data leave alone.

Bad:

    metadata:
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: |
          {"apiVersion":"v1","kind":"Secret","stringData":{"password":"hunter2"}}

Good:

    metadata:
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: |
          {"apiVersion":"v1","kind":"ConfigMap","data":{"host":"db.example.com"}}

Fix: delete the annotation: nothing reads it from Git. `sealwright seal` leaves it out of what it writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.nested import InnerText
from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in, is_secret
from sealwright.manifest.nodes import Mapping, Scalar, resolve, text_of, walk
from sealwright.manifest.resource import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View

RULE = "last-applied-configuration"

_ANNOTATIONS = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "kubecfg.ksonnet.io/last-applied-configuration",
        "kapp.k14s.io/original",
    }
)


def is_last_applied(annotation: str) -> bool:
    """Whether an annotation of this name holds a whole object as JSON."""
    return annotation in _ANNOTATIONS


def find(view: View) -> Iterator[Hit]:
    """Values of Secrets inside last-applied annotations."""
    text = view.source.text
    if "\\" not in text and not any(annotation in text for annotation in _ANNOTATIONS):
        return
    seen: set[int] = set()  # aliases may repeat one annotation anywhere
    for document in view.documents:
        for node in walk(document.root) if document.root is not None else ():
            if isinstance(node, Mapping):
                for key, value in node.entries:
                    target = resolve(value)
                    if is_last_applied(text_of(key)) and isinstance(target, Scalar) and id(target) not in seen:
                        seen.add(id(target))
                        yield from _in_annotation(text_of(key), target, view)


def _in_annotation(annotation: str, scalar: Scalar, view: View) -> Iterator[Hit]:
    inner = InnerText(scalar, view.source, view.budget)
    for document in inner.documents():
        for resource in resources(document):
            if is_secret(resource, view.budget):
                for field in (DATA, STRING_DATA):
                    for hit in hits_in(resource, field, view.budget, f" in the annotation {annotation}"):
                        path = f"metadata.annotations.{annotation}:{hit.field}"
                        yield hit._replace(span=inner.outer_span(hit.span), field=path)
