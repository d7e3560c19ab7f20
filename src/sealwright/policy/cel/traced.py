"""Values with where they came from: what blame is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.cel.values import NONE, Optional, from_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from sealwright.policy.subject import DocumentPath

    Paths: TypeAlias = "tuple[DocumentPath, ...]"


class Traced(NamedTuple):
    """A value, and the paths that made it what it is.

    `origin` is the path of a value that stands in the document so. `parts` are the elements of a list, the values of a
    map by key, or the inside of an optional value, where the expression put these together.
    """

    value: Any
    reads: Paths = ()
    origin: DocumentPath | None = None
    parts: Any = None


class Failed(Exception):  # noqa: N818 - it carries paths, and is turned into blame
    """An evaluation error; `reads` are the paths that led to it."""

    def __init__(self, reads: Paths) -> None:
        super().__init__()
        self.reads = reads


def at(origin: DocumentPath, value: Any) -> Traced:
    """The value that the document has at a path."""
    return Traced(value, (origin,), origin)


def union(traced: Iterable[Traced | Failed]) -> Paths:
    """All paths of all of them, each once."""
    return tuple(dict.fromkeys(path for each in traced for path in each.reads))


def child(parent: Traced, key: Any) -> Traced:
    """The element or the value at a key that is there."""
    if parent.parts is not None:
        part: Traced = parent.parts[key]
        return part
    value = parent.value[key]
    if parent.origin is not None and isinstance(key, (str, int)):
        return at((*parent.origin, key), value)
    return Traced(value, parent.reads)


def elements(parent: Traced) -> list[Traced]:
    """The elements of a list, or the keys of a map: a key is read where its value stands."""
    if isinstance(parent.value, list):
        return [child(parent, place) for place in range(len(parent.value))]
    if isinstance(parent.value, dict):
        return [Traced(from_key(key), child(parent, key).reads) for key in parent.value]
    raise Failed(parent.reads)


def missing(parent: Traced, key: Any) -> Paths:
    """The path of what is not there under its parent."""
    if parent.origin is not None and isinstance(parent.value, dict) and isinstance(key, str):
        return ((*parent.origin, key),)
    return parent.reads


def member(parent: Traced, key: str) -> Traced:
    """`parent.key`, an optional value where the parent is one; Failed where it is not there."""
    if isinstance(parent.value, Optional):
        return optional_member(parent, key)
    if isinstance(parent.value, dict) and key in parent.value:
        return child(parent, key)
    raise Failed(missing(parent, key))


def optional_member(parent: Traced, key: str) -> Traced:
    """`parent.?key`."""
    if isinstance(parent.value, Optional):
        return optional_member(parent.parts, key) if parent.value.present else parent
    if isinstance(parent.value, list):
        raise Failed(parent.reads)
    if isinstance(parent.value, dict) and key in parent.value:
        return present(child(parent, key))
    return Traced(NONE, missing(parent, key))


def present(inside: Traced) -> Traced:
    """An optional value that is there."""
    return Traced(Optional(present=True, value=inside.value), inside.reads, None, inside)


def inside_of(optional: Traced) -> Traced:
    """What an optional value holds; Failed if nothing, or if it is no optional value."""
    if not isinstance(optional.value, Optional) or not optional.value.present:
        raise Failed(optional.reads)
    inside: Traced = optional.parts if optional.parts is not None else Traced(optional.value.value, optional.reads)
    return inside


def list_made_of(parts: list[Traced], otherwise: Paths) -> Traced:
    """A list that the expression put together; where it is empty, it is so because of `otherwise`."""
    return Traced([part.value for part in parts], union(parts) or otherwise, None, parts)


def joined(left: Traced, right: Traced) -> Traced:
    """`left + right` of lists: elements stay where they came from, and an empty side says nothing if the other does."""
    parts = [*elements(left), *elements(right)]
    sides = [side for side in (left, right) if side.value] or [left, right]
    return Traced([part.value for part in parts], union(sides), None, parts)
