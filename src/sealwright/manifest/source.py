"""Bytes to text and back, and offsets to lines and columns: the one place for both.

Encodings are those that YAML allows (YAML 1.2.2 §5.2): UTF-8, UTF-16 and UTF-32, with or without a byte order mark.
The mark is kept apart from the text, because libyaml and PyYAML count it differently.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right

from sealwright.finding import Location, Position, Span
from sealwright.manifest.nodes import FILL

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GIT_CRYPT = b"\0GITCRYPT\0"
_JUDGED = 4096
"""Bytes that tell ciphertext from text."""


class Source:
    """One decoded text. `text` has no byte order mark; `offset`s everywhere are code points into it.

    `flaw` says what was wrong with the bytes; where it is not empty, undecodable bytes stand as U+FFFD,
    which is good enough to look for secrets and never good enough to write back.
    """

    __slots__ = ("_starts", "encoding", "flaw", "mark", "path", "text")

    def __init__(self, path: str, text: str, *, encoding: str = "utf-8", mark: bytes = b"", flaw: str = "") -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.mark = mark
        self.flaw = flaw
        self._starts: list[int] = []

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    def named(self, path: str) -> Source:
        """The same text under another name."""
        return Source(path, self.text, encoding=self.encoding, mark=self.mark, flaw=self.flaw)

    def encode(self, text: str) -> bytes:
        """`text` in this source's own encoding, byte order mark included."""
        return self.mark + text.encode(self.encoding)

    def position(self, offset: int) -> Position:
        """Line and column of an offset, from 1. A line ends at LF, CRLF or a lone CR, and nowhere else."""
        if not self._starts:
            self._starts = _line_starts(self.text)
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a line and column as `position` gives them."""
        self.position(0)
        return self._starts[position.line - 1] + position.column - 1

    def location(self, span: Span) -> Location:
        """Where a span is, for people."""
        return Location(self.path, self.position(span.start), self.position(span.end))

    def first_line(self, span: Span) -> Location:
        """Where a span begins, no further than to the end of its first line, for people."""
        end = max(span.start, span.end)  # of nothing, a parser may say that it ends before it begins
        for newline in "\n\r":
            found = self.text.find(newline, span.start, end)
            end = end if found < 0 else found
        return self.location(Span(span.start, end))

    def line_start(self, offset: int) -> int:
        """Offset of the first character of the line that holds `offset`."""
        if not self._starts:
            self._starts = _line_starts(self.text)
        return self._starts[bisect_right(self._starts, offset) - 1]


def decode(path: str, data: bytes) -> Source:
    """Decode a file's bytes. Never raises: what cannot be decoded is named in `Source.flaw`."""
    if data.startswith(_GIT_CRYPT) and _is_ciphertext(data[len(_GIT_CRYPT) :]):
        return Source(path, "")  # encrypted as a whole: nothing in it is in clear
    mark, encoding = _encoding_of(data)
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
        flaw = "it holds NUL characters: binary, not text" if "\0" in text else ""
        if FILL in text:
            flaw = flaw or "it holds U+E000, which stands for what templates insert: take it out"
    except UnicodeDecodeError as error:
        text = body.decode(encoding, "replace")
        flaw = f"it is not valid {encoding.upper()}: byte {len(mark) + error.start} cannot be decoded"
    return Source(path, text, encoding=encoding, mark=mark, flaw=flaw)


def _is_ciphertext(data: bytes) -> bool:
    """Whether no more of the bytes are letters than by chance: of what looks random, two fifths."""
    beginning = data[:_JUDGED]
    return sum(32 <= byte < 127 or byte in b"\t\n\r" for byte in beginning) * 4 <= len(beginning) * 3


def _encoding_of(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    if b"\0" not in data[:4]:
        return b"", "utf-8"
    # Without a mark the first character of any YAML text is ASCII, so the NULs show width and order. A quarter of all
    # bytes at least are NUL then; a single one does not turn the rest of a file into another script.
    pattern = tuple(byte != 0 for byte in data[:4])
    guesses = {
        (False, False, False, True): "utf-32-be",
        (True, False, False, False): "utf-32-le",
        (False, True): "utf-16-be",
        (True, False): "utf-16-le",
    }
    guess = guesses.get(pattern) or guesses.get(pattern[:2])
    return b"", guess if guess and data.count(b"\0") * 4 >= len(data) else "utf-8"


def _line_starts(text: str) -> list[int]:
    starts = [0]
    if "\r" in text:
        import re

        starts.extend(match.end() for match in re.finditer(r"\r\n|\r|\n", text))
        return starts
    find = text.find
    offset = find("\n")
    while offset >= 0:
        starts.append(offset + 1)
        offset = find("\n", offset + 1)
    return starts
