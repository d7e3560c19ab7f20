"""Values of the specification's test cases, and of the interpreter that the same cases run on."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from sealwright.policy.cel.values import Duration, Timestamp, TypeValue, UInt, equal, to_key, type_of

SECOND = 1_000_000_000


def value_of(written: dict[str, Any]) -> Any:
    """The value that a case writes as {"t": type, "v": value}."""
    kind: str = written["t"]
    value: Any = written.get("v")
    if kind == "list":
        return [value_of(element) for element in value]
    if kind == "map":
        return {to_key(value_of(key)): value_of(inner) for key, inner in value}
    return _SCALARS[kind](value) if kind in _SCALARS else value


def same(one: Any, other: Any) -> bool:
    """Equal and of one type; NaN is what it is."""
    if type(one) is float and type(other) is float and one != one and other != other:
        return True
    return type_of(one) == type_of(other) and equal(one, other)


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "uint": lambda value: UInt(int(value)),
    "int": int,
    "enum": int,
    "double": float,
    "bytes": base64.b64decode,
    "timestamp": lambda value: Timestamp(value[0] * SECOND + value[1]),
    "duration": lambda value: Duration(value[0] * SECOND + value[1]),
    "type": TypeValue,
}
