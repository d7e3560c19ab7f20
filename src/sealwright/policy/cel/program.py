"""Expressions ready to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.compiler import Compiler
from sealwright.policy.cel.errors import BudgetExceeded
from sealwright.policy.cel.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.syntax import Expression
    from sealwright.policy.cel.types import Type
    from sealwright.policy.subject import DocumentPath


def compile_expression(text: str, environment: Environment) -> Program:
    """Parse, check and compile. Raises ExpressionError with the offset of what is wrong."""
    from sealwright.policy.cel.checker import check

    expression = parse(text)
    return Program(expression, environment, check(expression, environment))


def prepare_expression(text: str, environment: Environment) -> Program:
    """The same for what was checked before: the checker would take a hook longer than the evaluation."""
    from sealwright.policy.cel.types import DYN

    return Program(parse(text), environment, DYN)


class Program:
    """A compiled expression; `type` is what the checker found that it gives."""

    __slots__ = ("_evaluate", "_frame", "environment", "expression", "type")

    def __init__(self, expression: Expression, environment: Environment, kind: Type) -> None:
        self.expression = expression
        self.environment = environment
        self.type = kind
        compiler = Compiler(environment)
        self._evaluate = compiler.compile(expression)
        self._frame: list[Any] = [None, environment.budget, *[None] * (compiler.slots - 2)]

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """The value. `variables` by the names that the environment declares ("object", "variables.containers").

        Raises EvaluationError for an error in the sense of the specification, BudgetExceeded for what takes too long.
        """
        frame = self._frame.copy()
        frame[0] = variables
        try:
            return self._evaluate(frame)
        except RecursionError:
            raise BudgetExceeded("a value is nested too deeply") from None

    def blame(self, variables: Mapping[str, Any]) -> tuple[DocumentPath, ...]:
        """The paths relative to `object` that made the value false, or an error; at least one.

        The most precise ones, in the order of the document; () is the object itself. A path whose last part is not
        there says that it is missing. Where variables are defined by expressions over `object`, a `Scope` lets the
        paths be followed into these.
        """
        from sealwright.policy.cel.blame import blamed

        return blamed(self.expression, self.environment, variables)
