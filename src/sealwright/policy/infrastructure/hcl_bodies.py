"""The content of a block as a value and as nodes: attributes as they are, nested blocks as lists of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.manifest.nodes import Mapping, Scalar, Sequence
from sealwright.manifest.values import value_of
from sealwright.policy.infrastructure.hcl_syntax import bare, entries_of, json_at, node_of, parts, word
from sealwright.policy.infrastructure.hcl_values import Text, evaluate, finished, walk
from sealwright.policy.infrastructure.unknown import UNKNOWN

if TYPE_CHECKING:
    from sealwright.policy.infrastructure.hcl_syntax import Code
    from sealwright.policy.infrastructure.hcl_values import Scope

_META = frozenset({"for_each", "depends_on", "provider", "providers"})
"""Arguments of every block; none says what the resource is, and `for_each` would be taken for one of its own."""


class Body:
    """What a block says. `value`: null attributes are left out, since for Terraform they are not set.

    `keep_null`: of a module's inputs, null is one that was given.
    """

    __slots__ = ("_keep_null", "_scope", "node", "value")

    def __init__(self, body: Code, scope: Scope, *, keep_null: bool = False) -> None:
        self._scope = scope
        self._keep_null = keep_null
        self.value: dict[str, Any] = {}
        self.node = Mapping(body.start if parts(body.tree) else body.base, flow=True)
        for name, place, value in entries_of(body):
            if value is None:
                self._block(name, place)
            elif name not in _META:
                self._attribute(name, place, value)

    def _attribute(self, name: str, place: Code, code: Code) -> None:
        value, node = finished(evaluate(code, self._scope)), node_of(code)
        if value is None and not self._keep_null:
            return
        if isinstance(value, str) and "policy" in name:
            value = decoded_policy(value)
        self.value[name] = value
        self.node.entries.append((Scalar(place.start, place.end, name, '"'), node))

    def _block(self, name: str, place: Code) -> None:
        labels, content = parts(place.tree)[1:-1], place.inner(parts(place.tree)[-1])
        if name == "dynamic" and labels:
            self._dynamic(_label(labels[0]), place, content)
            return
        inner = Body(content, self._scope)
        self._add(name, place, [inner.value], inner.node)

    def _dynamic(self, name: str, place: Code, content: Code) -> None:
        """`dynamic "x" {for_each, content}`: as many blocks as there are items, if that is known."""
        said = {key: code for key, _, code in entries_of(content) if code is not None}
        block = next((code for key, code, value in entries_of(content) if value is None and key == "content"), None)
        items = evaluate(said["for_each"], self._scope) if "for_each" in said else UNKNOWN
        if items is UNKNOWN or isinstance(items, Text) or block is None:
            self._add(name, place, UNKNOWN, None)
            return
        iterator = word(bare(said["iterator"].tree)) if "iterator" in said else name
        listed = items if isinstance(items, list) else []
        pairs = list(items.items()) if isinstance(items, dict) else list(enumerate(listed))
        body = block.inner(parts(block.tree)[-1])
        for key, item in pairs:
            inner = Body(body, Bound(self._scope, iterator, {"key": key, "value": item}))
            self._add(name, place, [inner.value], inner.node)

    def _add(self, name: str, place: Code, blocks: Any, node: Mapping | None) -> None:
        before = self.value.get(name, [])
        unsure = blocks is UNKNOWN or before is UNKNOWN or not isinstance(before, list)
        self.value[name] = UNKNOWN if unsure else before + blocks
        entry = next((value for key, value in self.node.entries if key.value == name), None)  # type: ignore[union-attr]
        if entry is None:
            key = parts(place.tree)[0]
            entry = Sequence(place.start, flow=True)
            self.node.entries.append((Scalar(place.start, place.inner(key).end, name, '"'), entry))
        if isinstance(entry, Sequence) and node is not None:
            entry.items.append(node)


class Bound:
    """A scope with one more name: the iterator of a dynamic block."""

    __slots__ = ("_name", "_outer", "_value")

    def __init__(self, outer: Scope, name: str, value: Any) -> None:
        self._outer, self._name, self._value = outer, name, value

    def resolve(self, root: str, steps: tuple[Any, ...]) -> Any:
        """As `Scope.resolve`."""
        return walk(self._value, steps) if root == self._name else self._outer.resolve(root, steps)


def decoded_policy(text: str) -> Any:
    """A policy that is written as JSON, as an object; what is known in part only says nothing."""
    decoded = json_at(text, 0, len(text))
    if decoded is not None:
        return value_of(decoded)
    return UNKNOWN if "${" in text else text


def _label(label: Any) -> str:
    return "".join(str(token) for token in label.scan_values(lambda _: True)).strip('"')
