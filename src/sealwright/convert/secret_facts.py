"""All that a Secret says, for whoever writes another object in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.places import problem
from sealwright.convert.secret_model import Value, read_secret
from sealwright.convert.template_fields import LAST_APPLIED
from sealwright.manifest.nodes import Scalar, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.scalars import kind_of, plain_scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource


class SecretFacts(NamedTuple):
    """A Secret as the cluster would read it. `values` has each key once; `type` is `Opaque` where none is given.

    `annotations` are without those that repeat the whole Secret in clear.
    """

    name: str
    namespace: str
    type: str
    immutable: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    values: tuple[Value, ...]


def facts_of(secret: Resource, *, namespace: str = "") -> SecretFacts:
    """Check a Secret and read it. `namespace` fills in a missing one. Raises SealingError with the place."""
    model = read_secret(secret, namespace=namespace)
    immutable = _is_immutable(secret)
    labels, annotations = (_strings(secret, field) for field in ("labels", "annotations"))
    kind = text_of(lookup(secret.node, "type")) or "Opaque"
    return SecretFacts(model.name, model.namespace, kind, immutable, labels, annotations, model.values)


def is_null(node: Node) -> bool:
    """Whether a node, if need be where its alias points, is null."""
    target = resolve(node)
    return isinstance(target, Scalar) and kind_of(target) == "null"


def _is_immutable(secret: Resource) -> bool:
    node = lookup(secret.node, "immutable")
    if node is None or is_null(node):
        return False
    target = resolve(node)
    if not isinstance(target, Scalar) or kind_of(target) != "boolean":
        raise problem(secret, node, "immutable is neither true nor false", "write true or false")
    return plain_scalar(target) is True


def _strings(secret: Resource, field: str) -> dict[str, str]:
    """Labels or annotations; null is an empty text to the API server."""
    found = mapping_at(secret.node, "metadata", field)
    if found is None:
        return {}
    kept = ((name, value) for name, _, value in entries(found) if name not in LAST_APPLIED)
    return {name: "" if is_null(value) else text_of(value) for name, value in kept}
