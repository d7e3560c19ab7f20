"""The one type in which a secret's value travels.

It shows nothing when printed, formatted, logged or pickled; the bytes come out only through `reveal()`,
which is easy to search for in a review.
"""

from __future__ import annotations

from typing import NoReturn

MASK = "********"
"""Stands for a value in everything people read. Its width is fixed, so that it tells nothing of the length."""


class Plaintext:
    """A secret's value: bytes that refuse to show themselves."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The bytes. Only for code that seals, uploads, decodes or compares them."""
        return self._value

    def __repr__(self) -> str:
        return f"Plaintext({MASK})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plaintext):
            return NotImplemented
        import hmac  # takes OpenSSL with it, which most runs do not need

        return hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # a hash of a guessable value is nearly the value

    def __reduce__(self) -> NoReturn:
        raise TypeError("a plaintext does not leave the process")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a plaintext does not leave the process")
