"""Names and values in the trees of documents, however an object pairs them.

A key and its value; `{name: X, value: Y}` as in env lists, Helm parameters and Tekton; a list of values under one key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.trail import Trail
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, resolve, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.budget import Budget
    from sealwright.manifest.nodes import Node

_NAMES = ("name", "key", "parameter", "option", "secretKey", "objectName", "type")
_VALUES = frozenset({"value", "defaultValue", "default", "values", "stringValue"})


class Pair(NamedTuple):
    """`trail` is the way to the value; `listed`: the name stands beside the value, not above it."""

    trail: Trail
    name: str
    scalar: Scalar
    listed: bool = False


def pairs(root: Node, budget: Budget) -> Iterator[Pair]:
    """Every scalar below `root` with the name it goes by, in source order; aliases to scalars are followed.

    Raises TooMuch where the budget is spent.
    """
    stack: list[tuple[Trail | None, str, Node]] = [(None, "", root)]
    while stack:
        trail, name, node = stack.pop()
        budget.visit()
        target = resolve(node)
        if isinstance(target, Scalar):
            if trail is not None:
                yield Pair(trail, name, target, listed=trail.key in _VALUES and name != trail.key)
        elif target is not node:
            continue  # an alias to a collection: looked at where the anchor stands
        elif isinstance(target, Mapping):
            beside = _name_beside(target)
            for key, value in reversed(target.entries):
                text = text_of(key)
                stack.append((Trail(trail, text), beside if beside and text in _VALUES else text, value))
        elif isinstance(target, Sequence):
            indexes = reversed(range(len(target.items)))
            # `passwords: [a, b]`: each of them is a password.
            single = name.removesuffix("s")
            stack.extend((Trail(trail, "", index), single, target.items[index]) for index in indexes)


def _name_beside(mapping: Mapping) -> str:
    """The name in `{name: X, value: Y}`; '' for any other mapping."""
    found: dict[str, str] = {}
    has_value = False
    for key, value in mapping.entries:
        text = text_of(key)
        if text in _NAMES:
            found.setdefault(text, text_of(value))
        has_value = has_value or text in _VALUES
    return next((found[name] for name in _NAMES if found.get(name)), "") if has_value else ""
