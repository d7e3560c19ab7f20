"""Many texts looked for in many files, in time that hardly depends on how many texts there are.

Every text has a window of a few bytes at each of its first offsets in a table; of the data only every second or fourth
window is looked up. A window that is in the table is a reason to look for the texts that have it, and nothing more.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

from sealwright.run.convert.spellings import LETTERS, SHORTEST, line_at, spellings, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO, TypeAlias

    from sealwright.plaintext import Plaintext

    _Crowd: TypeAlias = dict[tuple[int, int], dict[bytes, list["_Needle"]]]
    """By the offset of the window and the length, the texts."""

_BLOCK = 1 << 13
_PIECE = 1 << 25
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CROWD = 16
"""Texts with a window in common above which they are not tried one by one: URLs, keys, names with numbers."""
_LONGEST = 1024
"""Bytes of a text that are kept; whether the rest follows is seen when these are there."""


class Found(NamedTuple):
    """Value number `number` stands in the data in that form, first on that line."""

    number: int
    form: str
    line: int


class _Needle(NamedTuple):
    text: bytes
    number: int
    form: str
    at: int
    """Which of the value's spellings it is."""
    whole: bool
    after: bytes = b""
    """As in its spelling."""

    def __repr__(self) -> str:
        return f"Needle({self.number})"

    def found_in(self, data: bytes, start: int, end: int) -> int:
        """The first place where it is, -1 without any."""
        at = data.find(self.text, start, end)
        while at >= 0 and self.after:
            behind = data[at + len(self.text) : at + len(self.text) + 1]
            if not behind or behind in self.after or behind not in LETTERS:
                break
            at = data.find(self.text, at + 1, end)
        return at


class Finder:
    """Looks for values, numbered from 0. Those that are shorter than `SHORTEST` bytes are never found."""

    def __init__(self, values: Sequence[Plaintext]) -> None:
        self._values = values
        self._plain, self._squeezed = _Index(), _Index()
        self.longest = 0
        """Bytes of the longest spelling: pieces of a file must overlap by as much."""
        seen: set[tuple[int, bytes, bool]] = set()
        for number, value in enumerate(values):
            for at, spelling in enumerate(spellings(value.reveal())):
                text = spelling.text
                self.longest = max(self.longest, 2 * len(text) if spelling.squeezed else len(text))
                if (number, text[:_LONGEST], spelling.squeezed) in seen:
                    continue
                seen.add((number, text[:_LONGEST], spelling.squeezed))
                whole = len(text) <= _LONGEST
                needle = _Needle(text[:_LONGEST], number, spelling.form, at, whole, spelling.after if whole else b"")
                (self._squeezed if spelling.squeezed else self._plain).add(needle)

    def find(self, data: bytes) -> list[Found]:
        """Every value in the data, once for each form, in order of the lines."""
        found: dict[tuple[int, str], int] = {}
        for index, text in ((self._plain, data), (self._squeezed, squeezed(data) if self._squeezed else b"")):
            for needle, offset in index.matches(text):
                if (needle.number, needle.form) not in found and (needle.whole or self._follows(needle, text)):
                    at = line_at(data, offset, is_squeezed=index is self._squeezed)
                    found[needle.number, needle.form] = at
        return sorted((Found(*key, line) for key, line in found.items()), key=_by_line)

    def find_in(self, content: Iterable[bytes]) -> list[Found]:
        """The same for a content of any size, as pieces."""
        found: dict[tuple[int, str], Found] = {}
        tail, above = b"", 0
        for piece in content:
            text = tail + piece
            for one in self.find(text):
                found.setdefault((one.number, one.form), one._replace(line=above + one.line))
            tail = text[-self.longest :] if self.longest else b""
            above += text.count(b"\n") - tail.count(b"\n")
        return sorted(found.values(), key=_by_line)

    def _follows(self, needle: _Needle, text: bytes) -> bool:
        """Whether the whole spelling is there, not only its beginning."""
        for at, spelling in enumerate(spellings(self._values[needle.number].reveal())):
            if at == needle.at:
                return spelling.text in text
        return False


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What a file holds, in parts that fit into memory; UTF-16 as UTF-8."""
    first = file.read(len(_MARKS[0]))
    if first in _MARKS:
        yield (first + file.read()).decode("utf-16", "replace").encode("utf-8", "replace")
        return
    while piece := first + file.read(_PIECE):
        yield piece
        first = b""


def _by_line(one: Found) -> tuple[int, int]:
    return one.line, one.number


class _Table:
    """Texts of one range of lengths. A window of `width` bytes begins at every multiple of `step` in the data.

    A text needs `least` bytes, or it could stand between the windows and have none of its own.
    """

    def __init__(self, width: int, step: int, form: Literal["I", "Q"]) -> None:
        self._width, self._step = width, step
        self._form: Literal["I", "Q"] = form
        self.least = width + step - 1
        self._needles: dict[int, list[tuple[int, _Needle]]] = {}
        self._crowds: dict[int, _Crowd] = {}

    def add(self, needle: _Needle) -> None:
        """Under each of its windows that may be the first that is looked at."""
        for offset in range(self._step):
            window = needle.text[offset : offset + self._width]
            self._needles.setdefault(int.from_bytes(window, sys.byteorder), []).append((offset, needle))

    def candidates(self, block: memoryview) -> Iterator[_Needle]:
        """The texts that may stand in a block, some of them twice."""
        if not self._needles:
            return
        for shift in range(0, self._width, self._step):
            length = (len(block) - shift) // self._width * self._width
            if length > 0:
                windows = block[shift : shift + length].cast(self._form)
                for window in self._needles.keys() & windows:
                    sharing = self._needles[window]
                    if len(sharing) > _CROWD:
                        yield from self._crowded(window, sharing, block)
                    else:
                        yield from (needle for _, needle in sharing)

    def _crowded(self, window: int, sharing: list[tuple[int, _Needle]], block: memoryview) -> Iterator[_Needle]:
        """Those of many texts with one window that are there: looked up at each place of the window, not one by one."""
        if window not in self._crowds:
            crowd: _Crowd = {}
            for offset, needle in sharing:
                crowd.setdefault((offset, len(needle.text)), {}).setdefault(needle.text, []).append(needle)
            self._crowds[window] = crowd
        data, word = bytes(block), window.to_bytes(self._width, sys.byteorder)
        at = data.find(word)
        while at >= 0:
            for (offset, length), texts in self._crowds[window].items():
                if at >= offset:  # else it begins in the block before, which holds all of it
                    yield from texts.get(data[at - offset : at - offset + length], ())
            at = data.find(word, at + 1)


def _least(table: _Table) -> int:
    return table.least


class _Index:
    """Short and long texts together."""

    def __init__(self) -> None:
        self._tables = (_Table(4, 2, "I"), _Table(8, 2, "Q"), _Table(8, 4, "Q"))
        self._empty = True

    def __bool__(self) -> bool:
        return not self._empty

    def add(self, needle: _Needle) -> None:
        """To the table for texts of its length."""
        self._empty = False
        if len(needle.text) < SHORTEST:
            raise ValueError("too short to be looked for")
        max((table for table in self._tables if table.least <= len(needle.text)), key=_least).add(needle)

    def matches(self, data: bytes) -> Iterator[tuple[_Needle, int]]:
        """Every text that is there, with the first place where it is, in blocks: what is rare stays rare in them."""
        if self._empty:
            return
        view = memoryview(data)
        for start in range(0, len(data), _BLOCK):
            end = min(len(data), start + _BLOCK + _LONGEST - 1)
            block = view[start:end]
            for needle in {id(needle): needle for needle in self._candidates(block)}.values():
                offset = needle.found_in(data, start, end)
                if offset >= 0:
                    yield needle, offset

    def _candidates(self, block: memoryview) -> Iterator[_Needle]:
        for table in self._tables:
            yield from table.candidates(block)
