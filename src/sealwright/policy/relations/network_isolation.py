"""NET002: a controller that holds secrets runs in pods that no NetworkPolicy isolates in both directions.

Source: Kubernetes, networking.k8s.io/v1 NetworkPolicy (a pod is isolated in a direction as soon as one policy that
selects it names that direction); Cilium and Calico for their own kinds, which are believed where they cannot be judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.relations.index import Index, index_of, meet
from sealwright.policy.relations.values import items, mapping, text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.relations.pods import Pod
    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

CONTROLLERS = Pattern(
    r"(?:^|/)(?:external-secrets/external-secrets|external-secrets|sealed-secrets(?:-controller)?"
    r"|csi-secrets-store/driver|(?:secrets-store-csi-driver|csi-secrets-store)-provider-[a-z]+|vault-csi-provider"
    r"|azure/secrets-store/provider-azure|vault-k8s|vault-secrets-operator)(?:[:@]|\Z)"
)
"""Images of programs that read secrets for a whole cluster."""
_BOTH = frozenset({"Ingress", "Egress"})
_SELECTORS = {"CiliumNetworkPolicy": "endpointSelector", "CiliumClusterwideNetworkPolicy": "endpointSelector"}
_CALICO = ("NetworkPolicy", "GlobalNetworkPolicy")
_CLUSTER = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")


def check(world: World) -> Iterator[Blame]:
    """Every workload of a controller without isolation, at the container's image."""
    index = index_of(world)
    if not index.complete:
        return
    policies = index.of_kind("NetworkPolicy", "GlobalNetworkPolicy", *_SELECTORS, *_CLUSTER)
    for pod in index.pods:
        if pod.spec.get("hostNetwork") is True:
            continue
        image = _controller(pod)
        if image:
            missing = _BOTH - _isolated(index, pod, policies)
            if missing:
                yield Blame(pod.subject, (image,), f"open: {', '.join(sorted(missing)).lower()}")


def _controller(pod: Pod) -> DocumentPath:
    for path, container in pod.containers():
        if CONTROLLERS.search(text(container, "image")):
            return (*path, "image")
    return ()


def _isolated(index: Index, pod: Pod, policies: list[Subject]) -> set[str]:
    where = index.namespaces(pod.subject)
    found: set[str] = set()
    for policy in policies:
        if meet(index.namespaces(policy), where):
            found |= _directions(policy, pod)
    return found


def _directions(policy: Subject, pod: Pod) -> set[str]:
    """The directions in which the policy isolates the pod."""
    kind, spec = policy.ref.kind, mapping(policy.value, "spec")
    if kind in _CLUSTER:
        return set(_BOTH)
    if kind in _SELECTORS:
        specs = [spec, *(each for each in items(policy.value, "specs") if isinstance(each, dict))]
        return set().union(*(_by_cilium(each, pod, _SELECTORS[kind]) for each in specs))
    if kind in _CALICO and "projectcalico.org" in policy.ref.api_version:
        return _named(spec, "types") or set(_BOTH)
    if not selects(mapping(spec, "podSelector"), pod.labels):
        return set()
    return _named(spec, "policyTypes") or ({"Ingress", "Egress"} if items(spec, "egress") else {"Ingress"})


def _named(spec: dict[str, Any], field: str) -> set[str]:
    return {word for word in _BOTH if word in items(spec, field)}


def _by_cilium(spec: dict[str, Any], pod: Pod, field: str) -> set[str]:
    if not selects(mapping(spec, field), pod.labels, cilium=True):
        return set()
    found = {"Ingress"} if "ingress" in spec or "ingressDeny" in spec else set()
    found |= {"Egress"} if "egress" in spec or "egressDeny" in spec else set()
    default = mapping(spec, "enableDefaultDeny")
    return {word for word in found if default.get(word.lower()) is not False}


def selects(selector: dict[str, Any], labels: dict[str, Any], *, cilium: bool = False) -> bool:
    """Whether a label selector fits. Of Cilium's labels, those that are of the namespace count as fitting."""
    for name, value in mapping(selector, "matchLabels").items():
        key = name.removeprefix("k8s:").removeprefix("any:") if cilium else name
        if cilium and key.startswith("io.kubernetes.pod.namespace"):
            continue
        if labels.get(key) != value:
            return False
    return all(_fits(each, labels) for each in items(selector, "matchExpressions"))


def _fits(expression: Any, labels: dict[str, Any]) -> bool:
    key, operator = text(expression, "key"), text(expression, "operator")
    wanted = items(expression, "values")
    value = labels.get(key)
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return (value in wanted) is (operator == "In")
