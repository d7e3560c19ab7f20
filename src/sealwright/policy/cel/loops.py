"""Macros over lists and maps as closures over a frame: a variable lives in a slot of the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.cel.budget import spend
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.operators import less
from sealwright.policy.cel.values import NONE, Optional, from_key, keys_of, no_overload, to_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.policy.cel.members import Evaluate


class Loop(NamedTuple):
    """The parts of a macro, compiled; `slots` are those of its one or two variables."""

    range: Evaluate
    slots: tuple[int, ...]
    condition: Evaluate | None
    body: Evaluate


def looping(kind: str, loop: Loop) -> Evaluate:
    """The closure for a macro by its kind."""
    if kind in {"all", "exists"}:
        return _absorbing(loop, kind, decisive=kind == "exists")
    return _KINDS[kind](loop)


def _items(loop: Loop, kind: str, frame: list[Any]) -> Iterable[Any]:
    """What the variables go through: elements or keys; for two variables, pairs with position or value."""
    values = loop.range(frame)
    if not isinstance(values, (list, dict)):
        raise no_overload(kind, values)
    spend(frame, len(values) + 1)
    if len(loop.slots) == 1:
        return values if isinstance(values, list) else keys_of(values)
    if isinstance(values, list):
        return enumerate(values)
    return [(from_key(key), value) for key, value in values.items()]


def _absorbing(loop: Loop, kind: str, *, decisive: bool) -> Evaluate:
    bind, body = _binder(loop.slots), loop.body
    only = loop.slots[0] if len(loop.slots) == 1 else 0

    def evaluate(frame: list[Any]) -> bool:
        failure: EvaluationError | None = None
        for item in _items(loop, kind, frame):
            if only:
                frame[only] = item
            else:
                bind(frame, item)
            try:
                value: object = body(frame)
            except EvaluationError as error:
                failure = failure or error
                continue
            if value is decisive:
                return decisive
            if type(value) is not bool:
                failure = failure or no_overload(kind, value)
        if failure is not None:
            raise failure
        return not decisive

    return evaluate


def _binder(slots: tuple[int, ...]) -> Callable[[list[Any], Any], None]:
    if len(slots) == 1:
        (only,) = slots

        def bind_one(frame: list[Any], item: Any) -> None:
            frame[only] = item

        return bind_one
    first, second = slots

    def bind_two(frame: list[Any], item: Any) -> None:
        frame[first], frame[second] = item

    return bind_two


def truth(value: Any, kind: str) -> bool:
    """The value of a condition, which must be a bool."""
    if type(value) is not bool:
        raise no_overload(kind, value)
    return value


def _exists_one(loop: Loop) -> Evaluate:
    bind, body = _binder(loop.slots), loop.body

    def evaluate(frame: list[Any]) -> bool:
        count = 0
        for item in _items(loop, "exists_one", frame):
            bind(frame, item)
            count += truth(body(frame), "exists_one")
        return count == 1

    return evaluate


def _map(loop: Loop) -> Evaluate:
    bind, condition, body = _binder(loop.slots), loop.condition, loop.body

    def evaluate(frame: list[Any]) -> list[Any]:
        result = []
        for item in _items(loop, "map", frame):
            bind(frame, item)
            if condition is None or truth(condition(frame), "map"):
                result.append(body(frame))
        return result

    return evaluate


def _filter(loop: Loop) -> Evaluate:
    bind, body = _binder(loop.slots), loop.body

    def evaluate(frame: list[Any]) -> list[Any]:
        result = []
        for item in _items(loop, "filter", frame):
            bind(frame, item)
            if truth(body(frame), "filter"):
                result.append(item)
        return result

    return evaluate


def _transform_map(loop: Loop) -> Evaluate:
    bind, condition, body = _binder(loop.slots), loop.condition, loop.body

    def evaluate(frame: list[Any]) -> dict[Any, Any]:
        result = {}
        for item in _items(loop, "transformMap", frame):
            bind(frame, item)
            if condition is None or truth(condition(frame), "transformMap"):
                result[to_key(item[0])] = body(frame)
        return result

    return evaluate


def _transform_map_entry(loop: Loop) -> Evaluate:
    bind, condition, body = _binder(loop.slots), loop.condition, loop.body

    def evaluate(frame: list[Any]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for item in _items(loop, "transformMapEntry", frame):
            bind(frame, item)
            if condition is None or truth(condition(frame), "transformMapEntry"):
                entry = body(frame)
                merge_entry(result, entry)
                spend(frame, len(entry))
        return result

    return evaluate


def merge_entry(result: dict[Any, Any], entry: Any) -> None:
    """Add the entries of a map; a key that is there already is an error."""
    if not isinstance(entry, dict):
        raise no_overload("transformMapEntry", entry)
    for key, value in entry.items():
        if key in result:
            raise EvaluationError("transformMapEntry() makes the same key twice")
        result[key] = value


def _opt_map(loop: Loop) -> Evaluate:
    (slot,) = loop.slots

    def evaluate(frame: list[Any]) -> Optional:
        value = loop.range(frame)
        if not isinstance(value, Optional):
            raise no_overload("optMap", value)
        if not value.present:
            return NONE
        frame[slot] = value.value
        return Optional(present=True, value=loop.body(frame))

    return evaluate


def _opt_flat_map(loop: Loop) -> Evaluate:
    (slot,) = loop.slots

    def evaluate(frame: list[Any]) -> Optional:
        value = loop.range(frame)
        if not isinstance(value, Optional):
            raise no_overload("optFlatMap", value)
        if not value.present:
            return NONE
        frame[slot] = value.value
        result = loop.body(frame)
        if not isinstance(result, Optional):
            raise no_overload("optFlatMap", result)
        return result

    return evaluate


def _sort_by(loop: Loop) -> Evaluate:
    (slot,) = loop.slots

    def evaluate(frame: list[Any]) -> list[Any]:
        keys, values = [], []
        for item in _items(loop, "sortBy", frame):
            frame[slot] = item
            values.append(item)
            keys.append(loop.body(frame))
        return [values[place] for place in sorted_places(keys)]

    return evaluate


def sorted_places(keys: list[Any]) -> list[int]:
    """The positions of keys in ascending order; they must be of one type that has an order."""
    if len({type(key) for key in keys}) > 1:
        raise EvaluationError("sortBy() needs keys of one type")
    if keys:
        less(keys[0], keys[0])
    return sorted(range(len(keys)), key=keys.__getitem__)


_KINDS: dict[str, Callable[[Loop], Evaluate]] = {
    "exists_one": _exists_one,
    "map": _map,
    "filter": _filter,
    "transformList": _map,
    "transformMap": _transform_map,
    "transformMapEntry": _transform_map_entry,
    "optMap": _opt_map,
    "optFlatMap": _opt_flat_map,
    "sortBy": _sort_by,
}
