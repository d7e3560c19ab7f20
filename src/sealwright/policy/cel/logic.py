"""Operators as closures over a frame: those that do not need all their operands, and the frequent ones made fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.budget import charge_made, charge_walk, spend
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.operators import OPERATORS, add, contained
from sealwright.policy.cel.values import equal, no_overload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.policy.cel.members import Evaluate


def conjunction(parts: Sequence[Evaluate]) -> Evaluate:
    """`a && b && ...`: false if one is false, whatever errors the others have."""
    return _absorbing(tuple(parts), "_&&_", decisive=False)


def disjunction(parts: Sequence[Evaluate]) -> Evaluate:
    """`a || b || ...`: true if one is true, whatever errors the others have."""
    return _absorbing(tuple(parts), "_||_", decisive=True)


def _absorbing(parts: tuple[Evaluate, ...], name: str, *, decisive: bool) -> Evaluate:
    def evaluate(frame: list[Any]) -> bool:
        failure: EvaluationError | None = None
        for part in parts:
            try:
                value: object = part(frame)
            except EvaluationError as error:
                failure = failure or error
                continue
            if value is decisive:
                return decisive
            if type(value) is not bool:
                failure = failure or no_overload(name, value)
        if failure is not None:
            raise failure
        return not decisive

    return evaluate


def conditional(condition: Evaluate, then: Evaluate, otherwise: Evaluate) -> Evaluate:
    """`condition ? then : otherwise`: only one of the two is evaluated."""

    def choose(frame: list[Any]) -> Any:
        value = condition(frame)
        if value is True:
            return then(frame)
        if value is False:
            return otherwise(frame)
        raise no_overload("_?_:_", value)

    return choose


def inversion(operand: Evaluate) -> Evaluate:
    """`!operand`."""

    def invert(frame: list[Any]) -> bool:
        value = operand(frame)
        if value is True:
            return False
        if value is False:
            return True
        raise no_overload("!_", value)

    return invert


def equality(left: Evaluate, right: Evaluate, *, wanted: bool) -> Evaluate:
    """`left == right`, or `!=` where not `wanted`."""

    def compare(frame: list[Any]) -> bool:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is str and type(other) is str:
            return bool(one == other) is wanted
        if kind is list or kind is dict or kind is tuple:
            charge_walk(frame, one)
        return equal(one, other) is wanted

    return compare


def equality_to_text(operand: Evaluate, text: str, *, wanted: bool) -> Evaluate:
    """The same with a string that is written in the expression."""

    def compare(frame: list[Any]) -> bool:
        value = operand(frame)
        return (value == text if type(value) is str else equal(value, text)) is wanted

    return compare


def membership(value: Evaluate, container: Evaluate) -> Evaluate:
    """`value in container`."""

    def within(frame: list[Any]) -> bool:
        wanted, where = value(frame), container(frame)
        if type(where) is dict:
            if type(wanted) is str:
                return wanted in where
        elif type(where) is list:
            if isinstance(wanted, (list, dict, tuple)):
                charge_walk(frame, where)
            else:
                spend(frame, len(where))
        return contained(wanted, where)

    return within


def membership_of_texts(value: Evaluate, texts: list[Any]) -> Evaluate:
    """The same in a list of strings that is written in the expression."""
    known = frozenset(texts)

    def within(frame: list[Any]) -> bool:
        wanted = value(frame)
        return wanted in known if type(wanted) is str else contained(wanted, texts)

    return within


def addition(left: Evaluate, right: Evaluate) -> Evaluate:
    """`left + right`, paid for by the size of what is made."""

    def plus(frame: list[Any]) -> Any:
        result = add(left(frame), right(frame))
        charge_made(frame, result)
        return result

    return plus


def ordering(name: str, fast: Callable[[Any, Any], bool], left: Evaluate, right: Evaluate) -> Evaluate:
    """`left < right` and its like; `fast` compares two ints."""
    compare = OPERATORS[name]

    def ordered(frame: list[Any]) -> Any:
        one, other = left(frame), right(frame)
        if type(one) is int and type(other) is int:
            return fast(one, other)
        return compare(one, other)

    return ordered


def operation(name: str, operands: Sequence[Evaluate]) -> Evaluate:
    """Any other operator."""
    call = OPERATORS[name]
    if len(operands) == 1:
        (only,) = operands
        return lambda frame: call(only(frame))
    left, right = operands
    return lambda frame: call(left(frame), right(frame))
