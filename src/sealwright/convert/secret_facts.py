"""All that a Secret says, for whoever writes another object in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.places import problem
from sealwright.convert.secret_model import Value, read_secret
from sealwright.manifest.nodes import lookup, mapping_at, text_of
from sealwright.manifest.resource import texts_of
from sealwright.manifest.scalars import to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.manifest.resource import Resource


class SecretFacts(NamedTuple):
    """A Secret as the cluster would read it. `values` has each key once; `type` is `Opaque` where none is given."""

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
    written = lookup(secret.node, "immutable")
    immutable = to_plain(written) if written is not None else None
    if not (immutable is None or isinstance(immutable, bool)):
        raise problem(secret, secret.node, "immutable is neither true nor false", "write true or false")
    labels = texts_of(mapping_at(secret.node, "metadata", "labels"))
    kind = text_of(lookup(secret.node, "type")) or "Opaque"
    return SecretFacts(model.name, model.namespace, kind, bool(immutable), labels, model.annotations, model.values)
