"""`aws_iam_policy_document` as the policy that it makes.

Source: the AWS provider's documentation of the data source; the grammar of IAM's JSON policies.
"""

from __future__ import annotations

from typing import Any

from sealwright.policy.infrastructure.unknown import UNKNOWN

_LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
_OTHERS = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")


def policy_of(value: dict[str, Any]) -> dict[str, Any]:
    """The policy of a data source's content; statements from other documents are one that is not known."""
    statements = value.get("statement", [])
    if not isinstance(statements, list):
        return {"Version": "2012-10-17", "Statement": [UNKNOWN]}
    rendered = [_statement(statement) for statement in statements]
    if any(name in value for name in _OTHERS):
        rendered.append(UNKNOWN)
    return {"Version": "2012-10-17", "Statement": rendered}


def _statement(given: Any) -> Any:
    if not isinstance(given, dict):
        return UNKNOWN
    result = {"Effect": given.get("effect", "Allow")}
    if "sid" in given:
        result["Sid"] = given["sid"]
    result |= {name: given[key] for key, name in _LISTS.items() if key in given}
    for key, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if key in given:
            result[name] = _principals(given[key])
    if "condition" in given:
        result["Condition"] = _conditions(given["condition"])
    return result


def _principals(blocks: Any) -> Any:
    """`{"AWS": [...]}`; any one of type `*` is "*", which is what the provider makes of it."""
    result: dict[str, Any] = {}
    for block in blocks if isinstance(blocks, list) else [UNKNOWN]:
        if not isinstance(block, dict):
            return UNKNOWN
        kind = block.get("type")
        if not isinstance(kind, str):
            return UNKNOWN
        identifiers = block.get("identifiers", [])
        if kind == "*":
            return "*"
        before = result.get(kind, [])
        both = isinstance(before, list) and isinstance(identifiers, list)
        result[kind] = before + identifiers if both else UNKNOWN
    return result


def _conditions(blocks: Any) -> Any:
    result: dict[str, Any] = {}
    for block in blocks if isinstance(blocks, list) else [UNKNOWN]:
        if not isinstance(block, dict):
            return UNKNOWN
        test, variable = block.get("test"), block.get("variable")
        if not isinstance(test, str) or not isinstance(variable, str):
            return UNKNOWN
        result.setdefault(test, {})[variable] = block.get("values", UNKNOWN)
    return result
