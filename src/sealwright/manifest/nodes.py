"""The tree that every reader works on: YAML nodes with spans, aliases and duplicate keys kept.

A node's `start` and `end` are offsets into the source text, tag and anchor excluded; a block scalar starts at its `|`
or `>` and ends after its last visible character. No node shows its content when printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias


class _Node:
    __slots__ = ("anchor", "end", "start", "tag")

    start: int
    end: int
    tag: str
    anchor: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.start}..{self.end})"


class Scalar(_Node):
    """`value` is the content after unescaping and folding; `style` is one of '' (plain), ', ", | and >."""

    __slots__ = ("style", "value")

    def __init__(  # noqa: PLR0913, PLR0917 - called for every node; a plain signature is the fastest
        self, start: int, end: int, value: str, style: str = "", tag: str = "", anchor: str = ""
    ) -> None:
        self.start, self.end, self.tag, self.anchor = start, end, tag, anchor
        self.value = value
        self.style = style


class Mapping(_Node):
    """`entries` holds every key and value as written, duplicates and merge keys included; `merges`: there are some."""

    __slots__ = ("entries", "flow", "merges")

    def __init__(self, start: int, *, flow: bool, tag: str = "", anchor: str = "") -> None:
        self.start, self.end, self.tag, self.anchor = start, start, tag, anchor
        self.flow = flow
        self.merges = False
        self.entries: list[tuple[Node, Node]] = []


class Sequence(_Node):
    """`items` in order."""

    __slots__ = ("flow", "items")

    def __init__(self, start: int, *, flow: bool, tag: str = "", anchor: str = "") -> None:
        self.start, self.end, self.tag, self.anchor = start, start, tag, anchor
        self.flow = flow
        self.items: list[Node] = []


class Alias(_Node):
    """`*name` at its own place; `target` is the node that the anchor stands on (possibly an ancestor)."""

    __slots__ = ("target",)

    def __init__(self, start: int, end: int, target: Node) -> None:
        self.start, self.end, self.tag, self.anchor = start, end, "", ""
        self.target = target


Node: TypeAlias = "Scalar | Mapping | Sequence | Alias"

MERGE_KEY = "<<"
FILL = "\ue000"
"""Stands for every character of a template action: printable for YAML, private, absent from real manifests."""
BINARY_TAG = "tag:yaml.org,2002:binary"


def resolve(node: Node) -> Scalar | Mapping | Sequence:
    """The node itself, or what its alias stands for."""
    while isinstance(node, Alias):
        node = node.target
    return node


def is_filled(value: str) -> bool:
    """Whether (part of) a value comes from a template action."""
    return FILL in value


def text_of(node: Node | None) -> str:
    """A scalar's text, through an alias; '' for anything else."""
    if node is None:
        return ""
    node = resolve(node)
    return node.value if isinstance(node, Scalar) else ""


def is_merge_key(key: Node) -> bool:
    """Whether a key is `<<` as YAML 1.1 means it: plain, since in quotes it is a key like any other."""
    if isinstance(key, Scalar):
        return key.value == MERGE_KEY and not key.style
    return isinstance(key, Alias) and text_of(key) == MERGE_KEY


def entries(mapping: Mapping) -> Iterator[tuple[str, Node, Node]]:
    """(key text, key node, value node) of every entry, duplicates included, merged-in ones after the mapping's own."""
    if not mapping.merges:
        for key, value in mapping.entries:
            yield (key.value if isinstance(key, Scalar) else text_of(key)), key, value
        return
    seen = {id(mapping)}
    stack = [mapping]
    while stack:
        merged: list[Mapping] = []
        for key, value in stack.pop().entries:
            name = text_of(key)
            if is_merge_key(key):
                for source in _merge_sources(value):
                    if id(source) not in seen:
                        seen.add(id(source))
                        merged.append(source)
            else:
                yield name, key, value
        stack.extend(reversed(merged))


def disputed(mapping: Mapping) -> str:
    """A key that a `<<` brings although it stands before it; '' if there is none. Programs differ in what counts then:
    kubectl and the controller (go-yaml 2) take what is brought, YAML and most others what the mapping has itself.
    """
    before: set[str] = set()
    for key, value in mapping.entries if mapping.merges else ():
        if not is_merge_key(key):
            before.add(text_of(key))
            continue
        alone = Mapping(mapping.start, flow=mapping.flow)
        alone.entries, alone.merges = [(key, value)], True
        brought = {name for name, _, _ in entries(alone)}
        if both := before & brought:
            return min(both)
        before |= brought
    return ""


def _merge_sources(node: Node) -> Iterator[Mapping]:
    node = resolve(node)
    for item in node.items if isinstance(node, Sequence) else (node,):
        target = resolve(item)
        if isinstance(target, Mapping):
            yield target


def lookup(mapping: Mapping, key: str) -> Node | None:
    """The value that counts for `key`: the last duplicate of the mapping's own, else the first merged-in one."""
    for node, value in reversed(mapping.entries):
        if (node.value if isinstance(node, Scalar) else text_of(node)) == key:
            return value
    if not mapping.merges:
        return None
    return next((value for name, _, value in entries(mapping) if name == key), None)


def mapping_at(mapping: Mapping, *path: str) -> Mapping | None:
    """Follow keys through nested mappings; None where one is missing or is not a mapping."""
    current: Mapping | None = mapping
    for key in path:
        if current is None:
            return None
        value = lookup(current, key)
        target = resolve(value) if value is not None else None
        current = target if isinstance(target, Mapping) else None
    return current


def walk(node: Node) -> Iterator[Node]:
    """Every node once, in source order; aliases are yielded but not followed, so that no bomb can go off."""
    stack: list[Node] = [node]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, Mapping):
            for key, value in reversed(current.entries):
                stack.append(value)
                stack.append(key)
        elif isinstance(current, Sequence):
            stack.extend(reversed(current.items))


def last_end(node: Mapping | Sequence) -> int:
    """A block collection ends with its last node; its end event stands further on, past comments and blank lines."""
    if isinstance(node, Mapping):
        return node.entries[-1][1].end if node.entries else node.start
    return node.items[-1].end if node.items else node.start
