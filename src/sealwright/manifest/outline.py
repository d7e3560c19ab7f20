"""A tolerant reader for text that no YAML parser accepts: broken documents, templates with odd seams.

It sees keys, list items, block scalars and one-line values by their indentation, and builds the same nodes with the
same spans as the real parser. It never raises and never gives up; what it makes of nonsense is only used to look for
secrets, never to write.
"""

from __future__ import annotations

import re

from sealwright.manifest.compose import MAX_NODES, Unparsable, compose
from sealwright.manifest.nodes import Mapping, Node, Scalar, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_DASH = re.compile(r"-(?:[ \t]+|(?=[\r\n]|\Z))")
_KEY = re.compile(
    r"""("(?:[^"\\\r\n]|\\.)*"|'(?:[^'\r\n]|'')*'|[^\s#\[\]{},"'&*!|>%@`][^\r\n#]*?)[ \t]*:(?=[ \t\r\n]|\Z)[ \t]*"""
)
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*$")


def outline(text: str, base: int = 0) -> Node | None:
    """Nodes for whatever structure the lines show, spans shifted by `base`; None where there is none."""
    return _Outliner(text, base).read()


class _Outliner:
    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._root: Node | None = None
        self._stack: list[tuple[int, Mapping | Sequence]] = []
        self._pending: tuple[Mapping, Scalar] | None = None
        self._count = 0

    def read(self) -> Node | None:
        offset = 0
        while offset < len(self._text) and self._count < MAX_NODES:
            match = _LINE.match(self._text, offset)
            end = match.end() if match else len(self._text)
            offset = self._line(offset, end)
        self._flush()
        return self._root

    def _line(self, start: int, end: int) -> int:
        """Read the line [start, end); return where the next unread line begins (further on after a block scalar)."""
        content = self._text[start:end].rstrip("\r\n")
        cursor = start + len(content) - len(content.lstrip(" \t"))
        stop = start + len(content)
        if cursor >= stop or self._text[cursor] == "#" or content.startswith(("---", "...", "%")):
            return end
        while (dash := _DASH.match(self._text, cursor, stop)) is not None:
            self._item(cursor - start, cursor)
            cursor = dash.end()
        if cursor >= stop:
            return end
        key = _KEY.match(self._text, cursor, end)
        if key is None:
            if self._stack and isinstance(self._stack[-1][1], Sequence) and self._text[start:cursor].strip() == "-":
                self._attach(self._value(cursor, stop))
            return end
        self._key(cursor - start, key)
        return self._after_key(key.end(), stop, end, cursor - start)

    def _item(self, column: int, offset: int) -> None:
        """A dash at `column`: an item of the list there, which is opened if the line above asks for it."""
        while self._stack and (
            self._stack[-1][0] > column or (self._stack[-1][0] == column and isinstance(self._stack[-1][1], Mapping))
        ):
            if self._pending is not None and self._stack[-1][1] is self._pending[0]:
                if self._stack[-1][0] == column:
                    break  # `key:` and its list at the same indentation
                self._flush()
            self._stack.pop()
        if self._stack and self._stack[-1][0] == column and isinstance(self._stack[-1][1], Sequence):
            return
        self._open(Sequence(self._base + offset, flow=False), column)

    def _key(self, column: int, key: re.Match[str]) -> None:
        while self._stack and self._stack[-1][0] > column:
            if self._pending is not None and self._stack[-1][1] is self._pending[0]:
                self._flush()
            self._stack.pop()
        while self._stack and self._stack[-1][0] == column and isinstance(self._stack[-1][1], Sequence):
            self._stack.pop()
        top = self._stack[-1] if self._stack else None
        if top is None or top[0] != column or not isinstance(top[1], Mapping):
            self._open(Mapping(self._base + key.start(1), flow=False), column)
        self._flush()
        mapping = self._stack[-1][1]
        if isinstance(mapping, Mapping):
            self._pending = (mapping, self._scalar(key.start(1), key.end(1)))

    def _after_key(self, cursor: int, stop: int, end: int, column: int) -> int:
        match = _PROPERTIES.match(self._text, cursor, stop)
        cursor = match.end() if match else cursor
        if cursor >= stop or self._text[cursor] == "#":
            return end
        if _HEADER.match(self._text, cursor, end):
            block_end = self._block_end(end, column)
            self._attach(self._block(cursor, end, block_end))
            return block_end
        self._attach(self._value(cursor, stop))
        return end

    def _block_end(self, start: int, column: int) -> int:
        """End of the lines that are blank or indented deeper than `column`."""
        offset = start
        while offset < len(self._text):
            match = _LINE.match(self._text, offset)
            end = match.end() if match else len(self._text)
            line = self._text[offset:end].rstrip("\r\n")
            if line.strip() and len(line) - len(line.lstrip(" \t")) <= column:
                break
            offset = end
        return offset

    def _block(self, header: int, start: int, end: int) -> Scalar:
        lines = self._text[start:end].splitlines()
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        value = "\n".join(line[indent:] for line in lines).rstrip("\n")
        stop = header + len(self._text[header:end].rstrip())
        return Scalar(self._base + header, self._base + stop, value, self._text[header])

    def _value(self, start: int, stop: int) -> Node:
        text = self._text[start:stop]
        if text[0] in "{[":
            try:
                node = compose(text, self._base + start)
            except Unparsable:
                node = None
            if node is not None:
                return node
        if text[0] not in "\"'":
            stop = start + len(_COMMENT.sub("", text).rstrip())
        return self._scalar(start, stop)

    def _scalar(self, start: int, stop: int) -> Scalar:
        text = self._text[start:stop]
        if text[:1] in {'"', "'"}:
            try:
                node = compose(text, self._base + start)
            except Unparsable:
                node = None
            if isinstance(node, Scalar):
                return node
        return Scalar(self._base + start, self._base + stop, text)

    def _attach(self, node: Node) -> None:
        """Give `node` to what waits for a value: the last key, else the innermost list, else nobody: it is the root."""
        self._count += 1
        if self._pending is not None:
            mapping, key = self._pending
            mapping.entries.append((key, node))
            self._pending = None
        elif self._stack and isinstance(self._stack[-1][1], Sequence):
            self._stack[-1][1].items.append(node)
        elif self._root is None:
            self._root = node
        for _, parent in self._stack:
            parent.end = max(parent.end, node.end)

    def _open(self, node: Mapping | Sequence, column: int) -> None:
        self._attach(node)
        self._stack.append((column, node))

    def _flush(self) -> None:
        """A key that got no value has an empty one."""
        if self._pending is not None:
            end = self._pending[1].end
            self._attach(Scalar(end, end, ""))
