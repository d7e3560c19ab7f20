"""JSON to the same nodes as YAML, with exact spans.

YAML parsers read most JSON, but not all: surrogate pairs in escapes, tabs for indentation (PyYAML's own parser) and
several texts one after the other (NDJSON, `kubectl get -o json` pasted together) need a reader of their own.
Source: RFC 8259. Duplicate keys are kept; the limits are those of `compose`.
"""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # absent from the stubs

from sealwright.manifest.limits import MAX_DEPTH, MAX_NODES, LimitExceeded, Unparsable
from sealwright.manifest.nodes import Mapping, Node, Scalar, Sequence

_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL = re.compile(r"(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.+-])")
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def compose_json(text: str, base: int = 0) -> list[Node]:
    """Every JSON value in `text`, one after the other, spans shifted by `base`.

    Raises Unparsable, and LimitExceeded for more than `compose` takes.
    """
    reader = _Reader(text, base)
    roots = []
    while not reader.at_end():
        roots.append(reader.value())
    return roots


def begins_with_json(text: str) -> bool:
    """Whether a whole object or array comes first, whatever follows: programs that read a stream take it."""
    try:
        return not isinstance(_Reader(text, 0).value(), Scalar)
    except Unparsable:
        return False


class _Reader:
    """Reads at `_offset`, which stands on something visible between any two steps."""

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._count = 0
        self._offset = 0
        self._skip()

    def at_end(self) -> bool:
        return self._offset >= len(self._text)

    def value(self) -> Node:
        """One value without recursion: `parents` holds the open collections, each with the key that waits in it."""
        parents: list[tuple[Mapping | Sequence, Scalar | None]] = []
        while True:
            node = self._open() or self._scalar()
            if not isinstance(node, Scalar) and len(parents) >= MAX_DEPTH:
                raise LimitExceeded("collections nested too deeply", node.start - self._base)
            if isinstance(node, Scalar) or self._closes(node):
                root = self._leave(parents, node)
                if root is not None:
                    return root
            else:
                parents.append((node, self._key(node)))

    def _leave(self, parents: list[tuple[Mapping | Sequence, Scalar | None]], node: Node) -> Node | None:
        """Give a finished node to its parent, and close parents as far as they end here. The root, once it is done."""
        while parents:
            parent, key = parents.pop()
            if isinstance(parent, Sequence):
                parent.items.append(node)
            elif key is not None:
                parent.entries.append((key, node))
            if self._takes(","):
                parents.append((parent, self._key(parent)))
                return None
            if not self._closes(parent):
                raise Unparsable("a `,` or a closing bracket is missing", self._offset)
            node = parent
        return node

    def _open(self) -> Mapping | Sequence | None:
        start = self._offset
        if self._takes("{"):
            self._counted(start)
            return Mapping(self._base + start, flow=True)
        if self._takes("["):
            self._counted(start)
            return Sequence(self._base + start, flow=True)
        return None

    def _closes(self, node: Mapping | Sequence) -> bool:
        end = self._base + self._offset + 1
        if self._takes("}" if isinstance(node, Mapping) else "]"):
            node.end = end
            return True
        return False

    def _key(self, parent: Mapping | Sequence) -> Scalar | None:
        """The key of the member that begins here, up to and with its colon; None in an array."""
        if isinstance(parent, Sequence):
            return None
        if not self._text.startswith('"', self._offset):
            raise Unparsable("a key in double quotes is missing", self._offset)
        key = self._scalar()
        if not self._takes(":"):
            raise Unparsable("a key without its `:`", self._offset)
        return key

    def _scalar(self) -> Scalar:
        start = self._offset
        self._counted(start)
        if self._text.startswith('"', start):
            try:
                value, end = scanstring(self._text, start + 1, True)
            except JSONDecodeError as error:
                raise Unparsable("a string that is not closed or holds a control character", error.pos) from None
            if not value.isascii():
                value = _HALF_PAIR.sub("\ufffd", value)  # as Go reads it: half a pair is no character
            return self._scalar_to(end, value, '"')
        match = _LITERAL.match(self._text, start)
        if match is None:
            raise Unparsable("a value is missing", start)
        return self._scalar_to(match.end(), match.group(), "")

    def _scalar_to(self, end: int, value: str, style: str) -> Scalar:
        scalar = Scalar(self._base + self._offset, self._base + end, value, style)
        self._offset = end
        self._skip()
        return scalar

    def _takes(self, char: str) -> bool:
        if not self._text.startswith(char, self._offset):
            return False
        self._offset += 1
        self._skip()
        return True

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._offset)
        if match:
            self._offset = match.end()

    def _counted(self, offset: int) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise LimitExceeded(f"more than {MAX_NODES:,} nodes in one document", offset)
