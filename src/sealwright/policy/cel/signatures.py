"""The signatures of the operators, by their names in the specification."""

from __future__ import annotations

from sealwright.policy.cel.definitions import overloads

_NUMBERS = ("int", "uint", "double")
_ORDERED = (*_NUMBERS, "string", "bytes", "bool", "timestamp", "duration")
_ORDER = (
    *overloads(*(f"{kind}, {kind}: bool" for kind in _ORDERED)),
    *overloads(*(f"{one}, {other}: bool" for one in _NUMBERS for other in _NUMBERS if one != other), since=28),
)
_ARITHMETIC = tuple(f"{kind}, {kind}: {kind}" for kind in _NUMBERS)
_TIMES = ("timestamp, duration: timestamp", "duration, duration: duration")

OPERATORS = {
    "_+_": overloads(
        *_ARITHMETIC,
        *_TIMES,
        "duration, timestamp: timestamp",
        "string, string: string",
        "bytes, bytes: bytes",
        "list(A), list(A): list(A)",
    ),
    "_-_": overloads(*_ARITHMETIC, *_TIMES, "timestamp, timestamp: duration"),
    "_*_": overloads(*_ARITHMETIC),
    "_/_": overloads(*_ARITHMETIC),
    "_%_": overloads(*_ARITHMETIC[:2]),
    "-_": overloads("int: int", "double: double"),
    "!_": overloads("bool: bool"),
    "_==_": overloads("A, A: bool"),
    "_!=_": overloads("A, A: bool"),
    **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), _ORDER),
    "@in": overloads("A, list(A): bool", "A, map(A, B): bool"),
    "_&&_": overloads("bool, bool: bool"),
    "_||_": overloads("bool, bool: bool"),
    "_?_:_": overloads("bool, A, A: A"),
    "_[_]": overloads(
        "list(A), int: A",
        "map(A, B), A: B",
        "optional(list(A)), int: optional(A)",
        "optional(map(A, B)), A: optional(B)",
    ),
    "_[?_]": overloads(
        "list(A), int: optional(A)",
        "map(A, B), A: optional(B)",
        "optional(list(A)), int: optional(A)",
        "optional(map(A, B)), A: optional(B)",
        since=28,
    ),
}
