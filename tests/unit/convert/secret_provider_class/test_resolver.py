"""Reading as a provider reads: what is mounted byte for byte, and what is not mounted at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.convert.secret_provider_class.converting import AWS, AZURE, GCP, VAULT
from unit.convert.secret_provider_class.test_rules import IN_VAULT, ONE, aws, azure, gcp, vault

from sealwright import config
from sealwright.convert.secret_provider_class.resolver import mounted_files
from sealwright.errors import StoreError
from sealwright.plaintext import Plaintext
from sealwright.stores.store import Form, Remote, Store

BYTES = bytes(range(256))
BUNDLE = {"a": "aHVudGVyMg==", "tls.crt": "x\n", 'q"\\é': "\U0001f511", "number": 1, "empty": "", "blob": "gIA="}


def put(store: Store, name: str, body: bytes, form: Form = Form.BINARY) -> None:
    store.create(Remote(name, Plaintext(body), form))


@pytest.fixture
def filled(store: Store) -> Store:
    put(store, "db", json.dumps(BUNDLE).encode(), Form.BUNDLE)
    put(store, "blob", BYTES)
    put(store, "text", b"gIA=\n", Form.TEXT)
    return store


def entry(path: str, alias: str = "f") -> dict[str, Any]:
    return {**ONE, "jmesPath": [{"path": path, "objectAlias": alias}]}


VAULT_ONE = {"objectName": "f", "secretPath": "kv/data/db", "secretKey": "a"}
ADDRESS = {"vaultAddress": VAULT.address}
RESOURCE = "projects/shop-1/secrets/{}/versions/latest"
READ = [
    (AWS, aws(entry("a")), b"aHVudGVyMg=="),
    (AWS, aws(entry('"tls.crt"')), b"x\n"),
    (AWS, aws(entry('"q\\"\\\\\\u00e9"')), "\U0001f511".encode()),
    (AWS, aws(entry("empty")), b""),
    (AWS, aws({**ONE, "objectName": "blob", "objectAlias": "f"}), BYTES),
    (AWS, aws({**ONE, "objectName": "text", "objectAlias": "f"}), b"gIA=\n"),
    (VAULT, vault(VAULT_ONE, **ADDRESS), b"aHVudGVyMg=="),
    (VAULT, vault({**VAULT_ONE, "encoding": "base64"}, **ADDRESS), b"hunter2"),
    (VAULT, vault({**VAULT_ONE, "secretKey": "blob", "encoding": "BASE64"}, **ADDRESS), b"\x80\x80"),
    (GCP, gcp({"resourceName": RESOURCE.format("blob"), "path": "f"}), BYTES),
    (GCP, gcp({"resourceName": RESOURCE.format("db"), "path": "f", "extractJSONKey": "tls.crt"}), b"x\n"),
    (AZURE, azure({**IN_VAULT, "objectName": "text", "objectAlias": "f", "objectEncoding": "base64"}), b"\x80\x80"),
    (AZURE, azure({**IN_VAULT, "objectName": "text", "objectAlias": "f"}), b"gIA=\n"),
]
NOT_READ = {
    "a number": (AWS, aws(entry("number"))),
    "no such key": (AWS, aws(entry("other"))),
    "a key of a key": (AWS, aws(entry("tls.crt"))),
    "no JSON": (AWS, aws({**entry("a"), "objectName": "blob"})),
    "no such object": (AWS, aws({**ONE, "objectName": "other"})),
    "no such version": (AWS, aws({**ONE, "objectVersion": "7"})),
    "another region": (AWS, aws(ONE) | {"spec": {**aws(ONE)["spec"], "parameters": {"region": "us-east-1"}}}),
    "a parameter": (AWS, aws({**ONE, "objectType": "ssmparameter"})),
    "another provider": (VAULT, aws(ONE)),
    "another project": (GCP, gcp({"resourceName": "projects/other/secrets/db/versions/latest", "path": "f"})),
    "another key vault": (
        config.Store("z", "azure-key-vault", vault="other"),
        azure({**IN_VAULT, "objectName": "text"}),
    ),
    "another server": (VAULT, vault(VAULT_ONE, vaultAddress="https://other.example.com")),
    "another mount": (VAULT, vault({**VAULT_ONE, "secretPath": "secret/data/db"}, **ADDRESS)),
    "a wrong encoding": (VAULT, vault({**VAULT_ONE, "secretKey": "tls.crt", "encoding": "base64"}, **ADDRESS)),
    "a wrong digit": (VAULT, vault({**VAULT_ONE, "encoding": "hex"}, **ADDRESS)),
    "a broken class": (AWS, aws({**ONE, "objectType": "ssm"})),
}


@pytest.mark.parametrize(("settings", "spc", "content"), READ)
def test_what_is_mounted(filled: Store, settings: config.Store, spc: dict[str, Any], content: bytes) -> None:
    assert mounted_files(filled, settings, spc)["f"].reveal() == content


@pytest.mark.parametrize("case", NOT_READ)
def test_what_is_not_mounted(filled: Store, case: str) -> None:
    settings, spc = NOT_READ[case]
    with pytest.raises(StoreError) as caught:
        mounted_files(filled, settings, spc)
    assert caught.value.__context__ is None
    shown = f"{caught.value} {caught.value.hint}"
    assert not any(str(value) in shown for value in BUNDLE.values() if len(str(value)) > 1)


def test_the_whole_object_is_mounted_too(filled: Store) -> None:
    files = mounted_files(filled, AWS, aws(entry("a")))
    assert json.loads(files["db.json"].reveal()) == BUNDLE
    assert list(files) == ["db.json", "f"]
