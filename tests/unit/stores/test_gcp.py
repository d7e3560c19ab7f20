"""Google's Secret Manager: Google's own client against a stand-in that talks its REST protocol."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from gcp_stand_in import GcpStandIn, checksum, refusal
from hypothesis import given
from hypothesis import strategies as st
from loopback_server import Answered, Fault, Service, serving
from unit.stores.behaviour import SECRET, WHOSE, Behaviour, _quick, remote, shown_by  # noqa: F401

from sealwright import config
from sealwright.errors import AlreadyThere, Changed, ConfigurationError, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.gcp_crc32c import crc32c
from sealwright.stores.gcp_labels import meant, spelled
from sealwright.stores.gcp_line import endpoint_of
from sealwright.stores.putting import What, put
from sealwright.stores.registry import open_store
from sealwright.stores.remote_names import labels
from sealwright.stores.store import Form, Remote, Store

NAME = "prod_shop_db"


@pytest.fixture
def stand_in() -> Iterator[GcpStandIn]:
    service = GcpStandIn()
    with serving(service):
        yield service


def opened(stand_in: GcpStandIn, **settings: str) -> Store:
    return open_store(
        config.Store("it", "gcp-secret-manager", **{"project": "shop", "endpoint": stand_in.base, **settings})
    )


@pytest.fixture
def store(stand_in: GcpStandIn) -> Store:
    return opened(stand_in)


class TestSecretManager(Behaviour):
    NAME = NAME
    WRITES: ClassVar = [("POST", "/secrets"), ("POST", ":addVersion")]

    @pytest.fixture
    def faulty(self, store: Store, stand_in: GcpStandIn) -> Service:
        store.get("warm_up")
        self.stand_in = stand_in
        return stand_in

    def versions(self, store: Store, name: str) -> int:
        return len(self.stand_in.secrets[f"projects/shop/secrets/{name}"]["versions"])

    def forget(self) -> None:
        self.stand_in.secrets.clear()


@pytest.mark.parametrize("location", ["", "europe-west3"])
def test_a_single_value_of_any_bytes(stand_in: GcpStandIn, location: str) -> None:
    store = opened(stand_in, location=location, kms_key="projects/p/locations/l/keyRings/r/cryptoKeys/k")
    one = Remote(NAME, Plaintext(bytes(range(256)) * 256), Form.BINARY, labels(WHOSE))
    assert put(store, one, update=False).what is What.CREATED
    found = store.get(NAME)
    assert found is not None
    assert found.body == one.body
    [(name, secret)] = stand_in.secrets.items()
    assert name == f"projects/shop{'/locations/europe-west3' if location else ''}/secrets/{NAME}"
    assert secret["labels"]["k8s-name"] == "db_with_dots"
    assert secret["annotations"]["k8s-name"] == "Db.with.dots"
    kept = secret if location else secret["replication"]["automatic"]
    assert kept["customerManagedEncryption"]["kmsKeyName"].endswith("/k")


def test_a_secret_without_a_version_gets_its_first(stand_in: GcpStandIn, store: Store) -> None:
    """As infrastructure code makes it, or an upload that was killed."""
    path = f"projects/shop/secrets/{NAME}"
    others = {"labels": {"team": "a"}, "annotations": {"note": "ours"}, "etag": '"1"', "versions": []}
    stand_in.secrets[path] = {"name": path, "replication": {"automatic": {}}, **others}
    assert put(store, remote(NAME), update=False).what is What.CREATED
    assert stand_in.secrets[path]["labels"].items() >= {"team": "a", "managed-by": "sealwright"}.items()
    assert stand_in.secrets[path]["annotations"]["note"] == "ours"


def test_who_writes_at_the_same_moment_is_noticed(stand_in: GcpStandIn, store: Store) -> None:
    first = store.create(remote(NAME))
    path = f"projects/shop/secrets/{NAME}"
    whole = stand_in.answer

    def with_another(asked: Any) -> Answered:
        if asked.path.endswith(":addVersion"):
            stand_in.secrets[path]["versions"].append(["ENABLED", b"another"])
        return whole(asked)

    stand_in.answer = with_another  # type: ignore[method-assign]
    with pytest.raises(Changed, match="at the same time"):
        store.update(remote(NAME, "b"), first)


def test_others_objects_are_not_deleted(stand_in: GcpStandIn, store: Store) -> None:
    store.create(remote(NAME)._replace(labels={"managed-by": "terraform"}))
    assert store.names() == []
    store.discard(NAME, "1")
    assert store.get(NAME) is None
    assert stand_in.secrets[f"projects/shop/secrets/{NAME}"]["versions"][0][0] == "DISABLED"


def test_the_second_version_is_disabled_and_not_destroyed(stand_in: GcpStandIn, store: Store) -> None:
    store.discard(NAME, store.update(remote(NAME, "b"), store.create(remote(NAME))))
    assert store.get(NAME) is None
    assert store.get(NAME, "1") is not None
    assert store.create(remote(NAME, "c")) == "3"
    assert [state for state, _ in stand_in.secrets[f"projects/shop/secrets/{NAME}"]["versions"]] == [
        *("ENABLED", "DISABLED", "ENABLED"),
    ]


def test_names_come_in_pages(stand_in: GcpStandIn, store: Store) -> None:
    stand_in.page = 3
    for number in range(8):
        store.create(remote(f"{NAME}{number}"))
    store.create(remote("others")._replace(labels={"managed-by": "sealwright-fork"}))
    assert store.names() == [f"{NAME}{number}" for number in range(8)]


def test_damage_on_the_way_is_noticed(stand_in: GcpStandIn, store: Store) -> None:
    stand_in.damage = True
    with pytest.raises(StoreError, match="damaged"):
        put(store, remote(NAME), update=False)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(401, "UNAUTHENTICATED"), "logged in"),
        (refusal(403), "not permitted"),
        (refusal(429), "quota"),
        (refusal(400), "refuses"),
        (refusal(500, "INTERNAL"), "status 500"),
        (Answered(200, b"<html>proxy</html>"), "failed"),
        (Answered(404, b"<html>proxy</html>"), "refuses"),
    ],
)
def test_refusals_are_told_apart(stand_in: GcpStandIn, store: Store, answer: Answered, words: str) -> None:
    stand_in.faults = [Fault("", "", answer, times=1000)]
    with pytest.raises(StoreError, match=words) as caught:
        store.get(NAME)
    assert caught.value.hint


def test_a_value_whose_key_is_gone_is_not_taken_for_none(stand_in: GcpStandIn, store: Store) -> None:
    store.create(remote(NAME))
    stand_in.faults = [Fault("GET", ":access", refusal(400, "FAILED_PRECONDITION"))]
    with pytest.raises(StoreError, match="cannot be read") as caught:
        store.get(NAME)
    assert "KMS" in caught.value.hint


def test_another_project(stand_in: GcpStandIn) -> None:
    with pytest.raises(StoreError, match="not permitted"):
        opened(stand_in, project="elsewhere").names()


def test_nothing_is_logged(stand_in: GcpStandIn, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("google", "google.auth", "google.cloud.secretmanager_v1"):
        caplog.set_level(logging.DEBUG, logger=name)
        logging.getLogger(name).addHandler(caplog.handler)
    put(store, remote(NAME), update=False)
    store.get(NAME)
    assert caplog.records
    shown = repr([record.__dict__ for record in caplog.records])
    assert SECRET not in shown
    assert b64encode(remote(NAME).body.reveal())[:30].decode() not in shown


def test_labels_that_change_at_the_same_moment_are_kept(stand_in: GcpStandIn, store: Store) -> None:
    version = store.create(remote(NAME)._replace(labels={}))
    secret, whole = stand_in.secrets[f"projects/shop/secrets/{NAME}"], stand_in.answer

    def others_first(asked: Any) -> Answered:
        if asked.method == "PATCH":
            secret.update(labels={"team": "a"}, etag="another")
        return whole(asked)

    stand_in.answer = others_first  # type: ignore[method-assign]
    with pytest.raises(Changed, match="labels at the same time"):
        store.update(remote(NAME, "b"), version)
    assert secret["labels"] == {"team": "a"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"project": ""}, "names no project"),
        ({"project": "a/b"}, "names no project"),
        ({"location": "../x"}, "names no project"),
        ({"endpoint": "https://secretmanager.googleapis.com.evil.example"}, "not Google's"),
        ({"endpoint": "http://secretmanager.googleapis.com"}, "not Google's"),
        ({"endpoint": "https://user@evil.example/.googleapis.com"}, "not Google's"),
    ],
)
def test_settings_that_are_refused(stand_in: GcpStandIn, settings: dict[str, str], words: str) -> None:
    with pytest.raises((ConfigurationError, StoreError), match=words) as caught:
        opened(stand_in, **settings)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        ({}, "secretmanager.googleapis.com"),
        ({"location": "europe-west3"}, "secretmanager.europe-west3.rep.googleapis.com"),
        ({"endpoint": "https://secretmanager-x.p.googleapis.com/"}, "secretmanager-x.p.googleapis.com"),
    ],
)
def test_where_the_service_is(settings: dict[str, str], endpoint: str) -> None:
    assert endpoint_of(config.Store("it", "gcp-secret-manager", **settings)) == endpoint


def test_nobody_is_logged_in(stand_in: GcpStandIn, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(StoreError, match="logged in") as caught:
        opened(stand_in, endpoint="").get(NAME)
    assert "gcloud auth" in caught.value.hint


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"body": Plaintext(b"")}, "empty"),
        ({"body": Plaintext(b"x" * 65537)}, "larger"),
        ({"name": "a.b"}, "letters"),
        ({"name": "a" * 256}, "255"),
        ({"name": "a\n"}, "letters"),
        ({"labels": {"K8s": "a"}}, "label's name"),
        ({"labels": {"a": "x" * 16384}}, "too long"),
        ({"labels": {f"a{i}": "b" for i in range(65)}}, "64 labels"),
    ],
)
def test_what_the_service_would_refuse(store: Store, changed: dict[str, Any], words: str) -> None:
    assert store.flaw(remote(NAME)) == ""
    assert words in store.flaw(remote(NAME)._replace(**changed))


def test_a_missing_package_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "google.cloud.secretmanager_v1", None)
    with pytest.raises(StoreError) as caught:
        store.get(NAME)
    assert caught.value.hint == "pip install 'sealwright[gcp]'"


def test_an_annotation_that_says_another_thing_than_its_label_does_not_count() -> None:
    assert meant({"k8s-name": "db_x", "team": "a"}, {"k8s-name": "Db.x", "team": "b", "note": "c"}) == {
        "k8s-name": "Db.x",
        "team": "a",
    }


@given(st.dictionaries(st.sampled_from(["k8s-name", "a", "b"]), st.text(st.characters(exclude_categories=["Cs"]))))
def test_labels_come_back(given_labels: dict[str, str]) -> None:
    assert meant(spelled(given_labels), given_labels) == given_labels


@given(st.binary(max_size=200))
def test_checksums(data: bytes) -> None:
    assert crc32c(data) == checksum(data)


def test_the_checksum_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA


def test_lost_labels_are_looked_for(stand_in: GcpStandIn, store: Store) -> None:
    store.create(remote(NAME)._replace(labels={}))
    for done in (True, False):
        stand_in.faults = [Fault("PATCH", NAME, done=done)]
        store.update(remote(NAME, "b"), str(len(stand_in.secrets[f"projects/shop/secrets/{NAME}"]["versions"])))
        found = store.get(NAME)
        assert found is not None
        assert dict(found.labels) == labels(WHOSE)
        with pytest.raises(AlreadyThere):
            store.create(remote(NAME))
        stand_in.secrets[f"projects/shop/secrets/{NAME}"].update(labels={}, annotations={})
