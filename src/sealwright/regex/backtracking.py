"""Python's `re` for expressions and texts with which its backtracking cannot take long."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from sealwright.regex.classes import complement, merged
from sealwright.regex.folding import orbit
from sealwright.regex.nodes import (
    BEGIN,
    BOUNDARY,
    END,
    LINE_BEGIN,
    LINE_END,
    NO_BOUNDARY,
    Assertion,
    Characters,
    Choice,
    Node,
    Repeat,
    Sequence,
    is_nullable,
)

if TYPE_CHECKING:
    import re

_ENOUGH = 1_000_000
"""Steps that a search may take."""
_HIGHEST = 6
_NEVER = (_ENOUGH + 1, _HIGHEST + 1)
_LONGEST = 10_000
_MOST_FOLDED = 512
_MOST_COUNTED = 40
_ASSERTIONS = {
    BEGIN: r"\A",
    END: r"\Z",
    LINE_BEGIN: "(?m:^)",
    LINE_END: "(?m:$)",
    BOUNDARY: r"(?a:\b)",
    NO_BOUNDARY: r"(?!(?a:\b))",  # \B itself differs between versions of Python where the text is empty
}


def translated(node: Node) -> re.Pattern[str] | None:
    """The same expression for `re`, or None where it has none."""
    import re

    source = _source(node)
    return re.compile(source) if source is not None and len(source) <= _LONGEST else None


def quick_length(node: Node) -> int:
    """How long a text may be so that a search in it takes few steps whatever it holds; -1 if none may."""
    factor, power = _ways(node)
    power += not _is_anchored(node)  # a search begins anew at every place
    factor *= _size(node)
    if power > _HIGHEST or factor > _ENOUGH:
        return -1
    return min(_LONGEST, int((_ENOUGH / factor) ** (1 / power)) - 1) if power else _LONGEST


def _is_anchored(node: Node) -> bool:
    first = node.parts[0] if isinstance(node, Sequence) and node.parts else node
    return isinstance(first, Assertion) and first.kind == BEGIN


def _size(node: Node) -> int:
    if isinstance(node, Sequence):
        return 1 + sum(map(_size, node.parts))
    if isinstance(node, Choice):
        return 1 + sum(map(_size, node.options))
    return 1 + _size(node.part) * max(1, node.low, node.high or 0) if isinstance(node, Repeat) else 1


def _ways(node: Node) -> tuple[int, int]:
    """In how many ways at most a node can match from one place: a factor, and a power of the text's length."""
    if isinstance(node, Sequence):
        ways = [_ways(part) for part in node.parts]
        return _limited(prod(factor for factor, _ in ways), sum(power for _, power in ways))
    if isinstance(node, Choice):
        ways = [_ways(option) for option in node.options]
        factors = [factor for factor, _ in ways]
        together = max(factors) if _are_apart(node.options) else sum(factors)
        return _limited(together, max(power for _, power in ways))
    return _ways_of_repeat(node) if isinstance(node, Repeat) else (1, 0)


def _ways_of_repeat(node: Repeat) -> tuple[int, int]:
    factor, power = _ways(node.part)
    if (factor, power) == (1, 0) and not is_nullable(node.part):
        return (1, 1) if node.high is None else (node.high - node.low + 1, 0)
    if node.high is None or node.high > _MOST_COUNTED or is_nullable(node.part):
        return _NEVER
    return _limited(sum(factor**count for count in range(node.low, node.high + 1)), power * node.high)


def _limited(factor: int, power: int) -> tuple[int, int]:
    return (factor, power) if factor <= _ENOUGH and power <= _HIGHEST else _NEVER


def _are_apart(options: tuple[Node, ...]) -> bool:
    """Whether the next character says which of the options it can be."""
    firsts = [_first(option) for option in options]
    seen: list[tuple[int, int]] = []
    for first in firsts:
        if first is None:
            return False
        seen += first
    seen.sort()
    return all(one[1] < other[0] for one, other in pairwise(seen))


def _first(node: Node) -> list[tuple[int, int]] | None:
    """The characters with which a match begins, or None where that is not simple."""
    if isinstance(node, Characters):
        ranges = _ranges(node)
        return list(ranges) if ranges is not None else None
    if isinstance(node, Sequence):
        solid = [part for part in node.parts if not isinstance(part, Assertion)]
        return _first(solid[0]) if solid and not is_nullable(solid[0]) else None
    if isinstance(node, Repeat):
        return _first(node.part) if not is_nullable(node) else None
    if isinstance(node, Choice):
        firsts = [_first(option) for option in node.options]
        if any(first is None for first in firsts):
            return None
        return list(merged(tuple(pair for first in firsts for pair in first or ())))
    return None


def _ranges(node: Characters) -> tuple[tuple[int, int], ...] | None:
    """The characters as ranges, or None where there are too many to know them."""
    if node.categories:
        return None
    ranges = node.ranges
    if node.fold:
        if sum(last - first + 1 for first, last in ranges) > _MOST_FOLDED:
            return None
        codes = (code for first, last in ranges for code in range(first, last + 1))
        ranges = tuple((other, other) for code in codes for other in orbit(code))
    return complement(ranges) if node.negated else merged(ranges)


def _source(node: Node) -> str | None:
    if isinstance(node, Assertion):
        return _ASSERTIONS[node.kind]
    if isinstance(node, Characters):
        return _class_source(node)
    if isinstance(node, Repeat):
        part = _source(node.part)
        if part is None or is_nullable(node.part):
            return None
        high = "" if node.high is None else node.high
        return f"(?:{part}){{{node.low},{high}}}{'' if node.greedy else '?'}"
    parts = [_source(part) for part in (node.parts if isinstance(node, Sequence) else node.options)]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    return "".join(known) if isinstance(node, Sequence) else f"(?:{'|'.join(known)})"


def _class_source(node: Characters) -> str | None:
    ranges = _ranges(node)
    if ranges is None:
        return None
    if not ranges:
        return "(?!)"
    return f"[{''.join(_escaped(first) + (f'-{_escaped(last)}' if last > first else '') for first, last in ranges)}]"


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"
