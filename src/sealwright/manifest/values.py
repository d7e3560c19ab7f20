"""Nodes as the values that Kubernetes makes of them: numbers as numbers, merge keys in the order in which they stand.

Kubernetes reads YAML through sigs.k8s.io/yaml: go-yaml v2, then JSON, whose numbers become int64 where they are whole,
and double otherwise. So `0400` is 256, `1.0` is 1, `yes` is true, and the keys `on` and `1` are "true" and "1".
Sources: go-yaml v2 `resolve.go`, `decode.go`; sigs.k8s.io/yaml `yaml.go`; apimachinery `pkg/util/json`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sealwright.manifest.nodes import Alias, Mapping, Scalar, Sequence, is_merge_key, resolve
from sealwright.manifest.scalars import MAX_DEPTH_EXPANDED, MAX_EXPANDED, TooLarge, kind_of, text_of_binary

if TYPE_CHECKING:
    from typing import TypeAlias

    from sealwright.manifest.nodes import Node

Entries: TypeAlias = "dict[str, tuple[Node, Node]]"
"""Key and value node of each entry that counts, by the key's text."""

_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(f"{_STANDARD}{name}" for name in ("int", "float", "bool", "null"))
_SPECIAL = {".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan")}
_BASES = {"0x": 16, "0X": 16, "0b": 2, "0B": 2, "0o": 8, "0O": 8}
_INT64 = 2**63
_EXACT_FLOAT = 1e21
"""From here on Go writes a float with an exponent, which is no whole number for JSON's readers."""


def value_of(node: Node) -> Any:
    """The node as dict, list, str, int, float, bool or None. Raises TooLarge where aliases expand to too much.

    Keys without a value are left out, as the API server leaves them out before anything looks at an object.
    """
    return _Reader().value(node, 0)


def scalar_value(scalar: Scalar) -> Any:
    """What one scalar means."""
    tag = scalar.tag
    if tag in _PLAIN_TAGS:
        scalar = Scalar(scalar.start, scalar.end, scalar.value)
    elif tag and tag != "!" and not tag.startswith(_STANDARD):
        return scalar.value  # a tag that only some program knows
    kind = kind_of(scalar)
    if kind == "string":
        return scalar.value
    if kind == "null":
        return None
    if kind == "boolean":
        return scalar.value[0] in "yYtT" or scalar.value in {"on", "On", "ON"}
    if kind == "binary":
        return text_of_binary(scalar.value)
    return _number(scalar.value)


def effective(mapping: Mapping) -> Entries:
    """The entries that count. A later one replaces an earlier one, whether it is written or merged in.

    Raises TooLarge where merges expand to too much.
    """
    return _Reader().effective(mapping, 0)


def node_at(root: Node, path: tuple[str | int, ...]) -> list[tuple[Node | None, Node]]:
    """The nodes along `path` from the root, each with its key's node (None in lists), as far as there are any."""
    found: list[tuple[Node | None, Node]] = [(None, root)]
    for step in path:
        target = resolve(found[-1][1])
        if isinstance(target, Mapping):
            entry = effective(target).get(str(step))
            if entry is None:
                break
            found.append(entry)
        elif isinstance(target, Sequence) and isinstance(step, int) and step < len(target.items):
            found.append((None, target.items[step]))
        else:
            break
    return found


class _Reader:
    """Counts what it makes, so that aliases cannot make it endless."""

    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def value(self, node: Node, depth: int) -> Any:
        if node.__class__ is Alias:
            node = resolve(node)
        if isinstance(node, Scalar):
            if node.style and not node.tag:
                return node.value
            return scalar_value(node)
        if depth > MAX_DEPTH_EXPANDED:
            raise TooLarge
        if isinstance(node, Sequence):
            self._add(len(node.items))
            return [self.value(item, depth + 1) for item in node.items]
        assert isinstance(node, Mapping)  # noqa: S101 - what else there is, for the type checker
        if node.merges:
            pairs = ((key, value) for key, (_, value) in self.effective(node, depth).items())
        else:
            self._add(len(node.entries))
            pairs = ((_key(key), value) for key, value in node.entries)
        found = {key: self.value(value, depth + 1) for key, value in pairs}
        return {key: value for key, value in found.items() if value is not None} if None in found.values() else found

    def effective(self, mapping: Mapping, depth: int) -> Entries:
        if depth > MAX_DEPTH_EXPANDED:
            raise TooLarge
        self._add(len(mapping.entries))
        result: Entries = {}
        for key, value in mapping.entries:
            if mapping.merges and is_merge_key(key):
                self._merge(value, result, depth + 1)
            else:
                result[_key(key)] = (key, value)
        return result

    def _merge(self, node: Node, result: Entries, depth: int) -> None:
        target = resolve(node)
        sources = target.items if isinstance(target, Sequence) else (target,)
        for source in reversed(sources):  # the first one counts
            merged = resolve(source)
            if isinstance(merged, Mapping):
                result.update(self.effective(merged, depth))

    def _add(self, number: int) -> None:
        self._count += number
        if self._count > MAX_EXPANDED:
            raise TooLarge


def _key(node: Node) -> str:
    if node.__class__ is Scalar:
        if node.style:
            return node.value
        if not node.tag:
            return _plain_key(node.value)
    target = resolve(node)
    return _key_of(target) if isinstance(target, Scalar) else ""


@lru_cache(maxsize=4096)
def _plain_key(text: str) -> str:
    """A repository has few keys, and each of them a thousand times."""
    return _key_of(Scalar(0, 0, text))


def _key_of(scalar: Scalar) -> str:
    value = scalar_value(scalar)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return scalar.value if value is None else str(value)


def _number(text: str) -> int | float:
    special = _SPECIAL.get(text.lower())
    if special is not None:
        return special
    digits = text.replace("_", "")
    whole = _integer(digits)
    if whole is not None:
        return whole if -_INT64 <= whole < _INT64 else _double(whole)
    number = float(digits)
    return int(number) if abs(number) < _EXACT_FLOAT and number.is_integer() and abs(number) < _INT64 else number


def _double(whole: int) -> float:
    """What a double holds of it; infinity where it is larger than any."""
    try:
        return float(whole)
    except OverflowError:
        return _SPECIAL[".inf" if whole > 0 else "-.inf"]


def _integer(digits: str) -> int | None:
    """As Go reads an integer whose base its beginning tells; None for what is none: `1.5`, `089`."""
    sign, body = (-1, digits[1:]) if digits[0] == "-" else (1, digits.lstrip("+"))
    base = _BASES.get(body[:2], 8 if body[:1] == "0" and len(body) > 1 else 10)
    if base != 10 and body[:2] in _BASES:
        body = body[2:]
    try:
        return sign * int(body, base)
    except ValueError:
        return None
