"""Azure Key Vault: Microsoft's own client against a stand-in that talks its REST protocol, through real TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from azure_stand_in import AzureStandIn, refusal
from controller_stand_in import Authority
from loopback_server import Answered, Asked, Fault, Service, serving
from unit.stores.behaviour import SECRET, WHOSE, Behaviour, _quick, remote, shown_by  # noqa: F401

from sealwright import config
from sealwright.errors import AlreadyThere, Changed, ConfigurationError, StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores import azure
from sealwright.stores.azure_line import url_of
from sealwright.stores.putting import What, put
from sealwright.stores.registry import open_store
from sealwright.stores.remote_names import SecretName, labels
from sealwright.stores.store import Form, Remote, Store

NAME = "prod--shop--db"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stand_in(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[AzureStandIn]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    monkeypatch.setattr(azure, "_PAUSES", (0.01,) * 5)
    service = AzureStandIn()
    with serving(service, authority.server()):
        yield service


@pytest.fixture
def store(stand_in: AzureStandIn) -> Store:
    return open_store(config.Store("it", "azure-key-vault", vault=stand_in.base))


class TestKeyVault(Behaviour):
    NAME = NAME
    WRITES: ClassVar = [("PUT", "/secrets/")]

    @pytest.fixture
    def faulty(self, store: Store, stand_in: AzureStandIn) -> Service:
        store.get("warm-up")
        self.stand_in = stand_in
        return stand_in

    def versions(self, store: Store, name: str) -> int:
        return len(self.stand_in.secrets[name])

    def forget(self) -> None:
        self.stand_in.secrets.clear()


def test_what_the_vault_gets(stand_in: AzureStandIn, store: Store) -> None:
    store.create(remote(NAME))
    store.create(Remote("one", Plaintext("é\n".encode()), Form.TEXT, labels(WHOSE, "key")))
    [bundle], [one] = stand_in.secrets[NAME], stand_in.secrets["one"]
    assert (bundle["contentType"], one["contentType"], one["value"]) == ("application/json", None, "é\n")
    assert bundle["tags"] == labels(WHOSE)


def test_names_that_differ_in_case_only_are_one(stand_in: AzureStandIn, store: Store) -> None:
    store.create(remote(NAME))
    with pytest.raises(AlreadyThere):
        store.create(remote(NAME.upper()))
    with pytest.raises(StoreError, match="Secret shop/Db"):
        store.create(remote(NAME.upper(), whose=SecretName("prod", "shop", "DB")))


def test_tags_of_others_stay(stand_in: AzureStandIn, store: Store) -> None:
    version = store.create(remote(NAME)._replace(labels={"team": "a"}))
    store.update(remote(NAME, "b"), version)
    assert stand_in.secrets[NAME][-1]["tags"] == {"team": "a", **labels(WHOSE)}
    stand_in.secrets[NAME][-1]["tags"] = {f"t{i}": "x" for i in range(15)}
    with pytest.raises(StoreError, match="15 tags"):
        put(store, remote(NAME, "c"), update=True)


def test_what_was_deleted_is_recovered_for_the_same_secret(stand_in: AzureStandIn, store: Store) -> None:
    store.discard(NAME, store.create(remote(NAME)))
    assert list(stand_in.deleted) == [NAME]
    stand_in.recovering = 2
    assert put(store, remote(NAME, "b"), update=False).what is What.CREATED
    assert len(stand_in.secrets[NAME]) == 2


def test_what_was_recovered_can_be_taken_back_once_more(stand_in: AzureStandIn, store: Store) -> None:
    """But not once it was updated: then it is one version of several that are of use."""
    store.discard(NAME, store.create(remote(NAME)))
    for _ in range(2):
        store.discard(NAME, put(store, remote(NAME, "b"), update=False).version)
        assert store.get(NAME) is None
    put(store, remote(NAME), update=False)
    version = put(store, remote(NAME, "c"), update=True).version
    with pytest.raises(StoreError, match="one version of several"):
        store.discard(NAME, version)


@pytest.mark.parametrize("forbidden", [False, True])
def test_what_was_deleted_for_another_is_left_alone(stand_in: AzureStandIn, store: Store, *, forbidden: bool) -> None:
    store.discard(NAME, store.create(remote(NAME)))
    if forbidden:
        stand_in.faults = [Fault("", "/deletedsecrets/", refusal(403, "Forbidden", "ForbiddenByRbac"), times=9)]
    whose = WHOSE if forbidden else SecretName("prod", "shop", "other")
    with pytest.raises(StoreError, match="not permitted" if forbidden else "deleted, and is kept") as caught:
        put(store, remote(NAME, whose=whose), update=True)
    assert list(stand_in.deleted) == [NAME]
    assert ("az keyvault secret recover" in caught.value.hint) is not forbidden


def test_one_version_of_several_cannot_be_taken_back(stand_in: AzureStandIn, store: Store) -> None:
    stand_in.page = 1
    second = store.update(remote(NAME, "b"), store.create(remote(NAME)))
    with pytest.raises(StoreError, match="one version of several"):
        store.discard(NAME, second)
    assert len(stand_in.secrets[NAME]) == 2
    foreign = store.create(remote("foreign")._replace(labels={}))
    with pytest.raises(StoreError):
        store.discard("foreign", foreign)


def test_a_disabled_secret_stays_closed(stand_in: AzureStandIn, store: Store) -> None:
    store.create(remote(NAME))
    stand_in.secrets[NAME][0]["attributes"]["enabled"] = False
    for attempt in (lambda: store.get(NAME), lambda: put(store, remote(NAME), update=True)):
        with pytest.raises(StoreError, match="disabled") as caught:
            attempt()
        assert "--enabled true" in caught.value.hint
    assert store.names() == []


def test_names_come_in_pages(stand_in: AzureStandIn, store: Store) -> None:
    stand_in.page = 3
    for number in range(8):
        store.create(remote(f"{NAME}{number}"))
    store.create(remote("others")._replace(labels={"managed-by": "terraform"}))
    assert store.names() == [f"{NAME}{number}" for number in range(8)]


def test_who_is_faster_is_not_overwritten_after_a_lost_answer(stand_in: AzureStandIn, store: Store) -> None:
    version = store.create(remote(NAME))
    whole = stand_in.answer

    def another_first(asked: Asked) -> Answered:
        if asked.method == "PUT":
            stand_in.secrets[NAME].append({**stand_in.secrets[NAME][0], "value": "x", "id": f"{stand_in.base}/x/y/f"})
        return whole(asked)

    stand_in.answer = another_first  # type: ignore[method-assign]
    stand_in.faults = [Fault("PUT", NAME, refusal(502, "x"), done=False)]
    stand_in.secrets[NAME].append(
        {**stand_in.secrets[NAME][0], "value": "x", "id": f"{stand_in.base}/secrets/{NAME}/e"}
    )
    with pytest.raises(Changed):
        store.update(remote(NAME, "b"), version)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(403, "Forbidden", "ForbiddenByRbac"), "not permitted"),
        (refusal(403, "Forbidden", "ForbiddenByFirewall"), "firewall"),
        (refusal(403, "Forbidden", "ForbiddenByConnection"), "firewall"),
        (refusal(401, "Unauthorized"), "logged in"),
        (refusal(429, "Throttled"), "too busy"),
        (refusal(409, "Conflict", "ObjectIsBeingDeleted"), "deleting or recovering"),
        (refusal(400, "BadParameter"), "refuses"),
        (refusal(500, "x"), "status 500"),
        (Answered(200, b"<html>proxy</html>"), "no answer of a vault"),
    ],
)
def test_refusals_are_told_apart(stand_in: AzureStandIn, store: Store, answer: Answered, words: str) -> None:
    store.get("warm-up")
    stand_in.faults = [Fault("", "", answer, times=1000)]
    with pytest.raises(StoreError, match=words) as caught:
        store.get(NAME)
    assert caught.value.hint


def test_tls_is_verified(stand_in: AzureStandIn, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(StoreError, match="not trusted"):
        store.get(NAME)
    assert stand_in.seen == []


def test_nobody_is_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty PATH, so that no program of Azure's is asked, and an environment that names no identity."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "AzureCliCredential")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    store = open_store(config.Store("it", "azure-key-vault", vault="shop-vault"))
    with pytest.raises(StoreError, match=r"logged in|reached") as caught:
        store.get(NAME)
    assert caught.value.__context__ is None
    assert SECRET not in shown_by(caught.value)


@pytest.mark.parametrize(
    ("vault", "url"),
    [
        ("shop-vault", "https://shop-vault.vault.azure.net"),
        ("https://shop-vault.vault.azure.cn/", "https://shop-vault.vault.azure.cn"),
        ("https://127.0.0.1:1/", "https://127.0.0.1:1"),
        ("", ""),
        ("a", ""),
        ("https://shop.vault.azure.net.evil.example", ""),
        ("https://evil.example/.vault.azure.net", ""),
        ("https://user@shop.vault.azure.net", ""),
        ("http://127.0.0.1:1", ""),
        ("http://shop.vault.azure.net", ""),
    ],
)
def test_which_vault(vault: str, url: str) -> None:
    settings = config.Store("it", "azure-key-vault", vault=vault)
    if url:
        assert url_of(settings) == url
        return
    with pytest.raises(ConfigurationError, match="names no Key Vault"):
        open_store(settings)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"form": Form.BINARY}, "texts only"),
        ({"form": Form.TEXT, "body": Plaintext(b"\xff")}, "texts only"),
        ({"form": Form.TEXT, "body": Plaintext(b"")}, "empty"),
        ({"body": Plaintext(b"x" * 25_001)}, "larger"),
        ({"name": "a_b"}, "letters"),
        ({"name": "a" * 128}, "127"),
        ({"name": "a\n"}, "letters"),
        ({"labels": {"a": "x" * 257}}, "too long"),
        ({"labels": {f"a{i}": "b" for i in range(16)}}, "15 tags"),
    ],
)
def test_what_the_vault_would_refuse(store: Store, changed: dict[str, Any], words: str) -> None:
    assert store.flaw(remote(NAME)) == ""
    assert words in store.flaw(remote(NAME)._replace(**changed))


def test_a_missing_package_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "azure.keyvault.secrets", None)
    with pytest.raises(StoreError) as caught:
        store.get(NAME)
    assert caught.value.hint == "pip install 'sealwright[azure]'"
