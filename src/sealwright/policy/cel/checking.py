"""What the parts of the checker ask of the whole: types of parts, names that are known, and what must fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.syntax import Expression
    from sealwright.policy.cel.types import Type
    from sealwright.policy.cel.unification import Bindings


class Checking(Protocol):
    """One check of one expression; see `checker.Checker`."""

    environment: Environment
    bindings: Bindings

    def type_of(self, expression: Expression, /) -> Type:
        """The type of a part."""
        ...

    def with_variables(self, variables: Mapping[str, Type], expression: Expression, /) -> Type:
        """The type of an expression in which the variables are known as well."""
        ...

    def require(self, wanted: Type, found: Type, what: str, offset: int, /) -> None:
        """Raise ExpressionError if the type does not fit."""
        ...

    def gate(self, what: str, since: int, offset: int, /) -> None:
        """Raise ExpressionError if the environment's version of Kubernetes does not have it."""
        ...
