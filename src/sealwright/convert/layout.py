"""A block mapping as the pieces of text that it consists of, so that they can be moved without being re-written.

Every line from the first key to the end of the last value belongs to exactly one piece: comments and blank lines go
with the key below them, unless they are indented deeper than the keys, which is how people comment on what is above.
A flow mapping is taken apart into one line for each entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.comments import comments_below_line, comments_within, has_comment
from sealwright.convert.lines import line_end, shift_continued
from sealwright.convert.piece import Piece
from sealwright.manifest.nodes import Alias, Mapping, Scalar, resolve
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

_COLON = Pattern(r"[ \t]*:(?=[ \t\r\n]|\Z)")
_FLOW_COLON = Pattern(r"[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\Z")


class Unmovable(Exception):  # noqa: N818 - a signal to the caller, who knows the place
    """The mapping is written in a way that cannot be taken apart; the text says which."""


class Layout:
    """Takes one object's text apart. `newline` is the line ending that the object uses, `step` its indentation."""

    def __init__(self, source: Source, root: Mapping) -> None:
        self._source = source
        self._children: dict[int, list[Piece]] = {}
        self.column = root.start - source.line_start(root.start)
        self.newline = "\r\n" if "\r\n" in source.text[root.start : root.end] else "\n"
        self.step = self._step_of(root)
        self.pieces = list(self._block(root, root.start))
        self.end = self.pieces[-1].end
        self.closed = source.text[root.start : self.end].endswith(("\n", "\r"))

    def _step_of(self, root: Mapping) -> int:
        for _, value in root.entries:
            if isinstance(value, Mapping) and not value.flow:
                step = value.start - self._source.line_start(value.start) - self.column
                if step > 0:
                    return step
        return 2

    def line(self, column: int, text: str) -> str:
        """A line of ours."""
        return f"{' ' * column}{text}{self.newline}"

    def children(self, piece: Piece) -> list[Piece]:
        """The pieces of a piece's own mapping; none for null. Raises Unmovable for anything else."""
        if piece.start not in self._children:
            self._children[piece.start] = self._taken_apart(piece)
        return self._children[piece.start]

    def _taken_apart(self, piece: Piece) -> list[Piece]:
        value = piece.node
        if isinstance(value, Scalar) and kind_of(value) == "null" and not value.anchor:
            return []
        if isinstance(value, Alias) or not isinstance(value, Mapping):
            raise Unmovable(f"`{piece.name}` that is not a mapping of its own")
        if value.tag or value.anchor:
            raise Unmovable(f"a tag or an anchor on `{piece.name}`")
        if value.flow:
            return list(self._flow(piece, value))
        # The first child's comments begin below the line of the parent's key.
        return list(self._block(value, line_end(self._source.text, piece.start + len(piece.key))))

    def tail(self, piece: Piece, children: list[Piece]) -> str:
        """The lines of a piece below its last child: comments at the children's indentation."""
        if isinstance(piece.node, Mapping) and not piece.node.flow and children:
            return self._source.text[children[-1].end : piece.end]
        return piece.below

    def remains(self, piece: Piece, *, own_line: bool) -> str:
        """What stays of an entry that goes: the comments around and inside it; `own_line`: also on its key's line."""
        find = comments_within if own_line else comments_below_line
        notes = find(self._source.text, piece.node, piece.start + len(piece.key), piece.end)
        return piece.lead + "".join(self.line(piece.column, note) for note in notes)

    def source_text(self, piece: Piece) -> str:
        """The value of a one-line scalar as it is written, if need be where its alias points."""
        target = resolve(piece.node)
        text = self._source.text[target.start : target.end]
        if not isinstance(target, Scalar) or target.style in {"|", ">"} or "\n" in text or target.tag:
            raise Unmovable(f"an alias for `{piece.name}`")
        return text

    def _block(self, mapping: Mapping, cursor: int) -> Iterator[Piece]:
        text = self._source.text
        column = mapping.start - self._source.line_start(mapping.start)
        for key, value in mapping.entries:
            if not isinstance(key, Scalar) or key.tag or key.anchor or key.value == "<<":
                raise Unmovable("a merge key, or a tag or an anchor on a key")
            line = self._source.line_start(key.start)
            if key.start - line != column or not _COLON.match(text, key.end):
                raise Unmovable("an explicit key (`? key`)")
            below_line = line_end(text, value.end)
            end = _end_of_comments(text, value, below_line, column)
            behind = text[value.end : below_line]
            if not behind.endswith(("\n", "\r")):
                behind += self.newline
            below = text[below_line:end]
            if below and not below.endswith(("\n", "\r")):
                below += self.newline
            lead = text[cursor:line] if cursor < line else ""
            written, between = text[key.start : key.end], text[key.end : value.start]
            shown = text[value.start : value.end]
            yield Piece(key.value, column, lead, written, between, shown, behind, below, value, key.start, end)
            cursor = end

    def _flow(self, piece: Piece, mapping: Mapping) -> Iterator[Piece]:
        """Entries of a flow mapping, each on a line of its own one step deeper than its parent."""
        text = self._source.text
        if has_comment(text, mapping):
            raise Unmovable(f"a comment inside the braces of `{piece.name}`")
        column = piece.column + self.step
        for key, value in mapping.entries:
            if not isinstance(key, Scalar) or key.tag or key.anchor or key.value == "<<" or value.end < key.end:
                raise Unmovable(f"a merge key, a tag, an anchor or a key without a value in `{piece.name}`")
            colon = _FLOW_COLON.match(text[key.end : value.start])
            if colon is None:
                raise Unmovable(f"an entry over several lines in the braces of `{piece.name}`")
            between = f": {colon.group(1)} " if colon.group(1) else ": "
            written, shown = text[key.start : key.end], shift_continued(text[value.start : value.end], column)
            yield Piece(key.value, column, "", written, between, shown, self.newline, "", value, key.start, value.end)


def _end_of_comments(text: str, value: Node, start: int, column: int) -> int:
    """End of the comments below a value that are indented deeper than the keys; `start` where there is none."""
    end = cursor = start
    last = _last_scalar(value)
    keeps_blanks = last is not None and last.style in {"|", ">"} and "+" in text[last.start : last.start + 3]
    while cursor < len(text):
        stop = line_end(text, cursor)
        line = text[cursor:stop]
        stripped = line.strip()
        if stripped and not (stripped.startswith("#") and len(line) - len(line.lstrip()) > column):
            break
        if stripped or keeps_blanks:
            end = stop
        cursor = stop
    return end


def _last_scalar(node: Node) -> Scalar | None:
    """What stands last in a node."""
    while not isinstance(node, Scalar):
        if isinstance(node, Alias) or node.flow:
            return None
        children = [node.entries[-1][1]] if isinstance(node, Mapping) else node.items[-1:]
        if not children:
            return None
        node = children[0]
    return node
