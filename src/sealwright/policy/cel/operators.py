"""Operators as plain functions of values; each raises EvaluationError where the specification has an error."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.values import (
    INT_MAX,
    INT_MIN,
    UINT_MAX,
    Duration,
    Timestamp,
    UInt,
    equal,
    name_of_class,
    no_overload,
    to_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = 1_000_000_000
_EARLIEST, _LATEST = -62_135_596_800 * SECOND, 253_402_300_800 * SECOND - 1
_ORDERED = frozenset({int, str, float, bool, UInt, bytes, Timestamp, Duration})
_NUMBERS = frozenset({int, UInt, float})


def integer(value: int) -> int:
    """The value, if 64 bits hold it."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise EvaluationError("integer overflow")


def unsigned(value: int) -> UInt:
    """The value as an unsigned integer, if 64 bits hold it."""
    if 0 <= value <= UINT_MAX:
        return UInt(value)
    raise EvaluationError("unsigned integer overflow")


def timestamp(nanoseconds: int) -> Timestamp:
    """The point in time, if it is in the years 1 to 9999."""
    if _EARLIEST <= nanoseconds <= _LATEST:
        return Timestamp(nanoseconds)
    raise EvaluationError("timestamp out of range")


def duration(nanoseconds: int) -> Duration:
    """The length of time, if 64 bits hold its nanoseconds."""
    if INT_MIN <= nanoseconds <= INT_MAX:
        return Duration(nanoseconds)
    raise EvaluationError("duration out of range")


def add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, strings, bytes, lists, and times with durations."""
    kind, other = type(left), type(right)
    if kind is other:
        if kind is str or kind is list or kind is float or kind is bytes:
            return left + right
        if kind is int:
            return integer(left + right)
        if kind is UInt:
            return unsigned(int(left) + int(right))
        if kind is Duration:
            return duration(left[0] + right[0])
    elif {kind, other} == {Timestamp, Duration}:
        return timestamp(left[0] + right[0])
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right]
    raise no_overload("_+_", left, right)


def subtract(left: Any, right: Any) -> Any:
    """`left - right`: numbers, times and durations."""
    kind, other = type(left), type(right)
    if kind is other:
        if kind is int:
            return integer(left - right)
        if kind is float:
            return left - right
        if kind is UInt:
            return unsigned(int(left) - int(right))
        if kind is Duration or kind is Timestamp:
            return duration(left[0] - right[0])
    elif kind is Timestamp and other is Duration:
        return timestamp(left[0] - right[0])
    raise no_overload("_-_", left, right)


def multiply(left: Any, right: Any) -> Any:
    """`left * right`."""
    kind = type(left)
    if kind is type(right):
        if kind is int:
            return integer(left * right)
        if kind is float:
            return left * right
        if kind is UInt:
            return unsigned(int(left) * int(right))
    raise no_overload("_*_", left, right)


def divide(left: Any, right: Any) -> Any:
    """`left / right`: integers towards zero, doubles as IEEE 754 has them."""
    kind = type(left)
    if kind is not type(right) or kind not in _NUMBERS:
        raise no_overload("_/_", left, right)
    if kind is float:
        return _divide_doubles(left, right)
    if not right:
        raise EvaluationError("division by zero")
    if kind is UInt:
        return UInt(int(left) // int(right))
    quotient = abs(left) // abs(right)
    return integer(quotient if (left < 0) == (right < 0) else -quotient)


def _divide_doubles(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or repr(left) == "nan":
        return float("nan")
    return float("inf") if (left > 0) == (str(right)[0] != "-") else float("-inf")


def modulo(left: Any, right: Any) -> Any:
    """`left % right` of integers; the result has the sign of `left`."""
    kind = type(left)
    if kind is not type(right) or (kind is not int and kind is not UInt):
        raise no_overload("_%_", left, right)
    if not right:
        raise EvaluationError("modulus by zero")
    if kind is UInt:
        return UInt(int(left) % int(right))
    if left == INT_MIN and right == -1:
        raise EvaluationError("integer overflow")
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def negate(value: Any) -> Any:
    """`-value`."""
    if type(value) is int:
        return integer(-value)
    if type(value) is float:
        return -value
    raise no_overload("-_", value)


def invert(value: Any) -> bool:
    """`!value`."""
    if value is True:
        return False
    if value is False:
        return True
    raise no_overload("!_", value)


def unequal(left: Any, right: Any) -> bool:
    """`left != right`."""
    return not equal(left, right)


def _ordering(name: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        kind, other = type(left), type(right)
        if kind is other:
            if kind in _ORDERED:
                return compare(left, right)
        elif kind in _NUMBERS and other in _NUMBERS:
            # The API server compares an integer with a double as the double nearest to it.
            floats = kind is float or other is float
            return compare(float(left), float(right)) if floats else compare(int(left), int(right))
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        raise no_overload(name, left, right)

    return ordered


less = _ordering("_<_", operator.lt)
less_or_equal = _ordering("_<=_", operator.le)
greater = _ordering("_>_", operator.gt)
greater_or_equal = _ordering("_>=_", operator.ge)


def contained(value: Any, container: Any) -> bool:
    """`value in container`: an element of a list, or a key of a map."""
    if isinstance(container, list):
        if type(value) is str:
            return value in container
        return any(equal(value, element) for element in container)
    if isinstance(container, dict):
        kind = name_of_class(type(value))
        return kind in {"string", "int", "uint", "bool", "double"} and to_key(value) in container
    raise no_overload("@in", value, container)


_ABSENT = object()


def index(container: Any, key: Any) -> Any:
    """`container[key]`: an element of a list by its position, or of a map by its key."""
    if isinstance(container, dict):
        value = container.get(to_key(key), _ABSENT)
        if value is _ABSENT:
            raise EvaluationError(f"no such key: (a {name_of_class(type(key))})")
        return value
    if isinstance(container, list):
        return container[_position(key, len(container))]
    raise no_overload("_[_]", container, key)


def _position(key: Any, length: int) -> int:
    kind = type(key)
    if kind is not int:
        if kind not in _NUMBERS:
            raise EvaluationError(f"a list has no position of type {name_of_class(kind)}")
        if kind is float and not (abs(key) < INT_MAX and key == int(key)):
            raise EvaluationError("a list has no position between two elements")
        key = int(key)
    if 0 <= key < length:
        return int(key)
    raise EvaluationError(f"index out of range of a list of {length}")


OPERATORS: dict[str, Callable[..., Any]] = {
    "_+_": add,
    "_-_": subtract,
    "_*_": multiply,
    "_/_": divide,
    "_%_": modulo,
    "-_": negate,
    "!_": invert,
    "_==_": equal,
    "_!=_": unequal,
    "_<_": less,
    "_<=_": less_or_equal,
    "_>_": greater,
    "_>=_": greater_or_equal,
    "@in": contained,
    "_[_]": index,
}
"""The operators that look at all their operands, by their names in the specification."""
