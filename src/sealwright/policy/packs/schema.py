"""Rules on shape: JSON Schema, by jsonschema; by jsonschema-rs first, where it is installed and means the same.

Regular expressions are those of RE2, as in conditions, and an evaluation ends after so many steps: no schema can hang.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import BudgetExceeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.policy.subject import DocumentPath

_DIFFER = frozenset({"pattern", "patternProperties", "format", "$ref", "$dynamicRef"})
"""What the two read differently: regular expressions, and references that go round in a circle."""
_MOST = 300_000
"""Keywords that one evaluation may ask."""


def wrong_places(schema: Any) -> Callable[[Any], list[DocumentPath]]:
    """A function that gives the paths at which a value is not as the schema says, sorted; none where all is well.

    It raises BudgetExceeded where that takes too many steps.
    """
    accepts, steps = _accelerated(schema), _Steps()
    validator = _validator(schema, steps)

    def check(value: Any) -> list[DocumentPath]:
        if accepts is not None and accepts(value):
            return []
        steps.left = _MOST
        try:
            found = {tuple(error.absolute_path) for error in validator.iter_errors(value)}
        except RecursionError:
            raise BudgetExceeded from None
        return sorted(found, key=lambda path: [(isinstance(step, str), step) for step in path])

    return check


def unusable(schema: Any) -> str:
    """Why a schema that is one cannot be used here; '' where it can."""
    from sealwright.policy.cel.regex import problem

    for pattern in _patterns(schema):
        if reason := problem(pattern):
            return f"it has no regular expression of RE2: {reason}"
    if {"unevaluatedProperties", "patternProperties"} <= _names(schema):
        return "unevaluatedProperties does not go with patternProperties"
    return ""


class _Steps:
    """How many keywords an evaluation may still ask."""

    left = _MOST

    def counted(self, keyword: Callable[..., Any]) -> Callable[..., Any]:
        """The keyword, which takes a step each time."""

        def evaluate(*arguments: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise BudgetExceeded
            return keyword(*arguments)

        return evaluate


def _validator(schema: Any, steps: _Steps) -> Any:
    from jsonschema import Draft202012Validator, validators

    ours = {"pattern": _pattern, "patternProperties": _pattern_properties, "additionalProperties": _others}
    keywords = {**Draft202012Validator.VALIDATORS, **ours}
    extend: Any = validators.extend
    return extend(Draft202012Validator, {name: steps.counted(keyword) for name, keyword in keywords.items()})(schema)


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, str) and not _matches(pattern, value):
        yield _wrong()


def _pattern_properties(validator: Any, patterns: dict[str, Any], value: Any, _schema: Any) -> Iterator[Any]:
    for pattern, schema in patterns.items() if isinstance(value, dict) else ():
        for key, item in value.items():
            if _matches(pattern, key):
                yield from validator.descend(item, schema, path=key, schema_path=pattern)


def _others(validator: Any, schema: Any, value: Any, around: dict[str, Any]) -> Iterator[Any]:
    """additionalProperties: keys that neither `properties` nor `patternProperties` speaks of."""
    if not isinstance(value, dict):
        return
    patterns = around.get("patternProperties", {})
    for key in value.keys() - around.get("properties", {}).keys():
        if any(_matches(pattern, key) for pattern in patterns):
            continue
        if isinstance(schema, dict):
            yield from validator.descend(value[key], schema, path=key)
        elif not schema:
            yield _wrong()
            return


def _matches(pattern: str, text: str) -> bool:
    from sealwright.policy.cel.regex import compiled

    return compiled(pattern).test(text)


def _wrong() -> Any:
    from jsonschema import ValidationError

    return ValidationError("it is not as the schema says")  # never a value: nobody reads it


def _accelerated(schema: Any) -> Callable[[Any], bool] | None:
    if _names(schema) & _DIFFER:
        return None
    from importlib import import_module

    try:
        fast = import_module("jsonschema_rs")
    except ImportError:
        return None
    accepts: Callable[[Any], bool] = fast.Draft202012Validator(schema).is_valid
    return accepts


def _patterns(schema: Any) -> Iterator[str]:
    """Every regular expression."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        if isinstance(schema.get("patternProperties"), dict):
            yield from schema["patternProperties"]
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _patterns(inner)


def _names(schema: Any) -> set[str]:
    """All keys, wherever they stand: one too many only costs time."""
    if isinstance(schema, dict):
        return set(schema).union(*map(_names, schema.values()))
    return set().union(*map(_names, schema)) if isinstance(schema, list) else set()
