"""Text inside text: a manifest in a ConfigMap's block scalar, JSON in an annotation, YAML under base64.

Positions inside are mapped to the outer file where they can be: line by line in a literal block scalar. Anywhere else
(quotes, folding, base64) the whole scalar is the place.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from sealwright.detect.decode import GZIP, from_base64, to_text
from sealwright.finding import Span
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import BINARY_TAG
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Scalar
    from sealwright.manifest.regions import Region

MAX_NESTING = 3
"""Manifest in manifest in manifest; real ones stop at two."""

ENCODED_STARTS = ("YXBpVmVyc2lvbj", "a2luZD", "eyJ", "ewog", "ewoJ", "LS0tCm", "H4sI")
"""How base64 of a manifest begins: `apiVersion:`, `kind:`, `{"`, `{` and a new line, `---`, gzip."""
ENCODED_WORDS = ("U2VjcmV0", "NlY3Jld", "TZWNyZX")
"""Base64 of `Secret` at each of the three offsets that it can have, however the manifest begins."""

# YAML 1.1 ends a line at all of these; a block scalar keeps the last two as they are and makes LF of the others.
_OUTER_BREAK = Pattern("\r\n|[\r\n\x85\u2028\u2029]")
_INNER_BREAK = Pattern("[\n\u2028\u2029]")


class InnerText:
    """The text that a scalar holds, and where its characters stand in the outer source."""

    __slots__ = ("_outer_text", "_scalar", "_starts", "_targets", "text")

    def __init__(self, scalar: Scalar, outer: Source, budget: Budget) -> None:
        self._scalar = scalar
        self._starts: list[int] = []
        self._targets: list[int] = []
        decoded = _decoded(scalar, budget)
        self.text = scalar.value if decoded is None else decoded
        self._outer_text = outer.text if decoded is None and scalar.style == "|" else ""

    def documents(self) -> Sequence[Document]:
        """The documents inside, spans counting in the inner text: in a script, those of its here-documents."""
        source = Source("", self.text)
        return list(read_documents(source, _in_script(self.text) if "<<" in self.text else None))

    def outer_span(self, inner: Span) -> Span:
        """The span in the outer source that shows what stands at `inner`."""
        if self._outer_text and not self._starts:
            self._map_lines(self._outer_text)
        if not self._starts:
            return Span(self._scalar.start, self._scalar.end)
        return Span(self._outer(inner.start), max(self._outer(inner.start), self._outer(inner.end)))

    def _outer(self, offset: int) -> int:
        line = bisect_right(self._starts, offset) - 1
        return min(self._targets[line] + offset - self._starts[line], self._scalar.end)

    def _map_lines(self, outer: str) -> None:
        """A literal block keeps its lines: each inner line is an outer line less the indentation."""
        # The span stops before blanks at the end of the last line, which the value keeps.
        last = _OUTER_BREAK.search(outer, self._scalar.end)
        lines = _lines(_OUTER_BREAK, outer, self._scalar.start, last.start() if last else len(outer))
        inner = _lines(_INNER_BREAK, self.text, 0, len(self.text))
        for (start, end), (outer_start, outer_end) in zip(inner, lines[1:], strict=False):
            self._starts.append(start)
            self._targets.append(max(outer_start, outer_end - (end - start)))


def _in_script(text: str) -> list[Region] | None:
    """The manifests in a script; None where the text is no script."""
    from sealwright.manifest.families import Family, says_kind
    from sealwright.manifest.heredocs import heredocs
    from sealwright.manifest.regions import regions

    first = next(heredocs(text), None)
    if first is None or says_kind(text, 0, first.start):
        return None
    return list(regions(Family.SHELL, text))


def _lines(ends: Pattern, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of every line in text[start:end], line ends excluded."""
    result = []
    for match in ends.finditer(text, start, end):
        result.append((start, match.start()))
        start = match.end()
    result.append((start, end))
    return result


def _decoded(scalar: Scalar, budget: Budget) -> str | None:
    """What base64 (and gzip) hides; '' where it hides no text, None where the scalar is no base64 of interest."""
    value = scalar.value.strip()
    if scalar.tag == BINARY_TAG:
        value = "".join(value.split())
    elif not value.startswith(ENCODED_STARTS) and not any(word in value for word in ENCODED_WORDS):
        return None
    data = from_base64(value)
    if data is None:
        return None
    if data.startswith(GZIP):
        data = budget.inflate(data) or b""
    return to_text(data) or ""
