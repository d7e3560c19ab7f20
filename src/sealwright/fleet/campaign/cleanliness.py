"""Whether what a commit adds holds a value in clear: then it is put into no file."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from sealwright.detect.scanner import scan_source
from sealwright.finding import Confidence, Status
from sealwright.fleet.campaign.deltas import pieces
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.run.convert.absence import is_ordinary
from sealwright.run.convert.finder import Finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.finding import Finding
    from sealwright.fleet.campaign.commits import FileChange
    from sealwright.manifest.source import Source

_QUOTES = b"\"'"


def unclean(changes: Sequence[FileChange]) -> str:
    """`path:line` of the first added line in which a value stands; '' where there is none.

    Looked for are whatever a scan is sure of in the new contents, and everything that it is sure of in the old ones, in
    any spelling, but for ordinary words.
    """
    values = [value for change in changes for value in _values(change)]
    finder = Finder([value for value in values if not is_ordinary(value)])
    for change in changes:
        if change.new is None:
            continue
        lines = sorted(_added(change.old or b"", change.new))
        found = finder.find(b"".join(text for _, text in lines))
        if found:
            return f"{change.path}:{lines[min(found[0].line, len(lines)) - 1][0]}"
        numbers = {number for number, _ in lines}
        for finding in _sure(decode(change.path, change.new)):
            place = finding.location
            if not numbers.isdisjoint(range(place.start.line, place.end.line + 1)):
                return f"{change.path}:{place.start.line}"
    return ""


def _added(old: bytes, new: bytes) -> Iterator[tuple[int, bytes]]:
    """The added lines with their numbers in the new content."""
    number = 1
    for piece in pieces(old, new):
        for line in piece.lines:
            yield number, line
            number += 1
        if piece.size:
            number += len(old[piece.offset : piece.offset + piece.size].splitlines())


def _values(change: FileChange) -> Iterator[Plaintext]:
    """What stood in clear in the old content, as it stood there and as what it is in base64 for."""
    if change.old is None:
        return
    source = decode(change.path, change.old)
    for finding in _sure(source):
        start, end = source.offset(finding.location.start), source.offset(finding.location.end)
        text = source.text[start:end].encode("utf-8", "surrogatepass").strip(_QUOTES)
        yield Plaintext(text)
        try:
            yield Plaintext(b64decode(text, validate=True))
        except ValueError:
            continue


def _sure(source: Source) -> list[Finding]:
    """What a scan finds that is not allowed there."""
    found = scan_source(source).findings
    return [one for one in found if one.confidence is not Confidence.POSSIBLE and one.status is Status.NEW]
