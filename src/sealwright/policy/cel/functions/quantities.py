"""Kubernetes quantities: `100m`, `1.5Gi`, `2e3`."""

from __future__ import annotations

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.values import INT_MAX, INT_MIN, Quantity

_QUANTITY = Pattern(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,9})?")
_DECIMAL = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_BILLION = 10**9
_MOST_DIGITS = 18
"""Digits of a number that 64 bits hold whatever they are; the API server treats longer ones differently."""
_LONGEST = 4_000
_LARGEST_EXPONENT = 1_000


def _read(text: str) -> Quantity | None:
    """The quantity, or None where it is none."""
    parts = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST else None
    if parts is None or not (parts[2] or parts[3]):
        return None
    whole, fraction, suffix = parts[2].lstrip("0"), parts[3] or "", parts[4] or ""
    digits, scale = int(whole + fraction or 0), -len(fraction)
    if suffix in _BINARY:
        quick = not fraction and len(whole) + _BINARY[suffix] * 3 // 10 + 1 <= 15
        digits <<= _BINARY[suffix]
    else:
        scale += _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
        quick = len(whole) + len(fraction) <= _MOST_DIGITS and scale >= -9
    if abs(scale) > _LARGEST_EXPONENT + len(fraction):
        return None
    billionths = _scaled(digits, scale + 9)
    if not quick:
        billionths = min(billionths, INT_MAX * _BILLION)
    value = -billionths if parts[1] == "-" else billionths
    return Quantity(value, quick and scale >= 0 and INT_MIN <= value // _BILLION <= INT_MAX)


def _scaled(digits: int, scale: int) -> int:
    """`digits` times ten to the power of `scale`, rounded away from zero: some of a resource is never none of it."""
    return int(digits * 10**scale) if scale >= 0 else -(-digits // 10**-scale)


def _quantity(text: str) -> Quantity:
    quantity = _read(text)
    if quantity is None:
        raise EvaluationError("quantity(): the string is not a quantity")
    return quantity


def _is_quantity(text: str) -> bool:
    return _read(text) is not None


def _is_integer(quantity: Quantity) -> bool:
    return quantity.whole


def _as_integer(quantity: Quantity) -> int:
    if quantity.whole:
        return quantity.billionths // _BILLION
    raise EvaluationError("asInteger() of a quantity that is not an integer of 64 bits")


def _as_float(quantity: Quantity) -> float:
    try:
        return quantity.billionths / _BILLION
    except OverflowError:
        return float("inf") if quantity.billionths > 0 else float("-inf")


def _compare(one: Quantity, other: Quantity) -> int:
    return (one.billionths > other.billionths) - (one.billionths < other.billionths)


def _sign(quantity: Quantity) -> int:
    return (quantity.billionths > 0) - (quantity.billionths < 0)


def _is_greater(one: Quantity, other: Quantity) -> bool:
    return one.billionths > other.billionths


def _is_less(one: Quantity, other: Quantity) -> bool:
    return one.billionths < other.billionths


def _sum(one: Quantity, other: Quantity) -> Quantity:
    total = one.billionths + other.billionths
    return Quantity(total, one.whole and other.whole and INT_MIN <= total // _BILLION <= INT_MAX)


def _of_integer(value: int) -> Quantity:
    return Quantity(value * _BILLION, whole=True)


def _negated(quantity: Quantity) -> Quantity:
    return Quantity(-quantity.billionths, quantity.whole)


def _sum_with_integer(quantity: Quantity, value: int) -> Quantity:
    return _sum(quantity, _of_integer(value))


def _difference(one: Quantity, other: Quantity) -> Quantity:
    return _sum(one, _negated(other))


def _difference_from_integer(quantity: Quantity, value: int) -> Quantity:
    return _sum(quantity, _of_integer(-value))


FUNCTIONS = (
    *define(_quantity, "quantity(string): quantity", since=28),
    *define(_is_quantity, "isQuantity(string): bool", since=28),
    *define(_is_integer, "quantity isInteger(): bool", since=28),
    *define(_as_integer, "quantity asInteger(): int", since=28),
    *define(_as_float, "quantity asApproximateFloat(): double", since=28),
    *define(_sign, "sign(quantity): int", since=28),
    *define(_sum, "quantity add(quantity): quantity", since=28),
    *define(_sum_with_integer, "quantity add(int): quantity", since=28),
    *define(_difference, "quantity sub(quantity): quantity", since=28),
    *define(_difference_from_integer, "quantity sub(int): quantity", since=28),
    *define(_is_greater, "quantity isGreaterThan(quantity): bool", since=28),
    *define(_is_less, "quantity isLessThan(quantity): bool", since=28),
    *define(_compare, "quantity compareTo(quantity): int", since=28),
)
