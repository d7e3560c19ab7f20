"""The tree that an outline grows: where a key, an item or a value belongs by its column.

Every open collection waits for at most one value: a mapping for that of its last key, a list for that of its last
dash. Lines at impossible columns join the nearest collection, so that nothing that was read is lost.
"""

from __future__ import annotations

from sealwright.manifest.limits import MAX_DEPTH
from sealwright.manifest.nodes import Mapping, Node, Scalar, Sequence, last_end

_CORE = "tag:yaml.org,2002:"


class _Frame:
    __slots__ = ("column", "empty_at", "key", "node", "properties", "waiting")

    def __init__(self, column: int, node: Mapping | Sequence) -> None:
        self.column = column
        self.node = node
        self.waiting = False
        self.key: Scalar | None = None
        self.empty_at = 0
        self.properties: list[str] = []


class Tree:
    """Grows by one line's findings after the other."""

    def __init__(self) -> None:
        self._stack: list[_Frame] = []
        self._roots: list[Node] = []
        self._plain: tuple[Scalar, int] | None = None
        self._parts: list[str] = []
        self.count = 0

    @property
    def empty(self) -> bool:
        """Whether nothing was read yet."""
        return not self._roots

    def item(self, column: int, offset: int) -> None:
        """A dash at `column`."""
        self._leave(column)
        frame = self._stack[-1] if self._stack else None
        if frame is None or not isinstance(frame.node, Sequence) or frame.column < column:
            frame = self._open(Sequence(offset, flow=False), column)
        if isinstance(frame.node, Sequence):
            self._fill(frame)
            frame.waiting, frame.empty_at, frame.properties = True, offset + 1, []

    def key(self, column: int, offset: int, key: tuple[Scalar, int]) -> None:
        """A key at `column`; `offset` is where it begins, with its tag or anchor."""
        self._leave(column)
        self._leave_list(column)
        frame = self._stack[-1] if self._stack else None
        if frame is None or isinstance(frame.node, Sequence) or (frame.waiting and frame.column < column):
            frame = self._open(Mapping(offset, flow=False), column)
        self._fill(frame)
        frame.key, frame.empty_at = key
        frame.waiting, frame.properties = True, []
        self.count += 1

    def value(self, node: Node, properties: list[str], column: int) -> None:
        """The value of the last key or dash, at `column`."""
        self._finish_text()
        frame = self._stack[-1] if self._stack else None
        self._give(node, [*(frame.properties if frame else []), *properties])
        if isinstance(node, Scalar) and not node.style:
            self._plain, self._parts = (node, column), [node.value]

    def wait(self, properties: list[str]) -> None:
        """The last key or dash has a tag or an anchor, and its value, if any, in the lines below."""
        if self._stack and self._stack[-1].waiting:
            self._stack[-1].properties = properties

    def waiting_column(self) -> int | None:
        """The column of the last key or dash if its value is missing; -1 before anything was read."""
        if not self._stack:
            return None if self._roots else -1
        return self._stack[-1].column if self._stack[-1].waiting else None

    def more(self, column: int, text: str, offset: int) -> None:
        """A line that is neither key nor item: it goes on with plain text above, if it is indented deeper."""
        if self._plain is not None and column > self._plain[1]:
            self._parts.append(text)
            self._plain[0].end = offset + len(text)
        elif self._stack:
            self.count += 1
            self._leave(column)
            self._leave_list(column)
            stray = Scalar(offset, offset + len(text), text)
            parent = self._stack[-1].node
            if isinstance(parent, Sequence):
                parent.items.append(stray)
            else:
                parent.entries.append((Scalar(offset, offset, ""), stray))

    def finish(self) -> Node | None:
        """Close everything; several roots become a list."""
        while self._stack:
            self._close()
        self._finish_text()
        if len(self._roots) < 2:
            return self._roots[0] if self._roots else None
        root = Sequence(self._roots[0].start, flow=False)
        root.items = self._roots
        root.end = last_end(root)
        return root

    def _leave(self, column: int) -> None:
        """Close what is indented deeper than `column`, but not the only collection that a stray column can join."""
        self._finish_text()
        while len(self._stack) > 1 and self._stack[-1].column > column and self._stack[-2].column >= column:
            self._close()
        if len(self._stack) == 1 and self._stack[0].column > column:
            self._stack[0].column = column

    def _leave_list(self, column: int) -> None:
        """Text at the column of dashes is not of their list, except beside the outermost: that it can only join."""
        while len(self._stack) > 1 and isinstance(self._stack[-1].node, Sequence) and self._stack[-1].column >= column:
            self._close()

    def _open(self, node: Mapping | Sequence, column: int) -> _Frame:
        self._give(node, self._stack[-1].properties if self._stack else [])
        if len(self._stack) >= MAX_DEPTH:
            self._close()
        frame = _Frame(column, node)
        self._stack.append(frame)
        return frame

    def _close(self) -> None:
        frame = self._stack.pop()
        self._fill(frame)
        frame.node.end = max(frame.node.start, last_end(frame.node))

    def _fill(self, frame: _Frame) -> None:
        """A key or a dash that got no value has an empty one."""
        if frame.waiting:
            end = frame.empty_at
            self._into(frame, Scalar(end, end, ""), frame.properties)

    def _give(self, node: Node, properties: list[str]) -> None:
        if self._stack:
            self._into(self._stack[-1], node, properties)
        else:
            self.count += 1
            self._roots.append(_with(node, properties))

    def _into(self, frame: _Frame, node: Node, properties: list[str]) -> None:
        self.count += 1
        node = _with(node, properties)
        if isinstance(frame.node, Sequence):
            frame.node.items.append(node)
        else:
            key = frame.key if frame.waiting and frame.key is not None else Scalar(node.start, node.start, "")
            frame.node.entries.append((key, node))
        frame.waiting, frame.properties = False, []

    def _finish_text(self) -> None:
        """Fold the lines of plain text as YAML does."""
        if self._plain is not None and len(self._parts) > 1:
            self._plain[0].value = " ".join(self._parts)
        self._plain = None


def _with(node: Node, properties: list[str]) -> Node:
    for word in properties:
        if word.startswith("&"):
            node.anchor = word[1:]
        else:
            node.tag = _CORE + word[2:] if word.startswith("!!") else word
    return node
