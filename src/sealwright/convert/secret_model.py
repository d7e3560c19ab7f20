"""A Secret as the cluster would read it, or the reason why nobody could say how it would.

Everything that kubeseal converts, guesses or drops in silence is an error here: numbers in `stringData` (`0644` becomes
420), bad base64 without a key's name, unknown fields, duplicate keys, values that come through an alias.
Source: core/v1 Secret; upstream pkg/kubeseal/kubeseal.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.places import problem
from sealwright.manifest.nodes import Alias, Mapping, Scalar, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

DATA = "data"
STRING_DATA = "stringData"
_FIELDS = frozenset({"apiVersion", "kind", "metadata", DATA, STRING_DATA, "type", "immutable"})
_STRINGS = ("labels", "annotations")
_SCOPE_PREFIX = "sealedsecrets.bitnami.com/"
_KEY = Pattern(r"[-._a-zA-Z0-9]{1,253}\Z")
_NUMBER_AS_WRITTEN = Pattern(r"(?:0|[1-9][0-9]{0,15})\Z")
_STRING_TAGS = frozenset({"", "tag:yaml.org,2002:str"})
_QUOTE = "quote it, so that it stays the text that you wrote"


class Value(NamedTuple):
    """One value: its key and its bytes."""

    key: str
    plaintext: Plaintext


class SecretModel(NamedTuple):
    """What counts: `values` has each key once, `stringData` before `data`."""

    name: str
    namespace: str
    annotations: dict[str, str]
    values: tuple[Value, ...]


def read_secret(resource: Resource, *, namespace: str = "") -> SecretModel:
    """Check a Secret and take its values. `namespace` fills in a missing one. Raises SealingError with the place."""
    node = resource.node
    _check_fields(resource)
    metadata = mapping_at(node, "metadata")
    name = _identifier(resource, metadata, "name")
    if not name:
        hint = "give it one: without, nothing can refer to it"
        raise problem(resource, node, "it has no metadata.name", hint)
    own = _identifier(resource, metadata, "namespace")
    if own and namespace and own != namespace:
        raise problem(resource, node, f"it says namespace {own}, but {namespace} was asked for", "drop one of the two")
    strings = {field: _strings(resource, metadata, field) for field in _STRINGS}
    values = {value.key: value for field in (DATA, STRING_DATA) for value in _values(resource, field)}
    return SecretModel(name, own or namespace, strings["annotations"], tuple(values.values()))


def _check_fields(resource: Resource) -> None:
    node = resource.node
    for name, key, _ in entries(node):
        if name not in _FIELDS:
            hint = "remove it: no Secret has it, and it would be lost"
            raise problem(resource, key, f"unknown field `{_shown(name)}`", hint)
    _refuse_odd_keys(resource, node, "")
    version = lookup(node, "apiVersion")
    if version is None or text_of(version) != "v1":
        hint = "a Secret has `apiVersion: v1`; a patch or a part of one is no whole Secret"
        raise problem(resource, version or node, "its apiVersion is not v1", hint)
    kind = lookup(node, "type")
    if kind is not None and not _is_string(kind):
        raise problem(resource, kind, "type is not a string for YAML", _QUOTE)
    metadata = lookup(node, "metadata")
    if isinstance(metadata, Mapping):
        _refuse_odd_keys(resource, metadata, "metadata.")


def _values(resource: Resource, field: str) -> Iterator[Value]:
    holder = lookup(resource.node, field)
    if holder is None or (isinstance(holder, Scalar) and kind_of(holder) == "null"):
        return
    if not isinstance(holder, Mapping):
        hint = "write the values where they belong: an alias, and what it stands for, would stay as they are"
        raise problem(resource, holder, f"`{field}` is not a mapping of its own", hint)
    _refuse_odd_keys(resource, holder, f"{field}.")
    for key, value in holder.entries:
        yield _value(resource, field, key, value)


def _value(resource: Resource, field: str, key: Node, node: Node) -> Value:
    name = text_of(key)
    where = f"{field}.{_shown(name)}"
    if not _KEY.match(name):
        hint = "a key has letters, digits, `-`, `_` and `.` only; it stays in clear. Is a space missing behind a colon?"
        raise problem(resource, key, f"a key under `{field}` that no Secret may have", hint)
    scalar = _own_scalar(resource, node, where)
    if field == STRING_DATA:
        return Value(name, Plaintext(scalar.value.encode("utf-8", "surrogatepass")))
    try:
        return Value(name, Plaintext(decode(scalar.value)))
    except BadBase64 as error:
        message = f"{where} is not base64 (character {error.offset + 1})"
        raise problem(resource, node, message, "put plain text under `stringData`") from None


def _own_scalar(resource: Resource, node: Node, where: str) -> Scalar:
    """The value if it is a string that stands here and nowhere else."""
    if isinstance(node, Alias):
        line = resource.document.source.position(node.target.start).line
        hint = "write the value here; the plain text would stay in the file otherwise"
        raise problem(resource, node, f"{where} comes through an alias from line {line}", hint)
    if not isinstance(node, Scalar):
        raise problem(resource, node, f"{where} is not a string", "a Secret holds text or base64, nothing nested")
    if node.anchor:
        message = f"{where} has an anchor that other places may use"
        raise problem(resource, node, message, "write the value in each place")
    kind = kind_of(node)
    if node.tag not in _STRING_TAGS and kind != "binary":
        raise problem(resource, node, f"{where} has a tag", "quote the value instead")
    if kind != "string":
        article = "binary (`!!binary`)" if kind == "binary" else f"a {kind}"
        raise problem(resource, node, f"{where} is {article} for YAML, not a string", _QUOTE)
    return node


def _strings(resource: Resource, metadata: Mapping | None, field: str) -> dict[str, str]:
    """Labels or annotations. Null is an empty string to the API server; numbers and booleans it refuses."""
    found = mapping_at(metadata, field) if metadata is not None else None
    if found is None:
        return {}
    _refuse_odd_keys(resource, found, f"metadata.{field}.")
    result = {}
    for name, _, value in entries(found):
        if _is_string(value):
            result[name] = text_of(value)
        elif name.startswith(_SCOPE_PREFIX) or not _is_null(value):
            raise problem(resource, value, f"metadata.{field}.{name} is not a string for YAML", _QUOTE)
    return result


def _identifier(resource: Resource, metadata: Mapping | None, field: str) -> str:
    node = lookup(metadata, field) if metadata is not None else None
    if node is None:
        return ""
    if not _is_string(node):
        raise problem(resource, node, f"metadata.{field} is not a string for YAML", "quote it")
    if not text_of(node):
        raise problem(resource, node, f"metadata.{field} is empty", "fill it in, or remove the line")
    return text_of(node)


def _is_string(node: Node) -> bool:
    target = resolve(node)
    return isinstance(target, Scalar) and kind_of(target) == "string" and target.tag in _STRING_TAGS


def _is_null(node: Node) -> bool:
    target = resolve(node)
    return isinstance(target, Scalar) and kind_of(target) == "null"


def _refuse_odd_keys(resource: Resource, mapping: Mapping, path: str) -> None:
    """Duplicates, merge keys, and keys that YAML does not read as what is written (`y` is true, `010` is 8)."""
    seen: set[str] = set()
    for key, _ in mapping.entries:
        name = text_of(key)
        if name in seen:
            raise problem(resource, key, f"{path}{_shown(name)} stands there twice", "keep the one that counts")
        if name == "<<":
            raise problem(resource, key, f"{path}<< merges fields from elsewhere", "write them out")
        if not _is_string(key) and not _NUMBER_AS_WRITTEN.match(name):
            raise problem(resource, key, f"the key {path}{_shown(name)} is not a string for YAML", "quote it")
        seen.add(name)


def _shown(key: str) -> str:
    """A key for a message. What is no key may be a value (`{password:hunter2}`)."""
    return key if _KEY.match(key.replace("/", "-")) else "(invalid key)"
