"""Every Secret that an object of the tree makes, and every other sign that some program will make one.

Source: the CRDs of External Secrets, Sealed Secrets, cert-manager, the Vault Secrets Operator, 1Password, SOPS and the
CSI driver; kustomize's generators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.kustomization import is_kustomization_name
from sealwright.policy.relations.values import items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.relations.index import Index
    from sealwright.policy.subject import Subject

_NAMED: dict[str, tuple[str, ...]] = {
    "SealedSecret": ("spec", "template", "metadata", "name"),
    "ExternalSecret": ("spec", "target", "name"),
    "Certificate": ("spec", "secretName"),
    "VaultStaticSecret": ("spec", "destination", "name"),
    "VaultDynamicSecret": ("spec", "destination", "name"),
    "VaultPKISecret": ("spec", "destination", "name"),
    "InfisicalSecret": ("spec", "managedSecretReference", "secretName"),
    "BitwardenSecret": ("spec", "secretName"),
    "AzureKeyVaultSecret": ("spec", "output", "secret", "name"),
    "OnePasswordItem": (),
    "ObjectBucketClaim": (),
}
"""Kinds that make one Secret, and the field with its name; without it the Secret has the object's own name."""
_SERVING = ("service.beta.openshift.io/serving-cert-secret-name", "service.alpha.openshift.io/serving-cert-secret-name")
"""Annotations of a Service with the name of the Secret that OpenShift puts its certificate into."""
_CLUSTER_EXTERNAL = ("spec", "externalSecretSpec", "target", "name")


class Maker(NamedTuple):
    """`subject` makes Secret `name` in one of `namespaces` ('' for any)."""

    subject: Subject
    name: str
    namespaces: frozenset[str]


def makers(index: Index) -> dict[str, list[Maker]]:
    """The makers of every Secret by its name."""
    found: dict[str, list[Maker]] = {}
    for subject in index.world.subjects:
        if subject.family == "kubernetes":
            for namespace, name in _made(subject):
                where = frozenset({namespace}) if namespace is not None else index.namespaces(subject)
                found.setdefault(name, []).append(Maker(subject, name, where))
    return found


def _made(subject: Subject) -> Iterator[tuple[str | None, str]]:
    """Namespaces and names; None for the object's own namespace."""
    kind, value, own = subject.ref.kind, subject.value, subject.ref.name
    if kind == "Secret":
        yield None, own
    elif kind in _NAMED:
        yield None, text(value, *_NAMED[kind]) or own
    elif kind == "Service":
        annotations = mapping(value, "metadata", "annotations")
        yield from ((None, text(annotations, key)) for key in _SERVING if key in annotations)
    elif kind == "ClusterExternalSecret":
        yield "", text(value, *_CLUSTER_EXTERNAL) or text(value, "spec", "externalSecretName") or own
    elif kind == "SecretProviderClass":
        yield from ((None, text(entry, "secretName")) for entry in items(value, "spec", "secretObjects"))
    elif kind == "SopsSecret":
        yield from ((None, text(entry, "name")) for entry in items(value, "spec", "secretTemplates"))
    elif kind in {"Kustomization", "Component"} and is_kustomization_name(subject.path):
        default = text(value, "namespace")
        for entry in items(value, "secretGenerator"):
            yield text(entry, "namespace") or default or "", text(entry, "name")
    written = mapping(value, "spec", "writeConnectionSecretToRef") or mapping(
        value, "spec", "publishConnectionDetailsTo"
    )
    if written:
        yield text(written, "namespace") or None, text(written, "name")
