"""What is wrong with an AWS policy, from its text alone: AWS has no service that could be asked offline.

Sources: IAM user guide, "Grammar of the IAM JSON policy language", and the quotas of IAM; the service authorization
references for the names of actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.stores.access.aws import VERSION
from sealwright.stores.access.splitting import LARGEST, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KNOWN = {
    "secretsmanager": "CreateSecret DeleteSecret DescribeSecret GetSecretValue ListSecretVersionIds PutSecretValue "
    "RestoreSecret RotateSecret TagResource UntagResource UpdateSecret UpdateSecretVersionStage",
    "ssm": "AddTagsToResource DeleteParameter DeleteParameters GetParameter GetParameterHistory GetParameters "
    "LabelParameterVersion ListTagsForResource PutParameter RemoveTagsFromResource",
    "kms": "Decrypt DescribeKey Encrypt GenerateDataKey",
    "sts": "AssumeRole AssumeRoleWithWebIdentity TagSession",
}
"""Actions on single secrets, parameters and keys, and those of a trust policy."""

LARGEST_TRUST = 2048
_FIELDS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
_OPERATORS = frozenset({"StringEquals", "ForAnyValue:StringEquals", "ArnEquals", "Bool"})
_SID = Pattern(r"[A-Za-z0-9]+")
_ARN = Pattern(r"arn:aws[-a-z]*:([a-z]+):([-a-z0-9]*):([0-9]{12}|ACCOUNT_ID):([^\s*?]+?)(-\?{6}|/\*)?")
_RESOURCES = {
    "secretsmanager": Pattern(r"secret:[A-Za-z0-9/_+=.@-]+"),
    "ssm": Pattern(r"parameter/[A-Za-z0-9_./-]+"),
    "kms": Pattern(r"key(?:/[-A-Za-z0-9]+)?"),
}
_FEDERATED = Pattern(r"arn:aws[-a-z]*:iam::(?:[0-9]{12}|ACCOUNT_ID):oidc-provider/[^\s*?]+")


def validate_policy(document: Mapping[str, Any]) -> list[str]:
    """What AWS would refuse in an identity or trust policy, or what permits more than single objects; [] if nothing.

    A policy with a `Principal` is a trust policy. An account ACCOUNT_ID passes: somebody asked for it.
    """
    flaws = [f"`{key}` is no part of a policy" for key in document if key not in {"Version", "Id", "Statement"}]
    if document.get("Version") != VERSION:
        flaws.append(f"its Version is not {VERSION}")
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not statements:
        return [*flaws, "it has no Statement"]
    trust = any(isinstance(statement, dict) and "Principal" in statement for statement in statements)
    most = LARGEST_TRUST if trust else LARGEST
    if size_of(dict(document)) > most:
        flaws.append(f"it is longer than {most:,} characters")
    sids: set[str] = set()
    for number, statement in enumerate(statements, 1):
        found = _statement(statement, sids, trust=trust) if isinstance(statement, dict) else ["it is no mapping"]
        flaws += [f"statement {number}: {flaw}" for flaw in found]
    return flaws


def _statement(statement: dict[str, Any], sids: set[str], *, trust: bool) -> Iterator[str]:
    yield from (f"`{key}` is not understood" for key in statement if key not in _FIELDS)
    sid = statement.get("Sid", "")
    if sid and (not isinstance(sid, str) or not _SID.fullmatch(sid) or sid in sids):
        yield "its Sid has other than letters and digits, or stands twice"
    sids.add(str(sid))
    if statement.get("Effect") not in {"Allow", "Deny"}:
        yield "its Effect is neither Allow nor Deny"
    actions = _texts(statement.get("Action"))
    services = {action.partition(":")[0] for action in actions}
    if not actions:
        yield "it has no Action"
    for action in actions:
        service, _, name = action.partition(":")
        if name not in KNOWN.get(service, "").split():
            yield f"no known action: {action}"
    conditions = statement.get("Condition", {})
    yield from _conditions(conditions)
    if trust:
        yield from _trust(statement, actions, conditions if isinstance(conditions, dict) else {})
    else:
        yield from _resources(statement, services, conditions if isinstance(conditions, dict) else {})


def _resources(statement: dict[str, Any], services: set[str], conditions: dict[str, Any]) -> Iterator[str]:
    resources = _texts(statement.get("Resource"))
    if not resources:
        yield "it has no Resource"
    if "sts" in services or len(services) > 1:
        yield "actions of several services, or of sts, in one statement"
    for resource in resources:
        yield from _resource(resource, services, conditions)
    if len(resources) != len(set(resources)):
        yield "a resource stands twice"
    if "kms" in services and "kms:ViaService" not in _keys(conditions):
        yield "a key without kms:ViaService can be used outside of the store"


def _resource(resource: str, services: set[str], conditions: dict[str, Any]) -> Iterator[str]:
    match = _ARN.fullmatch(resource)
    if match is None:
        yield "a resource that is no ARN of one object or folder"
        return
    service, region, _, name, pattern = match.groups()
    if service not in services:
        yield f"a resource of {service} for actions of another service"
    if not region:
        yield "a resource without a region"
    if service in _RESOURCES and not _RESOURCES[service].fullmatch(name):
        yield f"a resource that {service} does not have"
    if pattern and service == "kms" and not (pattern == "/*" and "kms:ResourceAliases" in _keys(conditions)):
        yield "all keys, and no alias that tells which one"
    if pattern == "-??????" and service == "ssm":
        yield "a parameter has no suffix"


def _trust(statement: dict[str, Any], actions: list[str], conditions: dict[str, Any]) -> Iterator[str]:
    if "Resource" in statement:
        yield "a trust policy has no Resource"
    principal = statement.get("Principal")
    if not isinstance(principal, dict) or len(principal) != 1:
        yield "its Principal is not one"
        return
    ((kind, who),) = principal.items()
    equal = conditions.get("StringEquals")
    keys = equal if isinstance(equal, dict) else {}
    if kind == "Federated" and isinstance(who, str) and _FEDERATED.fullmatch(who):
        issuer = who.partition(":oidc-provider/")[2]
        if actions != ["sts:AssumeRoleWithWebIdentity"]:
            yield "a web identity assumes a role by sts:AssumeRoleWithWebIdentity alone"
        if not {f"{issuer}:aud", f"{issuer}:sub"} <= set(keys):
            yield "every service account of the cluster could assume the role: aud and sub are not both compared"
    elif kind == "Service" and who == "pods.eks.amazonaws.com":
        if set(actions) != {"sts:AssumeRole", "sts:TagSession"}:
            yield "Pod Identity needs sts:AssumeRole and sts:TagSession"
        if not {f"aws:RequestTag/kubernetes-{part}" for part in ("namespace", "service-account")} <= set(keys):
            yield "every pod with an association could assume the role: namespace and service account are not compared"
    else:
        yield "its Principal is neither an OIDC provider nor Pod Identity"


def _conditions(conditions: Any) -> Iterator[str]:
    if not isinstance(conditions, dict):
        yield "its Condition is no mapping"
        return
    for operator, keys in conditions.items():
        if operator not in _OPERATORS:
            yield f"no known operator: {operator}"
        if not isinstance(keys, dict) or not keys:
            yield f"{operator} compares nothing"
            continue
        for key, values in keys.items():
            if ":" not in key or not _texts(values) or any("*" in text or not text for text in _texts(values)):
                yield f"{key} is compared with nothing, or with a pattern"


def _keys(conditions: dict[str, Any]) -> set[str]:
    return {key for keys in conditions.values() if isinstance(keys, dict) for key in keys}


def _texts(value: Any) -> list[str]:
    items: Iterable[Any] = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
