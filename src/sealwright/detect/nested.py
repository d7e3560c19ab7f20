"""Text inside text: a manifest in a ConfigMap's block scalar, JSON in an annotation, YAML under base64.

Positions inside are mapped to the outer file where they can be: line by line in a literal block scalar. Anywhere else
(quotes, folding, base64) the whole scalar is the place.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from sealwright.detect.decode import from_base64, to_text
from sealwright.finding import Span
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Scalar

MAX_NESTING = 3
"""Manifest in manifest in manifest; real ones stop at two."""

_ENCODED_STARTS = ("YXBpVmVyc2lvbj", "a2luZD", "eyJ", "ewog", "ewoJ", "LS0tCm", "H4sI")


class InnerText:
    """The text that a scalar holds, and where its characters stand in the outer source."""

    __slots__ = ("_scalar", "_starts", "_targets", "text")

    def __init__(self, scalar: Scalar, outer: Source) -> None:
        self._scalar = scalar
        self._starts: list[int] = []
        self._targets: list[int] = []
        self.text = scalar.value
        if scalar.style == "|":
            self._map_lines(outer)
        elif scalar.value.startswith(_ENCODED_STARTS):
            self.text = _decoded(scalar.value)

    def documents(self) -> Sequence[Document]:
        """The documents inside, spans counting in the inner text."""
        return list(read_documents(Source("", self.text)))

    def outer_span(self, inner: Span) -> Span:
        """The span in the outer source that shows what stands at `inner`."""
        if not self._starts:
            return Span(self._scalar.start, self._scalar.end)
        return Span(self._outer(inner.start), max(self._outer(inner.start), self._outer(inner.end)))

    def _outer(self, offset: int) -> int:
        line = bisect_right(self._starts, offset) - 1
        return min(self._targets[line] + offset - self._starts[line], self._scalar.end)

    def _map_lines(self, outer: Source) -> None:
        """A literal block keeps its lines: each inner line is an outer line less the indentation."""
        block = outer.text[self._scalar.start : self._scalar.end]
        header_end = block.find("\n") + 1
        lines = block[header_end:].split("\n")
        inner = self.text.split("\n")
        cursor, target = 0, self._scalar.start + header_end
        for text, line in zip(inner, lines, strict=False):
            self._starts.append(cursor)
            self._targets.append(target + len(line.rstrip("\r")) - len(text.rstrip("\r")))
            cursor += len(text) + 1
            target += len(line) + 1


def _decoded(value: str) -> str:
    data = from_base64(value.strip())
    return (to_text(data) if data is not None else None) or ""
