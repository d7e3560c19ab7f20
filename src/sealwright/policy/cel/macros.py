"""Macros: calls whose arguments are not evaluated before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.syntax import Call, Index, Name, Select

if TYPE_CHECKING:
    from sealwright.policy.cel.syntax import Expression

_NAMES = {
    "all": {2: "all", 3: "all"},
    "exists": {2: "exists", 3: "exists"},
    "exists_one": {2: "exists_one", 3: "exists_one"},
    "existsOne": {2: "exists_one", 3: "exists_one"},
    "map": {2: "map", 3: "map"},
    "filter": {2: "filter"},
    "transformList": {3: "transformList", 4: "transformList"},
    "transformMap": {3: "transformMap", 4: "transformMap"},
    "transformMapEntry": {3: "transformMapEntry", 4: "transformMapEntry"},
    "optMap": {2: "optMap"},
    "optFlatMap": {2: "optFlatMap"},
    "sortBy": {2: "sortBy"},
}
"""Macros by the name of the method and the number of arguments."""
MACROS = ("has", "cel.bind", *_NAMES)
"""What a macro is called."""
_ONE_VARIABLE = frozenset({"map", "filter", "optMap", "optFlatMap", "sortBy"})
_TWO_VARIABLES = frozenset({"transformList", "transformMap", "transformMapEntry"})


class Has(NamedTuple):
    """`has(operand.field)`."""

    operand: Expression
    field: str


class Bind(NamedTuple):
    """`cel.bind(variable, value, body)`."""

    variable: str
    value: Expression
    body: Expression


class Comprehension(NamedTuple):
    """`range.kind(variables, condition, body)`: what goes through a list, a map or an optional value.

    `kind` is the name of the macro, `exists_one` also for `existsOne`. The `condition` is of the forms that have one.
    """

    kind: str
    range: Expression
    variables: tuple[str, ...]
    condition: Expression | None
    body: Expression


def macro_of(call: Call) -> Has | Bind | Comprehension | None:
    """The macro that a call is, None for a call of a function. Raises ExpressionError for a macro that is malformed."""
    if call.target is None:
        return _has(call) if call.function == "has" and len(call.arguments) == 1 else None
    if call.function == "bind" and isinstance(call.target, Name) and call.target.name == "cel":
        return _bind(call) if len(call.arguments) == 3 else None
    kind = _NAMES.get(call.function, {}).get(len(call.arguments))
    if kind is None:
        return None
    count = _variables(kind, len(call.arguments))
    names = tuple(_variable(argument) for argument in call.arguments[:count])
    if len(set(names)) < len(names):
        raise ExpressionError(f"{call.function}() needs two different variables", call.arguments[1].offset)
    rest = call.arguments[count:]
    return Comprehension(kind, call.target, names, rest[0] if len(rest) == 2 else None, rest[-1])


def _variables(kind: str, arguments: int) -> int:
    if kind in _ONE_VARIABLE:
        return 1
    return 2 if kind in _TWO_VARIABLES else arguments - 1


def _variable(expression: Expression) -> str:
    if isinstance(expression, Name) and not expression.name.startswith("."):
        return expression.name
    raise ExpressionError("expected the name of a variable", expression.offset)


def _has(call: Call) -> Has:
    argument = call.arguments[0]
    if isinstance(argument, Select) and not argument.optional:
        return Has(argument.operand, argument.field)
    hint = "'key' in map" if isinstance(argument, Index) else ""
    raise ExpressionError("has() needs a field: has(a.b)", argument.offset, hint)


def _bind(call: Call) -> Bind:
    return Bind(_variable(call.arguments[0]), call.arguments[1], call.arguments[2])
