"""What looking at one file may cost beyond its own length: aliases and gzip make much of little."""

from __future__ import annotations

import zlib

MAX_INFLATED = 16 * 1024 * 1024
"""Bytes that all gzip streams of one file may grow to together."""
_FLOOR = 10_000
_PER_CHARACTER = 4
"""A value takes two characters at least and is met once per level of nesting, unless aliases repeat it."""


class TooMuch(Exception):  # noqa: N818 - a signal to the scanner, which reports a problem
    """Aliases or compressed text expand to more than anyone means."""


class Budget:
    """Counts down what one detector does to one file of `characters`; raises TooMuch when it is spent."""

    __slots__ = ("_bytes", "_visits")

    def __init__(self, characters: int) -> None:
        self._visits = _FLOOR + _PER_CHARACTER * characters
        self._bytes = MAX_INFLATED

    def visit(self) -> None:
        """Account for one look at one entry."""
        self._visits -= 1
        if self._visits < 0:
            raise TooMuch

    def inflate(self, data: bytes) -> bytes | None:
        """The bytes of a gzip stream (as far as they go, where it is cut off), or None where it is not one."""
        inflater = zlib.decompressobj(wbits=31)
        try:
            inflated = inflater.decompress(data, self._bytes + 1)
        except zlib.error:
            return None
        self._bytes -= len(inflated)
        if self._bytes < 0:
            raise TooMuch
        self._visits += _PER_CHARACTER * len(inflated)
        return inflated
