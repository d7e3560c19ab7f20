"""XRF007: Secrets are written to etcd, and the cluster that the same tree defines does not encrypt them with a key of
its owner's.

Source: EncryptionConfiguration (the first provider writes); eksctl, Terraform, CloudFormation, ACK, Cluster API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.relations.index import Index, index_of
from sealwright.policy.relations.values import at, items, mapping
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

_SECRETS = frozenset({"secrets", "*.", "*.*"})


def check(world: World) -> Iterator[Blame]:
    """Every definition of a cluster that leaves synchronised Secrets unencrypted, or encrypted with another's key."""
    index = index_of(world)
    kinds = [kind for kind in _DEFINITIONS if index.has(kind)]
    synchronised = _synchronised(index) if kinds else ""
    for kind in kinds if synchronised else ():
        group, path, encrypted = _DEFINITIONS[kind]
        for subject in index.of_kind(kind):
            if subject.ref.api_version.startswith(group) and not encrypted(subject):
                yield Blame(subject, (path,), f"{synchronised} ends up in its etcd")


def _synchronised(index: Index) -> str:
    for kind in ("ExternalSecret", "ClusterExternalSecret", "SealedSecret"):
        for subject in index.of_kind(kind):
            return f"the Secret of {subject.ref}"
    for subject in index.of_kind("SecretProviderClass"):
        if items(subject.value, "spec", "secretObjects"):
            return f"the Secret of {subject.ref}"
    return ""


def _by_configuration(subject: Subject) -> bool:
    for entry in items(subject.value, "resources"):
        if _SECRETS & {word for word in items(entry, "resources") if isinstance(word, str)}:
            providers = items(entry, "providers")
            return bool(providers) and not (isinstance(providers[0], dict) and "identity" in providers[0])
    return False


def _says(*ways: tuple[str, ...]) -> Callable[[Subject], bool]:
    def encrypted(subject: Subject) -> bool:
        return any(_is_given(at(subject.value, *way)) for way in ways)

    return encrypted


def _is_given(value: Any) -> bool:
    return bool(value) or (value is not None and value is not False and not isinstance(value, (str, list, dict)))


def _by_eksctl(subject: Subject) -> bool:
    """What only adds node groups, to subnets that are there, defines no cluster."""
    value = subject.value
    groups = [*items(value, "managedNodeGroups"), *items(value, "nodeGroups")]
    adds = bool(groups) and all(isinstance(group, dict) and "subnets" in group for group in groups)
    if adds and "vpc" not in value and "version" not in mapping(value, "metadata"):
        return True
    return _is_given(at(value, "secretsEncryption", "keyARN"))


def _by_module(subject: Subject) -> bool:
    """Terraform's blocks may be written by `dynamic`; what is there in any form is believed."""
    spec = mapping(subject.value, "spec")
    return any(
        "encryption_config" in name for name in (*spec, *mapping(spec, "dynamic"))
    ) or "encryption_config" in str(items(spec, "dynamic"))


_DEFINITIONS: dict[str, tuple[str, DocumentPath, Callable[[Subject], bool]]] = {
    "EncryptionConfiguration": ("apiserver.config.k8s.io/", ("resources",), _by_configuration),
    "ClusterConfig": ("eksctl.io/", ("metadata", "name"), _by_eksctl),
    "aws_eks_cluster": ("terraform", (), _by_module),
    "AWS::EKS::Cluster": ("cloudformation", (), _says(("spec", "EncryptionConfig"))),
    "Cluster": (
        "eks.",
        ("metadata", "name"),
        _says(("spec", "encryptionConfig"), ("spec", "forProvider", "encryptionConfig")),
    ),
    "AWSManagedControlPlane": (
        "controlplane.cluster.x-k8s.io/",
        ("metadata", "name"),
        _says(("spec", "encryptionConfig", "provider")),
    ),
}
"""By kind: what its apiVersion begins with, the place to show, and whether it encrypts with a key of one's own."""
