"""Regular expressions in CEL: a pattern that is none is an error in the sense of the specification."""

from __future__ import annotations

from sealwright.policy.cel.errors import EvaluationError
from sealwright.regex import Expression, problem
from sealwright.regex import compiled as _compiled
from sealwright.regex.nodes import PatternError

__all__ = ["Expression", "compiled", "problem"]


def compiled(pattern: str) -> Expression:
    """The expression, or an EvaluationError where it is none."""
    try:
        return _compiled(pattern)
    except PatternError as error:
        raise EvaluationError(f"not a regular expression of RE2: {error}") from None
