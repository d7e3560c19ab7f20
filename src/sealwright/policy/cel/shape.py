"""The shape of trees: how deep they are, and long rows of `&&` and `||` made shallow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.syntax import Call, Index, ListOf, Literal, MapOf, Name, Select

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.policy.cel.syntax import Expression

_LOGICAL = frozenset({"_&&_", "_||_"})
_DEEPEST = 120


def children(expression: Expression) -> Iterable[Expression]:
    """The expressions that are directly inside, in their order."""
    if isinstance(expression, (Literal, Name)):
        return ()
    if isinstance(expression, Select):
        return (expression.operand,)
    if isinstance(expression, Index):
        return (expression.operand, expression.key)
    if isinstance(expression, Call):
        return expression.arguments if expression.target is None else (expression.target, *expression.arguments)
    if isinstance(expression, ListOf):
        return expression.elements
    if isinstance(expression, MapOf):
        return (part for entry in expression.entries for part in entry)
    return (value for _, value in expression.fields)


def depth(expression: Expression, deepest: int = _DEEPEST) -> int | None:
    """The offset of an expression that is deeper in the tree than that, None where there is none."""
    level: list[Expression] = [expression]
    for _ in range(deepest):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return None
    return level[0].offset


def operands(expression: Expression, function: str) -> list[Expression]:
    """The operands of a row of the same operator (`a && b && c`), from the left."""
    result: list[Expression] = []
    waiting: list[Expression] = [expression]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Call) and each.function == function and each.target is None:
            waiting.extend(reversed(each.arguments))
        else:
            result.append(each)
    return result


def balanced(expression: Expression) -> Expression:
    """The same with a long row of `&&` or `||` as a shallow tree; both are associative."""
    if not isinstance(expression, Call) or expression.function not in _LOGICAL:
        return expression
    parts = operands(expression, expression.function)
    if expression.function == "_||_":
        parts = [balanced(part) for part in parts]
    return (
        _joined(expression.function, parts)
        if len(parts) > 2
        else Call(expression.function, None, tuple(parts), expression.offset)
    )


def _joined(function: str, parts: Sequence[Expression]) -> Expression:
    if len(parts) == 1:
        return parts[0]
    middle = (len(parts) + 1) // 2
    left, right = _joined(function, parts[:middle]), _joined(function, parts[middle:])
    return Call(function, None, (left, right), right.offset)
