"""JSON to the same nodes as YAML, with exact spans.

YAML parsers read most JSON, but not all: surrogate pairs in escapes, tabs for indentation (PyYAML's own parser) and
several texts one after the other (NDJSON, `kubectl get -o json` pasted together) need a reader of their own.
Source: RFC 8259. Duplicate keys are kept; the limits are those of `compose`.
"""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # absent from the stubs

from sealwright.manifest.compose import MAX_DEPTH, MAX_NODES, Unparsable
from sealwright.manifest.nodes import Mapping, Node, Scalar, Sequence

_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def looks_like_json(text: str) -> bool:
    """Whether the first visible character opens an object or an array."""
    return text.lstrip(" \t\r\n")[:1] in ("{", "[")


def compose_json(text: str, base: int = 0) -> list[Node]:
    """Every JSON value in `text`, one after the other, spans shifted by `base`. Raises Unparsable."""
    reader = _Reader(text, base)
    roots = []
    offset = reader.skip(0)
    while offset < len(text):
        root, offset = reader.value(offset)
        roots.append(root)
        offset = reader.skip(offset)
    return roots


class _Reader:
    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._count = 0

    def skip(self, offset: int) -> int:
        match = _SPACE.match(self._text, offset)
        return match.end() if match else offset

    def value(self, offset: int) -> tuple[Node, int]:
        """One value without recursion: `stack` holds the open collections, `keys` the key each object waits with."""
        stack: list[Mapping | Sequence] = []
        keys: list[Scalar | None] = []
        node: Node | None = None
        while True:
            if node is None:
                char = self._text[offset : offset + 1]
                if char and char in "{[":
                    stack.append(self._collection(char, offset))
                    keys.append(None)
                    if len(stack) > MAX_DEPTH:
                        raise Unparsable("collections nested too deeply", offset)
                    offset = self.skip(offset + 1)
                    if self._text[offset : offset + 1] != ("}" if char == "{" else "]"):
                        offset = self._begin_member(stack[-1], keys, offset)
                        continue
                else:
                    node, offset = self._scalar(offset)
            if node is not None:
                if not stack:
                    return node, offset
                self._attach(stack[-1], keys, node)
                offset = self.skip(offset)
                if self._text[offset : offset + 1] == ",":
                    offset = self._begin_member(stack[-1], keys, self.skip(offset + 1))
                    node = None
                    continue
            node, offset = self._close(stack, keys, offset)

    def _collection(self, char: str, offset: int) -> Mapping | Sequence:
        self._counted(offset)
        kind = Mapping if char == "{" else Sequence
        return kind(self._base + offset, flow=True)

    def _begin_member(self, parent: Mapping | Sequence, keys: list[Scalar | None], offset: int) -> int:
        if isinstance(parent, Sequence):
            return offset
        if self._text[offset : offset + 1] != '"':
            raise Unparsable("a key in double quotes is missing", offset)
        key, offset = self._scalar(offset)
        keys[-1] = key
        offset = self.skip(offset)
        if self._text[offset : offset + 1] != ":":
            raise Unparsable("a key without its `:`", offset)
        return self.skip(offset + 1)

    def _attach(self, parent: Mapping | Sequence, keys: list[Scalar | None], node: Node) -> None:
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = keys[-1]
        if key is not None:
            parent.entries.append((key, node))
        keys[-1] = None

    def _close(self, stack: list[Mapping | Sequence], keys: list[Scalar | None], offset: int) -> tuple[Node, int]:
        parent = stack.pop()
        keys.pop()
        if self._text[offset : offset + 1] != ("}" if isinstance(parent, Mapping) else "]"):
            raise Unparsable("a `,` or a closing bracket is missing", offset)
        parent.end = self._base + offset + 1
        return parent, offset + 1

    def _scalar(self, offset: int) -> tuple[Scalar, int]:
        self._counted(offset)
        if self._text[offset : offset + 1] == '"':
            try:
                value, end = scanstring(self._text, offset + 1, True)
            except JSONDecodeError as error:
                raise Unparsable("a string that is not closed or holds a control character", error.pos) from None
            return Scalar(self._base + offset, self._base + end, value, '"'), end
        match = _LITERAL.match(self._text, offset)
        if match is None:
            raise Unparsable("a value is missing", offset)
        return Scalar(self._base + offset, self._base + match.end(), match.group()), match.end()

    def _counted(self, offset: int) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise Unparsable(f"more than {MAX_NODES:,} nodes in one document", offset)
