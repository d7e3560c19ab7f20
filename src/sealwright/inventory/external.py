"""Secrets whose values live in a store: ExternalSecrets, and the objects of operators that do the same.

Source: external-secrets.io/v1 `ExternalSecretSpec`, `ClusterExternalSecretSpec`; CRDs of the Vault Secrets Operator, of
1Password, Infisical, Bitwarden, Azure Key Vault to Kubernetes, kubernetes-external-secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.inventory.material import material_of
from sealwright.inventory.model import Held, Item, Secret
from sealwright.inventory.shapes import items, mapping, text
from sealwright.inventory.stores import CLUSTER, NAMESPACED, store_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.finding import Location, ResourceRef

GROUP = "external-secrets.io/"
KINDS = ("ExternalSecret", "ClusterExternalSecret")
ALL = "*"
"""The key of an item that stands for any number of values."""
_OPERATORS: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...], str]] = {
    ("secrets.hashicorp.com/", "VaultStaticSecret"): (("destination", "name"), ("path",), "refreshAfter"),
    ("secrets.hashicorp.com/", "VaultDynamicSecret"): (("destination", "name"), ("path",), "refreshAfter"),
    ("secrets.hashicorp.com/", "VaultPKISecret"): (("destination", "name"), ("role",), ""),
    ("secrets.hashicorp.com/", "HCPVaultSecretsApp"): (("destination", "name"), ("appName",), "refreshAfter"),
    ("onepassword.com/", "OnePasswordItem"): ((), ("itemPath",), ""),
    ("secrets.infisical.com/", "InfisicalSecret"): (("managedSecretReference", "secretName"), (), "resyncInterval"),
    ("k8s.bitwarden.com/", "BitwardenSecret"): (("secretName",), (), ""),
    ("spv.no/", "AzureKeyVaultSecret"): (("output", "secret", "name"), ("vault", "object", "name"), ""),
}
"""By group and kind: where the Secret's name stands in `spec`, where that of what is fetched, and how often it is."""


def external_secret(ref: ResourceRef, value: dict[str, Any], location: Location) -> Secret | None:
    """The secret that the object makes of values of a store; None for an object that makes none."""
    if ref.kind in KINDS:
        return _external(ref, value, location) if ref.api_version.startswith(GROUP) else _older(ref, value, location)
    known = next((found for (group, kind), found in _OPERATORS.items() if _is(ref, group, kind)), None)
    if known is None:
        return None
    named, remote, refresh = known
    spec = mapping(value, "spec")
    name = (text(spec, *named) if named else ref.name) or ref.name
    found = text(spec, *remote) if remote else ""
    every = text(spec, refresh) if refresh else ""
    return Secret(ref, Held.EXTERNAL, location, name=name, items=(Item(ALL, remote=found),), refresh=every)


def _is(ref: ResourceRef, group: str, kind: str) -> bool:
    return ref.kind == kind and ref.api_version.startswith(group)


def _external(ref: ResourceRef, value: dict[str, Any], location: Location) -> Secret:
    spec, name = mapping(value, "spec"), ref.name
    if ref.kind == "ClusterExternalSecret":
        name = text(spec, "externalSecretName") or name
        spec = mapping(spec, "externalSecretSpec")
    target = mapping(spec, "target")
    made = "" if target.get("creationPolicy") == "None" else text(target, "name") or name
    type_ = text(target, "template", "type")
    default = _store(mapping(spec, "secretStoreRef"), ref)
    stores = [default, *(store for field in ("data", "dataFrom") for store in _own_stores(spec, field, ref))]
    return Secret(
        ref,
        Held.EXTERNAL,
        location,
        name=made,
        type=type_,
        items=tuple(_items(spec, type_)),
        store=next(filter(None, stores), ""),
        refresh=text(spec, "refreshInterval"),
    )


def _store(reference: dict[str, Any], ref: ResourceRef) -> str:
    name, kind = text(reference, "name"), text(reference, "kind") or NAMESPACED
    return store_id(kind, "" if kind == CLUSTER else ref.namespace, name) if name else ""


def _own_stores(spec: dict[str, Any], field: str, ref: ResourceRef) -> Iterator[str]:
    for entry in items(spec, field):
        yield _store(mapping(entry, "sourceRef", "storeRef"), ref)


def _items(spec: dict[str, Any], type_: str) -> Iterator[Item]:
    for entry in items(spec, "data"):
        key, remote = text(entry, "secretKey"), mapping(entry, "remoteRef")
        name, part = text(remote, "key"), text(remote, "property")
        yield Item(key, material_of(key, type_), f"{name}#{part}" if part else name)
    for entry in items(spec, "dataFrom"):
        generator = mapping(entry, "sourceRef", "generatorRef")
        found = text(entry, "extract", "key")
        if generator:
            found = f"{text(generator, 'kind')} {text(generator, 'name')}"
        elif mapping(entry, "find"):
            found = text(entry, "find", "path") or text(entry, "find", "name", "regexp") or ALL
        yield Item(ALL, remote=found)


def _older(ref: ResourceRef, value: dict[str, Any], location: Location) -> Secret:
    """Of kubernetes-external-secrets, which is archived: what it wrote is still there in many places."""
    spec = mapping(value, "spec") or mapping(value, "secretDescriptor")
    type_ = text(spec, "type") or text(spec, "template", "type")
    named = [(text(one, "name"), text(one, "key")) for one in items(spec, "data")]
    found = [Item(name, material_of(name, type_), key) for name, key in named]
    found += [Item(ALL, remote=name) for name in items(spec, "dataFrom") if isinstance(name, str)]
    return Secret(ref, Held.EXTERNAL, location, name=ref.name, type=type_, items=tuple(found))
