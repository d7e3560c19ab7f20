"""Literals of lists and maps: constants where everything in them is written out, else closures that make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.budget import spend
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.syntax import ListOf, Literal, MapOf
from sealwright.policy.cel.values import Optional, no_overload, to_key, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.policy.cel.members import Evaluate
    from sealwright.policy.cel.syntax import Expression


def constant(expression: Expression) -> tuple[bool, Any]:
    """Whether a literal has nothing in it that must be evaluated, and its value then."""
    if isinstance(expression, Literal):
        return True, expression.value
    if isinstance(expression, ListOf) and not expression.optional:
        values = [constant(element) for element in expression.elements]
        if all(known for known, _ in values):
            return True, [value for _, value in values]
    if isinstance(expression, MapOf) and not expression.entries:
        return True, {}
    return False, None


def literal_key(key: Any) -> Any:
    """The key of a map as a literal may have it: no double, no null."""
    if type(key) is float:
        raise EvaluationError("a double cannot be the key of a map")
    return to_key(key)


def list_literal(parts: Sequence[Evaluate], optional: frozenset[int]) -> Evaluate:
    """`[a, ?b]`."""
    if not optional:
        return lambda frame: [part(frame) for part in parts]

    def make(frame: list[Any]) -> list[Any]:
        result = []
        for place, part in enumerate(parts):
            value = part(frame)
            if place not in optional:
                result.append(value)
            elif unwrapped(value).present:
                result.append(value.value)
        return result

    return make


def map_literal(pairs: Sequence[tuple[Evaluate, Evaluate]], optional: frozenset[int]) -> Evaluate:
    """`{k: v, ?k: v}`."""

    def make(frame: list[Any]) -> dict[Any, Any]:
        spend(frame, len(pairs))
        result: dict[Any, Any] = {}
        for place, (key, value) in enumerate(pairs):
            name, given = literal_key(key(frame)), value(frame)
            if name in result:
                raise EvaluationError("a map has the same key twice")
            if place not in optional:
                result[name] = given
            elif unwrapped(given).present:
                result[name] = given.value
        return result

    return make


def unwrapped(value: Any) -> Optional:
    """What follows a `?` in a literal, which must be an optional value."""
    if isinstance(value, Optional):
        return value
    raise no_overload(f"? in a literal, of a {type_name(value)}", value)
