"""One rule as the objects that enforce it: a policy, what binds it, and its parameters.

One policy for each rule: the API server counts the cost of a policy's expressions together, denies with the message of
one validation, and binds policies, so that a rule can be tried, enforced and taken away without the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.policy.export.admission_types import minimum_version
from sealwright.policy.export.matching import match_conditions, match_constraints, object_expression
from sealwright.policy.export.parameters import parameter_texts, parameter_variables
from sealwright.policy.export.references import translated
from sealwright.policy.export.refusal import NotExportable
from sealwright.policy.packs.names import closure, params_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.policy.packs.model import Rule

BINDINGS: dict[str, tuple[str, ...]] = {"audit": ("Audit",), "warn": ("Warn", "Audit"), "deny": ("Deny", "Audit")}
"""What becomes of a request that breaks a rule; it is in the audit log in any case."""
LONGEST_MESSAGE = 5 * 1024
"""Bytes that the API server takes for a message."""
_LONGEST_NAME = 253
_API = "admissionregistration.k8s.io/v1"


class Target(NamedTuple):
    """What is exported for: a minor version of Kubernetes, a key of BINDINGS, the namespace where parameters lie,
    namespaces that are left alone, and plurals of kinds by `group/Kind`.
    """

    version: int = 30
    binding: str = "audit"
    namespace: str = "kube-system"
    except_namespaces: tuple[str, ...] = ()
    plurals: Mapping[str, str] = {}


class Origin(NamedTuple):
    """Where a rule comes from: the pack and its version, with the values and expressions that rules share."""

    pack: str
    version: str
    params: Mapping[str, Any]
    variables: Mapping[str, str]


class Exported(NamedTuple):
    """A rule as Kubernetes objects, in the order in which they are applied; `minimum` is a minor version."""

    rule: str
    name: str
    minimum: int
    documents: tuple[dict[str, Any], ...]


def exported(rule: Rule, origin: Origin, target: Target) -> Exported:
    """The objects for one rule. Raises NotExportable."""
    _refuse(rule)
    params = {name: origin.params[name] for name in _params(rule, origin)}
    texts = parameter_texts(params)
    variables = _variables(rule, origin, params)
    expression = translated(rule.expression)
    minimum = max(minimum_version(variables, expression), int(rule.export.minimum.partition(".")[2]))
    if minimum > target.version:
        raise NotExportable(f"it needs Kubernetes 1.{minimum}, and the target is 1.{target.version}")
    name = f"sealwright-{rule.id.lower()}-{rule.slug}"[:_LONGEST_NAME].rstrip("-")
    metadata = _metadata(name, rule, origin, minimum)
    documents = [_policy(rule, metadata, variables, expression, target), _binding(metadata, params, target)]
    if params:
        place = {"name": name, "namespace": target.namespace}
        documents.insert(0, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {**metadata, **place}, "data": texts})
    return Exported(rule.id, name, minimum, tuple(documents))


def _refuse(rule: Rule) -> None:
    if rule.export.admission and rule.expression and not rule.family:
        return
    if rule.export.reason:
        raise NotExportable(rule.export.reason)
    if rule.check or rule.schema is not None:
        raise NotExportable("it is no expression")
    if rule.family:
        raise NotExportable("it is about where an object was found")
    raise NotExportable("its pack does not say `export: {admission: true}`")


def _params(rule: Rule, origin: Origin) -> list[str]:
    """Names of the parameters that the rule and its variables use."""
    used = {name for text in _texts(rule, origin).values() for name in params_in(text)}
    return sorted(used.union(params_in(rule.expression)))


def _texts(rule: Rule, origin: Origin) -> dict[str, str]:
    return {name: origin.variables[name] for name in closure(rule.variables, origin.variables)}


def _variables(rule: Rule, origin: Origin, params: Mapping[str, Any]) -> dict[str, str]:
    """The policy's variables, each after those that it uses; `dyn`, for the type checker knows one kind at a time."""
    shared = _texts(rule, origin)
    for name in shared.keys() & params.keys():
        raise NotExportable(f"a variable and a parameter are both called {name}")
    variables = {"object": object_expression(rule.kinds), **parameter_variables(params)}
    if "object" in shared or "object" in params:
        raise NotExportable("a variable or a parameter is called object")
    return variables | {name: translated(text) for name, text in shared.items()}


def _metadata(name: str, rule: Rule, origin: Origin, minimum: int) -> dict[str, Any]:
    controls = (f"{framework}: {', '.join(ids)}" for framework, ids in sorted(rule.controls.items()) if ids)
    labels = {"app.kubernetes.io/managed-by": "sealwright", "sealwright/rule": rule.id}
    if origin.pack:
        labels["sealwright/pack"] = origin.pack.rstrip(".-")
    return {
        "name": name,
        "labels": labels,
        "annotations": {
            "sealwright/title": rule.title,
            "sealwright/why": rule.why,
            "sealwright/severity": rule.severity.label,
            "sealwright/pack-version": origin.version,
            "sealwright/controls": "; ".join(controls),
            "sealwright/minimum-kubernetes": f"1.{minimum}",
            "sealwright/documentation": f"sealwright policy show {rule.id}",
        },
    }


def _policy(
    rule: Rule, metadata: dict[str, Any], variables: Mapping[str, str], expression: str, target: Target
) -> dict[str, Any]:
    spec: dict[str, Any] = {"failurePolicy": "Fail"}  # what cannot be judged is a violation, as it is at the commit
    if "params.data." in "".join(variables.values()):
        spec["paramKind"] = {"apiVersion": "v1", "kind": "ConfigMap"}
    spec["matchConstraints"] = match_constraints(rule.kinds, target.plurals)
    conditions = match_conditions((*variables.values(), expression))
    if conditions:
        spec["matchConditions"] = conditions
    spec["variables"] = [{"name": name, "expression": _lines(text)} for name, text in variables.items()]
    spec["validations"] = [{"expression": _lines(expression), "message": message_of(rule), "reason": "Forbidden"}]
    return {"apiVersion": _API, "kind": "ValidatingAdmissionPolicy", "metadata": metadata, "spec": spec}


def message_of(rule: Rule) -> str:
    """What a person reads whose request was refused: words of the rule, never of the object."""
    whole = " ".join(f"{rule.id}: {rule.message}. {rule.remediation}".split())
    return whole.encode()[:LONGEST_MESSAGE].decode(errors="ignore")


def _binding(metadata: dict[str, Any], params: Mapping[str, Any], target: Target) -> dict[str, Any]:
    name = metadata["name"]
    spec: dict[str, Any] = {"policyName": name, "validationActions": list(BINDINGS[target.binding])}
    if params:
        spec["paramRef"] = {"name": name, "namespace": target.namespace, "parameterNotFoundAction": "Deny"}
    if target.except_namespaces:
        expression = {
            "key": "kubernetes.io/metadata.name",
            "operator": "NotIn",
            "values": sorted(set(target.except_namespaces)),
        }
        spec["matchResources"] = {"namespaceSelector": {"matchExpressions": [expression]}}
    return {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name, "labels": metadata["labels"]},
        "spec": spec,
    }


def _lines(expression: str) -> str:
    """Text of several lines is written as it is, without the escapes that quotes need."""
    return f"{expression.strip()}\n"
