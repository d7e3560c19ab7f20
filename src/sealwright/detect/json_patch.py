"""Operations of JSON patches (RFC 6902): what they would write, and whether that is a secret in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.credentials.pairs import pairs
from sealwright.detect.credentials.search import credentials_in, hit_of
from sealwright.detect.credentials.values import judge
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.secret_values import DATA, STRING_DATA, is_exposed, key_shown
from sealwright.detect.trail import shown, walk_trails
from sealwright.finding import Confidence, ResourceRef, Span
from sealwright.manifest.documents import Form
from sealwright.manifest.kustomization import is_operation
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, entries, lookup, resolve, text_of
from sealwright.manifest.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node

_WRITES = frozenset({"add", "replace", "test"})
_CIPHERTEXT = "encryptedData"
_SHORTEST = 8
"""Characters of base64 that are taken for it by themselves; shorter ones may be words."""


class Target(NamedTuple):
    """Where a patch stands and what it is for; `secret` is None where nothing says whether that is a Secret."""

    document: Document
    budget: Budget
    secret: bool | None = None
    ref: ResourceRef = ResourceRef()

    @property
    def confidence(self) -> Confidence:
        """How sure a value of a Secret is."""
        return Confidence.CERTAIN if self.document.form in {Form.YAML, Form.JSON} else Confidence.LIKELY


def operation_hits(operations: Sequence, target: Target) -> Iterator[Hit]:
    """What the operations of one patch write in clear."""
    seen: set[int] = set()
    for item in operations.items:
        target.budget.visit()
        operation = resolve(item)
        if isinstance(operation, Mapping) and id(operation) not in seen and is_operation(operation):
            seen.add(id(operation))
            value = lookup(operation, "value")
            if value is not None and text_of(lookup(operation, "op")) in _WRITES:
                yield from _written(_keys(text_of(lookup(operation, "path"))), value, target)


def data_hits(field: str, data: Mapping, target: Target) -> Iterator[Hit]:
    """The values of `data` or `stringData` of what may be a Secret."""
    for key, _, value in entries(data):
        target.budget.visit()
        yield from value_hits(field, key, value, target)


def value_hits(field: str, key: str, value: Node, target: Target) -> Iterator[Hit]:
    """One value under `data` or `stringData` of what may be a Secret."""
    for _, node in walk_trails(value):
        target.budget.visit()
        scalar = resolve(node)
        confidence = _confidence(field, key, scalar, target) if isinstance(scalar, Scalar) else None
        if confidence is not None:
            name = key_shown(key)
            owner = f"This patch of {target.ref}" if target.ref.kind else "This patch"
            span = Span(scalar.start, scalar.end)
            yield Hit(span, f"{owner} keeps `{name}` in clear", target.ref, f"{field}.{name}", confidence=confidence)


def _keys(path: str) -> list[str]:
    """The keys of a JSON pointer (RFC 6901)."""
    return [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]


def _written(keys: list[str], value: Node, target: Target) -> Iterator[Hit]:
    if target.secret is not False and keys[0] in {DATA, STRING_DATA}:
        node = resolve(value)
        if len(keys) == 1 and isinstance(node, Mapping):
            yield from data_hits(keys[0], node, target)
        else:
            yield from value_hits(keys[0], keys[-1], value, target)
    elif _CIPHERTEXT not in keys:
        yield from _named(keys, value, target)


def _named(keys: list[str], value: Node, target: Target) -> Iterator[Hit]:
    """Credentials by their names, in a place that is no Secret's."""
    dotted = ".".join(shown(key) for key in keys)
    name = next((key for key in reversed(keys) if key != "-" and not key.isdigit()), "")
    node, source = resolve(value), target.document.source
    if isinstance(node, Scalar):
        for credential in credentials_in(name, node, source):
            message = f"This patch keeps `{key_shown(credential.name)}` in clear"
            yield Hit(credential.span, message, target.ref, dotted, confidence=credential.confidence)
        return
    owner = node if isinstance(node, Mapping) else Mapping(node.start, flow=False)
    for pair in pairs(node, target.budget):
        keys_below = pair.trail.keys()
        if _CIPHERTEXT in keys_below:
            continue
        for credential in credentials_in(pair.name, pair.scalar, source):
            hit = hit_of(Resource(target.document, owner, target.ref), pair, credential)
            yield hit._replace(field=f"{dotted}.{hit.field}")


def _confidence(field: str, key: str, scalar: Scalar, target: Target) -> Confidence | None:
    """A patch by itself does not say whether it is for a Secret or a ConfigMap; base64 and names do."""
    if not is_exposed(scalar, field, key):
        return None
    if field == STRING_DATA or target.secret:
        return target.confidence
    text = scalar.value.strip()
    decoded = from_base64(text) if len(text) >= _SHORTEST else None
    plain = to_text(decoded) if decoded else None
    if plain is not None and all(char.isprintable() or char.isspace() for char in plain):
        return Confidence.LIKELY
    if decoded and text.endswith("="):
        return Confidence.LIKELY
    return judge(key, text)
