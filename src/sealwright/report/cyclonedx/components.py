"""The parts of a bill: secrets and their values, keys, algorithms, certificates, workloads; stores are services.

Source: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/ (`cryptoProperties`, `services`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.inventory.model import Held
from sealwright.report.cyclonedx.references import identity
from sealwright.report.wording import place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.finding import Location, ResourceRef
    from sealwright.inventory.model import Certificate, Inventory, Item, Key, Secret, Store
    from sealwright.report.cyclonedx.references import References

_ASSET = "cryptographic-asset"
_MECHANISMS = {Held.PLAINTEXT: "None", Held.SOPS: "SOPS", Held.SEALED: "SealedSecret", Held.REFERENCE: "Reference"}
_KEY_TYPES = {"kms": "secret-key", "sealing": "public-key", "age": "public-key", "pgp": "public-key"}
_MATERIALS = frozenset({"password", "token", "private-key", "public-key", "key", "credential"})
"""Of our words those that CycloneDX has for related material: a certificate is an asset of its own there."""
_PRIMITIVES = {"RSA": "pke", "X25519": "key-agree"}


def properties(pairs: dict[str, str]) -> list[dict[str, str]]:
    """Names of ours with what they say, without those that say nothing."""
    return [{"name": f"sealwright:{name}", "value": value} for name, value in pairs.items() if value]


def secret_component(secret: Secret, references: References, provider: str) -> dict[str, Any]:
    """A secret, its values within it where there are several. It is compromised where it stands in clear."""
    reference = references.secret(secret)
    materials = {_material(item) for item in secret.items}
    crypto = _related(secret, materials.pop() if len(materials) == 1 else "other", _id(secret), references, provider)
    component: dict[str, Any] = {
        "type": _ASSET,
        "bom-ref": reference,
        **_named(secret.ref, _value_name(secret)),
        "cryptoProperties": crypto,
        "evidence": _evidence([secret.location]),
        "properties": properties(
            {
                "held": secret.held.value,
                "environment": secret.environment,
                "kind": secret.ref.kind,
                "secret": secret.name,
                "secret-type": secret.type,
                "cluster": secret.cluster,
                "scope": secret.scope,
                "store": secret.store,
                "refresh": secret.refresh,
                "since": secret.since,
                "accepted": "true" if secret.accepted else "",
                "findings": str(len(secret.findings) or ""),
                "keys": " ".join(secret.keys) if len(secret.keys) > 1 else "",
            }
        ),
    }
    if len(secret.items) > 1:
        component["components"] = [
            {
                "type": _ASSET,
                "bom-ref": references.item(reference, item.key),
                "name": item.key or "value",
                "cryptoProperties": _related(secret, _material(item), item.remote, references, provider),
            }
            for item in secret.items
        ]
    elif secret.items:
        component["properties"] += properties({"item": secret.items[0].key})
    return component


def _related(secret: Secret, material: str, name: str, references: References, provider: str) -> dict[str, Any]:
    secured = {"mechanism": _MECHANISMS.get(secret.held) or provider or "External"}
    key = references.keys.get(secret.key, "")
    if key:
        secured["algorithmRef"] = key
    related: dict[str, Any] = {"type": material}
    if name:
        related["id"] = name
    related["state"] = "compromised" if secret.held is Held.PLAINTEXT else "active"
    related["securedBy"] = secured
    return {"assetType": "related-crypto-material", "relatedCryptoMaterialProperties": related}


def _id(secret: Secret) -> str:
    """The name that the store has for it, where it is one; else that of the object."""
    remotes = {item.remote for item in secret.items if item.remote}
    return remotes.pop() if len(remotes) == 1 else identity(secret.ref)


def _material(item: Item) -> str:
    return item.material if item.material in _MATERIALS else "other"


def _value_name(secret: Secret) -> str:
    return secret.location.path.rpartition("/")[2]


def key_component(key: Key, references: References, algorithms: dict[str, str]) -> dict[str, Any]:
    """A key that protects secrets, as those who have no part of it know it."""
    related: dict[str, Any] = {"type": _KEY_TYPES.get(key.kind, "key"), "id": key.id, "state": "active"}
    if key.algorithm in algorithms:
        related["algorithmRef"] = algorithms[key.algorithm]
    if key.expires:
        related["expirationDate"] = _moment(key.expires)
    component = {
        "type": _ASSET,
        "bom-ref": references.key(key),
        "name": key.name or key.id,
        "cryptoProperties": {"assetType": "related-crypto-material", "relatedCryptoMaterialProperties": related},
        "properties": properties({"key-kind": key.kind, "cluster": key.cluster, "service": _service(key)}),
    }
    if key.path:
        component["evidence"] = {"occurrences": [{"location": key.path}]}
    return component


def is_algorithm(name: str) -> bool:
    """Whether a key's algorithm is one, not the service that keeps the key."""
    return bool(name) and " " not in name


def _service(key: Key) -> str:
    return "" if is_algorithm(key.algorithm) else key.algorithm


def algorithm_component(name: str, reference: str) -> dict[str, Any]:
    """An algorithm that keys are of."""
    family, _, size = name.partition("-")
    stated: dict[str, Any] = {"primitive": _PRIMITIVES.get(family, "signature")}
    if size:
        stated["parameterSetIdentifier"] = size
    crypto = {"assetType": "algorithm", "algorithmProperties": stated}
    return {"type": _ASSET, "bom-ref": reference, "name": name, "cryptoProperties": crypto}


def certificate_component(certificates: list[Certificate], references: References) -> dict[str, Any]:
    """A certificate, with all places that show it."""
    first = certificates[0]
    stated: dict[str, Any] = {"subjectName": first.subject, "notValidAfter": _moment(first.expires)}
    if first.begins:
        stated["notValidBefore"] = _moment(first.begins)
    if first.key in references.keys:
        stated["subjectPublicKeyRef"] = references.keys[first.key]
    stated["certificateFormat"] = "X.509"
    return {
        "type": _ASSET,
        "bom-ref": references.certificate(first),
        "name": first.subject or first.fingerprint,
        "hashes": [{"alg": "SHA-256", "content": first.fingerprint.removeprefix("sha256:")}],
        "cryptoProperties": {"assetType": "certificate", "certificateProperties": stated},
        "evidence": _evidence(one.location for one in certificates),
        "properties": properties(
            {
                "purpose": first.purpose,
                "public-key": first.key,
                "algorithm": first.algorithm,
                "bits": str(first.bits or ""),
            }
        ),
    }


def workload_component(ref: ResourceRef, location: Location, references: References) -> dict[str, Any]:
    """An object that uses secrets."""
    return {
        "type": "application",
        "bom-ref": references.workload(ref, location.path),
        **_named(ref, "object"),
        "evidence": _evidence([location]),
        "properties": properties({"kind": ref.kind}),
    }


def store_service(store: Store, references: References) -> dict[str, Any]:
    """A store, which is a service that the values live in."""
    service: dict[str, Any] = {
        "bom-ref": references.store(store),
        "provider": {"name": store.provider},
        "name": store.id,
        "properties": properties({"place": store.place, "identity": store.identity, "key": store.key}),
    }
    if store.location is not None:
        defined_in = place(store.location.path, store.location.start.line)
        service["properties"] += properties({"defined-in": defined_in})
    return service


def tool(inventory: Inventory, version: str) -> dict[str, Any]:
    """What the bill is about, and what made it."""
    about = {"type": "application", "bom-ref": "repository", "name": inventory.repository}
    if inventory.commit:
        about["version"] = inventory.commit
    made = {"components": [{"type": "application", "name": "sealwright", "version": version}]}
    return {"tools": made, "component": about}


def _named(ref: ResourceRef, otherwise: str) -> dict[str, str]:
    name = ref.name or ref.kind or otherwise
    return {"group": ref.namespace, "name": name} if ref.namespace else {"name": name}


def _evidence(locations: Iterable[Location]) -> dict[str, Any]:
    places = dict.fromkeys((one.path, one.start.line) for one in locations)
    return {"occurrences": [{"location": place(path), "line": line} for path, line in places]}


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"
