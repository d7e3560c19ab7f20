"""What a scalar means to Kubernetes, and nodes as plain values.

Kubernetes reads YAML through sigs.k8s.io/yaml: go-yaml v2's reading of YAML 1.1, then JSON. So `yes` is a boolean,
`0644` is 420 and `1.10` is 1.1, and timestamps stay strings. Source: go-yaml v2 `resolve.go`.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from sealwright.manifest.nodes import BINARY_TAG, Mapping, Scalar, entries, resolve
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType
    from typing import TypeAlias

    from sealwright.manifest.nodes import Node

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

STRING_TAG = "tag:yaml.org,2002:str"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"})
_INTEGER = Pattern(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)\Z")
_FLOAT = Pattern(r"[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = frozenset(
    {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN"}
)
_FIRST = frozenset("+-.0123456789~nNyYtTfFoO")
"""With one of these begins whatever is no string."""
MAX_EXPANDED = 200_000
"""Nodes that aliases may expand to."""

MAX_DEPTH_EXPANDED = 250
"""Levels that aliases may expand to: more than any document has, and far from Python's limit on recursion."""


class TooLarge(Exception):  # noqa: N818 - a signal to the caller
    """Aliases expand to more than anyone means."""


def kind_of(scalar: Scalar) -> str:
    """One of string, null, boolean, number, binary: what Kubernetes makes of the scalar."""
    if scalar.tag == BINARY_TAG:
        return "binary"
    if scalar.style or scalar.tag == STRING_TAG:
        return "string"
    text = scalar.value
    if text and text[0] not in _FIRST:
        return "string"
    if text in _NULLS:
        return "null"
    if text in _TRUE or text in _FALSE:
        return "boolean"
    if _INTEGER.match(text) or _FLOAT.match(text) or text in _SPECIAL:
        return "number"
    return "string"


def plain_scalar(scalar: Scalar) -> bool | str | None:
    """The value for comparing and for JSON. Numbers stay text, marked by a leading NUL: nothing is rounded."""
    kind = kind_of(scalar)
    if kind == "null":
        return None
    if kind == "boolean":
        return scalar.value in _TRUE
    if kind == "number":
        return f"\0{scalar.value}"
    if kind == "binary":
        return _binary(scalar.value)
    return scalar.value


def to_plain(node: Node, replaced: MappingType[int, Plain] | None = None) -> Plain:
    """The node as plain data, aliases and merge keys expanded; `replaced` gives other values for nodes by id().

    Raises TooLarge when aliases expand to more than MAX_EXPANDED nodes, or into themselves.
    """
    return _Plainer(replaced or {}).plain(node, 0)


class _Plainer:
    def __init__(self, replaced: MappingType[int, Plain]) -> None:
        self._replaced = replaced
        self._count = 0

    def plain(self, node: Node, depth: int) -> Plain:
        self._count += 1
        target = resolve(node)
        if id(target) in self._replaced:
            return self._replaced[id(target)]
        if self._count > MAX_EXPANDED or depth > MAX_DEPTH_EXPANDED:
            raise TooLarge
        if isinstance(target, Scalar):
            return plain_scalar(target)
        if isinstance(target, Mapping):
            return self._mapping(target, depth)
        return [self.plain(item, depth + 1) for item in target.items]

    def _mapping(self, mapping: Mapping, depth: int) -> dict[str, Plain]:
        result: dict[str, Plain] = {}
        duplicates: dict[str, int] = {}
        for name, _, value in entries(mapping):
            key = name
            if name in result:  # a duplicate is kept apart, so that losing one is noticed
                duplicates[name] = duplicates.get(name, 0) + 1
                key = f"{name}\0{duplicates[name]}"
            result[key] = self.plain(value, depth + 1)
        return result


def _binary(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split())).decode("latin-1")
    except (binascii.Error, ValueError):
        return text


def text_of_binary(text: str) -> str:
    """What stands under `!!binary`, as text; the base64 itself where it is none."""
    try:
        return base64.b64decode("".join(text.split())).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text
