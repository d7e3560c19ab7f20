"""Every object that makes a Secret: Secrets themselves, operators' objects, generators.

Where two objects make one Secret, they fight over it, and an ExternalSecret that owns its Secret wipes what it does not
know. Source: the CRDs of External Secrets, Sealed Secrets, cert-manager, Crossplane, the Vault Secrets Operator,
1Password, SOPS, Kyverno, the CSI driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.kustomization import generators
from sealwright.manifest.nodes import FILL, Mapping, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import annotations_of, is_core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_NAMED = {
    "SealedSecret": (("spec", "template", "metadata", "name"),),
    "ExternalSecret": (("spec", "target", "name"),),
    "Certificate": (("spec", "secretName"),),
    "VaultStaticSecret": (("spec", "destination", "name"),),
    "VaultDynamicSecret": (("spec", "destination", "name"),),
    "VaultPKISecret": (("spec", "destination", "name"),),
    "HCPVaultSecretsApp": (("spec", "destination", "name"),),
    "InfisicalSecret": (("spec", "managedSecretReference", "secretName"),),
    "ObjectBucketClaim": (),
    "OnePasswordItem": (),
    "BitwardenSecret": (("spec", "secretName"),),
    "AzureKeyVaultSecret": (("spec", "output", "secret", "name"),),
}
"""Kinds that make one Secret, and the field with its name; without it the Secret has the object's own name."""
_OWN_NAME_ONLY_IF_NAMED = frozenset({"Certificate", "InfisicalSecret", "AzureKeyVaultSecret"})
_CONNECTION = ("writeConnectionSecretToRef", "publishConnectionDetailsTo")
_ISSUERS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme")


class Maker(NamedTuple):
    """`resource` makes Secret `namespace`/`name`; `namespace` is '' where nobody can say which it is."""

    resource: Resource
    namespace: str
    name: str


def makers_in(resource: Resource) -> Iterator[Maker]:
    """Every Secret that the object makes, or keeps as it wants it."""
    for namespace, name in _made(resource):
        if name and FILL not in name:
            yield Maker(resource, "" if FILL in namespace else namespace, name)


def _made(resource: Resource) -> Iterator[tuple[str, str]]:
    ref, node = resource.ref, resource.node
    spec = mapping_at(node, "spec")
    if is_core(ref, "Secret"):
        yield ref.namespace, ref.name
    elif ref.kind in _NAMED:
        named = next(iter(_texts_at(node, _NAMED[ref.kind])), "")
        yield ref.namespace, named or ("" if ref.kind in _OWN_NAME_ONLY_IF_NAMED else ref.name)
    elif ref.kind == "ClusterExternalSecret" and spec:
        target = text_of(lookup(mapping_at(spec, "externalSecretSpec", "target") or spec, "name"))
        yield "", target or text_of(lookup(spec, "externalSecretName")) or ref.name
    elif ref.kind == "SecretProviderClass" and spec:
        yield from ((ref.namespace, name) for name in _in_list(spec, "secretObjects", "secretName"))
    elif ref.kind == "SopsSecret" and spec:
        yield from ((ref.namespace, name) for name in _in_list(spec, "secretTemplates", "name"))
    elif ref.kind in {"Policy", "ClusterPolicy"} and spec:
        yield from _by_kyverno(spec)
    elif ref.kind in {"Ingress", "Gateway"} and spec:
        yield from _by_shim(resource, spec)
    else:
        yield from ((made.makes.namespace, made.makes.name) for made in generators(resource) if _is_secret(made.makes))
    for field in _CONNECTION:
        written = mapping_at(spec, field) if spec else None
        if written:
            yield text_of(lookup(written, "namespace")) or ref.namespace, text_of(lookup(written, "name"))


def _is_secret(ref: object) -> bool:
    return getattr(ref, "kind", "") == "Secret"


def _texts_at(node: Mapping, ways: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for *way, last in ways:
        holder = mapping_at(node, *way)
        text = text_of(lookup(holder, last)) if holder else ""
        if text:
            yield text


def _in_list(holder: Mapping, field: str, name: str) -> Iterator[str]:
    for item in _mappings(lookup(holder, field)):
        yield text_of(lookup(item, name))


def _by_kyverno(spec: Mapping) -> Iterator[tuple[str, str]]:
    for rule in _mappings(lookup(spec, "rules")):
        made = mapping_at(rule, "generate")
        if made and text_of(lookup(made, "kind")) == "Secret":
            namespace, name = (text_of(lookup(made, field)) for field in ("namespace", "name"))
            yield "" if "{{" in namespace else namespace, "" if "{{" in name else name


def _by_shim(resource: Resource, spec: Mapping) -> Iterator[tuple[str, str]]:
    """cert-manager makes the Secrets of an Ingress or a Gateway that asks for it by an annotation."""
    if not any(name in annotations_of(resource.node) for name in _ISSUERS):
        return
    for tls in _mappings(lookup(spec, "tls")):
        yield resource.ref.namespace, text_of(lookup(tls, "secretName"))
    for listener in _mappings(lookup(spec, "listeners")):
        for ref in _mappings(lookup(mapping_at(listener, "tls") or listener, "certificateRefs")):
            yield text_of(lookup(ref, "namespace")) or resource.ref.namespace, text_of(lookup(ref, "name"))


def _mappings(node: Node | None) -> Iterator[Mapping]:
    target = resolve(node) if node is not None else None
    for item in target.items if isinstance(target, Sequence) else ():
        inner = resolve(item)
        if isinstance(inner, Mapping):
            yield inner
