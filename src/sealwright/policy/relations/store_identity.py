"""XRF004: the service account that reads from AWS has no role of its own.

Source: EKS, IAM roles for service accounts and EKS Pod Identity; External Secrets, AWS provider (`auth.jwt`); the AWS
provider of the Secrets Store CSI driver, which uses the identity of the pod.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.relations.index import Index, index_of, meet
from sealwright.policy.relations.pods import provider_classes
from sealwright.policy.relations.stores import CLUSTER, NAMESPACED, is_external
from sealwright.policy.relations.values import is_name, items, mapping, strings, text
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

_ROLE = "eks.amazonaws.com/role-arn"
_STORE: tuple[str, ...] = ("spec", "provider", "aws", "auth", "jwt", "serviceAccountRef")
_ASSOCIATIONS = (
    "PodIdentityAssociation",
    "aws_eks_pod_identity_association",
    "AWS::EKS::PodIdentityAssociation",
    "ClusterConfig",
)


def check(world: World) -> Iterator[Blame]:
    """Every store and pod whose service account is in the tree and has no role there."""
    index = index_of(world)
    if not index.complete:
        return
    accounts: dict[str, list[Subject]] = {}
    for account in index.of_kind("ServiceAccount"):
        accounts.setdefault(account.ref.name, []).append(account)
    granted = _granted(index)
    if granted is None:
        return
    for store in filter(is_external, index.of_kind(NAMESPACED, CLUSTER)):
        ref = mapping(store.value, *_STORE)
        name, namespace = text(ref, "name"), text(ref, "namespace")
        where = frozenset({namespace}) if namespace else index.namespaces(store)
        if is_name(name) and name not in granted and _bare(index, accounts.get(name, []), where):
            yield Blame(store, ((*_STORE, "name"),), f"ServiceAccount {name} has no {_ROLE}")
    yield from _pods(index, accounts, granted)


def _pods(index: Index, accounts: dict[str, list[Subject]], granted: set[str]) -> Iterator[Blame]:
    classes = {
        each.ref.name: each
        for each in index.of_kind("SecretProviderClass")
        if text(each.value, "spec", "provider") == "aws"
        and text(each.value, "spec", "parameters", "usePodIdentity") != "true"
    }
    for pod in index.pods if classes else ():
        name = text(pod.spec, "serviceAccountName") or text(pod.spec, "serviceAccount") or "default"
        used = [path for path, each in provider_classes(pod) if each in classes]
        if not used or not is_name(name) or name in granted:
            continue
        if name == "default" and not accounts.get(name):
            yield Blame(pod.subject, (used[0],), "the pods run as ServiceAccount default, which has no role")
        elif _bare(index, accounts.get(name, []), index.namespaces(pod.subject)):
            yield Blame(pod.subject, ((*pod.path, "serviceAccountName"),), f"ServiceAccount {name} has no {_ROLE}")


def _bare(index: Index, accounts: list[Subject], where: frozenset[str]) -> bool:
    """Whether the account is in the tree, and nothing there gives it a role; one that is elsewhere may have one."""
    there = [account for account in accounts if meet(where, index.namespaces(account))]
    names = {account.ref.name for account in there}
    patched = [patch for patch in index.patches("ServiceAccount") if patch.ref.name in names]
    return bool(there) and not any(_ROLE in mapping(each.value, "metadata", "annotations") for each in there + patched)


def _granted(index: Index) -> set[str] | None:
    """Every name that an association, or an inline patch of a kustomization, might give a role to; None for any."""
    from sealwright.policy.infrastructure.unknown import has_unknown

    if any(has_unknown(each.value) or "${" in repr(each.value) for each in index.of_kind(*_ASSOCIATIONS)):
        return None
    found = {word for each in index.of_kind(*_ASSOCIATIONS) for _, word in strings(each.value)}
    for each in index.of_kind("Kustomization", "Component"):
        if any(_ROLE in word or _ROLE.replace("/", "~1") in word for _, word in strings(items(each.value, "patches"))):
            return None
    return found
