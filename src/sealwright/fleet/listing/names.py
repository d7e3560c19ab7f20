"""Names of repositories: each in its run once, printable, and the same in every run of the same list."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGEST_BYTES = 12
"""A hundred thousand repositories are told apart, and nothing is kept of them but this."""


class Names:
    """What was given out so far, and to which addresses."""

    def __init__(self) -> None:
        self._names: set[bytes] = set()
        self._keys: set[bytes] = set()

    def is_new(self, key: str) -> bool:
        """Whether the address comes for the first time; afterwards it is known."""
        return _added(self._keys, key)

    def given(self, wanted: Iterable[str]) -> str:
        """The first of the names that is free, or the last one with a number."""
        last = ""
        for name in map(printable, wanted):
            if _added(self._names, name):
                return name
            last = name
        number = 2
        while not _added(self._names, f"{last}~{number}"):
            number += 1
        return f"{last}~{number}"


def printable(text: str) -> str:
    """The text with what is no character, or not to be seen, written as an escape: `\\x0a`, `\\xff`, `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    number = ord(char)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that is no UTF-8, as os.fsdecode has it
        number -= 0xDC00
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _added(known: set[bytes], text: str) -> bool:
    digest = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=_DIGEST_BYTES).digest()
    before = len(known)
    known.add(digest)
    return len(known) > before
