"""Evaluation a second time, slowly, with where every value came from. It gives what the closures give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel import traced as tracing
from sealwright.policy.cel.budget import charge_made, charged, spend
from sealwright.policy.cel.compiler import resolved_call
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.literal_values import literal_key
from sealwright.policy.cel.macros import Bind, Comprehension, Has, macro_of
from sealwright.policy.cel.members import optional_index
from sealwright.policy.cel.names import Reference, chain_of
from sealwright.policy.cel.operators import OPERATORS, contained, index
from sealwright.policy.cel.shape import operands
from sealwright.policy.cel.syntax import Call, Index, ListOf, Literal, MapOf, Name, Select
from sealwright.policy.cel.traced import Failed, Traced, at, child, present, union
from sealwright.policy.cel.traced_macros import trace_comprehension
from sealwright.policy.cel.values import NONE, Optional, to_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.syntax import Expression
    from sealwright.policy.subject import DocumentPath

ROOT = "object"
"""The variable that is the document."""


class Tracer:
    """Traces expressions over one set of variables; `frame` holds the steps that are left."""

    def __init__(self, variables: Mapping[str, Any], budget: int) -> None:
        self.variables = variables
        self.definitions = getattr(variables, "definitions", {})
        self.frame: list[Any] = [variables, budget]
        self.known: dict[str, Traced | Failed] = {}
        self.places: dict[int, DocumentPath] | None = None

    def trace(self, expression: Expression, environment: Environment, local: Mapping[str, Traced]) -> Traced:
        """The value with its paths. Raises Failed for an error."""
        return _Walk(self, environment).trace(expression, dict(local))

    def variable(self, name: str) -> Traced:
        """A declared variable: the document, one that an expression defines, or one that was given."""
        if name not in self.known:
            self.known[name] = Failed(())  # for a definition that asks for itself
            try:
                self.known[name] = self._variable(name)
            except Failed as failed:
                self.known[name] = failed
        found = self.known[name]
        if isinstance(found, Failed):
            raise Failed(found.reads)
        return found

    def _variable(self, name: str) -> Traced:
        value: Any = None
        missing = False
        try:
            value = self.variables[name]
        except (KeyError, EvaluationError):
            missing = True
        if name in self.definitions:  # looked for now, since it may only be there when it was asked for
            program = self.definitions[name]
            return self.trace(program.expression, program.environment, {})
        if missing:
            raise Failed(())
        return at((), value) if name == ROOT else self._located(value)

    def _located(self, value: Any) -> Traced:
        """A value that was worked out elsewhere: what it shares with the document is found by identity."""
        if self.places is None:
            self.places = _places(self.variables.get(ROOT))
        if id(value) in self.places:
            return at(self.places[id(value)], value)
        if isinstance(value, list):
            return tracing.list_made_of([self._located(element) for element in value], ())
        return Traced(value)


def _places(document: Any) -> dict[int, DocumentPath]:
    """The paths of the lists and maps of a document by their identity."""
    result: dict[int, DocumentPath] = {}
    waiting: list[tuple[DocumentPath, Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, (dict, list)) and id(value) not in result:
            result[id(value)] = path
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend(((*path, key), inner) for key, inner in entries)
    return result


class _Walk:
    """One expression's walk, in its environment."""

    def __init__(self, tracer: Tracer, environment: Environment) -> None:
        self.tracer = tracer
        self.environment = environment

    def trace(self, expression: Expression, local: dict[str, Traced]) -> Traced:
        spend(self.tracer.frame, 1)
        try:
            return self._traced(expression, local)
        except EvaluationError:  # of a value that nothing may look at
            raise Failed(()) from None

    def _traced(self, expression: Expression, local: dict[str, Traced]) -> Traced:
        if isinstance(expression, Literal):
            return Traced(expression.value)
        if isinstance(expression, (Name, Select, Index)):
            return self._chain(expression, local)
        if isinstance(expression, Call):
            return self._call(expression, local)
        if isinstance(expression, ListOf):
            return self._list(expression, local)
        if isinstance(expression, MapOf):
            return self._map(expression, local)
        raise Failed(())

    def _chain(self, expression: Name | Select | Index, local: dict[str, Traced]) -> Traced:
        chain = chain_of(expression, local, self.environment)
        if not chain.steps and isinstance(expression, Index):
            return self._index(expression, local)
        base = (
            self._reference(chain.base, local) if isinstance(chain.base, Reference) else self.trace(chain.base, local)
        )
        for step in chain.steps:
            base = tracing.optional_member(base, step.key) if step.optional else tracing.member(base, step.key)
        return base

    def _reference(self, reference: Reference, local: dict[str, Traced]) -> Traced:
        if reference.kind == "local":
            return local[reference.name]
        if reference.kind == "type":
            return Traced(reference.type_value)
        return self.tracer.variable(reference.name)

    def _index(self, expression: Index, local: dict[str, Traced]) -> Traced:
        container, key = self.trace(expression.operand, local), self.trace(expression.key, local)
        optional = expression.optional or isinstance(container.value, Optional)
        if isinstance(container.value, Optional):
            if not container.value.present:
                return container
            container = tracing.inside_of(container)
        reads = container.reads if container.origin is not None else union((container, key))
        try:
            found = optional_index(container.value, key.value)
            if found.present:
                place = to_key(key.value) if isinstance(container.value, dict) else int(key.value)
                return present(child(container, place)) if optional else child(container, place)
            if not optional:
                index(container.value, key.value)
        except EvaluationError:
            raise Failed(tracing.missing(container, key.value)) from None
        if isinstance(container.value, dict):
            reads = tracing.missing(container, key.value)
        return Traced(NONE, reads)

    def _list(self, expression: ListOf, local: dict[str, Traced]) -> Traced:
        parts: list[Traced] = []
        for place, element in enumerate(expression.elements):
            part = self.trace(element, local)
            if place not in expression.optional:
                parts.append(part)
            elif not isinstance(part.value, Optional):
                raise Failed(part.reads)
            elif part.value.present:
                parts.append(tracing.inside_of(part))
        return tracing.list_made_of(parts, ())

    def _map(self, expression: MapOf, local: dict[str, Traced]) -> Traced:
        parts: dict[Any, Traced] = {}
        for place, (key, value) in enumerate(expression.entries):
            name, part = self.trace(key, local), self.trace(value, local)
            try:
                known = literal_key(name.value)
            except EvaluationError:
                raise Failed(name.reads) from None
            if place not in expression.optional:
                parts[known] = part
            elif not isinstance(part.value, Optional):
                raise Failed(part.reads)
            elif part.value.present:
                parts[known] = tracing.inside_of(part)
        return Traced({key: part.value for key, part in parts.items()}, union(parts.values()), None, parts)

    def _call(self, call: Call, local: dict[str, Traced]) -> Traced:
        macro = macro_of(call)
        if isinstance(macro, Has):
            return self._has(macro, local)
        if isinstance(macro, Bind):
            return self.trace(macro.body, {**local, macro.variable: self.trace(macro.value, local)})
        if isinstance(macro, Comprehension):
            return trace_comprehension(
                macro, self.trace(macro.range, local), lambda part, names: self._inner(part, local, names)
            )
        if call.target is None and call.function in {"_&&_", "_||_"}:
            return self._logical(call, local)
        if call.target is None and call.function == "_?_:_":
            return self._conditional(call, local)
        if call.target is not None and call.function in {"orValue", "or"} and len(call.arguments) == 1:
            return self._alternative(call, local)
        return self._function(call, local)

    def _inner(self, part: Expression, local: dict[str, Traced], names: Mapping[str, Traced]) -> Traced:
        return self.trace(part, {**local, **names})

    def _has(self, macro: Has, local: dict[str, Traced]) -> Traced:
        field = Select(macro.operand, macro.field, optional=False, offset=0)
        if not chain_of(field, local, self.environment).steps:
            return Traced(value=True)
        found = tracing.optional_member(self.trace(macro.operand, local), macro.field)
        return Traced(found.value.present, found.reads)

    def _logical(self, call: Call, local: dict[str, Traced]) -> Traced:
        decisive = call.function == "_||_"
        sides: list[Traced] = []
        failed: list[Failed] = []
        for operand in operands(call, call.function):
            side = self._outcome(operand, local)
            if isinstance(side, Failed):
                failed.append(side)
            else:
                sides.append(side)
        deciding = [side for side in sides if side.value is decisive]
        if deciding:
            return Traced(decisive, union(deciding))
        if failed:
            raise Failed(union([*failed, *(sides if decisive else ())]))
        return Traced(not decisive, union(sides))

    def _outcome(self, operand: Expression, local: dict[str, Traced]) -> Traced | Failed:
        """A bool, or why there is none."""
        try:
            side = self.trace(operand, local)
        except Failed as failure:
            return failure
        return side if type(side.value) is bool else Failed(side.reads)

    def _conditional(self, call: Call, local: dict[str, Traced]) -> Traced:
        condition = self.trace(call.arguments[0], local)
        if type(condition.value) is not bool:
            raise Failed(condition.reads)
        try:
            chosen = self.trace(call.arguments[1 if condition.value else 2], local)
        except Failed as failed:
            raise Failed(failed.reads or condition.reads) from None
        return chosen if chosen.reads else chosen._replace(reads=condition.reads)

    def _alternative(self, call: Call, local: dict[str, Traced]) -> Traced:
        optional = self.trace(call.target, local) if call.target is not None else Traced(None)
        if not isinstance(optional.value, Optional):
            raise Failed(optional.reads)
        if optional.value.present:
            return tracing.inside_of(optional) if call.function == "orValue" else optional
        other = self.trace(call.arguments[0], local)
        return other._replace(reads=union((optional, other)))

    def _function(self, call: Call, local: dict[str, Traced]) -> Traced:
        operation = OPERATORS.get(call.function) if call.target is None else None
        function = None if operation else resolved_call(call, local)
        given = [self.trace(argument, local) for argument in (function.arguments if function else call.arguments)]
        if function is None and operation is None:
            raise Failed(union(given))
        name = function.function.name if function else call.function
        if name == "@in":
            return self._within(*given)
        if name == "_+_" and all(isinstance(side.value, list) for side in given):
            spend(self.tracer.frame, sum(len(side.value) for side in given))
            return tracing.joined(*given)
        kept = _KEEPING.get(name)
        if kept is not None:
            return kept(given[0])
        values = [each.value for each in given]
        try:
            charge = charged(name)
            if charge is not None:
                charge(self.tracer.frame, values)
            result = (function.function.call if function else operation)(*values)  # type: ignore[misc]
        except EvaluationError:
            raise Failed(union(given)) from None
        charge_made(self.tracer.frame, result)
        return Traced(result, union(given))

    def _within(self, value: Traced, container: Traced) -> Traced:
        try:
            spend(self.tracer.frame, len(container.value) if isinstance(container.value, list) else 1)
            found = contained(value.value, container.value)
        except EvaluationError:
            raise Failed(union((value, container))) from None
        if not found:
            return Traced(found, union((value, container)))
        if isinstance(container.value, dict):
            return Traced(found, union((value, child(container, to_key(value.value)))))
        equal = [each for each in tracing.elements(container) if contained(value.value, [each.value])]
        return Traced(found, union((value, *equal)))


_KEEPING: dict[str, Callable[[Traced], Traced]] = {
    "dyn": lambda given: given,
    "optional.of": present,
    "value": tracing.inside_of,
    "hasValue": lambda given: (
        Traced(given.value.present, given.reads) if isinstance(given.value, Optional) else tracing.inside_of(given)
    ),
}
"""Functions through which a value keeps its place."""
