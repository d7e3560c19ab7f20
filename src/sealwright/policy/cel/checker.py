"""The static check of an expression: every name is known, every call has a signature, and the result has a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.call_types import call_type, checked_function, operator_type
from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.library import qualified_name
from sealwright.policy.cel.macro_types import comprehension_type
from sealwright.policy.cel.macros import Bind, Comprehension, Has, macro_of
from sealwright.policy.cel.suggestions import nearest
from sealwright.policy.cel.syntax import Call, Index, ListOf, Literal, MapOf, Message, Name, Select
from sealwright.policy.cel.types import (
    BOOL,
    BYTES,
    DENOTATIONS,
    DOUBLE,
    DYN,
    INT,
    NULL,
    STRING,
    UINT,
    Type,
    list_of,
    map_of,
    optional_of,
)
from sealwright.policy.cel.unification import Bindings
from sealwright.policy.cel.values import UInt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.syntax import Expression

_LITERALS: dict[type, Type] = {
    type(None): NULL,
    bool: BOOL,
    int: INT,
    UInt: UINT,
    float: DOUBLE,
    str: STRING,
    bytes: BYTES,
}
_OPTIONAL_SYNTAX = 28
_NO_TYPES = frozenset({"dyn", "type"})


def check(expression: Expression, environment: Environment) -> Type:
    """The type of the expression. Raises ExpressionError, with the nearest known name where one is not known."""
    checker = Checker(environment)
    return checker.bindings.final(checker.type_of(expression))


def check_rule(expression: Expression, environment: Environment) -> None:
    """Check an expression that must be a bool: the API server refuses rules that are not, `dyn` too."""
    found = check(expression, environment)
    if found != BOOL:
        raise ExpressionError(f"a rule must be a bool, and this is {_article(found)}", expression.offset)


def _article(kind: Type) -> str:
    return f"{'an' if str(kind)[0] in 'aeio' else 'a'} {kind}"


class Checker:
    """One walk over an expression: what the environment has, and the variables of the macros around each part."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.bindings = Bindings()
        self._locals: dict[str, Type] = {}

    def type_of(self, expression: Expression) -> Type:
        """The type of a part; it may be a parameter that is bound later."""
        if isinstance(expression, Literal):
            return _LITERALS[type(expression.value)]
        if isinstance(expression, Call):
            return self._call(expression)
        if isinstance(expression, Select):
            return self._select(expression)
        if isinstance(expression, Name):
            return self._name(expression)
        if isinstance(expression, Index):
            return self._index(expression)
        if isinstance(expression, ListOf):
            return list_of(self._joined(expression.elements, expression.optional))
        return self._map(expression) if isinstance(expression, MapOf) else self._message(expression)

    def with_variables(self, variables: Mapping[str, Type], expression: Expression) -> Type:
        """The type of an expression in which the variables are known as well."""
        outer = self._locals
        self._locals = {**outer, **variables}
        try:
            return self.type_of(expression)
        finally:
            self._locals = outer

    def expect(self, wanted: Type, expression: Expression, what: str) -> Type:
        """The type of the expression, which must fit; `what` says what it is."""
        found = self.type_of(expression)
        self.require(wanted, found, what, expression.offset)
        return found

    def require(self, wanted: Type, found: Type, what: str, offset: int) -> None:
        """An ExpressionError if the type does not fit."""
        if not self.bindings.fits(wanted, found):
            shown = self.bindings.final(found)
            raise ExpressionError(
                f"{what} must be {_article(self.bindings.final(wanted))}, and is {_article(shown)}", offset
            )

    def gate(self, what: str, since: int, offset: int) -> None:
        """An ExpressionError if the environment's version of Kubernetes does not have it."""
        version = self.environment.version
        if version and since > version:
            there = f"needs Kubernetes 1.{since}" if since < 1_000 else "is not part of Kubernetes"
            raise ExpressionError(f"{what} {there}; this is checked for 1.{version}", offset)

    def _name(self, name: Name) -> Type:
        local = self._locals.get(name.name)
        found = local if local is not None else self._global(name.name.removeprefix("."))
        if found is None:
            bare = name.name.removeprefix(".")
            raise ExpressionError(f"unknown variable `{bare}`", name.offset, nearest(bare, self._known()))
        return found

    def _global(self, name: str) -> Type | None:
        return self.environment.variables.get(name) or DENOTATIONS.get(name)

    def _known(self) -> Iterable[str]:
        return {*self._locals, *self.environment.variables, *DENOTATIONS} - _NO_TYPES

    def _select(self, select: Select) -> Type:
        qualified = qualified_name(select)
        if qualified and qualified.split(".")[0] not in self._locals:
            found = self._global(qualified.removeprefix("."))
            if found is not None:
                return found
            self._refuse_unknown_member(qualified, select)
        if select.optional:
            self.gate("`.?`", _OPTIONAL_SYNTAX, select.offset)
        operand = self.bindings.resolved(self.type_of(select.operand))
        wrapped = operand.name == "optional_type"
        inner = self.bindings.resolved(operand.parameters[0]) if wrapped else operand
        found = self._field(inner, select)
        return optional_of(found) if wrapped or select.optional else found

    def _refuse_unknown_member(self, qualified: str, select: Select) -> None:
        """`variables.contianers`: the environment has names that begin so, but not this one, and not the beginning."""
        root, _, rest = qualified.removeprefix(".").partition(".")
        members = [name for name in self.environment.variables if name.startswith(f"{root}.")]
        if members and "." not in rest and root not in self.environment.variables:
            close = nearest(f"{root}.{rest}", members)
            raise ExpressionError(f"unknown variable `{root}.{rest}`", select.offset, close)

    def _field(self, operand: Type, select: Select) -> Type:
        if operand == DYN or operand.parameter:
            return DYN
        if operand.name == "map":
            self.require(operand.parameters[0], STRING, "the key of the map", select.offset)
            return operand.parameters[1]
        if operand.fields is None:
            raise ExpressionError(f"{_article(self.bindings.final(operand))} has no fields", select.offset)
        fields = dict(operand.fields)
        if select.field not in fields:
            close = nearest(select.field, fields)
            raise ExpressionError(f"`{operand.name}` has no field `{select.field}`", select.offset, close)
        return fields[select.field]

    def _index(self, index: Index) -> Type:
        if index.optional:
            self.gate("`[?`", _OPTIONAL_SYNTAX, index.offset)
        types = (self.type_of(index.operand), self.type_of(index.key))
        return operator_type(self, "_[?_]" if index.optional else "_[_]", types, index.offset)

    def _joined(self, elements: Iterable[Expression], optional: frozenset[int]) -> Type:
        """The one type of several values; they must have one, unless the environment lets them be mixed."""
        result = self.bindings.fresh()
        for position, element in enumerate(elements):
            found = self.type_of(element)
            if position in optional:
                inner = self.bindings.fresh()
                self.require(optional_of(inner), found, "what stands behind `?`", element.offset)
                found = inner
            if self.environment.mixed:
                before = self.bindings.saved()
                if not self.bindings.fits(result, found):
                    self.bindings.restore(before)
                    result = DYN
            else:
                self.require(result, found, "what stands beside others in a list or map", element.offset)
        return result

    def _map(self, expression: MapOf) -> Type:
        keys = self._joined([key for key, _ in expression.entries], frozenset())
        return map_of(keys, self._joined([value for _, value in expression.entries], expression.optional))

    def _message(self, message: Message) -> Type:
        raise ExpressionError(f"`{message.type_name}` is a message, and Kubernetes has none in rules", message.offset)

    def _call(self, call: Call) -> Type:
        macro = macro_of(call)
        if isinstance(macro, Has):
            self.type_of(Select(macro.operand, macro.field, optional=False, offset=call.offset))
            return BOOL
        if isinstance(macro, Bind):
            return self.with_variables({macro.variable: self.type_of(macro.value)}, macro.body)
        if isinstance(macro, Comprehension):
            return comprehension_type(self, macro, call)
        if call.target is None and not call.function[0].isalpha():
            types = tuple(self.type_of(argument) for argument in call.arguments)
            return operator_type(self, call.function, types, call.offset)
        resolved = checked_function(self, call)
        return call_type(self, resolved, call)
