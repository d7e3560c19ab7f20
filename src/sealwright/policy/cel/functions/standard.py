"""Functions that every implementation of the language has."""

from __future__ import annotations

from typing import Any

from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.values import type_of


def _contains(text: str, part: str) -> bool:
    return part in text


def _same(value: Any) -> Any:
    return value


FUNCTIONS = (
    *define(len, "size(string): int", "size(bytes): int", "size(list(T)): int", "size(map(K, V)): int"),
    *define(len, "string size(): int", "bytes size(): int", "list(T) size(): int", "map(K, V) size(): int"),
    *define(_contains, "string contains(string): bool"),
    *define(str.startswith, "string startsWith(string): bool"),
    *define(str.endswith, "string endsWith(string): bool"),
    *define(_same, "dyn(T): dyn"),
    *define(type_of, "type(T): type(T)"),
)
