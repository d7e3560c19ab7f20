"""Where in an object a node stands, with all that it stands in: what a name means depends on what is around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import MERGE_KEY, Alias, Mapping, Scalar, Sequence, entries, lookup, resolve, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node

_MAX_REPEATED = 20_000
"""Nodes that are looked at once more because an alias leads to them."""
_MAX_MERGED = 50_000
"""Entries that merge keys may bring in all."""
_LONGEST = 253
_ENDS = str.maketrans(dict.fromkeys("\r\n\t\0", " "))


class Step(NamedTuple):
    """A node and the way to it: the key it stands under, or the position in a list. `node` is no alias."""

    parent: Step | None
    node: Scalar | Mapping | Sequence
    key: str = ""
    position: int = -1
    merged: bool = True
    """Whether what merge keys bring counts, too: not where a file has so many that nobody means them."""

    def entries(self) -> Iterator[tuple[str, Node]]:
        """The keys and values of a mapping, what is merged in included; nothing for any other node."""
        if isinstance(self.node, Mapping):
            if self.merged:
                yield from ((name, value) for name, _, value in entries(self.node) if name != MERGE_KEY)
            else:
                yield from ((text_of(key), value) for key, value in self.node.entries)

    @property
    def field(self) -> str:
        """The nearest key: for an item of a list, that of the list."""
        step: Step | None = self
        while step is not None and step.position >= 0:
            step = step.parent
        return step.key if step is not None else ""

    @property
    def holder(self) -> Step | None:
        """The mapping that this node, or the list it is an item of, stands in."""
        step = self.parent
        while step is not None and not isinstance(step.node, Mapping):
            step = step.parent
        return step

    def way(self) -> tuple[str, ...]:
        """The keys on the way from the top, positions left out."""
        found: list[str] = []
        step: Step | None = self
        while step is not None:
            if step.position < 0 and step.parent is not None:
                found.append(step.key)
            step = step.parent
        return tuple(reversed(found))

    def __str__(self) -> str:
        parts: list[str] = []
        step: Step | None = self
        while step is not None and step.parent is not None:
            parts.append(f"[{step.position}]" if step.position >= 0 else f".{step.key[:_LONGEST].translate(_ENDS)}")
            step = step.parent
        return "".join(reversed(parts)).removeprefix(".")


def steps(root: Mapping) -> Iterator[Step]:
    """Every mapping, and every text of several lines, from `root` down, in source order.

    Aliases and merge keys are followed: what one leads to is looked at wherever it is used, as far as that has an end.
    Below an operation of a JSON patch the way is the one that its `path` names.
    """
    repeated = merged = 0
    seen: set[int] = set()
    stack = [Step(None, root)]
    while stack:
        step = stack.pop()
        repeated += id(step.node) in seen
        seen.add(id(step.node))
        if isinstance(step.node, Mapping) and step.node.merges:
            if merged < _MAX_MERGED:
                merged += sum(1 for _ in step.entries())
            else:
                step = step._replace(merged=False)
        if not isinstance(step.node, Sequence):
            yield step
        for below, written in reversed(list(_below(step))):
            if not (isinstance(written, Alias) and _leads_back(step, below)) and not (
                repeated > _MAX_REPEATED and id(below.node) in seen
            ):
                stack.append(below)


def _below(step: Step) -> Iterator[tuple[Step, Node]]:
    """The children that may matter, and what is written in their place."""
    node = step.node
    if isinstance(node, Sequence):
        children = ((resolve(item), "", number, item) for number, item in enumerate(node.items))
    elif isinstance(node, Mapping):
        pointer = pointer_of(node)
        if pointer:
            value = lookup(node, "value")
            if value is not None:
                yield _at_pointer(step, pointer, resolve(value)), value
            return
        children = ((resolve(value), name, -1, value) for name, value in step.entries())
    else:
        return
    for child, key, position, written in children:
        if not isinstance(child, Scalar) or "\n" in child.value:
            yield Step(step, child, key, position), written


def pointer_of(node: Mapping) -> tuple[str, ...]:
    """The way that an operation of a JSON patch names (RFC 6902); () for any other mapping."""
    if node.merges or len(node.entries) > 4 or lookup(node, "op") is None:
        return ()
    path = text_of(lookup(node, "path"))
    if not path.startswith("/"):
        return ()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/"))


def _at_pointer(step: Step, pointer: tuple[str, ...], value: Scalar | Mapping | Sequence) -> Step:
    for part in pointer[:-1]:
        step = _named(step, step.node, part)
    return _named(step, value, pointer[-1])


def _named(step: Step, node: Scalar | Mapping | Sequence, part: str) -> Step:
    if part == "-" or (part.isascii() and part.isdigit()):
        return Step(step, node, "", 0 if part == "-" else int(part[:6]))
    return Step(step, node, part)


def _leads_back(step: Step, below: Step) -> bool:
    above: Step | None = step
    while above is not None:
        if above.node is below.node:
            return True
        above = above.parent
    return False
