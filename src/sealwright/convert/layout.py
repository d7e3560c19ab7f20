"""A block mapping as the pieces of text that it consists of, so that they can be moved without being re-written.

Every line from the first key to the end of the last value belongs to exactly one piece: comments and blank lines go
with the key below them, unless they are indented deeper than the keys, which is how people comment on what is above.
A flow mapping is taken apart into one line for each entry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import Mapping, Scalar, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_COLON = re.compile(r"[ \t]*:(?=[ \t\r\n]|\Z)")
_HEADER_COMMENT = re.compile(r"[|>][^\s#]*[ \t]+(#[^\r\n]*)")


class Unmovable(Exception):  # noqa: N818 - a signal to the caller, who knows the place
    """The mapping is written in a way that cannot be taken apart; the text says which."""


class Piece(NamedTuple):
    """One entry as whole lines: `lead` above the key, then `text`, which begins with the key at `column`."""

    name: str
    key: Scalar
    value: Node
    lead: str
    text: str
    column: int

    def with_value(self, value: str) -> str:
        """The lines with another value; the key, comments and spacing stay."""
        colon = self._colon()
        stop = max(colon, self.value.end - self._base())
        comment = ""
        if isinstance(self.value, Scalar) and self.value.style in {"|", ">"}:
            header = _HEADER_COMMENT.match(self.text, self.value.start - self._base())
            comment = f" {header.group(1)}" if header else ""
        return f"{self.text[:colon]} {value}{comment}{self.text[stop:]}"

    def heading(self, name: str) -> str:
        """The key's own line with another name and without a value: what is left is a comment, if there is one."""
        start = self.column + self.key.end - self.key.start
        rest = self.text[start : _line_end(self.text, start)]
        if isinstance(self.value, Mapping) and self.value.flow:
            behind = self.text[self.value.end - self._base() :]
            rest = f":{behind[: _line_end(behind, 0)]}"
        return f"{' ' * self.column}{name}{rest}"

    def key_and_value(self, newline: str) -> str:
        """One entry without the comments around it."""
        start = self.column
        return f"{' ' * self.column}{self.text[start : max(self._colon(), self.value.end - self._base())]}{newline}"

    def _base(self) -> int:
        """Offset in the source at which `text` would begin."""
        return self.key.start - self.column

    def _colon(self) -> int:
        match = _COLON.match(self.text, self.column + self.key.end - self.key.start)
        if match is None:
            raise Unmovable("a key without its colon")
        return match.end()


class Layout:
    """Takes one object's text apart. `newline` is the line ending that the object uses."""

    def __init__(self, source: Source, root: Mapping) -> None:
        self._source = source
        self.column = root.start - source.line_start(root.start)
        self.newline = "\r\n" if "\r\n" in source.text[root.start : root.end] else "\n"
        self.step = self._step_of(root)
        self.pieces = list(self._block(root, root.start))
        self.end = _end_of_entry(source.text, root.entries[-1][1], self.column)
        self.closed = source.text[root.start : self.end].endswith(("\n", "\r"))

    def _step_of(self, root: Mapping) -> int:
        """How far a nested block mapping of this object is indented."""
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
        """The pieces of a piece's own mapping; none for anything else. Raises Unmovable."""
        value = piece.value
        if not isinstance(value, Mapping):
            return []
        if value.tag or value.anchor:
            raise Unmovable(f"a tag or an anchor on `{piece.name}`")
        if value.flow:
            return list(self._flow(piece, value))
        return list(self._block(value, _line_end(self._source.text, piece.key.end)))

    def _block(self, mapping: Mapping, cursor: int) -> Iterator[Piece]:
        text = self._source.text
        column = mapping.start - self._source.line_start(mapping.start)
        for key, value in mapping.entries:
            if not isinstance(key, Scalar) or key.tag or key.anchor or key.value == "<<":
                raise Unmovable("a merge key, or a tag or an anchor on a key")
            start = self._source.line_start(key.start)
            if key.start - start != column or not _COLON.match(text, key.end):
                raise Unmovable("an explicit key (`? key`)")
            end = _end_of_entry(text, value, column)
            body = text[key.start : end]
            if not body.endswith(("\n", "\r")):
                body += self.newline
            lead = text[cursor:start] if cursor < start else ""
            yield Piece(key.value, key, value, lead, " " * column + body, column)
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
            between = text[key.end : value.start]
            if "\n" in between or not between.lstrip().startswith(":"):
                raise Unmovable(f"an entry over several lines in the braces of `{piece.name}`")
            written = f"{text[key.start : key.end]}{between}{text[value.start : value.end]}"
            yield Piece(key.value, key, value, "", f"{' ' * column}{written}{self.newline}", column)


def shift(text: str, columns: int) -> str:
    """Whole lines moved to the right, blank ones excepted (to the left: as far as they are indented)."""
    if columns < 0:
        return "".join(line[min(-columns, len(line) - len(line.lstrip(" "))) :] for line in _lines(text))
    pad = " " * columns
    return "".join(pad + line if line.strip() else line for line in _lines(text))


def _lines(text: str) -> list[str]:
    return [line for line in _LINE.findall(text) if line]


def has_comment(text: str, mapping: Mapping) -> bool:
    """Whether a comment stands between the nodes of a flow collection."""
    cursor = mapping.start
    for node in walk(mapping):
        if isinstance(node, Scalar) and node.end > node.start:
            if "#" in text[cursor : node.start]:
                return True
            cursor = max(cursor, node.end)
    return "#" in text[cursor : mapping.end]


def _end_of_entry(text: str, value: Node, column: int) -> int:
    """End of the value's last line, and of the comments below it that are indented deeper than the keys."""
    end = cursor = _line_end(text, value.end)
    keeps_blanks = (
        isinstance(value, Scalar) and value.style in {"|", ">"} and "+" in text[value.start : value.start + 3]
    )
    while cursor < len(text):
        stop = _line_end(text, cursor)
        line = text[cursor:stop]
        stripped = line.strip()
        if stripped and not (stripped.startswith("#") and len(line) - len(line.lstrip()) > column):
            break
        if stripped or keeps_blanks:
            end = stop
        cursor = stop
    return end


def _line_end(text: str, offset: int) -> int:
    match = _LINE.match(text, offset)
    return match.end() if match else len(text)
