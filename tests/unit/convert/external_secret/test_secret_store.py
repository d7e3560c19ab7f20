"""Stores for the operator: for every backend one that a cluster takes, and never one with keys in it."""

from __future__ import annotations

import pytest
import yaml
from unit.convert.external_secret.converting import upstream_complaints

from sealwright.config import Store
from sealwright.convert.external_secret.secret_store import Identity, secret_store_text
from sealwright.convert.external_secret.validate import flaws
from sealwright.errors import ConvertError

AWS = Store("aws", "aws-secrets-manager", ref_name="aws-sm", region="eu-west-1", prefix="prod/")
SSM = Store("ssm", "aws-parameter-store", region="eu-west-1")
VAULT = Store("v", "vault", address="https://vault.example.com:8200", mount="/kv/", namespace="team")
GCP = Store("g", "gcp-secret-manager", project="my-project", location="europe-west1")
AZURE = Store("a", "azure-key-vault", vault="shop")
OWN, ROLE = Identity(), Identity(role="shop")
GIVEN = Identity("eso", "external-secrets", "arn:aws:iam::111122223333:role/shop", tenant="t-1")
GKE = Identity("eso", "external-secrets", cluster_name="c1", cluster_location="europe-west1")


@pytest.mark.parametrize(
    ("store", "identity", "provider"),
    [
        (AWS, OWN, {"aws": {"service": "SecretsManager", "region": "eu-west-1", "prefix": "prod/"}}),
        (
            SSM,
            GIVEN,
            {
                "aws": {
                    "service": "ParameterStore",
                    "region": "eu-west-1",
                    "role": "arn:aws:iam::111122223333:role/shop",
                    "auth": {"jwt": {"serviceAccountRef": {"name": "eso", "namespace": "external-secrets"}}},
                }
            },
        ),
        (
            VAULT,
            ROLE,
            {
                "vault": {
                    "server": "https://vault.example.com:8200",
                    "path": "kv",
                    "version": "v2",
                    "namespace": "team",
                    "auth": {"kubernetes": {"mountPath": "kubernetes", "role": "shop"}},
                }
            },
        ),
        (GCP, OWN, {"gcpsm": {"projectID": "my-project", "location": "europe-west1"}}),
        (
            GCP,
            GKE,
            {
                "gcpsm": {
                    "projectID": "my-project",
                    "location": "europe-west1",
                    "auth": {
                        "workloadIdentity": {
                            "clusterLocation": "europe-west1",
                            "clusterName": "c1",
                            "serviceAccountRef": {"name": "eso", "namespace": "external-secrets"},
                        }
                    },
                }
            },
        ),
        (
            AZURE,
            GIVEN,
            {
                "azurekv": {
                    "authType": "WorkloadIdentity",
                    "vaultUrl": "https://shop.vault.azure.net",
                    "tenantId": "t-1",
                    "serviceAccountRef": {"name": "eso", "namespace": "external-secrets"},
                }
            },
        ),
    ],
)
@pytest.mark.parametrize("kind", ["ClusterSecretStore", "SecretStore"])
def test_every_backend_has_its_store(store: Store, identity: Identity, provider: dict[str, object], kind: str) -> None:
    text = secret_store_text(store._replace(ref_kind=kind), identity, ["shop", "jobs", "shop"])
    made = list(yaml.safe_load_all(text))
    for one in made:
        assert upstream_complaints(one) == []
        assert list(flaws(one)) == []
        assert one["metadata"]["name"] == (store.ref_name or store.name)
        assert "secretref" not in str(one).lower()
    if kind == "ClusterSecretStore":
        [one] = made
        assert one["spec"] == {"conditions": [{"namespaces": ["jobs", "shop"]}], "provider": provider}
        assert "namespace" not in one["metadata"]
    else:  # each looks for the account in its own namespace
        assert [one["metadata"]["namespace"] for one in made] == ["jobs", "shop"]
        assert "external-secrets'" not in str([one["spec"] for one in made])


@pytest.mark.parametrize(
    ("store", "identity", "namespaces", "words"),
    [
        (AWS._replace(region=""), OWN, ["a"], "has no region"),
        (AWS, OWN, [], "for which namespaces"),
        (AWS, OWN, ["A b"], "conditions"),
        (AWS, Identity("Eso"), ["a"], "serviceAccountRef.name"),
        (VAULT._replace(address=""), ROLE, ["a"], "has no address"),
        (VAULT, OWN, ["a"], "has no role"),
        (GCP._replace(project=""), OWN, ["a"], "has no project"),
        (AZURE._replace(vault=""), OWN, ["a"], "has no vault"),
        (Store("l", "local"), OWN, ["a"], "no operator reads a local store"),
    ],
)
def test_what_is_missing_is_said(store: Store, identity: Identity, namespaces: list[str], words: str) -> None:
    with pytest.raises(ConvertError, match=words) as caught:
        secret_store_text(store, identity, namespaces)
    assert caught.value.hint
