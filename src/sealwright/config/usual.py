"""The nodes of a file that is written plainly, as most configurations are, without loading the parser.

To load PyYAML takes longer than all else that a hook does with the file. Nodes are as PyYAML makes them, as far as they
are asked: `id`, `tag`, `value`, `start_mark` and `end_mark`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.manifest.nodes import Mapping, Scalar, Sequence
from sealwright.manifest.plain import Unsure, compose_plain

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node

_TAG = "tag:yaml.org,2002:"
_WORDS = {
    word: "bool" for stem in ("yes", "no", "true", "false", "on", "off") for word in (stem, stem.title(), stem.upper())
}
_WORDS |= dict.fromkeys(("", "~", "null", "Null", "NULL"), "null")
_NUMBER = re.compile(r"0|[1-9][0-9]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT = re.compile(r"[A-Za-z_/$]")
"""What begins so is no number, no date and no other thing of YAML's; the words above aside."""


class Mark(NamedTuple):
    """Line and column, from 0."""

    line: int
    column: int


class Usual(NamedTuple):
    """A node as PyYAML makes it: `value` is a text, a list of nodes, or a list of pairs of nodes."""

    id: str
    tag: str
    value: Any
    start_mark: Mark
    end_mark: Mark


def compose_usual(text: str) -> Usual | None:
    """The root node, None for an empty file. Raises Unsure for everything that the parser should see."""
    root = compose_plain(text)
    return None if root is None else _Made(text).node(root)


class _Made:
    def __init__(self, text: str) -> None:
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def node(self, node: Node) -> Usual:
        if isinstance(node, Scalar):
            return self._usual(node, "scalar", _kind(node), node.value)
        if isinstance(node, Sequence):
            return self._usual(node, "sequence", "seq", [self.node(item) for item in node.items])
        if isinstance(node, Mapping) and not node.merges:
            pairs = [(self.node(key), self.node(value)) for key, value in node.entries]
            return self._usual(node, "mapping", "map", pairs)
        raise Unsure

    def _usual(self, node: Node, name: str, kind: str, value: Any) -> Usual:
        return Usual(name, _TAG + kind, value, self._mark(node.start), self._mark(node.end))

    def _mark(self, offset: int) -> Mark:
        line = bisect_right(self._lines, offset) - 1
        return Mark(line, offset - self._lines[line])


def _kind(scalar: Scalar) -> str:
    """The type that YAML 1.1 gives to a scalar, by PyYAML's table."""
    if scalar.style in {"'", '"'}:
        return "str"
    if scalar.style or scalar.tag or scalar.anchor:
        raise Unsure
    text = scalar.value
    if text in _WORDS:
        return _WORDS[text]
    if _TEXT.match(text):
        return "str"
    if _NUMBER.fullmatch(text):
        return "int"
    if _DAY.fullmatch(text):
        return "timestamp"
    raise Unsure
