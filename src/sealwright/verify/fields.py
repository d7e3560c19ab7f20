"""The fields of an object as Go reads them, each mapping looked through once.

Source: sigs.k8s.io/yaml and encoding/json, for what becomes of scalars and of duplicates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.nodes import Mapping, Scalar, entries, is_merge_key, resolve, text_of
from sealwright.manifest.scalars import kind_of, plain_scalar

if TYPE_CHECKING:
    from typing import TypeAlias

    from sealwright.manifest.nodes import Node

    Fields: TypeAlias = dict[str, Node]

_BY_TAG = {
    f"tag:yaml.org,2002:{tag}": kind
    for tag, kind in {"int": "number", "float": "number", "bool": "boolean", "null": "null"}.items()
}


def fields_of(node: Node | None) -> Fields | None:
    """The value that counts for each field, as `nodes.lookup` finds it; None for what is no mapping, or not there."""
    target = node if type(node) is Mapping or node is None else resolve(node)
    if not isinstance(target, Mapping):
        return None
    if not target.merges:
        return {(key.value if isinstance(key, Scalar) else text_of(key)): value for key, value in target.entries}
    found: Fields = {}
    for name, _, value in entries(target):
        found.setdefault(name, value)
    return found | {text_of(key): value for key, value in target.entries if not is_merge_key(key)}


def kind_of_scalar(scalar: Scalar) -> str:
    """What Kubernetes makes of a scalar, `!!int "3"` and its like included."""
    return _BY_TAG.get(scalar.tag) or kind_of(scalar) if scalar.tag else kind_of(scalar)


def kind_of_node(node: Node | None) -> str:
    """What Kubernetes makes of a value: '' (missing), string, null, boolean, number, binary, or collection."""
    if node is None:
        return ""
    target = node if type(node) is Scalar else resolve(node)
    return kind_of_scalar(target) if isinstance(target, Scalar) else "collection"


def string_of(node: Node | None) -> str | None:
    """A string as Go has it, `!!binary` decoded; None for everything else."""
    target = node if type(node) is Scalar or node is None else resolve(node)
    if not isinstance(target, Scalar):
        return None
    kind = kind_of_scalar(target)
    if kind == "string":
        return target.value
    if kind != "binary":
        return None
    text = plain_scalar(target)
    return text if isinstance(text, str) else None
