"""The types of macros that walk over lists and maps, or look into an optional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.types import BOOL, DYN, INT, list_of, map_of, optional_of

if TYPE_CHECKING:
    from sealwright.policy.cel.checking import Checking
    from sealwright.policy.cel.macros import Comprehension
    from sealwright.policy.cel.syntax import Call
    from sealwright.policy.cel.types import Type

_SINCE = {
    "optMap": 28,
    "optFlatMap": 28,
    "transformList": 32,
    "transformMap": 32,
    "transformMapEntry": 32,
    "sortBy": 34,
}
_TWO_VARIABLES_SINCE = 32
_TESTS = frozenset({"all", "exists", "exists_one"})


def comprehension_type(checker: Checking, macro: Comprehension, call: Call) -> Type:
    """The type of a macro's result."""
    since = _SINCE.get(macro.kind, _TWO_VARIABLES_SINCE if len(macro.variables) > 1 else 0)
    since = max(since, _TWO_VARIABLES_SINCE if call.function == "existsOne" else 0)
    checker.gate(f"`{call.function}`", since, call.offset)
    over = checker.bindings.resolved(checker.type_of(macro.range))
    if macro.kind in {"optMap", "optFlatMap"}:
        return _of_optional(checker, macro, over)
    key, value = _elements(checker, over, call)
    single = key if over.name == "map" else value
    types = (single,) if len(macro.variables) == 1 else (key, value)
    variables = dict(zip(macro.variables, types, strict=True))
    if macro.condition is not None:
        found = checker.with_variables(variables, macro.condition)
        checker.require(BOOL, found, f"the condition of `{call.function}`", macro.condition.offset)
    body = checker.with_variables(variables, macro.body)
    if macro.kind in _TESTS or macro.kind == "filter":
        checker.require(BOOL, body, f"the condition of `{call.function}`", macro.body.offset)
    return _result(checker, macro, key, single, body)


def _elements(checker: Checking, over: Type, call: Call) -> tuple[Type, Type]:
    """The types of keys (or positions) and values."""
    if over.name == "list":
        return INT, over.parameters[0]
    if over.name == "map":
        return over.parameters[0], over.parameters[1]
    if over == DYN or over.parameter:
        return DYN, DYN
    shown = checker.bindings.final(over)
    raise ExpressionError(f"`{call.function}` walks over a list or a map, and this is {shown}", call.offset)


def _result(checker: Checking, macro: Comprehension, key: Type, single: Type, body: Type) -> Type:
    if macro.kind in _TESTS:
        return BOOL
    if macro.kind in {"filter", "sortBy"}:
        return list_of(single)
    if macro.kind in {"map", "transformList"}:
        return list_of(body)
    if macro.kind == "transformMap":
        return map_of(key, body)
    wanted = map_of(checker.bindings.fresh(), checker.bindings.fresh())
    checker.require(wanted, body, "the result of `transformMapEntry`", macro.body.offset)
    return wanted


def _of_optional(checker: Checking, macro: Comprehension, over: Type) -> Type:
    inner = checker.bindings.fresh()
    checker.require(optional_of(inner), over, f"what `{macro.kind}` looks into", macro.range.offset)
    body = checker.with_variables({macro.variables[0]: inner}, macro.body)
    if macro.kind == "optMap":
        return optional_of(body)
    wanted = optional_of(checker.bindings.fresh())
    checker.require(wanted, body, "the result of `optFlatMap`", macro.body.offset)
    return wanted
