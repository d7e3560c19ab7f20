"""PEM blocks in a file, found as Go's `pem.Decode` finds them: other text and damaged blocks are ignored.

Source: RFC 7468; Go, src/encoding/pem/pem.go. Needs no cryptography library.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# The body is one class of characters and stops at the first '-': the search is linear on any input.
# A header (`Proc-Type: 4,ENCRYPTED`) is the one place where a '-' stands inside a block.
_BLOCK = re.compile(
    rb"^-----BEGIN (?P<kind>[A-Z0-9 ]+)-----[ \t]*\r?\n"
    rb"(?P<headers>(?:[A-Za-z0-9-]+:[^\n]*\n)*)"
    rb"(?P<body>[A-Za-z0-9+/=\s]*)"
    rb"^-----END (?P=kind)-----",
    re.MULTILINE,
)
_BEGIN = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----", re.MULTILINE)


class Block(NamedTuple):
    """One PEM block. `kind` is what stands after BEGIN; `text` goes from BEGIN to END, and may be secret."""

    kind: str
    text: bytes
    has_headers: bool

    def __repr__(self) -> str:
        return f"Block(kind={self.kind!r})"


def blocks(data: bytes) -> Iterator[Block]:
    """The complete blocks of a file, in order."""
    for match in _BLOCK.finditer(without_mark(data)):
        yield Block(match["kind"].decode("ascii"), match[0] + b"\n", bool(match["headers"]))


def begun(data: bytes) -> list[str]:
    """The kinds of all blocks that begin, complete or not: more than `blocks` gives means damage."""
    return [kind.decode("ascii") for kind in _BEGIN.findall(without_mark(data))]


def is_utf16(data: bytes) -> bool:
    """Whether the file starts as UTF-16, which is what `>` writes in Windows PowerShell."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def without_mark(data: bytes) -> bytes:
    """The file without the byte order mark that some editors put before UTF-8."""
    return data.removeprefix(codecs.BOM_UTF8)
