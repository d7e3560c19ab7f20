"""A new content as the difference to an old one: what was added, and references to what stays. Nothing else is in it.

The form is that of git's packs and binary patches (Documentation/gitformat-pack.txt, "Deltified representation"): both
sizes, then instructions to copy bytes of the old content or to insert new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_INSERTED = 127
_MOST_COPIED = 0xFFFFFF
_OFFSET_BYTES, _SIZE_BYTES = 4, 3


class Piece(NamedTuple):
    """Consecutive lines of the new content: `lines` that the old one has not, or `size` bytes of it at `offset`."""

    lines: tuple[bytes, ...] = ()
    offset: int = 0
    size: int = 0


def pieces(old: bytes, new: bytes) -> Iterator[Piece]:
    """The new content in order. A line that the old one has anywhere is never among the added ones."""
    places: dict[bytes, int] = {}
    follows: dict[int, bytes] = {}
    at = 0
    for line in old.splitlines(keepends=True):
        places.setdefault(line, at)
        follows[at] = line
        at += len(line)
    added: list[bytes] = []
    offset = size = 0
    for line in new.splitlines(keepends=True):
        stands = follows.get(offset + size) == line
        place = offset + size if size and stands else places.get(line, -1)
        if size and place != offset + size:
            yield Piece(offset=offset, size=size)
            size = 0
        if place < 0:
            added.append(line)
            continue
        if added:
            yield Piece(tuple(added))
            added = []
        offset, size = (offset, size + len(line)) if size else (place, len(line))
    if size:
        yield Piece(offset=offset, size=size)
    if added:
        yield Piece(tuple(added))


def delta(old: bytes, new: bytes) -> bytes:
    """The instructions that make the new content of the old one."""
    out = [_number(len(old)), _number(len(new))]
    for piece in pieces(old, new):
        out += _inserted(b"".join(piece.lines)) if piece.lines else _copied(piece.offset, piece.size)
    return b"".join(out)


def _number(value: int) -> bytes:
    """Seven bits in each byte, the lowest first; the highest bit says that more follow."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _inserted(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _MOST_INSERTED):
        part = data[start : start + _MOST_INSERTED]
        yield bytes([len(part)]) + part


def _copied(offset: int, size: int) -> Iterator[bytes]:
    while size:
        part = min(size, _MOST_COPIED)
        code, numbers = 0x80, bytearray()
        bits = [(offset, index, 1 << index) for index in range(_OFFSET_BYTES)]
        bits += [(part, index, 0x10 << index) for index in range(_SIZE_BYTES)]
        for value, index, bit in bits:
            byte = value >> 8 * index & 0xFF
            if byte:
                code |= bit
                numbers.append(byte)
        yield bytes([code]) + numbers
        offset, size = offset + part, size - part
