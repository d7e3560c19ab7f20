"""Names that an expression uses, found in its text: `variables.podSpec`, `params.allowedRegions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_STRINGS = Pattern(r"[rR]?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")", 16)
_USED = Pattern(r"(?<![\w.])(variables|params)\s*\.\s*([A-Za-z_]\w*)")


def variables_in(expression: str) -> tuple[str, ...]:
    """Names of variables, each once, sorted."""
    return _used(expression, "variables")


def params_in(expression: str) -> tuple[str, ...]:
    """Names of parameters, each once, sorted."""
    return _used(expression, "params")


def closure(names: Iterable[str], variables: Mapping[str, str]) -> list[str]:
    """The variables and those that they use, each after what it needs; one that uses itself is there once."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in variables:
            return
        seen.add(name)
        for used in variables_in(variables[name]):
            visit(used)
        order.append(name)

    for name in names:
        visit(name)
    return order


def _used(expression: str, root: str) -> tuple[str, ...]:
    if root not in expression:
        return ()
    text = _STRINGS.sub("''", expression)
    return tuple(sorted({match[2] for match in _USED.finditer(text) if match[1] == root}))
