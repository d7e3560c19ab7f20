"""Where in an object a node stands: keys on the way to it, put into words only when something is found there.

A path built as text at every node would cost its length each time: one long key above many others is enough to fill
the memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import Mapping, Scalar, Sequence, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node

_LONGEST = 253
"""Characters of a key that are shown: what Kubernetes allows for names and keys."""
_ENDS = str.maketrans(dict.fromkeys("\r\n\t\0", " "))


class Trail(NamedTuple):
    """The last key (or index) on the way, and the way to it."""

    parent: Trail | None
    key: str
    position: int = -1

    def keys(self) -> tuple[str, ...]:
        """The keys on the way from the top, indexes left out."""
        found: list[str] = []
        step: Trail | None = self
        while step is not None:
            if step.position < 0:
                found.append(step.key)
            step = step.parent
        return tuple(reversed(found))

    def __str__(self) -> str:
        parts: list[str] = []
        step: Trail | None = self
        while step is not None:
            parts.append(f"[{step.position}]" if step.position >= 0 else f".{shown(step.key)}")
            step = step.parent
        return "".join(reversed(parts)).removeprefix(".")


def shown(key: str) -> str:
    """A key as people may see it: one line of bounded length."""
    text = key if len(key) <= _LONGEST else f"{key[:60]}\u2026"
    return text.translate(_ENDS)


def walk_trails(root: Node) -> Iterator[tuple[Trail | None, Node]]:
    """(way, node) of every node below and including `root`, keys left out, in source order; aliases not followed."""
    stack: list[tuple[Trail | None, Node]] = [(None, root)]
    while stack:
        trail, node = stack.pop()
        yield trail, node
        if isinstance(node, Mapping):
            stack += [
                (Trail(trail, key.value if isinstance(key, Scalar) else text_of(key)), value)
                for key, value in reversed(node.entries)
            ]
        elif isinstance(node, Sequence):
            stack += [(Trail(trail, "", index), node.items[index]) for index in range(len(node.items) - 1, -1, -1)]
