"""Lists as sets."""

from __future__ import annotations

from typing import Any

from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.operators import contained


def _contains(values: list[Any], wanted: list[Any]) -> bool:
    return all(contained(value, values) for value in wanted)


def _equivalent(values: list[Any], others: list[Any]) -> bool:
    return _contains(values, others) and _contains(others, values)


def _intersects(values: list[Any], others: list[Any]) -> bool:
    return any(contained(value, others) for value in values)


FUNCTIONS = (
    *define(_contains, "sets.contains(list(T), list(T)): bool", since=29),
    *define(_equivalent, "sets.equivalent(list(T), list(T)): bool", since=29),
    *define(_intersects, "sets.intersects(list(T), list(T)): bool", since=29),
)
