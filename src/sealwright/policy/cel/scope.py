"""Variables of which some are defined by expressions, evaluated when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.cel.program import Program


class Scope(dict[str, Any]):
    """`values` by their names, with `definitions` of others ("variables.containers"); each is evaluated at most once.

    A definition may use the ones before it, and what is wrong with it is the error of whoever asks for it.
    """

    __slots__ = ("_errors", "definitions")

    def __init__(self, values: Mapping[str, Any], definitions: Mapping[str, Program]) -> None:
        super().__init__(values)
        self.definitions = definitions
        self._errors: dict[str, EvaluationError] = {}

    def __missing__(self, name: str) -> Any:
        definition = self.definitions[name]
        if name in self._errors:
            raise self._errors[name]
        try:
            value = self[name] = definition.evaluate(self)
        except EvaluationError as error:
            self._errors[name] = error
            raise
        return value
