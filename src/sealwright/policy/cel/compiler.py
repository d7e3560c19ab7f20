"""Trees as closures: each takes a frame (variables, steps left, then the slots of macros' variables), gives a value."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from sealwright.policy.cel import invocation, logic, members
from sealwright.policy.cel.errors import EvaluationError, ExpressionError
from sealwright.policy.cel.library import Resolved, lookup, resolve
from sealwright.policy.cel.literal_values import constant, list_literal, map_literal
from sealwright.policy.cel.loops import Loop, looping
from sealwright.policy.cel.macros import Bind, Comprehension, Has, macro_of
from sealwright.policy.cel.names import Chain, Reference, chain_of
from sealwright.policy.cel.shape import operands
from sealwright.policy.cel.syntax import Call, Index, ListOf, Literal, MapOf, Message, Name, Select

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.members import Evaluate
    from sealwright.policy.cel.syntax import Expression

FIRST_SLOT = 2
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}
_OPERATORS = frozenset({"_*_", "_-_", "_/_", "_%_", "-_"})
_TESTS = frozenset({"startsWith", "endsWith", "contains", "matches"})


class Compiler:
    """Makes one expression's closures; `slots` is the length that a frame needs afterwards."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.slots = FIRST_SLOT
        self.local: dict[str, int] = {}

    def compile(self, expression: Expression) -> Evaluate:
        """The closure of an expression. Raises ExpressionError for what no evaluation could make sense of."""
        known, value = constant(expression)
        if known:
            return lambda _: value
        if isinstance(expression, (Name, Select)):
            return self._chain(chain_of(expression, self.local, self.environment))
        if isinstance(expression, Index):
            return self._index(expression)
        if isinstance(expression, Call):
            return self._call(expression)
        if isinstance(expression, ListOf):
            parts = [self.compile(element) for element in expression.elements]
            return list_literal(parts, expression.optional)
        if isinstance(expression, MapOf):
            pairs = [(self.compile(key), self.compile(value)) for key, value in expression.entries]
            return map_literal(pairs, expression.optional)
        if isinstance(expression, Message):
            raise ExpressionError(f"there is no type {expression.type_name}", expression.offset)
        raise ExpressionError("expected an expression", expression.offset)

    def _base(self, base: Reference | Expression) -> Evaluate:
        if not isinstance(base, Reference):
            return self.compile(base)
        if base.kind == "local":
            return operator.itemgetter(self.local[base.name])
        if base.kind == "type":
            value = base.type_value
            return lambda _: value
        return _variable(base.name)

    def _chain(self, chain: Chain) -> Evaluate:
        base = self._base(chain.base)
        keys = tuple(step.key for step in chain.steps)
        plain = chain.plain
        before = members.following(base, keys[:plain]) if plain else base
        return members.optional_chain(before, keys[plain:]) if plain < len(keys) else before

    def _optional_chain(self, expression: Expression) -> tuple[Evaluate, tuple[str, ...]] | None:
        """What `.orValue()` and its like may go through without an optional value in between."""
        if not isinstance(expression, (Select, Index)):
            return None
        chain = chain_of(expression, self.local, self.environment)
        plain = chain.plain
        if plain == len(chain.steps):
            return None
        return self._chain(Chain(chain.base, chain.steps[:plain])), tuple(step.key for step in chain.steps[plain:])

    def _index(self, expression: Index) -> Evaluate:
        chain = chain_of(expression, self.local, self.environment)
        if chain.steps:
            return self._chain(chain)
        container, key = self.compile(expression.operand), self.compile(expression.key)
        find = members.optional_index if expression.optional else members.at_index

        def indexed(frame: list[Any]) -> Any:
            where, wanted = container(frame), key(frame)
            if type(where) is dict and type(wanted) is str and wanted in where and find is members.at_index:
                return where[wanted]
            return find(where, wanted)

        return indexed

    def _call(self, call: Call) -> Evaluate:
        macro = macro_of(call)
        if macro is not None:
            return self._macro(macro)
        if call.target is None and (call.function.startswith(("_", "@")) or call.function in {"!_", "-_"}):
            return self._operator(call)
        fused = self._of_optional(call)
        return fused or self._function(call)

    def _operator(self, call: Call) -> Evaluate:
        name = call.function
        if name in {"_&&_", "_||_"}:
            parts = [self.compile(part) for part in operands(call, name)]
            return logic.conjunction(parts) if name == "_&&_" else logic.disjunction(parts)
        parts = [self.compile(argument) for argument in call.arguments]
        if name == "_?_:_":
            return logic.conditional(*parts)
        if name == "!_":
            return logic.inversion(*parts)
        if name in {"_==_", "_!=_"}:
            return _equality(call, parts, wanted=name == "_==_")
        if name == "@in":
            known, values = constant(call.arguments[1])
            if known and isinstance(values, list) and all(type(value) is str for value in values):
                return logic.membership_of_texts(parts[0], values)
            return logic.membership(*parts)
        if name == "_+_":
            return logic.addition(*parts)
        if name in _ORDERS:
            return logic.ordering(name, _ORDERS[name], *parts)
        if name in _OPERATORS:
            return logic.operation(name, parts)
        return _missing(name)

    def _of_optional(self, call: Call) -> Evaluate | None:
        """`orValue`, `or` and `hasValue`, which do not evaluate their argument when they need not."""
        arity = {"orValue": 1, "or": 1, "hasValue": 0}.get(call.function)
        if call.target is None or arity != len(call.arguments):
            return None
        chain = self._optional_chain(call.target)
        if chain and call.function == "hasValue":
            return members.chain_has_value(*chain)
        if chain and call.function == "orValue":
            return members.chain_or_value(*chain, self.compile(call.arguments[0]))
        if arity == 0:
            return None
        return members.alternative(call.function, self.compile(call.target), self.compile(call.arguments[0]))

    def _function(self, call: Call) -> Evaluate:
        resolved = resolved_call(call, self.local)
        if resolved is None:
            return _missing(call.function)
        function, arguments = resolved
        parts = [self.compile(argument) for argument in arguments]
        if function.name == "dyn" and len(parts) == 1:
            return parts[0]
        if function.name == "size" and len(parts) == 1:
            return invocation.size(function.call, parts[0])
        if function.name in _TESTS and isinstance(arguments[1], Literal) and type(arguments[1].value) is str:
            text = arguments[1].value
            return invocation.test_of_text(invocation.test_for(function.name, text), function.call, parts[0], text)
        return invocation.calling(function, parts)

    def _macro(self, macro: Has | Bind | Comprehension) -> Evaluate:
        if isinstance(macro, Has):
            return self._has(macro)
        if isinstance(macro, Bind):
            value = self.compile(macro.value)
            (slot,), (body,) = self._scoped((macro.variable,), macro.body)
            return members.binding(slot, value, body)
        inner = (macro.body,) if macro.condition is None else (macro.body, macro.condition)
        values = self.compile(macro.range)
        slots, parts = self._scoped(macro.variables, *inner)
        return looping(macro.kind, Loop(values, slots, parts[1] if macro.condition is not None else None, parts[0]))

    def _has(self, macro: Has) -> Evaluate:
        chain = chain_of(Select(macro.operand, macro.field, optional=False, offset=0), self.local, self.environment)
        if not chain.steps:  # the whole is the name of a variable, so that it is there
            return lambda _: True
        plain = chain.plain
        keys = tuple(step.key for step in chain.steps)
        before = self._chain(Chain(chain.base, chain.steps[: plain - 1 if plain == len(keys) else plain]))
        if plain == len(keys):
            return members.presence(before, keys[-1:])
        return members.chain_has_value(before, keys[plain:])

    def _scoped(self, names: tuple[str, ...], *inner: Expression) -> tuple[tuple[int, ...], list[Evaluate]]:
        slots = tuple(range(self.slots, self.slots + len(names)))
        self.slots += len(names)
        outside = self.local
        self.local = {**outside, **dict(zip(names, slots, strict=True))}
        compiled = [self.compile(part) for part in inner]
        self.local = outside
        return slots, compiled


def resolved_call(call: Call, local: Container[str]) -> Resolved | None:
    """The function that a call means where these are variables of macros, which hide qualified names."""
    root: Expression | None = call.target
    while isinstance(root, Select):
        root = root.operand
    if call.target is not None and isinstance(root, Name) and root.name in local:
        function = lookup(call.function, method=True, arity=len(call.arguments) + 1)
        return Resolved(function, (call.target, *call.arguments)) if function else None
    return resolve(call)


def _missing(name: str) -> Evaluate:
    """For what was not checked: to the specification, a function that is not there is an error like others."""

    def fail(_: list[Any]) -> Any:
        raise EvaluationError(f"there is no function {name} with these arguments")

    return fail


def _variable(name: str) -> Evaluate:
    def variable(frame: list[Any]) -> Any:
        try:
            return frame[0][name]
        except KeyError:
            raise EvaluationError(f"no such variable: {name}") from None

    return variable


def _equality(call: Call, parts: Sequence[Evaluate], *, wanted: bool) -> Evaluate:
    for place in (0, 1):
        argument = call.arguments[place]
        if isinstance(argument, Literal) and type(argument.value) is str:
            return logic.equality_to_text(parts[1 - place], argument.value, wanted=wanted)
    return logic.equality(parts[0], parts[1], wanted=wanted)
