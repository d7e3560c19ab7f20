"""The text of a listing, piece by piece: UTF-8 with whatever bytes paths may have, or UTF-16 as PowerShell writes."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    """The text. Raises UnicodeDecodeError for UTF-16 that is none."""
    decoder = None
    for piece in pieces:
        if decoder is None:
            wide = piece.startswith(_WIDE)
            name, errors = ("utf-16", "strict") if wide else ("utf-8-sig", "surrogateescape")
            decoder = codecs.getincrementaldecoder(name)(errors)
        yield decoder.decode(piece)
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def lines(pieces: Iterable[str], longest: int) -> Iterator[str | None]:
    """The lines, without their ends; None for one that is longer than any address."""
    rest = ""
    skipping = False
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        for line in whole:
            yield None if skipping or len(line) > longest else line.rstrip("\r")
            skipping = False
        if len(rest) > longest:
            rest, skipping = "", True
    if rest or skipping:
        yield None if skipping else rest.rstrip("\r")
