"""Flow collections of one line, `{name: LOG, value: info}`, read as strictly as the rest of the plainest YAML."""

from __future__ import annotations

from sealwright.manifest.nodes import Mapping, Scalar, Sequence
from sealwright.patterns import Pattern

TYPE_CHECKING = False  # as in `typing`, which a hook's clean file does not need
if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node

_MAX_LEVELS = 20
LONGEST_KEY = 1000
"""Characters of a key with its colon: parsers refuse more than 1024 (YAML 1.2.2 §7.4.2)."""

_KEY = Pattern(r"""(?:([A-Za-z_][\w./-]*)|"([^"\\\n]*)"|'([^'\n]*)')[ ]*:[ ]+""")
_QUOTED = Pattern(r"""(?:"([^"\\\n]*)"|'([^'\n]*)')""")
_PLAIN = Pattern(
    r"(?:[A-Za-z0-9_./$<(~=^;+]|-(?=[A-Za-z0-9]))(?:[A-Za-z0-9_./$<>()~=^;+@%&*!|\\ -]|:(?=[A-Za-z0-9/]))*"
)
_COMMA = Pattern(r"[ ]*,[ ]*(?![]},])")
_BLANK = Pattern(r"[ ]*")


class FlowReader:
    """Reads the collection that opens at a column of `line`; places are shifted by `base`."""

    def __init__(self, line: str, base: int) -> None:
        self._line = line
        self._base = base

    def read(self, column: int, depth: int = 0) -> tuple[Node, int] | None:
        """What stands at the column, and the column behind it; None where that takes the parser."""
        opening = self._line[column : column + 1]
        if opening in {"{", "["} and depth < _MAX_LEVELS:
            return self._collection(column, depth)
        quoted = _QUOTED.match(self._line, column)
        if quoted is not None:
            group = quoted.lastindex or 1
            return self._scalar(column, quoted.end(), quoted.group(group), "\"'"[group - 1])
        plain = _PLAIN.match(self._line, column)
        if plain is None:
            return None
        value = plain.group().rstrip(" ")
        return self._scalar(column, column + len(value), value, "")

    def _scalar(self, start: int, end: int, value: str, style: str) -> tuple[Scalar, int]:
        return Scalar(self._base + start, self._base + end, value, style), end

    def _collection(self, column: int, depth: int) -> tuple[Node, int] | None:
        node = (Mapping if self._line[column] == "{" else Sequence)(self._base + column, flow=True)
        closing = "}" if isinstance(node, Mapping) else "]"
        column = self._after_blank(column + 1)
        while self._line[column : column + 1] != closing:
            following = self._item(node, column, depth)
            if following is None:
                return None
            comma = _COMMA.match(self._line, following)
            column = comma.end() if comma is not None else self._after_blank(following)
            if comma is None and self._line[column : column + 1] != closing:
                return None
        node.end = self._base + column + 1
        return node, column + 1

    def _item(self, node: Mapping | Sequence, column: int, depth: int) -> int | None:
        """Add an item or an entry; the column behind it."""
        key = None
        if isinstance(node, Mapping):
            match = _KEY.match(self._line, column)
            if match is None or match.end() - column > LONGEST_KEY:
                return None
            group = match.lastindex or 1
            quote = ("", '"', "'")[group - 1]
            end = column + len(match.group(group)) + 2 * len(quote)
            key, _ = self._scalar(column, end, match.group(group), quote)
            column = match.end()
        found = self.read(column, depth + 1)
        if found is None:
            return None
        if isinstance(node, Mapping):
            assert key is not None  # noqa: S101 - a mapping's entries have keys
            node.entries.append((key, found[0]))
        else:
            node.items.append(found[0])
        return found[1]

    def _after_blank(self, column: int) -> int:
        blank = _BLANK.match(self._line, column)
        return blank.end() if blank is not None else column
