"""A mapping of a kustomization, read so strictly that nobody could read it in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.kustomize.refusal import Refused
from sealwright.manifest.nodes import Alias, Mapping, Scalar, Sequence, lookup, text_of, walk
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node

_WRITE_OUT = "write out what it stands for"
_QUOTE = "quote it"
_UNSURE = Pattern("[\x85\ud800-\udfff\ufffd]")
"""What kustomize reads as a space however it is written; half a character; what stands for what nobody could read."""
_KINDS = frozenset({"apiVersion", "kind", "metadata"})
_NAMED = frozenset({"name", "namespace"})


class Entry:
    """A mapping, of which `allowed` are the fields (None: any). Every method raises Refused.

    `plugin`: it is an object by itself, and what `metadata` says counts where the fields say nothing.
    """

    def __init__(self, node: Node, allowed: frozenset[str] | None = None, *, plugin: bool = False) -> None:
        if not isinstance(node, Mapping):
            raise Refused("an entry that is not a mapping of its own", _WRITE_OUT, node)
        self.node = node
        self.plugin_name = self.plugin_namespace = ""
        if allowed is not None:
            _check(node, allowed | _KINDS if plugin else allowed)
        if plugin and (metadata := self.below("metadata", _NAMED)) is not None:
            self.plugin_name, self.plugin_namespace = metadata.text("name"), metadata.text("namespace")

    def text(self, field: str) -> str:
        """A string; '' where there is none."""
        node = self.value(field)
        return _string(node, field).value if node is not None else ""

    def flag(self, field: str) -> bool:
        """Whether a field says true."""
        node = self.value(field)
        if node is None:
            return False
        if not isinstance(node, Scalar) or kind_of(node) != "boolean":
            raise Refused(f"`{field}` that is neither true nor false", "write true or false", node)
        return node.value in {"true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"}

    def strings(self, field: str) -> list[Scalar]:
        """A list of strings."""
        node = self.value(field)
        if node is None:
            return []
        if not isinstance(node, Sequence):
            raise Refused(f"`{field}` that is not a list of its own", _WRITE_OUT, node)
        return [_string(item, field) for item in node.items]

    def string(self, field: str) -> list[Scalar]:
        """A string that is not empty, as a list of one."""
        node = self.value(field)
        return [_string(node, field)] if node is not None and text_of(node) else []

    def texts(self, field: str) -> dict[str, str]:
        """Keys and strings, such as labels."""
        below = self.below(field, None)
        if below is None:
            return {}
        return {_string(key, field).value: _string(value, field).value for key, value in below.node.entries}

    def below(self, field: str, allowed: frozenset[str] | None) -> Entry | None:
        """The mapping in a field; None where there is none."""
        node = self.value(field)
        if node is None:
            return None
        _check(node, allowed)
        return Entry(node)

    def value(self, field: str) -> Node | None:
        """What stands in a field; None for nothing and null."""
        values = [value for key, value in self.node.entries if text_of(key) == field]
        if len(values) > 1:
            raise Refused(f"`{field}` stands there twice", "keep the one that counts", values[0])
        node = values[0] if values else lookup(self.node, field)
        return None if isinstance(node, Scalar) and kind_of(node) == "null" else node


def own_sequence(holder: Mapping, field: str) -> list[Node]:
    """The items of a list that stands where it is used and nowhere else. Raises Refused."""
    node = Entry(holder).value(field)
    if node is None:
        return []
    if not isinstance(node, Sequence) or node.anchor or node.tag:
        raise Refused(f"`{field}` that is not a list of its own", _WRITE_OUT, node)
    return node.items


def _check(node: Node, allowed: frozenset[str] | None) -> None:
    if not isinstance(node, Mapping):
        raise Refused("something that is not a mapping of its own", _WRITE_OUT, node)
    for part in walk(node):
        if part.anchor or part.tag or isinstance(part, Alias):
            raise Refused("an anchor, an alias or a tag", _WRITE_OUT, part)
        if isinstance(part, Mapping) and part.merges:
            raise Refused("a merge key (`<<`)", _WRITE_OUT, part)
    seen: set[str] = set()
    for key, _ in node.entries:
        name = text_of(key)
        if name in seen:
            raise Refused("a field that stands there twice", "keep the one that counts", key)
        if allowed is not None and name not in allowed:
            raise Refused("a field that kustomize does not know", "remove it", key)
        seen.add(name)


def _string(node: Node, field: str) -> Scalar:
    if not isinstance(node, Scalar) or kind_of(node) != "string":
        raise Refused(f"something under `{field}` that is not a string for YAML", _QUOTE, node)
    if _UNSURE.search(node.value):
        raise Refused(f"a character under `{field}` that kustomize reads in another way", "put it into a file", node)
    return node
