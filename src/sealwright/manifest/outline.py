"""A tolerant reader for text that no YAML parser accepts: broken documents, templates with odd seams.

It sees keys, list items, block scalars, quotes and flow collections by their indentation, and builds the same nodes
with the same spans as the real parser. It never raises and never gives up: what stands at an impossible place is added
to the nearest possible one. What it makes of nonsense is only used to look for secrets, never to write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sealwright.manifest.limits import MAX_NODES
from sealwright.manifest.outline_tree import Tree
from sealwright.manifest.outline_values import LINE, Values, without_comment

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node, Scalar

_MARKER = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)[ \t]*")
_DIRECTIVE = re.compile(r"%(?:YAML|TAG) ")
_DASH = re.compile(r"-(?:[ \t]+|(?=[\r\n]|\Z))")
_PROPERTIES = re.compile(r"(?:[&!][^ \t\r\n]*(?:[ \t]+|(?=[\r\n]|\Z)))*")
_KEY = re.compile(
    r"""("(?:[^"\\\r\n]|\\.)*"[ \t]*|'(?:[^'\r\n]|'')*'[ \t]*|"""
    r"""(?:[^\s#\[\]{},"'&*!|>%@`]|[?:](?=[^ \t\r\n]))(?:[^\r\n#]|(?<=[^ \t])#)*?|<<[ \t]*)"""
    r""":(?=[ \t\r\n]|\Z)[ \t]*"""
)
_OPENING = re.compile(r"[\[{][ \t]*\Z")
_CLOSING = re.compile(r"[\]}][\]}, \t]*\Z")


def outline(text: str, base: int = 0) -> Node | None:
    """Nodes for whatever structure the lines show, spans shifted by `base`; None where there is none."""
    return _Outliner(text, base).read()


class _Outliner:
    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._tree = Tree()
        self._values = Values(text, base)

    def read(self) -> Node | None:
        offset = 0
        while offset < len(self._text) and self._tree.count < MAX_NODES:
            match = LINE.match(self._text, offset)
            end = match.end() if match else len(self._text)
            offset = self._line(offset, end)
        return self._tree.finish()

    def _line(self, start: int, end: int) -> int:
        """Read the line [start, end); return where the next unread line begins (further on after a longer value)."""
        stop = start + len(self._text[start:end].rstrip("\r\n"))
        marker = _MARKER.match(self._text, start, stop)
        cursor = self._after_blanks(marker.end() if marker else start, stop)
        if cursor >= stop or self._text[cursor] == "#":
            return end
        if self._tree.empty and _DIRECTIVE.match(self._text, start):
            return end
        parent = cursor - start if marker is None else -1
        dashed = False
        while (dash := _DASH.match(self._text, cursor, stop)) is not None:
            dashed, parent = True, cursor - start
            self._tree.item(parent, self._base + cursor)
            cursor = dash.end()
        if cursor >= stop or self._text[cursor] == "#":
            return end
        properties = _PROPERTIES.match(self._text, cursor, stop)
        key = _KEY.match(self._text, properties.end() if properties else cursor, stop)
        if key is None:
            return self._without_key(start, cursor, stop, end, parent if dashed or marker else None)
        column = cursor - start
        self._tree.key(column, self._base + cursor, self._key(key))
        return self._value(key.end(), stop, end, column)

    def _after_blanks(self, start: int, stop: int) -> int:
        return stop - len(self._text[start:stop].lstrip(" \t\ufeff"))

    def _key(self, key: re.Match[str]) -> tuple[Scalar, int]:
        """The key, and where its colon ends: an empty value stands there."""
        start = key.start(1)
        stop = start + len(key.group(1).rstrip(" \t"))
        colon = key.start() + len(key.group().rstrip(" \t"))
        return self._values.scalar(start, stop), self._base + colon

    def _without_key(self, start: int, cursor: int, stop: int, end: int, parent: int | None) -> int:
        """A line that is not `key: ...`: a value for the dash before it or the key above, or more of the text above."""
        column = cursor - start
        line = self._text[cursor:stop]
        if parent is None and _CLOSING.match(line):
            return end
        if parent is None and _OPENING.match(line):
            self._tree.item(column, self._base + cursor)  # an object in an array, in JSON that is broken
            return end
        if parent is not None:
            return self._value(cursor, stop, end, parent)
        above = self._tree.waiting_column()
        if above is not None:
            return self._value(cursor, stop, end, min(above, column - 1))
        self._tree.more(column, without_comment(line), self._base + cursor)
        return end

    def _value(self, cursor: int, stop: int, end: int, column: int) -> int:
        """Read the value at `cursor`, whose key or dash stands at `column`; return where the next line begins."""
        properties = _PROPERTIES.match(self._text, cursor, stop)
        begin = properties.end() if properties else cursor
        anchors = self._text[cursor:begin].split()
        if begin >= stop or self._text[begin] == "#":
            self._tree.wait(anchors)
            return end
        if _OPENING.match(self._text, begin, stop) and not self._values.flow_ends(begin, column):
            return end  # JSON that is broken: what follows is deeper, and belongs to the key all the same
        node, after = self._values.read(begin, stop, end, column)
        self._tree.value(node, anchors, column)
        return after
