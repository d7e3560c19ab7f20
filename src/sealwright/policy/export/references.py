"""Expressions as admission evaluates them: what rules call `object` and `params` are variables of the policy there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from sealwright.policy.cel.macros import Bind, Comprehension, macro_of
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.shape import children
from sealwright.policy.cel.syntax import Call, Name, Select
from sealwright.policy.export.refusal import NotExportable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.cel.syntax import Expression

_NAMES = {"object": "variables.object", "params": "variables"}


def translated(text: str) -> str:
    """`object.spec` as `variables.object.spec` and `params.a` as `variables.a`; everything else as it was.

    Raises NotExportable where parameters are used in another way than by their names.
    """
    offsets = dict(_found(parse(text), frozenset()))
    for offset, name in sorted(offsets.items(), reverse=True):
        text = text[:offset] + _NAMES[name] + text[offset + len(name) :]
    return text


def _is_parameter(expression: Expression) -> TypeGuard[Select]:
    """`params.name`."""
    if not isinstance(expression, Select) or expression.optional:
        return False
    return isinstance(expression.operand, Name) and expression.operand.name == "params"


def _found(expression: Expression, hidden: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Where the names stand, unless a macro's variable of the same name hides them."""
    if isinstance(expression, Name):
        if expression.name.removeprefix(".") == "params" and "params" not in hidden:
            raise NotExportable("it uses `params` as a whole, not a parameter by its name")
        if expression.name == "object" and "object" not in hidden:
            yield expression.offset, "object"
        return
    if _is_parameter(expression) and "params" not in hidden:
        yield expression.operand.offset, "params"
        return
    macro = macro_of(expression) if isinstance(expression, Call) else None
    if isinstance(macro, Comprehension):
        yield from _found(macro.range, hidden)
        inside = hidden.union(macro.variables)
        if macro.condition is not None:
            yield from _found(macro.condition, inside)
        yield from _found(macro.body, inside)
    elif isinstance(macro, Bind):
        yield from _found(macro.value, hidden)
        yield from _found(macro.body, hidden | {macro.variable})
    else:
        for child in children(expression):
            yield from _found(child, hidden)
