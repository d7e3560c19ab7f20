"""Doubles as text, as Go writes them."""

from __future__ import annotations

_SMALLEST_PLAIN, _LARGEST_PLAIN = -4, 6
"""Between which powers of ten the shortest form has no exponent."""


def shortest(value: float) -> str:
    """As few digits as give the same double again: 1e+06, 123.456, NaN, +Inf."""
    named = {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}.get(repr(value))
    if named:
        return named
    sign, digits, point = _parts(value)
    exponent = point - 1
    if _SMALLEST_PLAIN <= exponent < _LARGEST_PLAIN:
        return plain(value)
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{fraction}e{exponent:+03d}"


def plain(value: float) -> str:
    """The shortest digits without an exponent."""
    sign, digits, point = _parts(value)
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}" if digits != "0" else f"{sign}0"
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


def _parts(value: float) -> tuple[str, str, int]:
    """Sign, significant digits, and where the point is in them (1 for 1.5, 0 for 0.15)."""
    text = repr(value)
    sign, text = ("-", text[1:]) if text[0] == "-" else ("", text)
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    if not stripped:
        return sign, "0", 1
    return sign, stripped.rstrip("0"), point - (len(digits) - len(stripped))
