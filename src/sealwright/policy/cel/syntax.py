"""The syntax tree of an expression. Macros stay calls here; `offset` is where a node begins in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias


class Literal(NamedTuple):
    """A constant: None, bool, int, `values.UInt`, float, str or bytes."""

    value: Any
    offset: int


class Name(NamedTuple):
    """An identifier; `name` may begin with a dot (the root scope)."""

    name: str
    offset: int


class Select(NamedTuple):
    """`operand.field`, or `operand.?field` where `optional`. `has(...)` is a Call around it."""

    operand: Expression
    field: str
    optional: bool
    offset: int


class Index(NamedTuple):
    """`operand[key]`, or `operand[?key]` where `optional`."""

    operand: Expression
    key: Expression
    optional: bool
    offset: int


class Call(NamedTuple):
    """`function(arguments)`, or `target.function(arguments)`. Operators are calls of their names in the specification:
    `_+_`, `-_`, `!_`, `_==_`, `_<_`, `@in`, `_&&_`, `_||_`, `_?_:_`.
    """

    function: str
    target: Expression | None
    arguments: tuple[Expression, ...]
    offset: int


class ListOf(NamedTuple):
    """`[a, ?b]`: elements, and the positions of those that are optional."""

    elements: tuple[Expression, ...]
    optional: frozenset[int]
    offset: int


class MapOf(NamedTuple):
    """`{k: v, ?k: v}`: keys with values, and the positions of those that are optional."""

    entries: tuple[tuple[Expression, Expression], ...]
    optional: frozenset[int]
    offset: int


class Message(NamedTuple):
    """`Type{field: value}`: parsed, since the grammar has it; Kubernetes has no such types in rules."""

    type_name: str
    fields: tuple[tuple[str, Expression], ...]
    offset: int


Expression: TypeAlias = "Literal | Name | Select | Index | Call | ListOf | MapOf | Message"
