"""Keys of key services that infrastructure code names: those of stored secrets, and those of clusters' etcd.

Source: Terraform's AWS provider; AWS CloudFormation; eksctl `ClusterConfig`; apiserver `EncryptionConfiguration`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.inventory.model import Key
from sealwright.inventory.shapes import items, mapping, text
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.finding import ResourceRef

TERRAFORM_KINDS = frozenset({"aws_kms_key", "aws_secretsmanager_secret", "aws_ssm_parameter", "aws_eks_cluster"})
CLOUDFORMATION_KINDS = frozenset({"AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::EKS::Cluster"})
_REFERENCE = Pattern(r"\$\{([A-Za-z0-9_.:\[\]\"-]+?)(?:\.(?:arn|id|key_id|Arn))?\}\Z")
_ETCD = "encrypts the etcd of a cluster"


class Protected(NamedTuple):
    """A stored secret, by the name that it has in its store, and the id of the key that encrypts it there."""

    remote: str
    key: str


def infrastructure_keys(ref: ResourceRef, value: dict[str, Any], path: str) -> Iterator[Key | Protected]:
    """What one resource of infrastructure code, or one object, says of keys."""
    spec = mapping(value, "spec")
    if ref.kind == "aws_kms_key":
        yield Key(f"aws_kms_key.{ref.name}", "kms", text(spec, "description") or ref.name, "AWS KMS", path=path)
    elif ref.kind == "AWS::KMS::Key":
        yield Key(ref.name, "kms", text(spec, "Description") or ref.name, "AWS KMS", path=path)
    elif ref.kind == "aws_secretsmanager_secret":
        yield from _stored(text(spec, "name"), text(spec, "kms_key_id"), path)
    elif ref.kind == "aws_ssm_parameter":
        yield from _stored(text(spec, "name"), text(spec, "key_id"), path)
    elif ref.kind == "AWS::SecretsManager::Secret":
        yield from _stored(text(spec, "Name"), text(spec, "KmsKeyId"), path)
    else:
        yield from _of_cluster(ref, value, spec, path)


def _stored(remote: str, key: str, path: str) -> Iterator[Key | Protected]:
    name = key_id(key)
    if name:
        yield Key(name, "kms", algorithm="AWS KMS", path=path)
        if remote and "${" not in remote:
            yield Protected(remote, name)


def _of_cluster(ref: ResourceRef, value: dict[str, Any], spec: dict[str, Any], path: str) -> Iterator[Key]:
    names: list[str] = []
    cluster = ref.name
    if ref.kind == "aws_eks_cluster":
        providers = (one for config in items(spec, "encryption_config") for one in items(config, "provider"))
        names = [text(one, "key_arn") for one in providers]
        cluster = text(spec, "name") or cluster
    elif ref.kind == "AWS::EKS::Cluster":
        names = [text(one, "Provider", "KeyArn") for one in items(spec, "EncryptionConfig")]
        cluster = text(spec, "Name") or cluster
    elif ref.kind == "ClusterConfig" and ref.api_version.startswith("eksctl.io/"):
        names = [text(value, "secretsEncryption", "keyARN")]
    elif ref.kind == "EncryptionConfiguration":
        for resource in items(value, "resources"):
            for provider in items(resource, "providers"):
                plugin = text(provider, "kms", "name")
                if plugin:
                    yield Key(plugin, "kms", _ETCD, "KMS plug-in", path=path)
    for name in filter(None, map(key_id, names)):
        yield Key(name, "kms", _ETCD, "AWS KMS", cluster, path)


def key_id(written: str) -> str:
    """A key as it is named: an ARN or an alias as it stands, a reference by the name of what it refers to."""
    reference = _REFERENCE.match(written)
    if reference is not None:
        return str(reference[1])
    return "" if "${" in written else written


def without_repeats(keys: list[Key]) -> tuple[Key, ...]:
    """Each key once, with what any of those that name it say of it; sorted by kind and id."""
    found: dict[tuple[str, str], Key] = {}
    for key in keys:
        before = found.get((key.kind, key.id))
        if before is not None:
            key = Key(*(old or new for old, new in zip(before, key, strict=True)))  # noqa: PLW2901 - the two made one
        found[key.kind, key.id] = key
    return tuple(found[place] for place in sorted(found))
