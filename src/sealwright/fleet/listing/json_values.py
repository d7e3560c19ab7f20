"""JSON that is written one value after the other, or in arrays, or in arrays of arrays: the values, as they come.

`gh api --paginate` writes an array for each page, one behind the other; exports of large organisations are hundreds of
megabytes. So nothing but one value is ever held.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 32 * 1024 * 1024
"""Characters of one value: a page of a hundred repositories is one."""
_BETWEEN = Pattern(r"[\s,\[\]]*")


def values(pieces: Iterable[str]) -> Iterator[Any]:
    """Objects, texts and whatever else stands there. Raises ValueError where something is no JSON, or breaks off."""
    decoder = json.JSONDecoder()
    text = _Text(pieces)
    wanted = 1
    while text.has(wanted):
        try:
            value, end = decoder.raw_decode(text.ahead, text.at)
        except (ValueError, RecursionError):
            # As much again: a value that is cut in two is read a few times, and not once for each piece.
            wanted = 2 * (len(text.ahead) - text.at)
            if text.ended or wanted > 2 * MOST:
                raise ValueError("no JSON from here on") from None
            continue
        yield value
        text.at, wanted = end, 1
    if text.open_arrays:
        raise ValueError("the text breaks off within an array")


class _Text:
    """What was read and not used yet: `ahead` from `at` on."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self.ahead = ""
        self.at = 0
        self.ended = False
        self.open_arrays = 0

    def has(self, wanted: int) -> bool:
        """Whether there is a value ahead. Reads until there are so many characters of it, or no more."""
        self._pass_over()
        while not self.ended and len(self.ahead) - self.at < wanted:
            self._read(wanted)
            self._pass_over()
        return self.at < len(self.ahead)

    def _read(self, wanted: int) -> None:
        found = [self.ahead[self.at :]]
        length = len(found[0])
        for piece in self._pieces:
            found.append(piece)
            length += len(piece)
            if length >= wanted:
                break
        else:
            self.ended = True
        self.ahead, self.at = "".join(found), 0

    def _pass_over(self) -> None:
        """What stands between values. Brackets are counted: a listing that was cut off must not be taken for whole."""
        match = _BETWEEN.match(self.ahead, self.at)
        if match and match.end() > self.at:
            between = match.group()
            self.open_arrays += between.count("[") - between.count("]")
            self.at = match.end()
