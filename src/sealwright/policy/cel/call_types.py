"""Which signature a call has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.errors import EvaluationError, ExpressionError
from sealwright.policy.cel.library import arities, names, qualified_name, resolve
from sealwright.policy.cel.macros import MACROS
from sealwright.policy.cel.signatures import OPERATORS
from sealwright.policy.cel.suggestions import nearest
from sealwright.policy.cel.syntax import Call, Literal
from sealwright.policy.cel.types import DYN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.policy.cel.checking import Checking
    from sealwright.policy.cel.function import Overload
    from sealwright.policy.cel.library import Resolved
    from sealwright.policy.cel.syntax import Expression
    from sealwright.policy.cel.types import Type

_PATTERNS = frozenset({"matches", "find", "findAll"})
_TIMES = frozenset({"timestamp", "duration"})


def checked_function(checker: Checking, call: Call) -> Resolved:
    """The function that a call means. Raises ExpressionError with the nearest name where there is none."""
    resolved = resolve(call)
    if resolved is not None:
        return resolved
    name = call.function
    receiver = qualified_name(call.target) if call.target is not None else ""
    if _asks_authorizer(call):
        raise ExpressionError("the authorizer is there in the cluster only, not for a file", call.offset)
    whole = f"{receiver}.{name}" if receiver and receiver not in checker.environment.variables else name
    counts = arities(whole) or arities(name)
    if counts:
        given = len(call.arguments)
        raise ExpressionError(
            f"`{name}` with {given} argument{'' if given == 1 else 's'}: {_usage(counts)}", call.offset
        )
    known = [*names(), *MACROS]
    raise ExpressionError(f"unknown function `{name}`", call.offset, nearest(whole, known) or nearest(name, known))


def _asks_authorizer(call: Call) -> bool:
    """`authorizer.group('').resource('pods')...`: some call in the row begins there."""
    target: Expression | None = call
    while isinstance(target, Call):
        target = target.target
    return target is not None and qualified_name(target).split(".")[0] == "authorizer"


def _usage(counts: Sequence[tuple[bool, int]]) -> str:
    """`a method with 1 or 2 arguments`."""
    kinds = {True: "a method", False: "a function"}
    parts = []
    for method, kind in kinds.items():
        found = sorted({count for is_method, count in counts if is_method == method})
        if found:
            noun = "argument" if found == [1] else "arguments"
            parts.append(f"{kind} with {' or '.join(map(str, found[:4]))} {noun}")
    return f"it is {', or '.join(parts)}"


def call_type(checker: Checking, resolved: Resolved, call: Call) -> Type:
    """The type of a call's result."""
    types = tuple(checker.type_of(argument) for argument in resolved.arguments)
    function = resolved.function
    result = _chosen(checker, function.name, function.overloads, types, call.offset)
    _check_literals(resolved, call)
    return result


def operator_type(checker: Checking, name: str, types: tuple[Type, ...], offset: int) -> Type:
    """The type of an operator's result."""
    if name not in OPERATORS:
        raise ExpressionError(f"there is no function `{_shown(name)}`", offset)
    return _chosen(checker, name, OPERATORS[name], types, offset)


def _chosen(checker: Checking, name: str, overloads: Sequence[Overload], types: tuple[Type, ...], offset: int) -> Type:
    """The result of the signature that fits; of several with different results, anything."""
    if len(overloads) == 1 and not (overloads[0].since and checker.environment.version):
        before = checker.bindings.saved()
        result = _bound(checker, overloads[0], types)
        if result is not None:
            return result
        checker.bindings.restore(before)
    version = checker.environment.version
    fitting = [overload for overload in overloads if _fits(checker, overload, types)]
    there = [overload for overload in fitting if not version or overload.since <= version]
    if not there and fitting:
        checker.gate(f"`{_shown(name)}`", min(overload.since for overload in fitting), offset)
    if not there:
        given = ", ".join(str(checker.bindings.final(kind)) for kind in types)
        raise ExpressionError(f"`{_shown(name)}` is not made for ({given})", offset)
    if len(there) == 1:
        return _bound(checker, there[0], types) or DYN
    return _common(checker, there, types)


def _fits(checker: Checking, overload: Overload, types: tuple[Type, ...]) -> bool:
    before = checker.bindings.saved()
    result = _bound(checker, overload, types)
    checker.bindings.restore(before)
    return result is not None


def _bound(checker: Checking, overload: Overload, types: tuple[Type, ...]) -> Type | None:
    """The result of the signature, with what the arguments say about its parameters; None where it does not fit."""
    parameters, result = overload.parameters, overload.result
    if overload.generic:
        *renamed, result = checker.bindings.instance(*parameters, result)
        parameters = tuple(renamed)
    return checker.bindings.resolved(result) if all(map(checker.bindings.fits, parameters, types)) else None


def _common(checker: Checking, overloads: Sequence[Overload], types: tuple[Type, ...]) -> Type:
    """The result of several signatures, none of which may say anything about the arguments; anything if they differ."""
    results = set()
    for overload in overloads:
        before = checker.bindings.saved()
        found = _bound(checker, overload, types) if overload.generic else overload.result
        results.add(checker.bindings.final(found or DYN))
        checker.bindings.restore(before)
        if len(results) > 1:
            return DYN
    return results.pop()


def _shown(name: str) -> str:
    """An operator as it is written."""
    return {"@in": "in", "_?_:_": "?:"}.get(name) or (name if name[0].isalpha() else name.strip("_"))


def _check_literals(resolved: Resolved, call: Call) -> None:
    """Patterns, times and durations that are written out must be right, as the API server wants it."""
    name, arguments = resolved.function.name, resolved.arguments
    if name in _PATTERNS and isinstance(arguments[1], Literal):
        from sealwright.policy.cel.regex import problem

        wrong = problem(arguments[1].value) if isinstance(arguments[1].value, str) else ""
        if wrong:
            raise ExpressionError(f"not a regular expression of RE2: {wrong}", arguments[1].offset)
    if name in _TIMES and isinstance(arguments[0], Literal):
        try:
            resolved.function.call(arguments[0].value)
        except EvaluationError as error:
            raise ExpressionError(str(error), call.offset) from None
