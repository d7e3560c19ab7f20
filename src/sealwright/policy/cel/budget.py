"""What an evaluation costs: steps for every element that is looked at, and for what is made or searched by its size.

Values may share their parts, so that a small expression can describe an enormous one; every size here is that of the
value written out, and counting ends where the budget does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import BudgetExceeded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REMAINING = 1
"""The place in a frame of the steps that are left."""
CHARACTERS = 8
"""Characters of text for one step."""
_DEEPEST = 500
_SHALLOW = frozenset({"size", "type", "dyn", "orValue", "or", "hasValue", "value", "optional.of", "first", "last"})
"""What costs the same whatever it is given."""
_PAIRWISE = frozenset({"sets.contains", "sets.equivalent", "sets.intersects", "distinct"})


def spend(frame: list[Any], steps: int) -> None:
    """Take steps from what a frame has left."""
    left = frame[REMAINING] = frame[REMAINING] - steps
    if left < 0:
        raise BudgetExceeded("the expression takes more steps than it may")


def charge_made(frame: list[Any], value: Any) -> None:
    """Pay for a string, bytes or a list that was put together."""
    kind = type(value)
    if kind is str or kind is bytes:
        spend(frame, len(value) // CHARACTERS)
    elif kind is list:
        spend(frame, len(value))


def charge_walk(frame: list[Any], value: Any) -> None:
    """Pay for looking at all of a value, with what is inside it."""
    spend(frame, _size(value, frame[REMAINING]))


def _size(value: Any, limit: int) -> int:
    """Steps for a walk over a value; more than `limit` where it is larger than that."""
    total = 0
    level = [value]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for each in level:
            if isinstance(each, (str, bytes)):
                total += 1 + len(each) // CHARACTERS
            elif isinstance(each, dict):
                total += len(each) + sum(len(key) for key in each if isinstance(key, str)) // CHARACTERS
                below.extend(each.values())
            elif isinstance(each, (list, tuple)):
                below.extend(each)
            total += 1
        if not below:
            return total
        if total + len(below) > limit:
            break
        level = below
    return limit + 1


def charged(name: str) -> Callable[[list[Any], Sequence[Any]], None] | None:
    """The steps of a call of that function, as a function of the frame and the arguments; None for what is free."""
    if name in _SHALLOW:
        return None
    if name in _PAIRWISE:
        return _pairing
    if name == "replace":
        return _replacing
    return _counting if name == "lists.range" else _walking


def _walking(frame: list[Any], arguments: Sequence[Any]) -> None:
    for argument in arguments:
        if isinstance(argument, (str, list, dict, bytes, tuple)):
            charge_walk(frame, argument)


def _pairing(frame: list[Any], arguments: Sequence[Any]) -> None:
    spend(frame, _product([_size(argument, frame[REMAINING]) for argument in (arguments[0], arguments[-1])]))


def _product(sizes: Sequence[int]) -> int:
    return sizes[0] * sizes[1]


def _replacing(frame: list[Any], arguments: Sequence[Any]) -> None:
    _walking(frame, arguments)
    if all(isinstance(argument, str) for argument in arguments[:3]):
        text, old, new = arguments[:3]
        spend(frame, (text.count(old) * len(new)) // CHARACTERS)


def _counting(frame: list[Any], arguments: Sequence[Any]) -> None:
    spend(frame, max(0, arguments[0]) if isinstance(arguments[0], int) else 0)
