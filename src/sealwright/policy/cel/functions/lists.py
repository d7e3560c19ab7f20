"""Functions of lists: those of Kubernetes, and those of the language's extension."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError
from sealwright.policy.cel.operators import add, greater, less
from sealwright.policy.cel.values import NONE, Duration, Optional, UInt, equal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 1_000_000
"""Elements of a list that a function may make."""
_MOST_COMPARED = 2_000
"""Elements that may be compared with one another where they are neither numbers nor strings."""
_COMPARABLE = ("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes")
_SUMMABLE = ("int", "uint", "double", "duration")


def _is_sorted(values: list[Any]) -> bool:
    return not any(greater(one, other) for one, other in pairwise(values))


def _sum(zero: Any) -> Callable[[list[Any]], Any]:
    def total(values: list[Any]) -> Any:
        if not values:
            return zero
        result = values[0]
        for value in values[1:]:
            result = add(result, value)
        return result

    return total


def _extreme(name: str, better: Callable[[Any, Any], bool]) -> Callable[[list[Any]], Any]:
    def extreme(values: list[Any]) -> Any:
        if not values:
            raise EvaluationError(f"{name}() of an empty list")
        return best_of(values, better)

    return extreme


def best_of(values: Sequence[Any], better: Callable[[Any, Any], bool]) -> Any:
    """The first of the values than which none is better."""
    best = values[0]
    for value in values[1:]:
        if better(value, best):
            best = value
    return best


def _index_of(values: list[Any], wanted: Any) -> int:
    return next((position for position, value in enumerate(values) if equal(value, wanted)), -1)


def _last_index_of(values: list[Any], wanted: Any) -> int:
    return next((position for position in reversed(range(len(values))) if equal(values[position], wanted)), -1)


def _includes(target: Any, wanted: Any) -> bool:
    if isinstance(target, list):
        return any(equal(value, wanted) for value in target)
    return equal(target, wanted)


def _slice(values: list[Any], start: int, end: int) -> list[Any]:
    if 0 <= start <= end <= len(values):
        return values[start:end]
    raise EvaluationError("slice() out of range of a list")


def _flatten(values: list[Any], depth: int = 1) -> list[Any]:
    if depth < 0:
        raise EvaluationError("flatten() to a negative depth")
    for _ in range(min(depth, 100)):
        if not any(isinstance(value, list) for value in values):
            break
        values = [inner for value in values for inner in (value if isinstance(value, list) else [value])]
        if len(values) > _LONGEST:
            raise BudgetExceeded("flatten() makes a list that is too long")
    return values


def _distinct(values: list[Any]) -> list[Any]:
    if all(type(value) is str for value in values):
        return list(dict.fromkeys(values))
    if len(values) > _MOST_COMPARED:
        raise BudgetExceeded("distinct() of a list that is too long")
    result: list[Any] = []
    for value in values:
        if not any(equal(value, known) for known in result):
            result.append(value)
    return result


def _reversed(values: list[Any]) -> list[Any]:
    return values[::-1]


def _sort(values: list[Any]) -> list[Any]:
    if len({type(value) for value in values}) > 1:
        raise EvaluationError("sort() of a list of several types")
    for value in values[:1]:
        less(value, value)  # an error where values of that type have no order
    return sorted(values)


def _range(length: int) -> list[int]:
    if length > _LONGEST:
        raise BudgetExceeded("lists.range() makes a list that is too long")
    return list(range(length))


def _first(values: list[Any]) -> Optional:
    return Optional(present=True, value=values[0]) if values else NONE


def _last(values: list[Any]) -> Optional:
    return Optional(present=True, value=values[-1]) if values else NONE


_ZEROS: dict[str, Any] = {"int": 0, "uint": UInt(0), "double": 0.0, "duration": Duration(0)}

FUNCTIONS = (
    *(row for kind in _COMPARABLE for row in define(_is_sorted, f"list({kind}) isSorted(): bool")),
    *(row for kind in _SUMMABLE for row in define(_sum(_ZEROS[kind]), f"list({kind}) sum(): {kind}")),
    *(row for kind in _COMPARABLE for row in define(_extreme("min", less), f"list({kind}) min(): {kind}")),
    *(row for kind in _COMPARABLE for row in define(_extreme("max", greater), f"list({kind}) max(): {kind}")),
    *define(_index_of, "list(T) indexOf(T): int"),
    *define(_last_index_of, "list(T) lastIndexOf(T): int"),
    *define(_includes, "dyn includes(dyn): bool", since=37),
    *define(_slice, "list(T) slice(int, int): list(T)", since=34),
    *define(_flatten, "list(list(T)) flatten(): list(T)", since=34),
    *define(_flatten, "list(dyn) flatten(): list(dyn)", "list(dyn) flatten(int): list(dyn)", since=34),
    *define(_distinct, "list(T) distinct(): list(T)", since=34),
    *define(_reversed, "list(T) reverse(): list(T)", since=34),
    *(row for kind in _COMPARABLE for row in define(_sort, f"list({kind}) sort(): list({kind})", since=34)),
    *define(_range, "lists.range(int): list(int)", since=34),
    *define(_first, "list(T) first(): optional(T)", since=34),
    *define(_last, "list(T) last(): optional(T)", since=34),
)
