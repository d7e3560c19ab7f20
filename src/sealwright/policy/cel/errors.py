"""What goes wrong with an expression: before it runs, or while it does."""

from __future__ import annotations

from sealwright.patterns import TooLong


class ExpressionError(Exception):
    """An expression that cannot be compiled. `offset` counts code points into its text; `hint` is the nearest name."""

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


class EvaluationError(Exception):
    """An error in the sense of the specification: `&&`, `||` and the macros absorb it where they may.

    The message names types, functions and keys of the expression, never a value of the object.
    """


class UnknownValue(EvaluationError):  # noqa: N818 - what has happened, not what went wrong
    """A value that nobody knows before the infrastructure is applied decides this: neither broken nor kept."""


BudgetExceeded = TooLong
"""The evaluation took more steps than it may, the search of an expression in it included. Nothing absorbs it."""
