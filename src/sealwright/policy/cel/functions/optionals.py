"""Values that may be absent. The evaluator need not call `or` and `orValue` where the receiver is there."""

from __future__ import annotations

from typing import Any

from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.values import NONE, Duration, Optional, Timestamp


def _of(value: Any) -> Optional:
    return Optional(present=True, value=value)


def _none() -> Optional:
    return NONE


def _of_non_zero(value: Any) -> Optional:
    return NONE if _is_zero(value) else _of(value)


def _is_zero(value: Any) -> bool:
    if isinstance(value, (Duration, Timestamp)):
        return value.nanoseconds == 0
    if isinstance(value, Optional):
        return not value.present
    return value is None or (isinstance(value, (bool, int, float, str, bytes, list, dict)) and not value)


def _or(first: Optional, second: Optional) -> Optional:
    return first if first.present else second


def _or_value(optional: Optional, default: Any) -> Any:
    return optional.value if optional.present else default


def _has_value(optional: Optional) -> bool:
    return optional.present


def _value(optional: Optional) -> Any:
    if optional.present:
        return optional.value
    raise EvaluationError("value() of an optional that is absent")


def _unwrap(optionals: list[Any]) -> list[Any]:
    if not all(isinstance(optional, Optional) for optional in optionals):
        raise EvaluationError("no such overload: unwrap of a list of other things than optionals")
    return [optional.value for optional in optionals if optional.present]


FUNCTIONS = (
    *define(_of, "optional.of(T): optional(T)", since=28),
    *define(_none, "optional.none(): optional(T)", since=28),
    *define(_of_non_zero, "optional.ofNonZeroValue(T): optional(T)", since=28),
    *define(_or, "optional(T) or(optional(T)): optional(T)", since=28),
    *define(_or_value, "optional(T) orValue(T): T", since=28),
    *define(_has_value, "optional(T) hasValue(): bool", since=28),
    *define(_value, "optional(T) value(): T", since=28),
    *define(_unwrap, "optional.unwrap(list(optional(T))): list(T)", "list(optional(T)) unwrapOpt(): list(T)", since=33),
)
