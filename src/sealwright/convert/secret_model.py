"""A Secret as the cluster would read it, or the reason why nobody could say how it would.

Everything that kubeseal converts, guesses or drops in silence is an error here: numbers in `stringData` (`0644` becomes
420), bad base64 without a key's name, unknown fields, duplicate keys, values that come through an alias.
Source: core/v1 Secret; upstream pkg/kubeseal/kubeseal.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealingError
from sealwright.manifest.nodes import Alias, Mapping, Scalar, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.scalars import kind_of
from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

DATA = "data"
STRING_DATA = "stringData"
_FIELDS = frozenset({"apiVersion", "kind", "metadata", DATA, STRING_DATA, "type", "immutable"})
_QUOTE = "quote it, so that it stays the text that you wrote"


class Value(NamedTuple):
    """One value: its key, the field it stands in, its bytes and the node that shows them."""

    key: str
    field: str
    plaintext: Plaintext
    node: Scalar


class SecretModel(NamedTuple):
    """What counts: `values` has each key once, `stringData` before `data`."""

    name: str
    namespace: str
    annotations: dict[str, str]
    values: tuple[Value, ...]


def read_secret(resource: Resource, *, namespace: str = "") -> SecretModel:
    """Check a Secret and take its values. `namespace` fills in a missing one. Raises SealingError with the place."""
    node = resource.node
    for name, key, _ in entries(node):
        if name not in _FIELDS:
            hint = "remove it: no Secret has it, and sealing would lose it"
            raise _error(resource, key, f"unknown field `{name}`", hint)
    _refuse_duplicates(resource, node, "")
    metadata = mapping_at(node, "metadata")
    name = _identifier(resource, metadata, "name")
    own = _identifier(resource, metadata, "namespace")
    if own and namespace and own != namespace:
        raise _error(resource, node, f"it says namespace {own}, but {namespace} was asked for", "drop one of the two")
    values: dict[str, Value] = {}
    for field in (DATA, STRING_DATA):
        for value in _values(resource, field):
            values[value.key] = value
    return SecretModel(name, own or namespace, _annotations(resource, metadata), tuple(values.values()))


def _values(resource: Resource, field: str) -> Iterator[Value]:
    holder = lookup(resource.node, field)
    if holder is None or (isinstance(holder, Scalar) and kind_of(holder) == "null"):
        return
    if not isinstance(holder, Mapping):
        hint = "write the values where they belong; sealing leaves an alias and what it stands for as they are"
        raise _error(resource, holder, f"`{field}` is not a mapping of its own", hint)
    _refuse_duplicates(resource, holder, f"{field}.")
    for key, value in holder.entries:
        yield _value(resource, field, key, value)


def _value(resource: Resource, field: str, key: Node, node: Node) -> Value:
    where = f"{field}.{text_of(key)}"
    if isinstance(node, Alias):
        line = resource.document.source.position(node.target.start).line
        hint = "write the value here; the plain text would stay in the file otherwise"
        raise _error(resource, node, f"{where} comes through an alias from line {line}", hint)
    if not isinstance(node, Scalar):
        raise _error(resource, node, f"{where} is not a string", "a Secret holds text or base64, nothing nested")
    if node.anchor:
        raise _error(
            resource, node, f"{where} has an anchor that other places may use", "write the value in each place"
        )
    kind = kind_of(node)
    if kind != "string":
        article = "binary (`!!binary`)" if kind == "binary" else f"a {kind}"
        raise _error(resource, node, f"{where} is {article} for YAML, not a string", _QUOTE)
    if field == STRING_DATA:
        return Value(text_of(key), field, Plaintext(node.value.encode("utf-8", "surrogatepass")), node)
    try:
        return Value(text_of(key), field, Plaintext(decode(node.value)), node)
    except BadBase64 as error:
        message = f"{where} is not base64 (character {error.offset + 1})"
        raise _error(resource, node, message, "put plain text under `stringData`") from None


def _annotations(resource: Resource, metadata: Mapping | None) -> dict[str, str]:
    found = mapping_at(metadata, "annotations") if metadata is not None else None
    if found is None:
        return {}
    _refuse_duplicates(resource, found, "metadata.annotations.")
    result = {}
    for name, _, value in entries(found):
        target = resolve(value)
        if isinstance(target, Scalar) and kind_of(target) == "string":
            result[name] = target.value
        elif name.startswith("sealedsecrets.bitnami.com/"):
            raise _error(resource, value, f"the annotation {name} is not a string", 'write "true" in quotes')
    return result


def _identifier(resource: Resource, metadata: Mapping | None, field: str) -> str:
    node = lookup(metadata, field) if metadata is not None else None
    if node is None:
        return ""
    target = resolve(node)
    if not isinstance(target, Scalar) or kind_of(target) != "string":
        raise _error(resource, node, f"metadata.{field} is not a string for YAML", "quote it")
    return target.value


def _refuse_duplicates(resource: Resource, mapping: Mapping, path: str) -> None:
    seen: set[str] = set()
    for key, _ in mapping.entries:
        name = text_of(key)
        if name in seen:
            raise _error(resource, key, f"{path}{name} stands there twice", "keep the one that counts")
        if name == "<<":
            raise _error(resource, key, f"{path}<< merges fields from elsewhere", "write them out")
        seen.add(name)


def _error(resource: Resource, node: Node, message: str, hint: str) -> SealingError:
    source = resource.document.source
    line, column = source.position(node.start)
    return SealingError(f"{resource.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")
