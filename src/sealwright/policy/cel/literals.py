"""Literals: the value that a number, a string or bytes are written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern
from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.values import INT_MAX, INT_MIN, UINT_MAX, UInt

if TYPE_CHECKING:
    import re

_ESCAPE = Pattern(
    r"\\(?:(?P<letter>[abfnrtv\\?\"'`])|[xX](?P<byte>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<wrong>.?))",
    flags=16,  # re.DOTALL
)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def integer_of(text: str, offset: int) -> int:
    """An int or a UInt (`12`, `-0x1F`, `7u`), if 64 bits hold it."""
    if text[-1] in "uU":
        value = _magnitude(text[:-1])
        if value > UINT_MAX:
            raise ExpressionError("this number needs more than 64 bits", offset)
        return UInt(value)
    value = -_magnitude(text[1:]) if text[0] == "-" else _magnitude(text)
    if not INT_MIN <= value <= INT_MAX:
        raise ExpressionError("this number needs more than 64 bits", offset)
    return value


def _magnitude(text: str) -> int:
    if len(text) > 4000:  # longer ones Python refuses; they are too large either way
        return UINT_MAX + 1
    return int(text, 16) if text[:2] in {"0x", "0X"} else int(text)


def text_of(token: str, offset: int) -> str | bytes:
    """The value of a string or bytes literal, with its prefix and quotes."""
    body = token.lstrip("rRbB")
    prefix = token[: len(token) - len(body)].lower()
    width = 3 if body[:3] in {"'''", '"""'} else 1
    inside = body[width:-width]
    start = offset + len(prefix) + width
    if "b" in prefix:
        return _bytes(inside, start, raw="r" in prefix)
    return inside if "r" in prefix else _ESCAPE.sub(lambda found: _character(found, start), inside)


def _character(found: re.Match[str], start: int) -> str:
    if found["letter"]:
        return _LETTERS.get(found["letter"], found["letter"])
    digits = found["byte"] or found["short"] or found["long"]
    if digits is None and not found["octal"]:
        raise ExpressionError("there is no such escape in a string", start + found.start())
    code = int(digits, 16) if digits else int(found["octal"], 8)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ExpressionError("this escape is no character", start + found.start())
    return chr(code)


def _bytes(inside: str, start: int, *, raw: bool) -> bytes:
    parts: list[bytes] = []
    position = 0
    for found in [] if raw else _ESCAPE.finditer(inside):
        parts.append(_encoded(inside[position : found.start()], start))
        if found["short"] or found["long"]:
            raise ExpressionError("bytes have no escapes of characters", start + found.start())
        parts.append(_character(found, start).encode("latin-1"))
        position = found.end()
    return b"".join((*parts, _encoded(inside[position:], start)))


def _encoded(text: str, start: int) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ExpressionError("this is no text that has bytes", start) from None
