"""SecretProviderClasses: what the Secrets Store CSI driver mounts into pods, and the Secrets that it makes of it.

Source: secrets-store.csi.x-k8s.io/v1 `SecretProviderClass`; the parameters of its AWS, Azure, GCP and Vault providers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.inventory.material import material_of
from sealwright.inventory.model import Held, Item, Secret, Store
from sealwright.inventory.shapes import address, items, mapping, text
from sealwright.manifest.documents import read_documents
from sealwright.manifest.scalars import TooLarge
from sealwright.manifest.source import Source
from sealwright.manifest.values import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.finding import Location, ResourceRef

KIND = "SecretProviderClass"
_GROUPS = ("secrets-store.csi.x-k8s.io/", "secrets-store.csi.k8s.io/")
_PROVIDERS = {"azure": "azure-key-vault", "gcp": "gcp-secret-manager", "vault": "vault", "openbao": "vault"}
_KEYS = ("objectAlias", "objectName", "fileName", "path")
"""What the mounted file is called, the most telling first."""
_LARGEST = 200_000


def provider_class(ref: ResourceRef, value: dict[str, Any], location: Location) -> tuple[Secret, Store] | None:
    """The secret that an object mounts, and where it lives; None for any other object."""
    if ref.kind != KIND or not ref.api_version.startswith(_GROUPS):
        return None
    spec = mapping(value, "spec")
    parameters, provider = mapping(spec, "parameters"), text(spec, "provider")
    entries = list(_objects(parameters))
    names = synchronised(value)
    found = tuple(_item(entry) for entry in entries) or (Item("*"),)
    store = _store(provider, parameters, entries)
    secret = Secret(
        ref, Held.CSI, location, name=names[0] if names else "", type=_type(spec), items=found, store=store.id
    )
    return secret, store


def synchronised(value: dict[str, Any]) -> list[str]:
    """The names of the Secrets that the driver makes."""
    return [name for one in items(value, "spec", "secretObjects") if (name := text(one, "secretName"))]


def _type(spec: dict[str, Any]) -> str:
    return next((text(one, "type") for one in items(spec, "secretObjects")), "")


def _objects(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each mounted object. Lists stand in texts of YAML, those of Azure in one more."""
    for field in ("objects", "secrets"):
        written = parameters.get(field)
        found = _parsed(written) if isinstance(written, str) else written
        if isinstance(found, dict):
            found = [_parsed(one) if isinstance(one, str) else one for one in items(found, "array")]
        yield from (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _parsed(written: str) -> Any:
    if len(written) > _LARGEST:
        return None
    document = next(iter(read_documents(Source("", written))), None)
    try:
        return value_of(document.root) if document is not None and document.root is not None else None
    except TooLarge:
        return None


def _item(entry: dict[str, Any]) -> Item:
    key = next((text(entry, field) for field in _KEYS if text(entry, field)), "")
    remote = text(entry, "objectName") or text(entry, "resourceName")
    if text(entry, "secretPath"):
        remote = text(entry, "secretPath") + (f"#{text(entry, 'secretKey')}" if text(entry, "secretKey") else "")
    return Item(key, material_of(key), remote)


def _store(provider: str, parameters: dict[str, Any], entries: list[dict[str, Any]]) -> Store:
    kind = _PROVIDERS.get(provider.lower(), provider.lower())
    if kind == "aws":
        types = {text(entry, "objectType") for entry in entries}
        kind = "aws-parameter-store" if types == {"ssmparameter"} else "aws-secrets-manager"
    place = next(
        (text(parameters, field) for field in ("region", "vaultAddress", "keyvaultName") if text(parameters, field)), ""
    )
    first = next((text(entry, "resourceName") for entry in entries), "")
    if kind == "gcp-secret-manager" and first.startswith("projects/"):
        place = first.split("/")[1]
    place = address(place)
    role = text(parameters, "roleName") or text(parameters, "clientID") or text(parameters, "userAssignedIdentityID")
    return Store(f"{kind}/{place}" if place else kind, kind or "unknown", place=place, identity=role)
