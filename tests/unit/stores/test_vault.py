"""Vault and OpenBao: hvac against a stand-in, and against the program that SEALWRIGHT_ORACLE_VAULT names."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
from controller_stand_in import Authority
from loopback_server import Answered, Fault, Service, serving
from unit.stores.behaviour import SECRET, WHOSE, Behaviour, _quick, remote, shown_by  # noqa: F401
from vault_stand_in import VaultStandIn

from sealwright import config
from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.placement import bundle
from sealwright.stores.putting import What, put
from sealwright.stores.registry import open_store, traits_of
from sealwright.stores.remote_names import SecretName, labels
from sealwright.stores.store import Form, Remote, Store
from sealwright.stores.vault_maps import Number, map_of, parsed, shown, size_of

PROGRAM = os.environ.get("SEALWRIGHT_ORACLE_VAULT", "")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultStandIn]:
    service = VaultStandIn()
    with serving(service):
        monkeypatch.setenv("VAULT_ADDR", service.base)
        monkeypatch.setenv("VAULT_TOKEN", service.token)
        yield service


@contextmanager
def running(home: Path) -> Iterator[str]:
    """The address of the real program, with its data in memory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = ["-dev", "-dev-no-store-token", "-dev-root-token-id=root", f"-dev-listen-address={address}"]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [PROGRAM, "server", *options], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                if requests.get(f"http://{address}/v1/sys/health", timeout=5).status_code == 200:
                    break
            except requests.ConnectionError:
                time.sleep(0.05)
        post(f"http://{address}", "sys/mounts/old", {"type": "kv", "options": {"version": "1"}})
        post(f"http://{address}", "sys/mounts/team/kv", {"type": "kv", "options": {"version": "2"}})
        post(f"http://{address}", "sys/mounts/transit", {"type": "transit"})
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def post(base: str, path: str, body: Any, token: str = "root") -> None:
    answer = requests.post(f"{base}/v1/{path}", json=body, headers={"X-Vault-Token": token}, timeout=10)
    answer.raise_for_status()


def ask(base: str, path: str) -> Any:
    return requests.get(f"{base}/v1/{path}", headers={"X-Vault-Token": "root"}, timeout=10).json()["data"]


@pytest.fixture(params=["stand-in", *(["program"] if PROGRAM else [])])
def base(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that has mounts secret and team/kv of version 2, old of version 1, and transit."""
    if request.param == "stand-in":
        yield request.getfixturevalue("stand_in").base
        return
    with running(tmp_path) as address:
        monkeypatch.setenv("VAULT_ADDR", address)
        monkeypatch.setenv("VAULT_TOKEN", "root")
        yield address


def opened(**settings: str) -> Store:
    return open_store(config.Store("it", "vault", **settings))


@pytest.fixture
def store(base: str) -> Store:
    return opened()


class TestVault(Behaviour):
    NAME = "prod/shop/db"
    WRITES: ClassVar = [("POST", "/metadata/"), ("POST", "/data/")]

    @pytest.fixture
    def base(self, stand_in: VaultStandIn) -> str:
        return stand_in.base

    @pytest.fixture
    def faulty(self, store: Store, stand_in: VaultStandIn) -> Service:
        store.get("warm/up")
        self.stand_in = stand_in
        return stand_in

    def versions(self, store: Store, name: str) -> int:
        return int(self.stand_in.secrets["", "secret", name]["newest"])

    def forget(self) -> None:
        self.stand_in.secrets.clear()


@pytest.mark.parametrize("name", ["secret/db", "secret/data/db", "data/db"])
def test_a_name_may_begin_like_the_mount(base: str, name: str) -> None:
    """What an ExternalSecret says to find it nevertheless is for `external_secret.model`."""
    put(opened(), remote(name), update=False)
    assert "data" in ask(base, f"secret/data/{name}")


@pytest.mark.parametrize("mount", ["secret", "team/kv"])
def test_a_life(base: str, mount: str) -> None:
    store = opened(mount=mount)
    first = put(store, remote("prod/shop/db"), update=False)
    assert (first.version, first.what) == ("1", What.CREATED)
    with pytest.raises(AlreadyThere):
        store.create(remote("prod/shop/db", "b"))
    assert store.update(remote("prod/shop/db", "b"), "1") == "2"
    with pytest.raises(Changed):
        store.update(remote("prod/shop/db", "c"), "1")
    assert store.names() == ["prod/shop/db"]
    store.discard("prod/shop/db", "2")
    assert store.get("prod/shop/db") is None
    assert store.names() == []
    assert store.create(remote("prod/shop/db", "c")) == "3"
    found = store.get("prod/shop/db")
    assert found is not None
    assert (found.version, dict(found.labels)) == ("3", labels(WHOSE))
    assert store.get("prod/shop/db", "2") is None
    assert store.get("prod/shop/db", "1") is not None
    assert store.get("prod/shop/db", "0") is None
    assert ask(base, f"{mount}/data/prod/shop/db")["data"] == {"password": "c", "tls.crt": "x"}


def test_what_others_have_said_about_a_secret_stays(base: str, store: Store) -> None:
    own = {"owner": "team-a", "managed-by": "sealwright"}
    settings = {"custom_metadata": own, "delete_version_after": "3h", "max_versions": 7, "cas_required": True}
    post(base, "secret/metadata/a", settings)
    store.update(remote("a", "b"), store.create(remote("a")))
    found = ask(base, "secret/metadata/a")
    assert found["custom_metadata"] == {**own, **labels(WHOSE)}
    assert found["delete_version_after"].startswith("3h")
    assert (found["max_versions"], found["cas_required"]) == (7, True)
    assert store.get("a") is not None  # it is to be deleted, but not yet
    assert store.names() == ["a"]


def test_a_value_of_somebody_else_is_labelled_when_it_is_replaced_only(base: str, store: Store) -> None:
    post(base, "secret/data/a", {"data": {"x": "1"}, "options": {"cas": 0}})
    with pytest.raises(AlreadyThere):
        store.create(remote("a"))
    assert not ask(base, "secret/metadata/a")["custom_metadata"]
    store.update(remote("a"), "1")
    assert ask(base, "secret/metadata/a")["custom_metadata"] == labels(WHOSE)


def test_what_is_no_text_is_shown_as_the_operator_sees_it(base: str, store: Store) -> None:
    odd = {"i": 7, "f": 1.5, "e": 1e21, "b": True, "n": None, "l": ["<", 1], "m": {"z": 1, "a": "&"}, "s": "<&>"}
    post(base, "secret/data/a", {"data": odd, "options": {"cas": 0}})
    found = store.get("a")
    assert found is not None
    wanted = {"i": "7", "f": "1.5", "e": "1e+21", "b": "true", "n": "", "s": "<&>"}
    wanted |= {"l": '["\\u003c",1]', "m": '{"a":"\\u0026","z":1}'}
    assert map_of(found.body) == wanted


@pytest.mark.parametrize(
    ("mount", "words"),
    [("old", "version 1"), ("transit", "no key/value"), ("none", "no mount"), ("secret/a", "no mount")],
)
def test_mounts_that_keep_no_versions(base: str, mount: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        opened(mount=mount).create(remote("a"))
    assert base in str(caught.value)


def test_names_lie_below_the_common_beginning(base: str) -> None:
    store = opened(key="prod/{namespace}/{name}", prefix="k8s/")
    for name in ("k8s/prod/b", "k8s/prod/a/b", "k8s/prod/a", "k8s/produce", "k8s/prod2/x", "elsewhere"):
        opened().create(remote(name))
    post(base, "secret/data/k8s/prod/foreign", {"data": {"x": "1"}, "options": {"cas": 0}})
    opened().create(remote("k8s/prod/of/others")._replace(labels={"managed-by": "external-secrets"}))
    assert store.names() == ["k8s/prod/a", "k8s/prod/a/b", "k8s/prod/b"]


def test_a_token_that_may_not(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hvs.another")
    with pytest.raises(StoreError, match="may not do that, or has expired") as caught:
        opened().get("a")
    assert "hvs.another" not in shown_by(caught.value)


def test_a_path_that_the_token_may_not_touch(stand_in: VaultStandIn) -> None:
    store = opened()
    store.create(remote("prod/a"))
    stand_in.closed = ["data/prod", "metadata/other"]
    stand_in.secrets["", "secret", "other/x"] = stand_in.secrets["", "secret", "prod/a"]
    with pytest.raises(StoreError, match=r"prod/a: .*may not") as caught:
        store.get("prod/a")
    assert "policy" in caught.value.hint
    assert store.names() == ["prod/a"]
    stand_in.closed = ["metadata/"]
    with pytest.raises(StoreError, match="may not"):
        store.names()
    with pytest.raises(StoreError, match="may not"):
        store.create(remote("prod/b"))
    assert ("", "secret", "prod/b") not in stand_in.secrets


def test_a_sealed_vault_is_not_asked_again(stand_in: VaultStandIn) -> None:
    stand_in.sealed = True
    with pytest.raises(StoreError, match="it is sealed") as caught:
        opened().get("a")
    assert "unseal" in caught.value.hint
    assert len(stand_in.seen) == 1


@pytest.mark.parametrize(
    ("status", "errors", "words", "times"),
    [
        (307, [], "standby", 1),
        (473, [], "secondary", 12),
        (501, ["not initialized"], "not initialised", 1),
        (500, ["local node not active but active cluster node not found"], "does not work", 12),
        (500, ["put failed due to value being too large"], "nothing that large", 1),
        (413, [], "nothing that large", 1),
        (400, ["Upgrading from non-versioned to versioned data"], "refuses", 12),
        (400, ["metadata check-and-set parameter required for this call"], "metadata", 1),
        (502, ["x"], "does not work", 12),
    ],
)
def test_refusals_are_told_apart(
    stand_in: VaultStandIn, status: int, errors: list[str], words: str, times: int
) -> None:
    store = opened()
    store.get("a")
    before = len(stand_in.seen)
    body = json.dumps({"errors": errors}).encode()
    stand_in.faults = [Fault("", "", Answered(status, body, {"Location": "http://127.0.0.2:1/"}), times=100)]
    with pytest.raises(StoreError, match=words):
        store.get("a")
    assert len(stand_in.seen) - before == times


@pytest.mark.parametrize(
    ("variables", "settings", "words"),
    [
        ({"VAULT_ADDR": ""}, {}, "nobody says where"),
        ({"VAULT_TOKEN": ""}, {}, "no Vault token"),
        ({"VAULT_TOKEN": "a\nb"}, {}, "characters"),
        ({"VAULT_ADDR": "https://u:pw@vault.example.com"}, {}, "address of the Vault is none"),
        ({"VAULT_ADDR": "http://vault.example.com"}, {}, "not encrypted"),
        ({}, {"address": "https://evil.example.com"}, "names another Vault"),
        ({"VAULT_ADDR": ""}, {"address": "file:///etc"}, "address of the Vault is none"),
        ({"VAULT_NAMESPACE": "a\nb"}, {}, "namespace"),
    ],
)
def test_settings_that_are_refused(
    stand_in: VaultStandIn,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    settings: dict[str, str],
    words: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match=words) as caught:
        opened(**settings).get("a")
    assert caught.value.hint
    assert "pw" not in shown_by(caught.value)
    assert stand_in.seen == []


def test_the_token_of_a_login(stand_in: VaultStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("VAULT_TOKEN")
    (tmp_path / ".vault-token").write_text("root\n")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password netrc-password\n")
    opened(namespace="team-a").create(remote("a"))
    assert ("team-a", "secret", "a") in stand_in.secrets
    assert not any("authorization" in asked.headers for asked in stand_in.seen)


def test_tls_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, service = Authority(tmp_path), VaultStandIn()
    monkeypatch.setenv("VAULT_TOKEN", "root")
    monkeypatch.setenv("VAULT_SKIP_VERIFY", "true")
    with serving(service, authority.server()):
        with pytest.raises(StoreError, match="not trusted") as caught:
            opened(address=service.base).get("a")
        assert "VAULT_CACERT" in caught.value.hint
        assert service.seen == []
        monkeypatch.setenv("VAULT_CACERT", str(tmp_path / "none.pem"))
        with pytest.raises(StoreError, match="files for TLS"):
            opened(address=service.base).get("a")
        monkeypatch.setenv("VAULT_CACERT", str(authority.file))
        assert opened(address=service.base).create(remote("a")) == "1"


def test_nobody_listens(stand_in: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(StoreError, match="cannot be reached"):
            opened().get("a")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"form": Form.TEXT}, "maps"),
        ({"form": Form.BINARY}, "maps"),
        ({"body": Plaintext(b"[]")}, "flat map"),
        ({"body": Plaintext(b'{"a":1}')}, "flat map"),
        ({"body": Plaintext(b'{"a":"1","a":"2"}')}, "flat map"),
        ({"body": Plaintext(b'{"a":"\\ud800"}')}, "UTF-8"),
        ({"body": Plaintext(b"[" * 100_000)}, "flat map"),
        ({"body": bundle([("a", "<" * 200_000)])}, "larger"),
        ({"name": "secret/../db"}, "a path of Vault"),
        ({"labels": {"a": ""}}, "label a"),
        ({"labels": {"a": "b\n"}}, "label a"),
        ({"labels": {"a": "b" * 513}}, "label a"),
        ({"labels": {str(i): "b" for i in range(65)}}, "64 labels"),
    ],
)
def test_what_vault_would_refuse(changed: dict[str, Any], words: str) -> None:
    store = opened()
    assert store.flaw(remote("prod/db")) == ""
    assert words in store.flaw(remote("prod/db")._replace(**changed))


def test_a_missing_package_is_named(stand_in: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hvac", None)
    with pytest.raises(StoreError) as caught:
        opened().get("a")
    assert caught.value.hint == "pip install 'sealwright[vault]'"
    assert traits_of("vault").bundles


def test_maps_are_measured_as_go_writes_them() -> None:
    content = {"b": "<é\u2028\x01\n", "a": "x"}
    assert size_of(content) == len('{"a":"x","b":"\\u003cé\\u2028\\u0001\\n"}'.encode())
    answer = parsed(b'{"x": 12345678901234567890, "y": NaN}')
    assert answer == {"x": "12345678901234567890", "y": "NaN"}
    assert isinstance(answer["x"], Number)
    assert map_of(shown({"x": {"n": Number("1.50")}})) == {"x": '{"n":1.50}'}
    assert parsed(b"[" * 100_000) is None


def test_the_same_name_in_two_namespaces_is_two_secrets(stand_in: VaultStandIn) -> None:
    opened(namespace="a").create(remote("x", SECRET))
    assert opened(namespace="b").get("x") is None
    body = bundle([("k", "v")])
    assert opened(namespace="b").create(Remote("x", body, Form.BUNDLE, labels(SecretName("", "", "x")))) == "1"
