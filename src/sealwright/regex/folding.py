"""Which characters differ only in their case."""

from __future__ import annotations

from functools import cache

_ASCII = 128
_CASED = (
    (0x41, 0x24F),
    (0x250, 0x2AF),
    (0x345, 0x345),
    (0x370, 0x58F),
    (0x10A0, 0x10FF),
    (0x13A0, 0x13FF),
    (0x1C80, 0x1CBF),
    (0x1D79, 0x1D8E),
    (0x1E00, 0x1FFF),
    (0x2126, 0x2188),
    (0x24B6, 0x24E9),
    (0x2C00, 0x2DFF),
    (0xA640, 0xA7FF),
    (0xAB53, 0xABBF),
    (0xFF21, 0xFF5A),
    (0x10400, 0x104FF),
    (0x10570, 0x105BF),
    (0x10C80, 0x10CFF),
    (0x118A0, 0x118DF),
    (0x16E40, 0x16E7F),
    (0x1E900, 0x1E943),
)
"""Where Unicode has letters with a case."""
_ALONE = frozenset({0x130, 0x131})
"""The dotted and the dotless i of Turkish are no case of `i` or `I`."""
_WITH_ASCII = {0x4B: 0x212A, 0x6B: 0x212A, 0x53: 0x17F, 0x73: 0x17F}
"""The Kelvin sign and the long s."""


def orbit(code: int) -> tuple[int, ...]:
    """The code points that are the same letter as this one, itself among them."""
    if code >= _ASCII:
        return _orbits().get(code, (code,))
    if not chr(code).isalpha():
        return (code,)
    other = code ^ 0x20
    return (code, other, _WITH_ASCII[code]) if code in _WITH_ASCII else (code, other)


@cache
def _orbits() -> dict[int, tuple[int, ...]]:
    groups: dict[str, list[int]] = {}
    for first, last in _CASED:
        for code in range(first, last + 1):
            if code not in _ALONE:
                groups.setdefault(_key(chr(code)), []).append(code)
    return {code: tuple(group) for group in groups.values() if len(group) > 1 for code in group}


def _key(character: str) -> str:
    upper = character.upper()
    upper = upper if len(upper) == 1 else character
    lower = upper.lower()
    return lower if len(lower) == 1 else upper
