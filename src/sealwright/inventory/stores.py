"""The places where values live, as manifests and the configuration name them: a provider, where, and as whom.

Credentials that a manifest holds are never looked at; addresses are cut down to their host.
Source: external-secrets.io/v1 `SecretStoreProvider`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import ResourceRef
from sealwright.inventory.model import Store
from sealwright.inventory.shapes import address, mapping, text, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.config import Store as Configured
    from sealwright.finding import Location

NAMESPACED, CLUSTER = "SecretStore", "ClusterSecretStore"
_GROUP = "external-secrets.io/"
_PROVIDERS = {
    "gcpsm": "gcp-secret-manager",
    "azurekv": "azure-key-vault",
    "onepassword": "1password",
    "onepasswordSDK": "1password",
    "gitlab": "gitlab",
}
"""What is called otherwise here than in manifests."""
_AWS = {"SecretsManager": "aws-secrets-manager", "ParameterStore": "aws-parameter-store"}
_PLACES = (
    *("region", "vaultUrl", "server", "projectID", "address", "url", "serverUrl", "host", "hostAPI", "hostname"),
    *("connectHost", "apiUrl", "project", "projectId", "vault", "remoteNamespace", "service", "environment"),
)
_DEEPEST = 8


def store_id(kind: str, namespace: str, name: str) -> str:
    """How the inventory calls a store that objects name."""
    return f"{kind}/{namespace}/{name}" if namespace else f"{kind}/{name}"


def store_of(ref: ResourceRef, value: dict[str, Any], location: Location) -> Store | None:
    """The store that an object defines; None for any other object."""
    if ref.kind not in {NAMESPACED, CLUSTER} or not ref.api_version.startswith(_GROUP):
        return None
    provider = mapping(value, "spec", "provider")
    name = next((word(key) for key in provider), "")
    settings = mapping(provider, name)
    kind = _AWS.get(text(settings, "service"), "aws") if name == "aws" else _PROVIDERS.get(name, name)
    namespace = "" if ref.kind == CLUSTER else ref.namespace
    place = next((text(settings, field) for field in _PLACES if text(settings, field)), "")
    if not place:
        place = text(settings, "server", "url")
    identity = _identity(settings)
    return Store(store_id(ref.kind, namespace, ref.name), kind or "unknown", ref, location, address(place), identity)


def configured_store(store: Configured) -> Store:
    """A store of the configuration."""
    place = store.region or store.address or store.vault or store.project or store.path or store.endpoint
    name = store_id(store.ref_kind, "", store.ref_name) if store.ref_name else store.name
    ref = ResourceRef(kind=store.ref_kind, name=store.ref_name) if store.ref_name else ResourceRef()
    return Store(name, store.backend, ref, None, address(place), store.profile, store.kms_key)


def unknown_store(name: str) -> Store:
    """A store that objects name and nothing here defines."""
    kind, _, rest = name.partition("/")
    namespace, _, own = rest.rpartition("/")
    return Store(name, "unknown", ResourceRef("external-secrets.io/v1", kind, namespace, own))


def _identity(settings: dict[str, Any]) -> str:
    """As whom the store is asked: a service account, a role, or the Secret that holds the credential."""
    accounts = [text(one, "name") for one in _named(settings, "serviceAccountRef") if text(one, "name")]
    if accounts:
        return f"ServiceAccount {accounts[0]}"
    role = text(settings, "role")
    if role:
        return role
    for field in ("secretRef", "SecretRef"):
        for one in _named(settings, field):
            name = text(one, "name") or next((text(inner, "name") for inner in one.values() if text(inner, "name")), "")
            if name:
                return f"Secret {name}"
    return text(settings, "identityId") or text(settings, "authType")


def _named(value: Any, ending: str, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The mappings under keys that end so, outermost first."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    for key, inner in value.items():
        if key.endswith(ending) and isinstance(inner, dict):
            yield inner
    for inner in value.values():
        yield from _named(inner, ending, depth + 1)
