"""A strict reader for the plainest YAML: block mappings and lists of what stands on one line, as most manifests are.

It answers only where there is one way to read every line, and gives exactly the nodes that the parser gives; for
anything else it says so, and the parser is loaded. Loading it costs as much time as all the rest of a hook's run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sealwright.manifest.nodes import Mapping, Scalar, Sequence
from sealwright.manifest.plain_flow import LONGEST_KEY, FlowReader

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node

LONGEST = 8 * 1024
"""Characters; the parser is worth its loading for longer texts."""
_MAX_LEVELS = 40

_MARKER = re.compile(r"---(?:[ ]+#.*|[ ]*)")
_DASH = re.compile(r"-[ ]+(?=[^ #])")
_KEY = re.compile(r"""(?:([A-Za-z_][\w./-]*)|"([^"\\\n]*)"|'([^'\n]*)')[ ]*:(?=[ ]|\Z)[ ]*""")
_QUOTED = re.compile(r"""(?:"([^"\\\n]*)"|'([^'\n]*)')[ ]*(?:(?<=[ ])#.*)?\Z""")
# Unrolled: one step for each run of usual letters rather than for each letter, as ciphertext has seven hundred.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_./$<(~=^;+]|-(?=[^ \n]))[^:#\n]*(?:(?::(?=[^ \n])|(?<=[^ ])#)[^:#\n]*)*")
_HEADER = re.compile(r"[|](-?)[ ]*(?:#.*)?\Z")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_NOTHING = re.compile(r"(?:#.*)?\Z")
_REST = re.compile(r"[ ]*(?:(?<=[ ])#.*)?\Z")


class Unsure(Exception):  # noqa: N818 - a signal to the caller, who asks the parser
    """The text needs the parser."""


def compose_plain(text: str, base: int = 0) -> Node | None:
    """The root node of the text, spans shifted by `base`; None for an empty one.

    Raises Unsure for all but the plainest.
    """
    if len(text) > LONGEST or not text.isascii() or "\t" in text or "\r" in text or not text.endswith("\n"):
        raise Unsure
    if _CONTROL.search(text):
        raise Unsure
    return _Reader(text, base).read()


class _Reader:
    def __init__(self, text: str, base: int) -> None:
        self._base = base
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._number = 0

    def read(self) -> Node | None:
        if self._next() is None:
            return None
        if _MARKER.fullmatch(self._lines[self._number]):
            self._number += 1
        if self._next() is None or _MARKER.fullmatch(self._lines[self._number]):
            raise Unsure
        node = self._node(self._column(), 0)
        if self._next() is not None:
            raise Unsure
        return node

    def _next(self) -> int | None:
        """The indentation of the next line with content, which becomes the current one; None at the end."""
        while self._number < len(self._lines):
            line = self._lines[self._number]
            bare = line.lstrip(" ")
            if bare and not bare.startswith("#"):
                if line.startswith(("---", "...", "%")) and not _MARKER.fullmatch(line):
                    raise Unsure
                return len(line) - len(bare)
            self._number += 1
        return None

    def _column(self) -> int:
        line = self._lines[self._number]
        return len(line) - len(line.lstrip(" "))

    def _node(self, column: int, depth: int) -> Node:
        """What begins at `column` of the current line: a list or a mapping."""
        if depth > _MAX_LEVELS:
            raise Unsure
        line = self._lines[self._number]
        if _DASH.match(line, column):
            return self._sequence(column, depth)
        if _KEY.match(line, column):
            return self._mapping(column, depth)
        raise Unsure

    def _sequence(self, column: int, depth: int) -> Sequence:
        node = Sequence(self._at(column), flow=False)
        while True:
            dash = _DASH.match(self._lines[self._number], column)
            if dash is None:
                raise Unsure
            inner = dash.end()
            if _DASH.match(self._lines[self._number], inner) or _KEY.match(self._lines[self._number], inner):
                node.items.append(self._node(inner, depth + 1))
            else:
                node.items.append(self._scalar(inner, column))
            if not self._goes_on(column, dash=True):
                node.end = node.items[-1].end
                return node

    def _mapping(self, column: int, depth: int) -> Mapping:
        node = Mapping(self._at(column), flow=False)
        while True:
            match = _KEY.match(self._lines[self._number], column)
            if match is None or match.end() - column > LONGEST_KEY:
                raise Unsure
            node.entries.append((self._key(match), self._value(match, column, depth)))
            if not self._goes_on(column, dash=False):
                node.end = node.entries[-1][1].end
                return node

    def _goes_on(self, column: int, *, dash: bool) -> bool:
        """Whether the next line with content belongs to the collection at `column`."""
        following = self._next()
        if following is None or following < column:
            return False
        if following > column:
            raise Unsure
        if (_DASH.match(self._lines[self._number], column) is not None) == dash:
            return True
        if not dash:
            raise Unsure
        return False  # a list at its key's own indentation ends where the next key begins

    def _key(self, match: re.Match[str]) -> Scalar:
        group = match.lastindex or 1
        quote = ("", '"', "'")[group - 1]
        start = self._at(match.start())
        return Scalar(start, start + len(match.group(group)) + 2 * len(quote), match.group(group), quote)

    def _value(self, match: re.Match[str], column: int, depth: int) -> Node:
        line = self._lines[self._number]
        if not _NOTHING.match(line, match.end()):
            return self._scalar(match.end(), column)
        colon = self._at(line.index(":", match.end(match.lastindex or 1)) + 1)
        self._number += 1
        following = self._next()
        if following is not None and following > column:
            return self._node(following, depth + 1)
        if following == column and _DASH.match(self._lines[self._number], column):
            return self._sequence(column, depth + 1)
        return Scalar(colon, colon, "")

    def _scalar(self, offset: int, column: int) -> Node:
        """The one-line scalar at `offset` of the current line, in a collection at `column`."""
        line = self._lines[self._number]
        start = self._at(offset)
        node: Node
        quoted = _QUOTED.match(line, offset)
        if quoted is not None:
            group = quoted.lastindex or 1
            value = quoted.group(group)
            node = Scalar(start, start + len(value) + 2, value, "\"'"[group - 1])
        elif (header := _HEADER.match(line, offset)) is not None:
            return self._literal(start, column, strip=bool(header.group(1)))
        elif line.startswith(("{", "["), offset):
            node = self._flow(line, offset)
        else:
            node = self._plain(line, offset, start)
        self._number += 1
        following = self._next()
        if following is not None and following > column:
            raise Unsure  # a scalar of several lines, or an error
        return node

    def _plain(self, line: str, offset: int, start: int) -> Scalar:
        plain = _PLAIN.match(line, offset)
        if plain is None:
            raise Unsure
        value = plain.group().rstrip(" ")
        rest = line[offset + len(value) :]
        if rest.strip(" ") and not rest.startswith(" #") and not rest.lstrip(" ").startswith("#"):
            raise Unsure
        if rest.startswith("#") or value.endswith(":"):
            raise Unsure
        return Scalar(start, start + len(value), value)

    def _flow(self, line: str, offset: int) -> Node:
        """The flow collection at `offset`, if it ends on its line."""
        found = FlowReader(line, self._at(0)).read(offset)
        if found is None or not _REST.match(line, found[1]):
            raise Unsure
        return found[0]

    def _literal(self, header: int, column: int, *, strip: bool) -> Scalar:
        """A literal block scalar whose header is on the current line."""
        first = self._number + 1
        while first < len(self._lines) and not self._lines[first]:
            first += 1
        indent = len(self._lines[first]) - len(self._lines[first].lstrip(" ")) if first < len(self._lines) else 0
        if indent <= column or not self._lines[first].strip(" "):
            raise Unsure
        number = last = first
        while number < len(self._lines):
            line = self._lines[number]
            if line.strip(" "):
                if not line.startswith(" " * indent):
                    break
                last = number
            elif len(line) > indent:
                raise Unsure
            number += 1
        content = [line[indent:] for line in self._lines[self._number + 1 : last + 1]]
        end = self._starts[last] + len(self._lines[last].rstrip(" "))
        self._number = number
        following = self._next()
        if following is not None and following > column:
            raise Unsure
        return Scalar(header, self._base + end, "\n".join(content) + ("" if strip else "\n"), "|")

    def _at(self, column: int) -> int:
        return self._base + self._starts[self._number] + column
