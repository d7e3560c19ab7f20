"""Advice on Secrets: what it must be silent about first, then what it says, and that it says nothing of a value."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT
from unit.convert.advised import advice_on, secret, slugs

TLS, SSH, BASIC = "kubernetes.io/tls", "kubernetes.io/ssh-auth", "kubernetes.io/basic-auth"
DOCKER, OLD_DOCKER = "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"
ACCOUNT, BOOTSTRAP = "kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token"
AUTHS = json.dumps({"auths": {"registry.example.com": {"auth": "dTpw"}}})


def twice(text: str) -> str:
    return b64encode(text.encode()).decode()


def key_of(kind: str) -> Any:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else rsa.generate_private_key(65537, 2048)


@cache
def tls(kind: str = "ec", days: int = 10, number: int = 0) -> tuple[bytes, bytes]:
    """Certificate and key as PEM; the certificate ends in so many days."""
    key, name = key_of(kind), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"shop {number}")])
    now = datetime.now(timezone.utc)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=90)).not_valid_after(now + timedelta(days=days))
    signed = made.sign(key, None if kind == "ed25519" else SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return signed.public_bytes(Encoding.PEM), pem


def encrypted_key() -> bytes:
    return bytes(key_of("ec").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"horse")))


PEM = tls()[1].decode()
SILENT: dict[str, dict[str, str | bytes]] = {
    "a password": {"password": "correct-horse"},
    "a password with spaces inside": {"password": "correct horse battery staple"},
    "empty": {"password": ""},
    "binary that ends like a line": {"keystore.p12": b"0\x82\x05\xff\xfe\n"},
    "a Java keystore": {"keystore.jks": b"\xfe\xed\xfe\xed\0\0\0\2"},
    "a PEM file": {"tls.key": PEM, "ca.crt": PEM.replace("\n", "\r\n")},
    "several lines": {"users": "ann\nbob\n"},
    "a configuration": {"config.ini": "[a]\n", "config": "a b\n", ".npmrc": "//r/:_x=1\n", "app.conf": "x\n"},
    "JSON in one line": {"credentials": '{"user": "a"}\n'},
    "a key for SSH": {"identity.pub": "ssh-ed25519 AAAA me\n", "known": "ssh-rsa AAAA host\n"},
    "a file of htpasswd": {"auth": "ann:$apr1$x$y\n", "web": "ann:$2y$05$abc\n"},
    "a key for age": {"age.agekey": "AGE-SECRET-KEY-1QQ\n", "age": "AGE-SECRET-KEY-1QQ\n"},
    "an environment file": {"env": "PASSWORD=x\n"},
    "a sentence": {"motd": "welcome to the shop\n"},
    "a random token in base64": {"token": "kO3x8vB1Jx5ZQm0rP1s2uQ==", "key": b64encode(bytes(range(128, 160)))},
    "a hexadecimal token": {"token": "5f4dcc3b5aa765d61d8327deb882cf99"},
    "words": {"user": "postgresql-admin", "host": "databaseserver00", "pass": "kubernetesadmin1"},
    "a JSON web token": {"token": f"{twice('{}')}.e30.c2ln"},
    "the header of basic authentication": {
        "basic-auth": twice("ann:hunter2"),
        "AUTHORIZATION": twice("some words here"),
    },
    "a token of id and secret": {"api-key": twice("VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw")},
    "a token that is compact JSON": {"token": twice('{"k":"abcdef","n":"x","id":1}')},
    "said to be base64": {"CONFIG_BASE64": twice("some text that is long")},
    "settings": {"sslmode": "none", "mode": "unset", "tag": "-", "limit": "null"},
    "a reference, which sealing itself asks about": {"password": "${PASSWORD}"},
    "no pair yet": {"tls.crt": "", "tls.key": ""},
    "a key with dots": {".a..b": "x", "a-b_c.D": "y"},
}


@pytest.mark.parametrize("values", SILENT.values(), ids=SILENT.keys())
def test_there_is_nothing_to_say(values: dict[str, str | bytes]) -> None:
    assert slugs(secret(values)) == []
    strings = {key: value if isinstance(value, str) else value.decode("latin-1") for key, value in values.items()}
    if all(isinstance(value, str) for value in values.values()):
        assert slugs(secret(strings=strings)) == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        *((TLS, {"tls.crt": tls(kind)[0], "tls.key": tls(kind)[1]}) for kind in ("ec", "ed25519", "rsa")),
        (TLS, {"tls.crt": tls()[0] + tls(number=1)[0], "tls.key": tls()[1], "ca.crt": tls(number=1)[0]}),
        (TLS, {"tls.crt": "", "tls.key": ""}),
        (SSH, {"ssh-privatekey": PEM, "known_hosts": "h ssh-rsa A\n"}),
        (BASIC, {"username": "ann"}),
        (BASIC, {"password": "hunter2-and-more"}),
        (DOCKER, {".dockerconfigjson": AUTHS}),
        (DOCKER, {".dockerconfigjson": f"{AUTHS}\n"}),
        (OLD_DOCKER, {".dockercfg": json.dumps({"https://r.example.com": {"auth": "dTpw"}})}),
        (BOOTSTRAP, {"token-id": "abcdef", "token-secret": "0123456789abcdef"}),
        ("example.com/anything", {"a": "b"}),
        ("Opaque", {"x": "y" * 1000}),
    ],
)
def test_the_type_has_what_it_needs(kind: str, values: dict[str, str | bytes]) -> None:
    assert slugs(secret(values, kind=kind)) == []


SAID: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "echo into base64": ("final-newline", {"password": "hunter2\n"}),
    "Windows did it": ("final-newline", {"password": "hunter2\r\n"}),
    "old editors did it": ("final-newline", {"password": "hunter2\r"}),
    "a passphrase with spaces": ("final-newline", {"password": "correct horse battery staple\n"}),
    "a token": ("final-newline", {"API_TOKEN": "ghx_0123456789\n"}),
    "a name": ("final-newline", {"username": "ann\n"}),
    "space behind": ("outer-space", {"password": "hunter2 "}),
    "space in front": ("outer-space", {"password": " hunter2"}),
    "a tab": ("outer-space", {"password": "hunter2\t"}),
    "a space without a width of its own": ("outer-space", {"password": "hunter2\u00a0"}),
    "white space alone": ("only-space", {"password": "\n"}),
    "a mark": ("byte-order-mark", {"password": b"\xef\xbb\xbfhunter2"}),
    "PowerShell": ("byte-order-mark", {"password": "hunter2".encode("utf-16")}),
    "CRLF": ("windows-line-ends", {"run.sh": "#!/bin/sh\r\necho\r\n"}),
    "later": ("placeholder", {"password": "changeme"}),
    "an example": ("placeholder", {"token": "your-token-here"}),
    "nothing yet": ("placeholder", {"password": "none"}),
    "encoded twice": ("double-base64", {"password": twice("hunter2")}),
    "encoded twice by echo": ("double-base64", {"password": twice("hunter2\n")}),
    "encoded twice, without padding": ("double-base64", {"password": twice("correct horse battery stapler")}),
    "a file encoded twice": ("double-base64", {"ca": twice(PEM)}),
    "not a pair": ("tls-pair", {"tls.crt": tls()[0], "tls.key": tls(number=1)[1]}),
    "the chain the wrong way round": ("tls-pair", {"tls.crt": tls(number=1)[0] + tls()[0], "tls.key": tls()[1]}),
    "another kind of key": ("tls-pair", {"tls.crt": tls()[0], "tls.key": tls("ed25519")[1]}),
    "an expired certificate": ("tls-pair", {"tls.crt": tls(days=-1)[0], "tls.key": tls(days=-1)[1]}),
    "a passphrase on the key": ("tls-pair", {"tls.crt": tls()[0], "tls.key": encrypted_key()}),
    "the two exchanged": ("tls-pair", {"tls.crt": tls()[1], "tls.key": tls()[0]}),
    "a damaged certificate": ("tls-pair", {"tls.crt": tls()[0].replace(b"M", b"N", 1), "tls.key": tls()[1]}),
    "a damaged key": ("tls-pair", {"tls.crt": tls()[0], "tls.key": tls()[1].replace(b"M", b"N", 1)}),
}


@pytest.mark.parametrize(("slug", "values"), SAID.values(), ids=SAID.keys())
def test_it_is_said_and_no_value_with_it(slug: str, values: dict[str, str | bytes]) -> None:
    [advice] = advice_on(secret(values))
    assert (advice.slug, advice.certain) == (slug, False)
    assert advice.location.path == "0.yaml"
    said = f"{advice}"
    for value in values.values():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        assert text.strip() not in said or not text.strip()


def test_base64_under_string_data_is_said_otherwise() -> None:
    [encoded], [plain] = advice_on(secret({"a": twice("hunter2")})), advice_on(secret(strings={"a": twice("hunter2")}))
    assert "inside base64" in encoded.message
    assert "as it is written" in plain.message


def test_the_advice_on_line_breaks_fits_how_the_value_is_written() -> None:
    assert "printf" in advice_on(secret({"a": "x\n"}))[0].hint
    assert "`|-`" in advice_on(secret(strings={"a": "x\n"}))[0].hint


CERTAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "no tls.key": ("missing-key", secret({"tls.crt": ""}, kind=TLS)),
    "no key for SSH": ("missing-key", secret({"id_rsa": PEM}, kind=SSH)),
    "neither name nor password": ("missing-key", secret({"user": "ann"}, kind=BASIC)),
    "no .dockerconfigjson": ("missing-key", secret({"config.json": AUTHS}, kind=DOCKER)),
    "no account": ("missing-key", secret({"token": "a1b2c3d4e5"}, kind=ACCOUNT)),
    "no JSON": ("docker-config", secret({".dockerconfigjson": "auths: {}"}, kind=DOCKER)),
    "a list": ("docker-config", secret({".dockercfg": "[]"}, kind=OLD_DOCKER)),
    "deep JSON": ("docker-config", secret({".dockercfg": "[" * 100_000}, kind=OLD_DOCKER)),
    "too large": ("too-large", secret({"a": b"\0" * 600_000, "b": b"\0" * 600_000})),
    "a name": ("object-name", secret({"a": "x"}, name="Db_1")),
    "a long name": ("object-name", secret({"a": "x"}, name="a" * 254)),
    "a namespace": ("namespace-name", secret({"a": "x"}, namespace="prod.shop")),
    "a key": ("key-name", secret({"..data": "x"})),
}


@pytest.mark.parametrize(("slug", "thing"), CERTAIN.values(), ids=CERTAIN.keys())
def test_what_the_cluster_refuses_is_certain(slug: str, thing: dict[str, Any]) -> None:
    assert [(advice.slug, advice.certain) for advice in advice_on(thing)] == [(slug, True)]


def test_the_keys_of_a_part_are_not_all_there_are() -> None:
    assert slugs(secret({"tls.crt": ""}, kind=TLS), whole=False) == []


@pytest.mark.parametrize(
    ("slug", "thing"),
    [
        ("docker-config", secret({".dockerconfigjson": '{"credsStore": "desktop"}'}, kind=DOCKER)),
        ("docker-config", secret({".dockercfg": "{}"}, kind=OLD_DOCKER)),
        ("missing-key", secret({"token-id": "abcdef"}, kind=BOOTSTRAP)),
        ("bootstrap-token", secret({"token-id": "ABCDEF", "token-secret": "0123456789abcdef"}, kind=BOOTSTRAP)),
        ("large", secret({"a": b"\0" * 200_000})),
        ("large", secret({f"k{number}": "x" for number in range(360)})),
    ],
)
def test_what_the_cluster_takes_and_does_not_work_is_not_certain(slug: str, thing: dict[str, Any]) -> None:
    assert [(advice.slug, advice.certain) for advice in advice_on(thing)] == [(slug, False)]


VALUE = "correct-horse"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (secret({"password": VALUE}), secret({"password": VALUE}, name="cache")),
        (secret({"password": VALUE}), secret({"password": f"{VALUE}1"}, namespace="dev")),
        (secret({"password": VALUE}), secret({"token": VALUE}, namespace="dev")),
        (secret({"username": "postgres-admin"}), secret({"username": "postgres-admin"}, namespace="dev")),
        (secret({"password": "x"}), secret({"password": "x"}, namespace="dev")),
        (
            secret({".dockerconfigjson": AUTHS}, kind=DOCKER),
            secret({".dockerconfigjson": AUTHS}, kind=DOCKER, name="b"),
        ),
        (secret({"ca.crt": tls()[0]}), secret({"ca.crt": tls()[0]}, namespace="dev")),
    ],
)
def test_values_may_be_equal_or_are_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert slugs(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "clusters", "said"),
    [
        (secret({"password": VALUE}), secret({"password": VALUE}, namespace="dev"), (), "Secret prod/db (0.yaml:"),
        (secret({"password": VALUE}), secret({"password": f"{VALUE}\n"}, namespace="dev"), (), "Secret prod/db"),
        (secret({"password": VALUE}), secret(strings={"password": VALUE}), (), "Secret prod/db (0.yaml:"),
        (secret({"password": VALUE}), secret({"password": VALUE}), ("a", "b"), "Secret prod/db of cluster a"),
        (secret({"id": PEM}), secret({"id": PEM}, namespace="dev"), (), "Secret prod/db"),
    ],
)
def test_environments_share_a_value(one: Any, other: Any, clusters: tuple[str, ...], said: str) -> None:
    found = [advice for advice in advice_on(one, other, clusters=clusters) if advice.slug == "equal-value"]
    assert [advice.location.path for advice in found] == ["1.yaml"]
    assert said in found[0].message
    assert VALUE not in str(found)


@given(st.dictionaries(st.from_regex(r"[-._a-zA-Z0-9]{1,12}", fullmatch=True), st.binary(max_size=60), max_size=4))
def test_no_bytes_break_it_and_none_come_back(values: dict[str, bytes]) -> None:
    found = advice_on(secret({key: b"q7Q" + value + b"Zz9" for key, value in values.items()}))
    for advice in found:
        for value in values.values():
            assert f"q7Q{value.decode('latin-1')}Zz9" not in f"{advice.message}{advice.hint}"


def test_the_page_has_every_warning_and_no_other() -> None:
    page = (ROOT / "docs" / "advice.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    listed = {slug for row in rows for slug in re.findall(r"`([a-z0-9-]+)`", row)}
    sources = (ROOT / "src" / "sealwright" / "convert" / "advice").glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert listed == set(re.findall(r'subject\.advice\(\s*"([a-z0-9-]+)"', code))
    assert len(listed) > 20
