"""Going into values by keys, with what optional values make of it, as closures over a frame.

What is no map and no list has no fields: to a presence test or an optional selection they are absent, as they are to
the API server, which does not ask cel-go for errors there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.operators import index
from sealwright.policy.cel.values import NONE, Optional, no_overload, to_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Evaluate: TypeAlias = "Callable[[list[Any]], Any]"

_ABSENT = object()


def member(value: Any, key: str) -> Any:
    """`value.key`; an optional value gives an optional one."""
    if isinstance(value, dict):
        found = value.get(key, _ABSENT)
        if found is not _ABSENT:
            return found
        raise EvaluationError(f"no such key: {key}")
    if isinstance(value, Optional):
        return optional_member(value, key)
    if isinstance(value, list):
        raise EvaluationError(f"a list has no field {key}")
    raise EvaluationError(f"no such key: {key}")


def optional_member(value: Any, key: str) -> Optional:
    """`value.?key`."""
    if isinstance(value, Optional):
        return optional_member(value.value, key) if value.present else NONE
    if isinstance(value, dict):
        found = value.get(key, _ABSENT)
        return NONE if found is _ABSENT else Optional(present=True, value=found)
    if isinstance(value, list):
        raise EvaluationError(f"a list has no field {key}")
    return NONE


def optional_index(value: Any, key: Any) -> Optional:
    """`value[?key]`."""
    if isinstance(value, Optional):
        return optional_index(value.value, key) if value.present else NONE
    if isinstance(value, dict):
        found = value.get(to_key(key), _ABSENT)
        return NONE if found is _ABSENT else Optional(present=True, value=found)
    if isinstance(value, list):
        if type(key) is bool or not isinstance(key, (int, float)):
            raise no_overload("_[?_]", value, key)
        return Optional(present=True, value=index(value, key)) if 0 <= key < len(value) else NONE
    return NONE


def has_member(value: Any, key: str) -> bool:
    """`has(value.key)`."""
    if isinstance(value, dict):
        return key in value
    return optional_member(value, key).present


def at_index(value: Any, key: Any) -> Any:
    """`value[key]`; an optional value gives an optional one."""
    return optional_index(value, key) if isinstance(value, Optional) else index(value, key)


def following(base: Evaluate, keys: tuple[str, ...]) -> Evaluate:
    """`base.a.b.c`."""
    if len(keys) == 1:
        return _following_one(base, keys[0])

    def follow(frame: list[Any]) -> Any:
        start = value = base(frame)
        try:
            for key in keys:
                value = value[key]
        except (KeyError, TypeError):
            return _followed(start, keys)
        return value

    return follow


def _following_one(base: Evaluate, key: str) -> Evaluate:
    def follow(frame: list[Any]) -> Any:
        value = base(frame)
        try:
            return value[key]
        except (KeyError, TypeError):
            return member(value, key)

    return follow


def _followed(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = member(value, key)
    return value


def _optionally(value: Any, keys: tuple[str, ...]) -> Optional:
    for key in keys:
        value = optional_member(value, key)
    return value if isinstance(value, Optional) else Optional(present=True, value=value)


def optional_chain(base: Evaluate, keys: tuple[str, ...]) -> Evaluate:
    """`base.?a.b`: an optional value."""

    def follow(frame: list[Any]) -> Any:
        return _optionally(base(frame), keys)

    return follow


def chain_or_value(base: Evaluate, keys: tuple[str, ...], default: Evaluate) -> Evaluate:
    """`base.?a.b.orValue(default)`; the default is evaluated where it is needed."""

    def follow(frame: list[Any]) -> Any:
        start = value = base(frame)
        try:
            for key in keys:
                value = value[key]
        except KeyError:
            return default(frame)
        except TypeError:
            found = _optionally(start, keys)
            return found.value if found.present else default(frame)
        return value

    return follow


def chain_has_value(base: Evaluate, keys: tuple[str, ...]) -> Evaluate:
    """`base.?a.b.hasValue()`."""

    def follow(frame: list[Any]) -> Any:
        start = value = base(frame)
        try:
            for key in keys:
                value = value[key]
        except KeyError:
            return False
        except TypeError:
            return _optionally(start, keys).present
        return True

    return follow


def presence(base: Evaluate, keys: tuple[str, ...]) -> Evaluate:
    """`has(base.a.b)`: `base.a` must be there, `b` need not."""
    last = keys[-1]
    before = following(base, keys[:-1]) if len(keys) > 1 else base

    def has(frame: list[Any]) -> bool:
        value = before(frame)
        return last in value if type(value) is dict else has_member(value, last)

    return has


def alternative(name: str, optional: Evaluate, other: Evaluate) -> Evaluate:
    """`optional.orValue(other)`, or `optional.or(other)`."""

    def choose(frame: list[Any]) -> Any:
        value = optional(frame)
        if not isinstance(value, Optional):
            raise no_overload(name, value)
        if not value.present:
            return other(frame)
        return value.value if name == "orValue" else value

    return choose


def binding(slot: int, value: Evaluate, body: Evaluate) -> Evaluate:
    """`cel.bind(variable, value, body)`."""

    def bind(frame: list[Any]) -> Any:
        frame[slot] = value(frame)
        return body(frame)

    return bind
