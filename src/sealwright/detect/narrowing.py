"""Large files of many documents, without the documents in which nothing can be found.

What is installed from one file (an operator with its schemas, say) is megabytes long, and one document in a hundred
matters. The others are left out before anything is parsed, and places are given in lines of the whole file afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sealwright.detect.prefilter import may_matter
from sealwright.finding import Finding, Position, Problem
from sealwright.manifest.documents import split_documents
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

_Result = TypeVar("_Result")


class Narrowed(NamedTuple):
    """`source` holds the documents that matter; `firsts` and `shifts`: its lines, and how far up they were moved."""

    source: Source
    firsts: list[int]
    shifts: list[int]

    def widened(self, result: _Result) -> _Result:
        """A result with its place in the whole file, if it has one."""
        if not self.firsts:
            return result
        if isinstance(result, Problem) and result.line:
            return result._replace(line=self._line(result.line))
        if isinstance(result, Finding):
            start, end = result.location.start, result.location.end
            moved = [Position(self._line(place.line), place.column) for place in (start, end)]
            return result._replace(location=result.location._replace(start=moved[0], end=moved[1]))
        return result

    def _line(self, line: int) -> int:
        return line + self.shifts[bisect_right(self.firsts, line) - 1]


def narrowed(source: Source) -> Narrowed:
    """The source itself where all of it matters or it is no manifest, else what matters of it.

    Small files are not worth it, and are looked at as a whole so that a broken document is noticed wherever it stands.
    """
    text = source.text
    if family_of(source.path, text) is not Family.MANIFEST:
        return Narrowed(source, [], [])
    parts = list(split_documents(text))
    if len(parts) == 1:
        return Narrowed(source, [], [])  # the file matters, or nobody would ask
    kept = [(start, end) for start, end in parts if _matters(text[start:end], source.path)]
    if len(kept) == len(parts):
        return Narrowed(source, [], [])
    return _joined(source, kept)


def _matters(document: str, path: str) -> bool:
    return may_matter(document.encode("utf-8", "surrogatepass"), path)


def _joined(source: Source, kept: Sequence[tuple[int, int]]) -> Narrowed:
    pieces = [source.text[start:end] for start, end in kept]
    whole = Source(source.path, "".join(pieces), encoding=source.encoding, mark=source.mark, flaw=source.flaw)
    firsts, shifts = [], []
    offset = 0
    for (start, _), piece in zip(kept, pieces, strict=True):
        line = whole.position(offset).line
        firsts.append(line)
        shifts.append(source.position(start).line - line)
        offset += len(piece)
    return Narrowed(whole, firsts or [1], shifts or [0])
