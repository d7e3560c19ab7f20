"""Objects of operators to secrets, stores and keys: names and places, never what a manifest holds in clear."""

from __future__ import annotations

from typing import Any

import pytest

from sealwright.finding import Location, Position, ResourceRef
from sealwright.inventory.csi import provider_class
from sealwright.inventory.external import external_secret
from sealwright.inventory.kms import Protected, infrastructure_keys, key_id, without_repeats
from sealwright.inventory.model import Held, Item, Key
from sealwright.inventory.shapes import address, word
from sealwright.inventory.sops import recipients
from sealwright.inventory.stores import store_of

HERE = Location("a.yaml", Position(1, 1), Position(1, 2))
ESO = "external-secrets.io/v1"
VALUE = "tide.Lantern.88"


def ref(kind: str, version: str = ESO, name: str = "db") -> ResourceRef:
    return ResourceRef(version, kind, "shop", name)


@pytest.mark.parametrize(
    ("kind", "version"),
    [("Secret", "v1"), ("PushSecret", ESO), ("Deployment", "apps/v1"), ("VaultStaticSecret", "example.com/v1")],
)
def test_what_makes_no_secret_of_a_store(kind: str, version: str) -> None:
    assert external_secret(ref(kind, version), {"spec": {"data": [{"secretKey": "a"}]}}, HERE) is None


@pytest.mark.parametrize(
    ("spec", "name", "items", "store"),
    [
        ({}, "db", (), ""),
        ({"target": {"name": "other"}, "secretStoreRef": {"name": "s"}}, "other", (), "SecretStore/shop/s"),
        ({"target": {"creationPolicy": "None"}}, "", (), ""),
        ({"data": [{"secretKey": "token", "remoteRef": {"key": "k"}}]}, "db", (Item("token", "token", "k"),), ""),
        (
            {"dataFrom": [{"sourceRef": {"generatorRef": {"kind": "Password", "name": "p"}}}]},
            "db",
            (Item("*", "other", "Password p"),),
            "",
        ),
        (
            {"dataFrom": [{"find": {"name": {"regexp": "^a"}}, "sourceRef": {"storeRef": {"name": "s"}}}]},
            "db",
            (Item("*", "other", "^a"),),
            "SecretStore/shop/s",
        ),
        ({"data": "no", "dataFrom": [1, None]}, "db", (Item("*"), Item("*")), ""),
    ],
)
def test_external_secrets(spec: dict[str, Any], name: str, items: tuple[Item, ...], store: str) -> None:
    found = external_secret(ref("ExternalSecret"), {"spec": spec}, HERE)
    assert found is not None
    assert (found.held, found.name, found.items, found.store) == (Held.EXTERNAL, name, items, store)


def test_a_cluster_wide_one_says_it_one_level_deeper() -> None:
    inner = {"secretStoreRef": {"kind": "ClusterSecretStore", "name": "aws"}, "refreshInterval": "1h"}
    found = external_secret(
        ref("ClusterExternalSecret"), {"spec": {"externalSecretName": "x", "externalSecretSpec": inner}}, HERE
    )
    assert found is not None
    assert (found.name, found.store, found.refresh) == ("x", "ClusterSecretStore/aws", "1h")


@pytest.mark.parametrize(
    ("kind", "version", "spec", "name", "remote"),
    [
        (
            "VaultStaticSecret",
            "secrets.hashicorp.com/v1beta1",
            {"path": "kv/db", "destination": {"name": "x"}},
            "x",
            "kv/db",
        ),
        ("OnePasswordItem", "onepassword.com/v1", {"itemPath": "vaults/a/items/b"}, "db", "vaults/a/items/b"),
        ("ExternalSecret", "kubernetes-client.io/v1", {"data": [{"name": "a", "key": "k"}]}, "db", "k"),
    ],
)
def test_other_operators(kind: str, version: str, spec: dict[str, Any], name: str, remote: str) -> None:
    found = external_secret(ref(kind, version), {"spec": spec}, HERE)
    assert found is not None
    assert (found.held, found.name, found.items[0].remote) == (Held.EXTERNAL, name, remote)


@pytest.mark.parametrize(
    ("provider", "kind", "place", "identity"),
    [
        ({"aws": {"service": "ParameterStore", "region": "eu-west-1"}}, "aws-parameter-store", "eu-west-1", ""),
        ({"aws": {"role": "arn:aws:iam::1:role/r"}}, "aws", "", "arn:aws:iam::1:role/r"),
        (
            {
                "vault": {
                    "server": f"https://u:{VALUE}@vault.example.com:8200/x?t={VALUE}",
                    "auth": {"tokenSecretRef": {"name": "t"}},
                }
            },
            "vault",
            "https://vault.example.com:8200",
            "Secret t",
        ),
        (
            {"gcpsm": {"projectID": "p", "auth": {"workloadIdentity": {"serviceAccountRef": {"name": "sa"}}}}},
            "gcp-secret-manager",
            "p",
            "ServiceAccount sa",
        ),
        (
            {"azurekv": {"vaultUrl": "https://v.vault.azure.net/", "authType": "WorkloadIdentity"}},
            "azure-key-vault",
            "https://v.vault.azure.net",
            "WorkloadIdentity",
        ),
        ({"fake": {"data": [{"key": "a", "value": VALUE}]}}, "fake", "", ""),
        (
            {"webhook": {"url": f"https://example.com/{{{{ .key }}}}?token={VALUE}"}},
            "webhook",
            "https://example.com",
            "",
        ),
        ([VALUE], "unknown", "", ""),
    ],
)
def test_stores(provider: Any, kind: str, place: str, identity: str) -> None:
    found = store_of(ref("SecretStore"), {"spec": {"provider": provider}}, HERE)
    assert found is not None
    assert (found.id, found.provider, found.place, found.identity) == ("SecretStore/shop/db", kind, place, identity)
    assert VALUE not in repr(found)


@pytest.mark.parametrize(
    ("provider", "parameters", "items", "store"),
    [
        (
            "aws",
            {"objects": "- objectName: a\n  objectType: ssmparameter\n", "region": "r"},
            [("a", "a")],
            "aws-parameter-store/r",
        ),
        (
            "azure",
            {"keyvaultName": "v", "objects": "array:\n  - |\n    objectName: a\n    objectType: secret\n"},
            [("a", "a")],
            "azure-key-vault/v",
        ),
        (
            "vault",
            {"objects": "- objectName: f\n  secretPath: kv/db\n  secretKey: k\n", "vaultAddress": "https://v:1/x"},
            [("f", "kv/db#k")],
            "vault/https://v:1",
        ),
        (
            "gcp",
            {"secrets": "- resourceName: projects/p/secrets/s/versions/1\n  path: f\n"},
            [("f", "projects/p/secrets/s/versions/1")],
            "gcp-secret-manager/p",
        ),
        ("aws", {"objects": "- ["}, [("*", "")], "aws-secrets-manager"),
        ("", {"objects": 7}, [("*", "")], ""),
    ],
)
def test_what_is_mounted(provider: str, parameters: dict[str, Any], items: list[tuple[str, str]], store: str) -> None:
    value = {"spec": {"provider": provider, "parameters": parameters, "secretObjects": [{"secretName": "made"}]}}
    found = provider_class(ref("SecretProviderClass", "secrets-store.csi.x-k8s.io/v1"), value, HERE)
    assert found is not None
    secret, where = found
    assert (secret.held, secret.name, where.id) == (Held.CSI, "made", store)
    assert [(item.key, item.remote) for item in secret.items] == items


def test_recipients_of_every_kind_and_in_groups() -> None:
    metadata = {
        "age": [{"recipient": "age1x"}, {"recipient": "age1x"}],
        "pgp": [{"fp": "AB"}],
        "kms": [{"arn": "arn:aws:kms:x"}],
        "key_groups": [
            {"azure_kv": [{"vault_url": "https://v.example", "name": "k"}]},
            {"hc_vault": [{"vault_address": "https://h", "key_name": "k"}]},
        ],
        "gcp_kms": [7, {"resource_id": "projects/p"}],
    }
    assert [(key.kind, key.id) for key in recipients(metadata)] == [
        ("kms", "arn:aws:kms:x"),
        ("kms", "projects/p"),
        ("age", "age1x"),
        ("pgp", "AB"),
        ("kms", "https://v.example/keys/k"),
        ("kms", "https://h/transit/keys/k"),
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("arn:aws:kms:eu:1:key/x", "arn:aws:kms:eu:1:key/x"),
        ("alias/x", "alias/x"),
        ("${aws_kms_key.main.arn}", "aws_kms_key.main"),
        ("${Key.Arn}", "Key"),
        ("arn:aws:kms:${Region}:1:key/x", ""),
        ("", ""),
    ],
)
def test_a_key_as_code_names_it(written: str, name: str) -> None:
    assert key_id(written) == name


@pytest.mark.parametrize(
    ("kind", "spec", "ids"),
    [
        ("aws_kms_key", {"description": "d"}, ["aws_kms_key.db"]),
        ("aws_secretsmanager_secret", {"name": "n", "kms_key_id": "alias/x"}, ["alias/x", "n"]),
        ("aws_secretsmanager_secret", {"name": "${...}/n", "kms_key_id": "alias/x"}, ["alias/x"]),
        ("aws_secretsmanager_secret", {"name": "n"}, []),
        ("AWS::EKS::Cluster", {"EncryptionConfig": [{"Provider": {"KeyArn": "${Key.Arn}"}}]}, ["Key"]),
        ("aws_s3_bucket", {"kms_key_id": "alias/x"}, []),
    ],
)
def test_keys_of_infrastructure(kind: str, spec: dict[str, Any], ids: list[str]) -> None:
    found = infrastructure_keys(ref(kind, "terraform"), {"spec": spec}, "main.tf")
    assert [one.remote if isinstance(one, Protected) else one.id for one in found] == ids


def test_a_key_that_several_name_is_one() -> None:
    keys = [Key("b", "kms"), Key("a", "kms", path="x.tf"), Key("a", "kms", "etcd", cluster="prod", path="y.tf")]
    assert without_repeats(keys) == (Key("a", "kms", "etcd", "", "prod", "x.tf"), Key("b", "kms"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:p@example.com/a", "https://example.com"),
        ("u:p@example.com", "example.com"),
        ("https://example.com?a@b", "https://example.com"),
        ("eu-west-1", "eu-west-1"),
        ("someone@example.com", "someone@example.com"),
    ],
)
def test_addresses_lose_whatever_may_be_a_credential(text: str, shown: str) -> None:
    assert address(text) == shown


def test_words_are_short_and_in_one_line() -> None:
    assert (word("a\n b"), len(word("x" * 10_000)), word(True), word(7), word([1])) == ("a b", 61, "", "7", "")
