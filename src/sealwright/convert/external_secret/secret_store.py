"""The objects that tell the operator where a store is and as whom to read it: never with keys of their own.

The identity is that of a service account: IRSA or Pod Identity, Vault's Kubernetes authentication, workload identity of
Google or Azure. A ClusterSecretStore always says which namespaces may use it: without, every namespace may.
Source: external-secrets 2.9, docs/provider; its guide on best practices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.external_secret.canonical import documents
from sealwright.convert.external_secret.options import API_VERSION
from sealwright.convert.external_secret.validate import flaws
from sealwright.errors import ConvertError
from sealwright.stores.vault_settings import mount_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright import config
    from sealwright.manifest.scalars import Plain

CLUSTER_STORE = "ClusterSecretStore"


class Identity(NamedTuple):
    """As whom to read. Without `service_account` it is the operator itself (Pod Identity, its own workload identity).

    `account_namespace` is where the account is, for a ClusterSecretStore; '' looks in each ExternalSecret's namespace.
    `role` is an AWS role to assume on top, or the role of Vault; `auth_mount` is where Vault's authentication is
    mounted. `cluster_*` describe the GKE cluster, '' where it is found out by itself; `tenant` is Azure's.
    """

    service_account: str = ""
    account_namespace: str = ""
    role: str = ""
    auth_mount: str = "kubernetes"
    cluster_name: str = ""
    cluster_location: str = ""
    cluster_project: str = ""
    tenant: str = ""


def secret_store_text(store: config.Store, identity: Identity, namespaces: Sequence[str]) -> str:
    """The store's objects as YAML: one ClusterSecretStore for `namespaces`, or a SecretStore in each of them.

    Raises ConvertError for what is missing in the configuration.
    """
    return documents(secret_store_objects(store, identity, namespaces))


def secret_store_objects(
    store: config.Store, identity: Identity, namespaces: Sequence[str]
) -> tuple[dict[str, Plain], ...]:
    """The same as plain data."""
    if store.backend not in _PROVIDERS:
        raise ConvertError(f"no operator reads a {store.backend} store", hint="copy its values: sealwright store copy")
    named = sorted(set(namespaces))
    if not named:
        hint = "name the namespaces that may use it"
        raise ConvertError(f"nobody says for which namespaces store {store.name} is", hint=hint)
    cluster = store.ref_kind == CLUSTER_STORE
    provider = _PROVIDERS[store.backend](store, identity, _account(identity, cluster=cluster))
    metadata: dict[str, Plain] = {"name": store.ref_name or store.name}
    head: dict[str, Plain] = {"apiVersion": API_VERSION, "kind": store.ref_kind}
    made: tuple[dict[str, Plain], ...]
    if cluster:
        allowed: list[Plain] = [{"namespaces": [*named]}]
        made = ({**head, "metadata": metadata, "spec": {"conditions": allowed, "provider": provider}},)
    else:
        places = [{**metadata, "namespace": namespace} for namespace in named]
        made = tuple({**head, "metadata": place, "spec": {"provider": provider}} for place in places)
    for one in made:
        wrong = next(flaws(one), None)
        if wrong is not None:
            raise ConvertError(f"store {store.name}: {wrong}", hint="check the store's settings")
    return made


def _account(identity: Identity, *, cluster: bool) -> dict[str, Plain]:
    """A reference to the service account, in a mapping that is empty where there is none."""
    if not identity.service_account:
        return {}
    ref: dict[str, Plain] = {"name": identity.service_account}
    if cluster and identity.account_namespace:
        ref["namespace"] = identity.account_namespace
    return {"serviceAccountRef": ref}


def _aws(store: config.Store, identity: Identity, account: dict[str, Plain]) -> dict[str, Plain]:
    service = "ParameterStore" if store.backend == "aws-parameter-store" else "SecretsManager"
    settings: dict[str, Plain] = {"service": service, "region": _needed(store, "region", store.region)}
    settings |= _given(prefix=store.prefix, role=identity.role)
    return {"aws": settings | ({"auth": {"jwt": account}} if account else {})}


def _vault(store: config.Store, identity: Identity, account: dict[str, Plain]) -> dict[str, Plain]:
    server = _needed(store, "address", store.address)
    if not identity.role:
        hint = "say which role of Vault's Kubernetes authentication reads it"
        raise ConvertError(f"store {store.name} has no role", hint=hint)
    login: dict[str, Plain] = {"mountPath": identity.auth_mount, "role": identity.role}
    settings: dict[str, Plain] = {"server": server, "path": mount_of(store), "version": "v2"}
    settings |= _given(namespace=store.namespace)
    return {"vault": {**settings, "auth": {"kubernetes": {**login, **account}}}}


def _gcp(store: config.Store, identity: Identity, account: dict[str, Plain]) -> dict[str, Plain]:
    settings: dict[str, Plain] = {"projectID": _needed(store, "project", store.project)}
    settings |= _given(location=store.location)
    if not account:
        return {"gcpsm": settings}
    cluster = _given(
        clusterLocation=identity.cluster_location,
        clusterName=identity.cluster_name,
        clusterProjectID=identity.cluster_project,
    )
    return {"gcpsm": {**settings, "auth": {"workloadIdentity": {**cluster, **account}}}}


def _azure(store: config.Store, identity: Identity, account: dict[str, Plain]) -> dict[str, Plain]:
    vault = _needed(store, "vault", store.vault)
    url = vault if "://" in vault else f"https://{vault}.vault.azure.net"
    settings: dict[str, Plain] = {"authType": "WorkloadIdentity", "vaultUrl": url}
    return {"azurekv": {**settings, **_given(tenantId=identity.tenant), **account}}


def _given(**fields: str) -> dict[str, Plain]:
    return {name: value for name, value in fields.items() if value}


def _needed(store: config.Store, field: str, value: str) -> str:
    if not value:
        hint = f"write it into .sealwright.yaml, below stores.{store.name}"
        raise ConvertError(f"store {store.name} has no {field}", hint=hint)
    return value


_PROVIDERS: dict[str, Callable[[config.Store, Identity, dict[str, Plain]], dict[str, Plain]]] = {
    "aws-secrets-manager": _aws,
    "aws-parameter-store": _aws,
    "vault": _vault,
    "gcp-secret-manager": _gcp,
    "azure-key-vault": _azure,
}
