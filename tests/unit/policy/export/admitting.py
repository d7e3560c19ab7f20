"""Exported documents evaluated as Kubernetes describes it, by our own evaluator of expressions, for comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.program import compile_expression
from sealwright.policy.cel.scope import Scope
from sealwright.policy.cel.types import BOOL, DYN, Type


def denied(manifests: str, value: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> str | None:
    """The message with which the object is denied, '' where it is admitted, None where the policy does not match it.

    As by the API server: an error denies, and so does a parameter that is not there.
    """
    documents = {document["kind"]: document for document in yaml.safe_load_all(manifests)}
    policy = documents["ValidatingAdmissionPolicy"]["spec"]
    if not _matches(policy["matchConstraints"], value, "UPDATE" if old is not None else "CREATE"):
        return None
    given = {"object": value, "oldObject": old, "params": documents.get("ConfigMap")}
    types: dict[str, Type] = dict.fromkeys(given, DYN)
    try:
        if not all(_value(each["expression"], types, given, BOOL) for each in policy.get("matchConditions", ())):
            return None
    except EvaluationError as error:
        return f"error: {error}"
    definitions = {}
    for variable in policy["variables"]:
        name = f"variables.{variable['name']}"
        definitions[name] = compile_expression(variable["expression"], Environment(types, version=30))
        types[name] = definitions[name].type
    scope = Scope(given, definitions)
    try:
        for validation in policy["validations"]:
            if not _value(validation["expression"], types, scope, BOOL):
                return str(validation["message"])
    except EvaluationError as error:
        return f"error: {error}"
    return ""


def _value(text: str, types: Mapping[str, Type], given: Mapping[str, Any], wanted: Type) -> Any:
    program = compile_expression(text, Environment(types, version=30))
    assert program.type == wanted, text
    return program.evaluate(given)


def _matches(constraints: Mapping[str, Any], value: Mapping[str, Any], operation: str) -> bool:
    group, _, version = str(value["apiVersion"]).rpartition("/")
    kind = str(value["kind"]).lower()
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}es" if kind.endswith("s") else f"{kind}s"
    return any(
        _is_in(group, rule["apiGroups"])
        and _is_in(version, rule["apiVersions"])
        and _is_in(plural, rule["resources"])
        and operation in rule["operations"]
        for rule in constraints["resourceRules"]
    )


def _is_in(name: str, names: Sequence[str]) -> bool:
    return name in names or "*" in names
