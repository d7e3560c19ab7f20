"""Environment, cluster, namespace and store of a secret, by its place and the configuration."""

from __future__ import annotations

import pytest

from sealwright.config import Cluster, Config
from sealwright.config import Store as Configured
from sealwright.finding import Location, Position, ResourceRef
from sealwright.inventory.model import Held, Secret, Store
from sealwright.run.inventory.placing import Stores, placed

AWS = "ClusterSecretStore/aws"


def place(path: str) -> Location:
    return Location(path, Position(1, 1), Position(1, 2))


def secret(path: str, store: str = "", held: Held = Held.EXTERNAL, namespace: str = "") -> Secret:
    return Secret(ResourceRef("v1", "Secret", namespace, "db"), held, place(path), store=store)


def store(path: str, name: str = AWS, provider: str = "aws") -> Store:
    kind, _, rest = name.partition("/")
    return Store(name, provider, ResourceRef("", kind, rest.rpartition("/")[0], rest.rpartition("/")[2]), place(path))


@pytest.mark.parametrize(
    ("path", "cluster", "environment", "sealed_for"),
    [
        ("apps/db.yaml", Cluster("prod", paths=("clusters/prod/**",)), "", ""),
        ("clusters/prod/db.yaml", Cluster("frankfurt", paths=("clusters/prod/**",)), "frankfurt", "frankfurt"),
        ("clusters/dev/db.yaml", Cluster("only"), "dev", "only"),  # it has no paths: every file is for it
    ],
)
def test_clusters_come_before_folders(path: str, cluster: Cluster, environment: str, sealed_for: str) -> None:
    config = Config(clusters=(cluster,))
    found = placed(secret(path, held=Held.SEALED), config, lambda _own, _path: frozenset({""}))
    assert (found.environment, found.cluster) == (environment, sealed_for)
    assert placed(secret(path), config, lambda _own, _path: frozenset({""})).cluster == ""


@pytest.mark.parametrize(
    ("own", "outside", "namespace"),
    [("", {"shop"}, "shop"), ("", {"shop", "other"}, ""), ("", {""}, ""), ("mine", {"shop"}, "mine")],
)
def test_a_namespace_is_filled_in_where_only_one_can_be_meant(own: str, outside: set[str], namespace: str) -> None:
    found = placed(secret("a.yaml", namespace=own), Config(), lambda _own, _path: frozenset(outside))
    assert found.ref.namespace == namespace


def test_of_several_stores_the_nearest_is_meant() -> None:
    stores = Stores([store("clusters/prod/store.yaml"), store("clusters/staging/store.yaml")], Config())
    meant = {
        path: stores.of(secret(path, AWS)) for path in ("clusters/prod/a/db.yaml", "apps/overlays/staging/db.yaml")
    }
    assert [one.id if one else "" for one in meant.values()] == [
        f"{AWS} (clusters/prod/store.yaml)",
        f"{AWS} (clusters/staging/store.yaml)",
    ]


def test_the_configuration_says_more_of_a_store_and_has_stores_of_its_own() -> None:
    config = Config(
        stores=(
            Configured("aws", "aws-secrets-manager", ref_name="aws", region="eu-west-1", kms_key="alias/x"),
            Configured("files", "local", path="secrets"),
        )
    )
    stores = Stores([store("store.yaml")], config)
    found = stores.of(secret("a.yaml", AWS))
    assert found is not None
    assert (found.provider, found.place, found.key) == ("aws", "eu-west-1", "alias/x")
    assert [one.id for one in stores.all((), ())] == [AWS, "files"]


def test_a_store_that_nothing_defines_and_one_whose_namespace_is_not_said() -> None:
    stores = Stores([store("store.yaml", "SecretStore/shop/vault", "vault")], Config())
    named, unknown = stores.of(secret("a.yaml", "SecretStore/vault")), stores.of(secret("a.yaml", AWS))
    assert named is not None
    assert unknown is not None
    assert (named.id, unknown.id, unknown.provider, unknown.location) == (
        "SecretStore/shop/vault",
        AWS,
        "unknown",
        None,
    )
    assert stores.of(secret("a.yaml")) is None


def test_only_stores_of_what_was_asked_for_are_listed() -> None:
    stores = Stores([store("a/store.yaml"), store("b/store.yaml", "SecretStore/b")], Config())
    named = secret("x.yaml", AWS)
    assert [one.id for one in stores.all([named], ())] == [AWS]
    assert [one.id for one in stores.all((), {"b/store.yaml"})] == ["SecretStore/b"]
