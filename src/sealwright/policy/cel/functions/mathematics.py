"""The extension for numbers; Kubernetes does not have it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.definitions import NOT_IN_KUBERNETES, Definition, define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.functions.lists import best_of
from sealwright.policy.cel.operators import greater, integer, less
from sealwright.policy.cel.values import INT_MAX, UINT_MAX, UInt, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

_BITS = 64
_MOST_ARGUMENTS = 16


def _extreme(name: str, better: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def extreme(*arguments: Any) -> Any:
        values = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], list) else arguments
        if not values:
            raise EvaluationError(f"math.{name}() of an empty list")
        for value in values:
            if type(value) not in {int, UInt, float}:
                raise EvaluationError(f"no such overload: math.{name} of a {type_name(value)}")
        return best_of(values, better)

    return extreme


def _extremes(name: str, better: Callable[[Any, Any], bool]) -> list[Definition]:
    call = _extreme(name, better)
    kinds = ("int", "uint", "double")
    lists = (f"math.{name}(list({kind})): {kind}" for kind in kinds)
    several = (
        f"math.{name}({', '.join([kind] * count)}): {kind}" for kind in kinds for count in range(1, _MOST_ARGUMENTS + 1)
    )
    mixed = (f"math.{name}({', '.join(['dyn'] * count)}): dyn" for count in range(1, _MOST_ARGUMENTS + 1))
    return define(call, *lists, *several, *mixed, since=NOT_IN_KUBERNETES)


def _rounding(how: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: math.copysign(float(how(value)), value) if math.isfinite(value) else value


def _half_away(value: float) -> int:
    whole = math.trunc(value)
    return whole + int(math.copysign(1, value)) if abs(value - whole) >= 0.5 else whole


def _absolute(value: int) -> int:
    return integer(abs(value))


def _sign(value: float) -> Any:
    if math.isnan(value):
        return value
    return type(value)((value > 0) - (value < 0))


def _square_root(value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def _bitwise(operation: Callable[[int, int], int]) -> Callable[[int, int], int]:
    return lambda left, right: type(left)(operation(int(left), int(right)))


def _inverted(value: int) -> int:
    return UInt(UINT_MAX ^ int(value)) if type(value) is UInt else ~value


def _shifted(value: int, bits: int, *, left: bool) -> int:
    """As Go does it, on the 64 bits of the value; what a sign was is not kept by a shift to the right."""
    if bits < 0:
        raise EvaluationError("a shift by a negative number of bits")
    pattern = int(value) & UINT_MAX
    pattern = (pattern << min(bits, _BITS)) & UINT_MAX if left else pattern >> min(bits, _BITS)
    if type(value) is UInt:
        return UInt(pattern)
    return pattern - UINT_MAX - 1 if pattern > INT_MAX else pattern


def _shifted_left(value: int, bits: int) -> int:
    return _shifted(value, bits, left=True)


def _shifted_right(value: int, bits: int) -> int:
    return _shifted(value, bits, left=False)


def _rows() -> list[Definition]:
    rows = [*_extremes("greatest", greater), *_extremes("least", less)]
    rounding: dict[str, Callable[[float], int]] = {
        "ceil": math.ceil,
        "floor": math.floor,
        "trunc": math.trunc,
        "round": _half_away,
    }
    for name, how in rounding.items():
        rows += define(_rounding(how), f"math.{name}(double): double", since=NOT_IN_KUBERNETES)
    tests: dict[str, Callable[[float], bool]] = {"Inf": math.isinf, "NaN": math.isnan, "Finite": math.isfinite}
    for name, test in tests.items():
        rows += define(test, f"math.is{name}(double): bool", since=NOT_IN_KUBERNETES)
    bitwise = {"And": int.__and__, "Or": int.__or__, "Xor": int.__xor__}
    for kind in ("int", "uint"):
        for name, operation in bitwise.items():
            rows += define(_bitwise(operation), f"math.bit{name}({kind}, {kind}): {kind}", since=NOT_IN_KUBERNETES)
        rows += define(_inverted, f"math.bitNot({kind}): {kind}", since=NOT_IN_KUBERNETES)
        rows += define(_shifted_left, f"math.bitShiftLeft({kind}, int): {kind}", since=NOT_IN_KUBERNETES)
        rows += define(_shifted_right, f"math.bitShiftRight({kind}, int): {kind}", since=NOT_IN_KUBERNETES)
    for kind in ("int", "uint", "double"):
        call: Callable[..., Any] = _absolute if kind == "int" else abs if kind == "double" else UInt
        rows += define(call, f"math.abs({kind}): {kind}", since=NOT_IN_KUBERNETES)
        rows += define(_sign, f"math.sign({kind}): {kind}", since=NOT_IN_KUBERNETES)
        rows += define(_square_root, f"math.sqrt({kind}): double", since=NOT_IN_KUBERNETES)
    return rows


FUNCTIONS = tuple(_rows())
