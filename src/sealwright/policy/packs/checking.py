"""Whether the conditions of a repository's own rules can work, before they judge anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import ConfigurationError
from sealwright.policy.packs.names import closure, params_in, variables_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.program import Program
    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import PackFile, Place, Rule


def environment(variables: Mapping[str, str]) -> Environment:
    """What expressions of rules may use."""
    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.types import DYN

    names = ("object", "params", *(f"variables.{name}" for name in variables))
    return Environment(dict.fromkeys(names, DYN))


def compiled(text: str, variables: Mapping[str, str]) -> Program:
    """An expression of a rule, or a variable, ready to run. Raises ExpressionError."""
    from sealwright.policy.cel.program import compile_expression

    return compile_expression(text, environment(variables))


def prepared(text: str, variables: Mapping[str, str]) -> Program:
    """The same for what was checked before: `check_file` does that for a repository's own packs, tests for ours."""
    from sealwright.policy.cel.program import prepare_expression

    return prepare_expression(text, environment(variables))


def check_file(file: PackFile, catalogue: Catalogue) -> None:
    """Raise ConfigurationError, with the place, for the first condition that cannot work."""
    for name, expression in file.variables.items():
        _check_text(file, f"variables.{name}", expression, catalogue, boolean=False)
        if name in closure(variables_in(expression), catalogue.variables):
            raise _error(file, f"variables.{name}", 0, f"the variable `{name}` needs itself", "break the circle")
    for rule in file.rules:
        if rule.expression:
            _check_text(file, f"{rule.id}.expression", rule.expression, catalogue, boolean=True)
        elif rule.schema is not None:
            _check_schema(file, rule)
        for name in rule.params:
            if name not in catalogue.params:
                part = f"{rule.id}.params" if f"{rule.id}.params" in file.places else f"{rule.id}.expression"
                raise _unknown(file, part, "parameter", name, catalogue.params)


def _check_text(file: PackFile, part: str, text: str, catalogue: Catalogue, *, boolean: bool) -> None:
    from sealwright.policy.cel.errors import ExpressionError

    for what, used, known in (
        ("variable", variables_in(text), catalogue.variables),
        ("parameter", params_in(text), catalogue.params),
    ):
        for name in used:
            if name not in known:
                raise _unknown(file, part, what, name, known)
    try:
        kind = str(compiled(text, catalogue.variables).type)
    except ExpressionError as error:
        hint = f"did you mean `{error.hint}`?" if error.hint else "see docs/policy.md"
        raise _error(file, part, error.offset, error.message, hint) from None
    if boolean and kind not in {"bool", "dyn"}:
        raise _error(file, part, 0, f"the expression is of type {kind}, not bool", "true is what is allowed")


def _check_schema(file: PackFile, rule: Rule) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    part = f"{rule.id}.schema"
    try:
        Draft202012Validator.check_schema(rule.schema)
    except SchemaError as error:
        where = "/".join(str(step) for step in error.absolute_path)
        message = f"it is no JSON Schema: {where or 'the whole'} is not as it must be"
        raise _error(file, part, 0, message, "draft 2020-12") from None
    if any(not str(reference).startswith("#") for reference in _references(rule.schema)):
        raise _error(file, part, 0, "a schema may refer to itself only", "write `#/$defs/...`")
    from sealwright.policy.packs.schema import unusable

    if reason := unusable(rule.schema):
        raise _error(file, part, 0, f"the schema cannot be used: {reason}", "see docs/policy.md")


def _references(schema: Any) -> list[Any]:
    if isinstance(schema, dict):
        own = [value for key, value in schema.items() if key in {"$ref", "$dynamicRef"}]
        return own + [found for value in schema.values() for found in _references(value)]
    return [found for item in schema for found in _references(item)] if isinstance(schema, list) else []


def _unknown(file: PackFile, part: str, what: str, name: str, known: Collection[str]) -> ConfigurationError:
    from difflib import get_close_matches

    close = get_close_matches(name[:80], sorted(known), n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(sorted(known))}"
    return _error(file, part, 0, f"there is no {what} `{name[:40]}`", hint)


def _error(file: PackFile, part: str, offset: int, message: str, hint: str) -> ConfigurationError:
    place = file.places.get(part)
    text = file.variables.get(part.partition(".")[2], "") if part.startswith("variables.") else _expression(file, part)
    where = f"{file.path}:{_position(place, text, offset)}" if place else file.path
    return ConfigurationError(message, place=where, hint=hint)


def _expression(file: PackFile, part: str) -> str:
    return next((rule.expression for rule in file.rules if part == f"{rule.id}.expression"), "")


def _position(place: Place, text: str, offset: int) -> str:
    """Line and column of an offset, where the file has the text letter by letter."""
    if not place.exact:
        return f"{place.line}:{place.column}"
    before = text[:offset]
    column = place.column + offset - (before.rfind("\n") + 1)
    return f"{place.line + before.count(chr(10))}:{column}"
